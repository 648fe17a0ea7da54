"""CSV and TSV: one row per object, or one row per leaf of a single object."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

from credit_cli.output.harmless import escaped
from credit_cli.output.objects import one_line
from credit_cli.output.shapes import (
    Data,
    headings,
    is_objects,
    leaves,
    members,
    members_and_items,
    plain,
)

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\n")


def tsv_text(data: Data, fields: tuple[str, ...] = ()) -> str:
    r"""A line for each row: tab, newline, backslash and harmful characters as escapes."""
    rows = ("\t".join(_tsv_cell(value) for value in row) for row in _grid(data, fields))
    return "".join(f"{row}\n" for row in rows)


def csv_text(data: Data, fields: tuple[str, ...] = ()) -> str:
    """CSV with quotes where needed; a text that would be a formula begins with `'`."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(
        [_csv_cell(value) for value in row] for row in _grid(data, fields)
    )
    return written.getvalue()


def cell_text(value: Any) -> str:  # noqa: ANN401 - any value shown
    """One value in one cell: nothing for None, `a;b` for a list, JSON for a list of objects."""
    if type(value) in (str, int):  # the common case of a long list
        return str(value)
    if isinstance(value, list | tuple):
        return one_line(value) if is_objects(value) else ";".join(map(cell_text, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or value == {} else str(plain(value))


def _grid(data: Data, fields: tuple[str, ...]) -> Iterator[list[Any]]:
    if isinstance(data, dict):
        yield ["key", "value"]
        yield from ([key, value] for key, value in leaves(data, members_and_items))
    elif names := headings(data) or list(fields):
        yield list(names)
        for row in data:
            found = dict(leaves(row, members))
            yield [found.get(name) for name in names]


def _tsv_cell(value: Any) -> str:  # noqa: ANN401 - any value shown
    return escaped(cell_text(value).replace("\\", r"\\"))


def _csv_cell(value: Any) -> str:  # noqa: ANN401 - any value shown
    text = escaped(cell_text(value), keep="\t\n")
    is_number = isinstance(value, int | float)
    return f"'{text}" if not is_number and _begins_formula(text) else text


def _begins_formula(text: str) -> bool:
    return normalize("NFKC", text[:1]).startswith(_FORMULA)
