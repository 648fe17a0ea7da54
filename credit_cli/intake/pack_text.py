"""A policy pack's raw tables as a file that a person can read and propose."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

Raw = Mapping[str, Any]
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def key_text(*parts: str) -> str:
    """A key path; a part with a dot or a sign in it stands in quotes."""
    return ".".join(one if _BARE.fullmatch(one) else quoted(one) for one in parts)


def quoted(text: str) -> str:
    """A text in double quotes, as TOML wants it; what cannot be seen is escaped."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08X}" for one in plain)


def value_text(value: Any) -> str:  # noqa: ANN401 - whatever TOML holds
    """A value on one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case date():
            return value.isoformat()
        case Mapping():
            pairs = ", ".join(f"{key_text(key)} = {value_text(one)}" for key, one in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case list() | tuple():
            return f"[{', '.join(map(value_text, value))}]"
    return str(value)


def table_lines(path: tuple[str, ...], table: Raw, rows: Iterable[str] = ()) -> Iterator[str]:
    """A table with its values inline; the lists in `rows` as tables of their own below it."""
    lists = set(rows)
    yield f"[{key_text(*path)}]"
    yield from _pairs({key: one for key, one in table.items() if key not in lists})
    for key in (one for one in table if one in lists):
        for row in table[key]:
            yield from ("", f"[[{key_text(*path, key)}]]")
            yield from _pairs(row)
    yield ""


def _pairs(table: Raw) -> Iterator[str]:
    return (f"{key_text(key)} = {value_text(value)}" for key, value in table.items())


def comment(text: str) -> str:
    """One line that is read by nobody but people."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    return f"# {plain}"
