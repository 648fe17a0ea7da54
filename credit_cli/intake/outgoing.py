"""Files out: rows under the official headings of a layout, as csv or as a workbook.

What goes out can be read back in: ids are texts, and no cell becomes a formula.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from credit_cli.errors import DiskFault, WorkbookFull
from credit_cli.intake.layouts import Check, Column, Layout
from credit_cli.intake.rejects import formula_safe
from credit_cli.text import say

Write = Callable[[Sequence[str]], None]

MOST_ROWS = 1_048_576  # of a sheet, its heading too
_WIDTHS = {Check.DAY: 12, Check.AMOUNT: 14, Check.WHOLE: 8}
_WIDTH, _WIDTH_FREE = 22, 40  # characters
_NUMBERS = frozenset({Check.AMOUNT, Check.WHOLE})
_GENERAL, _AS_TEXT = 0, 49  # of the number formats that every spreadsheet has


@contextmanager
def part_file(path: Path) -> Iterator[Path]:
    """A file beside `path`, mode 0600, that takes its place if the block ends well; DiskFault."""
    part = None
    try:
        with NamedTemporaryFile(
            dir=path.absolute().parent, prefix=f".{path.name[:40]}.", delete=False
        ) as made:
            part = Path(made.name)
        yield part
        part.replace(path)
    except (OSError, FileCreateError) as error:
        raise DiskFault(path=str(path)) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


@contextmanager
def rows_out(path: Path, layout: Layout) -> Iterator[Write]:
    """Takes rows in the order of the layout's columns, keeping none in memory.

    A workbook if `path` ends in .xlsx, else csv. DiskFault; WorkbookFull.
    """
    form: Callable[[Path, Layout], AbstractContextManager[Write]]
    form = _sheet_rows if path.suffix.lower() == ".xlsx" else _csv_rows
    with part_file(path) as part, form(part, layout) as write:
        yield write


def safe(cell: str) -> str:
    """The cell as intake reads it back: never a formula, its own `'` kept behind another."""
    return f"'{cell}" if cell.startswith("'") else formula_safe(cell)


@contextmanager
def _csv_rows(path: Path, layout: Layout) -> Iterator[Write]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow([column.name for column in layout.columns])

        def write(cells: Sequence[str]) -> None:
            out.writerow([cell and safe(cell) for cell in cells])

        yield write


@contextmanager
def _sheet_rows(path: Path, layout: Layout) -> Iterator[Write]:
    book = new_book(path)
    try:
        sheet = add_record_sheet(book, layout)
        place = 0

        def write(cells: Sequence[str]) -> None:
            nonlocal place
            place += 1
            if place >= MOST_ROWS:
                raise WorkbookFull(most=MOST_ROWS - 1)
            for number, (cell, column) in enumerate(zip(cells, layout.columns, strict=True)):
                _put(sheet, place, number, cell, column)

        yield write
    finally:
        book.close()


def _put(sheet: Worksheet, row: int, place: int, cell: str, column: Column) -> None:
    """A number as a number, so that it can be added up; all else as text."""
    if not cell:
        return
    number = _exact(cell) if column.check in _NUMBERS else None
    if number is None:
        sheet.write_string(row, place, safe(cell))
    else:
        sheet.write_number(row, place, number)


def _exact(cell: str) -> float | None:
    """The number of a cell, if a spreadsheet keeps it as it is; masked ones are none."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if f"{number:.15g}" == cell else None


def new_book(path: Path) -> Workbook:
    """A workbook that writes row by row, beside itself, and takes no text for anything else."""
    as_text = ("strings_to_formulas", "strings_to_numbers", "strings_to_urls")
    aside = {"constant_memory": True, "tmpdir": str(path.parent)}
    return Workbook(path, aside | dict.fromkeys(as_text, False))


def add_record_sheet(book: Workbook, layout: Layout, *, marked: bool = False) -> Worksheet:
    """The sheet of the rows with its headings; `marked` where a column must be filled in."""
    sheet = book.add_worksheet(say("template.sheet.rows"))
    styles = {check: book.add_format({"num_format": _cell_format(check)}) for check in Check}
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(layout.columns):
        width = _WIDTH_FREE if column.free else _WIDTHS.get(column.check, _WIDTH)
        sheet.set_column(place, place, width, styles[column.check])
    bold = {needed: _heading_format(book, marked=needed and marked) for needed in (False, True)}
    for place, column in enumerate(layout.columns):
        heading = heading_of(column) if marked else column.name
        sheet.write_string(0, place, heading, bold[column.required])
    return sheet


def heading_of(column: Column) -> str:
    """The official name, after a star if the column must be filled in; intake reads past it."""
    return f"*{column.name}" if column.required else column.name


def _cell_format(check: Check) -> int:
    """Ids and texts stay texts: a spreadsheet would ruin the digits beyond the fifteenth."""
    return _GENERAL if check in _NUMBERS else _AS_TEXT


def _heading_format(book: Workbook, *, marked: bool) -> Format:
    ground = "#FCE4D6" if marked else "#EDEDED"
    return book.add_format({"bold": True, "bg_color": ground, "text_wrap": True, "border": 1})
