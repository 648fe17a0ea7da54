"""What a record's document says, by the names under which rules may test it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from credit_cli.intake.layouts import layouts_of

# The fields of a draft that rules may look at, and what they are called there.
_TOLD = {
    "category": "kind",
    "violation": "violation",
    "grounds": "grounds",
    "content": "content",
    "title": "title",
}


def details_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The facts in a document's fields, which are keyed by column code."""
    names = _names()
    return {names[code]: value for code, value in fields.items() if code in names and value}


@cache
def _names() -> dict[str, str]:
    layouts = layouts_of("record")
    return {
        column.code: _TOLD[column.feeds]
        for layout in layouts
        for column in layout.columns
        if column.feeds in _TOLD
    }
