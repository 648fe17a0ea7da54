"""Rows of a workbook (xlsx, xls), as a person reads them in a spreadsheet."""

from collections.abc import Callable, Iterator
from datetime import datetime, time
from itertools import count, islice
from pathlib import Path
from typing import Any, TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from credit_cli.errors import FileBroken, WorkbookBroken
from credit_cli.intake.merged_cells import Merge
from credit_cli.intake.old_workbook_safety import refuse_unsafe
from credit_cli.intake.row_blocks import RowBlock
from credit_cli.intake.workbook_safety import refuse_bombs

Part = TypeVar("Part")

_EXACT = 10**15  # a spreadsheet keeps fifteen digits
_TOGETHER = 500  # rows


class Workbook:
    """An open workbook: its sheets' names and rows. WorkbookBroken, FileBroken."""

    def __init__(self, path: Path, *, old: bool = False) -> None:
        (refuse_unsafe if old else refuse_bombs)(path)
        self._path = path
        self._book = self._open()
        # What nobody sees is what nobody meant, unless there is nothing else.
        held = self._book.sheets_metadata
        self.shown = tuple(one.name for one in held if one.visible is SheetVisibleEnum.Visible)
        hidden = tuple(one.name for one in held if one.name not in self.shown)
        self.sheets = self.shown + hidden
        self.merges: dict[str, list[Merge]] = {}  # over several rows, of the sheets begun so far

    def blocks(self, name: str) -> Iterator[RowBlock]:
        """Every row of a sheet, blank ones too, some hundred at a time."""
        sheet = self._sheet(name)
        self.merges[name] = [
            Merge(top + 1, bottom + 1, left)
            for (top, left), (bottom, _) in sheet.merged_cell_ranges or ()
            if top < bottom
        ]
        left = [b""] * (sheet.start[1] if sheet.start else 0)
        rows = iter(sheet.iter_rows())
        for first in count(1, _TOGETHER):
            values = self._values(rows, first)
            cells = [left + [_text(value).encode() for value in row] for row in values]
            if not cells:
                return
            yield RowBlock(range(first, first + len(cells)), cells, first + len(cells) - 1)

    def close(self) -> None:
        """Give the memory back."""
        self._book.close()

    def _values(self, rows: Iterator[list[Any]], first: int) -> list[list[Any]]:
        """The values of the next rows, which begin on the line `first`."""
        values: list[list[Any]] = []
        try:
            _read(self._path, lambda: values.extend(islice(rows, _TOGETHER)))
        except OverflowError:  # the rows before the one that holds it have been taken
            pass
        else:
            return values
        raise FileBroken(path=str(self._path), line=first + len(values), fault="span")

    def _open(self) -> CalamineWorkbook:
        return _read(self._path, lambda: CalamineWorkbook.from_path(self._path))

    def _sheet(self, name: str) -> CalamineSheet:
        return _read(self._path, lambda: self._book.get_sheet_by_name(name))


def _read(path: Path, read: Callable[[], Part]) -> Part:
    """What the reader gives; what it cannot read is damaged, also where it panics (in Rust)."""
    try:
        return read()
    except CalamineError:
        pass
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # it has no module to be imported from
            raise
    raise WorkbookBroken(path=str(path))


def _text(value: Any) -> str:  # noqa: ANN401 - a cell holds anything
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    return str(value)  # text, a date in ISO form, a time, a span of time


def _number_text(value: float) -> str:
    """A number without a needless `.0`; beyond fifteen digits as the ruin that it is."""
    if abs(value) >= _EXACT:
        return f"{value:.5E}"
    text = f"{value:.15g}"
    return f"{value:.15f}".rstrip("0") if "e" in text else text
