"""Many codes checked at once: each is a lane, one byte wide, of a few large integers.

Place i of n codes is a column of n bytes. A table turns every character into
its value times the weight of its place, and the columns add up in C. A lane
must not carry into the next, so that remainders are taken before 256.
"""

from collections.abc import Callable, Sequence
from datetime import date

from credit_cli.rules.identifiers import (
    PROVINCES,
    USCC_ALPHABET,
    birth_fault,
    has_resident_id_shape,
    has_uscc_shape,
)

# What a lane tells of its code, as a sum. A wrong code is one that is not right as it stands.
WRONG, INNER_CHECK, UNKNOWN_DIVISION, BUSINESS, DECIMAL = 1, 2, 4, 8, 16

_LENGTH = 18
_TOGETHER = 8  # terms of at most 30 whose sum stays below 256
_DIGITS, _DIGITS_OR_X = b"0123456789", b"0123456789X"
_NO_CHECK = 128  # what makes the sum of an inner check wrong whatever the rest


def _terms(
    alphabet: bytes, weights: Sequence[int], modulus: int = 256, other: int = 0
) -> tuple[bytes, ...]:
    """For each weight a table from characters to their values times it."""
    values = {code: value for value, code in enumerate(alphabet)}
    return tuple(
        bytes(values[c] * weight % modulus if c in values else other for c in range(256))
        for weight in weights
    )


def _table(meaning: Callable[[int], int]) -> bytes:
    return bytes(map(meaning, range(256)))


def _flag(flag: int, holds: Callable[[int], bool]) -> bytes:
    return _table(lambda total: flag * holds(total))


# GB 32100: with the check character's weight of 1 the sum of a right code is 0 mod 31.
_USCC = _terms(USCC_ALPHABET.encode(), [*(pow(3, place, 31) for place in range(17)), 1], 31)
_MOD_31 = _table(lambda total: total % 31)
_USCC_OFF = _flag(WRONG, lambda total: total % 31 != 0)
# GB 11714, characters 9 to 17: likewise 0 mod 11, X being 10.
_INNER = _terms(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (3, 7, 9, 10, 5, 8, 4, 2), 11)
_INNER += _terms(_DIGITS_OR_X, [1], 11, other=_NO_CHECK)
_INNER_OFF = _flag(INNER_CHECK, lambda total: total >= _NO_CHECK or total % 11 != 0)
# GB 11643: 1 mod 11, X being 10.
_RESIDENT = _terms(_DIGITS_OR_X, [pow(2, 17 - place, 11) for place in range(_LENGTH)], 11)
_RESIDENT_OFF = _flag(WRONG, lambda total: total % 11 != 1)
# Two digits as a number: the province of a division, and the 92 of individual businesses.
_NUMBER = _terms(_DIGITS, (10, 1), other=100)
_UNKNOWN = _flag(UNKNOWN_DIVISION, lambda number: f"{number:02}" not in PROVINCES)
_BUSINESS = _flag(BUSINESS, lambda number: number == 92)  # noqa: PLR2004 - GB 32100
# A foreigner's card bears the province after a 9.
_NINE = _flag(UNKNOWN_DIVISION, lambda code: code != ord("9"))
_EITHER = _flag(UNKNOWN_DIVISION, lambda total: total > 0)
_BOTH = _flag(UNKNOWN_DIVISION, lambda total: total >= 2 * UNKNOWN_DIVISION)
_IS_DIGIT = _flag(1, lambda code: code in _DIGITS)
_DECIMAL = _flag(DECIMAL, lambda digits: digits == _LENGTH - 1)
# What every batch takes for a text of another shape: no check proves it.
_NO_USCC, _NO_RESIDENT_ID = "1" + "0" * 17, "0" * _LENGTH


def prove_usccs(codes: Sequence[str]) -> bytes:
    """For each code the sum of what holds of it as a social credit code.

    DECIMAL is a right code whose first 17 characters are digits, which may be
    a resident id.
    """
    lanes = _lined_up(codes, _all_usccs, has_uscc_shape, _NO_USCC)
    columns = _columns(lanes, _USCC, 0)
    groups = [columns[at : at + _TOGETHER] for at in range(0, _LENGTH, _TOGETHER)]
    remainders = [_added(group).translate(_MOD_31) for group in groups]
    digits = _columns(lanes, [_IS_DIGIT] * (_LENGTH - 1), 0)
    return _added(
        (
            _added(remainders).translate(_USCC_OFF),
            _added(_columns(lanes, _INNER, 8)).translate(_INNER_OFF),
            _added(_columns(lanes, _NUMBER, 2)).translate(_UNKNOWN),
            _added(_columns(lanes, _NUMBER, 0)).translate(_BUSINESS),
            _added(digits).translate(_DECIMAL),
        )
    )


def prove_resident_ids(codes: Sequence[str], today: date) -> bytes:
    """For each code the sum of what holds of it as a resident id."""
    lanes = _lined_up(codes, _all_resident_ids, has_resident_id_shape, _NO_RESIDENT_ID)
    wrong = _added(_columns(lanes, _RESIDENT, 0)).translate(_RESIDENT_OFF)
    births = {code[6:14] for code in codes}
    impossible = {born for born in births if birth_fault(born, today)}
    if impossible:
        wrong = bytes(
            WRONG if fault or code[6:14] in impossible else 0
            for code, fault in zip(codes, wrong, strict=True)
        )
    province = _added(_columns(lanes, _NUMBER, 0)).translate(_UNKNOWN)
    foreign = _added(_columns(lanes, _NUMBER, 1)).translate(_UNKNOWN)
    no_foreigner = _added((foreign, lanes[::_LENGTH].translate(_NINE))).translate(_EITHER)
    return _added((wrong, _added((province, no_foreigner)).translate(_BOTH)))


def _lined_up(
    codes: Sequence[str],
    all_shaped: Callable[[bytes], bool],
    shaped: Callable[[str], object],
    stand_in: str,
) -> bytes:
    """The codes one after the other, 18 bytes each."""
    if set(map(len, codes)) == {_LENGTH}:
        joined = "".join(codes).encode("ascii", "replace")
        if all_shaped(joined):
            return joined
    return "".join(code if shaped(code) else stand_in for code in codes).encode()


def _all_usccs(lanes: bytes) -> bool:
    divisions = b"".join(lanes[place::_LENGTH] for place in range(2, 8))
    return divisions.isdigit() and not lanes.translate(None, USCC_ALPHABET.encode())


def _all_resident_ids(lanes: bytes) -> bool:
    only_at_the_end = lanes.count(b"X") == lanes[_LENGTH - 1 :: _LENGTH].count(b"X")
    return only_at_the_end and not lanes.translate(None, _DIGITS_OR_X)


def _columns(lanes: bytes, terms: Sequence[bytes], first: int) -> list[bytes]:
    """The places from `first` on, each in its terms."""
    return [lanes[place::_LENGTH].translate(table) for place, table in enumerate(terms, first)]


def _added(columns: Sequence[bytes]) -> bytes:
    """The sum of the columns, lane by lane."""
    total = sum(int.from_bytes(column, "little") for column in columns)
    return total.to_bytes(len(columns[0]), "little")
