"""统一社会信用代码 and 居民身份证: what is read, mended, refused or only remarked upon.

A code is refused for its shape, its check character or an impossible birth
date. Its division and the inner check of the organisation code only warn:
old divisions live on in codes, and authorities have issued wrong inner checks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from credit_cli.errors import MalformedCode
from credit_cli.rules.text_forms import normalise
from credit_cli.rules.values import SubjectKind


class Scheme(StrEnum):
    """Which standard a code follows."""

    USCC = "uscc"
    RESIDENT_ID = "resident_id"


class Checked(NamedTuple):
    """A code as read: `fault` is the issue that rejects it, `notes` are fixes and warnings."""

    value: str
    fault: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A code that passed its check; its text stays out of `repr` and so out of logs."""

    value: str = field(repr=False)
    scheme: Scheme


# GB 32100-2015 leaves out I, O, S, V and Z, which look like digits or like U.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MOD_11 = "0123456789X"
has_uscc_shape = re.compile(rf"[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}").fullmatch
has_resident_id_shape = re.compile(r"[0-9]{17}[0-9X]").fullmatch
_LEGACY_ID = re.compile(r"[0-9]{15}").fullmatch
# A spreadsheet's number: 4.60106E+17.
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+(?:E\+?[0-9]+)?|E\+?[0-9]+)").fullmatch
_LOOKALIKES = str.maketrans("OI", "01")

# A sum of values times powers of w, mod m, is one number read in a base that is w mod m:
# millions of codes pass here, and `int` and `bytes` do in C what a sum does in Python.
_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTU"
_TO_BASE_34 = bytes.maketrans(USCC_ALPHABET.encode(), _DIGITS)
_TO_MOD_11 = bytes.maketrans(bytes(range(65, 91)), bytes(_DIGITS[n % 11] for n in range(10, 36)))

# GB/T 2260, first two digits; 10 is the nation, 81 to 83 residence permits.
PROVINCES = frozenset(
    map(
        str,
        (
            *(10, *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47)),
            *(*range(50, 55), *range(61, 66), 71, *range(81, 84)),
        ),
    )
)
# Cards have been issued since 1984, and to nobody of a hundred and thirty-five. A year of
# a later century is the division and serial of an organisation, not a person to come.
_BIRTH_YEARS = range(1850, 2100)


def uscc_check_character(first17: str) -> str:
    """The 18th character for 17 of the alphabet of GB 32100 (weights 3^i mod 31)."""
    return USCC_ALPHABET[-int(first17[::-1].encode().translate(_TO_BASE_34), 34) % 31]


def resident_check_character(first17: str) -> str:
    """The 18th character for 17 digits by GB 11643 (ISO 7064 MOD 11-2)."""
    return _MOD_11[(1 - 2 * int(first17, 13)) % 11]


def inner_check_character(first8: str) -> str:
    """The ninth character of an organisation code for its first eight, by GB 11714."""
    return _MOD_11[-2 * int(first8.encode().translate(_TO_MOD_11), 13) % 11]


def check_uscc(text: str) -> Checked:
    """A unified social credit code as somebody typed it."""
    if has_uscc_shape(text):
        return _proved_uscc(text, ())
    value, notes = _legible(text, has_uscc_shape, uscc_check_character)
    if has_uscc_shape(value):
        return _proved_uscc(value, notes)
    return Checked(value, _shape_fault(value), notes)


def check_resident_id(text: str, today: date) -> Checked:
    """A resident id or residence permit as somebody typed it.

    A 15-digit number of before 1999 becomes 18 digits of the 20th century.
    Birth dates after `today` are refused.
    """
    if has_resident_id_shape(text):
        return _proved_resident_id(text, (), today)
    value, notes = _legible(text, has_resident_id_shape, resident_check_character)
    if _LEGACY_ID(value):
        value, notes = _lengthened(value), (*notes, "legacy_id")
    if has_resident_id_shape(value):
        return _proved_resident_id(value, notes, today)
    return Checked(value, _shape_fault(value), notes)


def parse_identifier(text: str, today: date) -> Identifier:
    """The code given on a command line, of either scheme.

    One resident id in 31 is a well-formed social credit code by accident, so
    a valid resident id is read as one, and one with a birth date after
    `today` is refused as one. MalformedCode bears the `fault` and no text.
    """
    person = check_resident_id(text, today)
    if person.fault is None:
        return Identifier(person.value, Scheme.RESIDENT_ID)
    organisation = check_uscc(text)
    if organisation.fault is None and person.fault != "future_birth":
        return Identifier(organisation.value, Scheme.USCC)
    raise MalformedCode(fault=organisation.fault if person.fault == "bad_shape" else person.fault)


def kind_of(identifier: Identifier) -> SubjectKind:
    """Who bears the code: 92 opens the codes of individual businesses (GB 32100)."""
    if identifier.scheme is Scheme.RESIDENT_ID:
        return SubjectKind.PERSON
    if identifier.value.startswith("92"):
        return SubjectKind.INDIVIDUAL_BUSINESS
    return SubjectKind.ORGANISATION


def _legible(
    text: str, shape: Callable[[str], object], check_character: Callable[[str], str]
) -> tuple[str, tuple[str, ...]]:
    """`text` in the letters of codes, and what had to be mended for it."""
    plain = normalise(text)
    value = plain.upper()
    notes = ("fixed_full_width",) * (plain != text.strip())
    notes += ("fixed_lower_case",) * (value != plain)
    mends = {
        "fixed_lookalike": value.translate(_LOOKALIKES),
        "fixed_blanks": "".join(value.replace("-", " ").split()),
    }
    for note, mended in mends.items():
        if mended != value and shape(mended) and check_character(mended[:17]) == mended[17]:
            return mended, (*notes, note)
    return value, notes


def _proved_uscc(value: str, notes: tuple[str, ...]) -> Checked:
    if uscc_check_character(value[:17]) != value[17]:
        return Checked(value, _check_fault(value), notes)
    if inner_check_character(value[8:16]) != value[16]:
        notes += ("inner_check",)
    if value[2:4] not in PROVINCES:
        notes += ("unknown_division",)
    return Checked(value, None, notes)


def _lengthened(legacy: str) -> str:
    first17 = f"{legacy[:6]}19{legacy[6:]}"
    return first17 + resident_check_character(first17)


def _proved_resident_id(value: str, notes: tuple[str, ...], today: date) -> Checked:
    if resident_check_character(value[:17]) != value[17]:
        return Checked(value, _check_fault(value), notes)
    fault = birth_fault(value[6:14], today)
    if fault is None and not knows_division(value):
        notes += ("unknown_division",)
    return Checked(value, fault, notes)


def knows_division(resident_id: str) -> bool:
    """Whether a resident id opens with a province, or with 9 and the province of a foreigner."""
    first, of_foreigner = resident_id[:2], resident_id[1:3]
    return first in PROVINCES or (resident_id[0] == "9" and of_foreigner in PROVINCES)


def birth_fault(digits: str, today: date) -> str | None:
    """What is wrong with a birth date (YYYYMMDD)."""
    try:
        born = date.fromisoformat(digits)
    except ValueError:
        return "impossible_date"
    if born.year not in _BIRTH_YEARS:
        return "impossible_date"
    return "future_birth" if born > today else None


def _shape_fault(value: str) -> str:
    return "excel_damaged" if _NUMBER(value) else "bad_shape"


def _check_fault(value: str) -> str:
    # A spreadsheet keeps fifteen digits of a number and writes noughts for the rest.
    damaged = value.endswith("000") and value.isdecimal()
    return "excel_damaged" if damaged else "bad_check_character"
