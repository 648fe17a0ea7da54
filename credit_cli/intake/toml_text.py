"""Raw tables of a policy pack written as TOML."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

Raw = Mapping[str, Any]


def toml_table(path: tuple[str, ...], table: Raw) -> Iterator[str]:
    """The lines of a table under its key path: its values, then the tables and rows in it.

    Whatever is dated or nested in a list stands inline.
    """
    yield f"[{'.'.join(path)}]"
    inner = {key: value for key, value in table.items() if isinstance(value, dict)}
    rows = {key: value for key, value in table.items() if key == "material"}
    for key, value in table.items():
        if key not in inner and key not in rows:
            yield f"{key} = {toml_value(value)}"
    for key, value in inner.items():
        for name, one in value.items():
            yield from ("", *toml_table((*path, key, name), one))
    for key, value in rows.items():
        for one in value:
            yield from ("", f"[[{'.'.join((*path, key))}]]")
            yield from (f"{name} = {toml_value(held)}" for name, held in one.items())


def toml_value(value: Any) -> str:  # noqa: ANN401 - whatever TOML holds
    """A value on one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)
        case date():
            return value.isoformat()
        case dict():
            pairs = (f"{key} = {toml_value(one)}" for key, one in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case list() | tuple():
            return f"[{', '.join(map(toml_value, value))}]"
    return str(value)
