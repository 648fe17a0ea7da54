"""One value of a rule as the text of a spreadsheet's cell, and back, with nothing lost.

A text stands as it is unless it would be read as something else, then in double
quotes; lists and tables stand as in TOML. What a number, a day or a flag looks
like is one only where the column holds such values.
"""

import tomllib
from decimal import Decimal
from typing import Any

from credit_cli.intake.outgoing import safe
from credit_cli.intake.pack_text import quoted, value_text

_QUOTED = ("[", "{", '"')
_YES, _NO = ("true", "是", "真"), ("false", "否", "假")


def cell_text(value: Any, *, plain: bool, flag: bool = False) -> str:  # noqa: ANN401 - TOML
    """A value as a cell; `plain`: of a column of texts, `flag`: of one of yes and no."""
    if not isinstance(value, str):
        return value_text(value)
    as_it_is = value and value == value.strip() and value.isprintable()
    if as_it_is and cell_value(value, plain=plain, flag=flag) == value:
        return value
    return quoted(value)


def cell_value(text: str, *, plain: bool, flag: bool = False) -> Any:  # noqa: ANN401 - TOML
    """What a cell says; a table or list that is not written to its end is a text."""
    if flag and text.lower() in (*_YES, *_NO):
        return text.lower() in _YES
    if plain and not text.startswith(_QUOTED):
        return text
    if "\n" in text and not text.startswith(_QUOTED):
        return text
    try:
        found = tomllib.loads(f"value = {text}\n", parse_float=Decimal)
    except (ValueError, RecursionError):
        return text
    value = found["value"]
    # `1 # first` would lose its end, and a second key is no part of a value.
    odd = len(found) > 1 or ("#" in text and not text.startswith(_QUOTED))
    return text if odd or (isinstance(value, str) and text[0] != '"') else value


def unsafe(cell: str) -> str:
    """The cell without the mark that kept a spreadsheet from reckoning it."""
    return cell[1:] if cell[:1] == "'" and safe(cell[1:]) == cell else cell
