"""A rule table's cells as a csv or an xlsx file, every cell a text."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from credit_cli.errors import MalformedValue
from credit_cli.intake.outgoing import new_book, safe
from credit_cli.text import say

_LONGEST = 32_767  # characters in a cell of a workbook
_WIDTH = 22


def write_sheet(path: Path, rows: Iterable[Sequence[str]], *, workbook: bool) -> None:
    """Write rows; the first two are headings. MalformedValue for a cell too long for xlsx."""
    cells = [[cell and safe(cell) for cell in row] for row in rows]
    if not workbook:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(cells)
        return
    if any(len(cell) > _LONGEST for row in cells for cell in row):
        raise MalformedValue(option="--to", expected="*.csv")
    with new_book(path) as book:
        sheet = book.add_worksheet(say("rule_table.sheet"))
        text = book.add_format({"num_format": 49, "text_wrap": True, "valign": "top"})
        bold = book.add_format({"num_format": 49, "bold": True, "bg_color": "#EDEDED"})
        sheet.freeze_panes(2, 1)
        sheet.set_column(0, max(map(len, cells)) - 1, _WIDTH, text)
        for n, row in enumerate(cells):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(n, place, cell, bold if n < len(cells[:2]) else text)
