"""One cell made legible: invisible characters, blanks, text marks of spreadsheets."""

import re
from typing import NamedTuple
from unicodedata import category

_WIDE_TO_ASCII = {
    code: code - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(first, last + 1)
}
# In UTF-8 these characters begin with one byte, which is sought in C.
_find_wide = re.compile(rb"\xef(?:\xbc[\x90-\x99\xa1-\xba]|\xbd[\x81-\x9a])").search
# ="4601…" keeps a spreadsheet from turning the digits into a number.
_QUOTED = re.compile(r'="([^"]*)"')
_LINE_BLANKS = frozenset("\t\r\n\v\f\x85")
_FORMULA_STARTS = ("=", "+", "@")


class Cell(NamedTuple):
    """A legible text; `notes` are what was mended, `fault` rejects it."""

    text: str
    notes: tuple[str, ...] = ()
    fault: str = ""


def is_plain(joined: str, *, fold: bool) -> bool:
    """Whether `read_cell` would leave every cell of `|cell|cell|` as it is."""
    if not joined.isprintable() or (fold and _find_wide(joined.encode())):
        return False
    if " " in joined and ("| " in joined or " |" in joined):
        return False
    return not any(mark in joined and f"|{mark}" in joined for mark in "'=+@")


def read_cell(raw: str, *, fold: bool) -> Cell:
    """The cell's text; with `fold`, full-width letters and digits become ordinary ones.

    Chinese punctuation and brackets stay as sent. A control character is a fault.
    """
    kinds = {character: category(character) for character in set(raw)}
    if any(kind == "Cc" and char not in _LINE_BLANKS for char, kind in kinds.items()):
        return Cell("", fault="control_character")
    text = "".join(_shown(character, kinds[character]) for character in raw).strip()
    bare = _without_mark(text)
    folded = bare.translate(_WIDE_TO_ASCII) if fold else bare
    notes = {
        "fixed_invisible": "Cf" in kinds.values(),
        "fixed_text_mark": bare != text,
        "formula_text": bare.startswith(_FORMULA_STARTS),
        "fixed_full_width": folded != bare,
    }
    return Cell(folded, tuple(code for code, noted in notes.items() if noted))


def _shown(character: str, kind: str) -> str:
    if kind == "Cf":
        return ""
    return " " if kind[0] == "Z" or character in _LINE_BLANKS else character


def _without_mark(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return (quoted[1] if quoted else text.removeprefix("'")).strip()
