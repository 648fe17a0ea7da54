"""Rows of an xlsx workbook, as a person reads them in a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from credit_cli.errors import FileBroken
from credit_cli.intake.workbook_safety import refuse_bombs

_EXACT = 10**15  # a spreadsheet keeps fifteen digits


class Workbook:
    """An open workbook: its sheets' names and rows. FileBroken where it is damaged."""

    def __init__(self, path: Path) -> None:
        refuse_bombs(path)
        self._path = path
        self._book = self._open()
        self.sheets = tuple(self._book.sheet_names)

    def rows(self, name: str) -> Iterator[tuple[int, list[str]]]:
        """Row number and texts of every row of a sheet, blank ones too."""
        sheet = self._sheet(name)
        left = [""] * (sheet.start[1] if sheet.start else 0)
        for number, values in enumerate(sheet.iter_rows(), start=1):
            yield number, left + [_text(value) for value in values]

    def close(self) -> None:
        """Give the memory back."""
        self._book.close()

    def _open(self) -> CalamineWorkbook:
        try:
            return CalamineWorkbook.from_path(self._path)
        except CalamineError:
            pass
        raise FileBroken(path=str(self._path), line=0, fault="workbook")

    def _sheet(self, name: str) -> CalamineSheet:
        try:
            return self._book.get_sheet_by_name(name)
        except CalamineError:
            pass
        raise FileBroken(path=str(self._path), line=0, fault="workbook")


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
