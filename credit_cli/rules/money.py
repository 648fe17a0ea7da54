"""Amounts as whole fen: read exactly from text, written as yuan."""

import re

_AMOUNT = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
_MOST_FEN = 2**63 - 1  # the largest integer that both databases hold


def fen_from_text(text: str, unit: int) -> int:
    """The fen in a normalised amount of `unit` fen each: 1_000_000 for 万元, 100 for 元.

    Exact: ValueError for a sign, an exponent, a stray comma, a part of a fen, or
    more than the store holds.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    whole, part = match[1].replace(",", ""), match[2] or ""
    scale: int = 10 ** len(part)
    fen, rest = divmod(int(whole + part) * unit, scale)
    if rest or fen > _MOST_FEN:
        raise ValueError(text)
    return fen


def amount_text(fen: int, unit: int) -> str:
    """`fen`, not negative, in units of so many fen, a power of ten: read exactly as it was."""
    whole, part = divmod(fen, unit)
    digits = f"{part:0{len(str(unit)) - 1}}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def yuan_text(fen: int) -> str:
    """`fen` as yuan with two decimals and commas: 388800 is 3,888.00."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"
