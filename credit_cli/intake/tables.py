"""A file as rows of cells, whatever its format and encoding.

The content decides, the suffix only tells tsv from csv. Reading is streaming
and its memory constant for text; a workbook needs what its reader needs.
"""

import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from credit_cli.errors import FileEmpty, FileMissing, FormatUnknown
from credit_cli.intake.csv_rows import Row, csv_rows
from credit_cli.intake.encodings import find_encoding, hash_file
from credit_cli.intake.workbooks import Workbook

_KNOWN = "csv, tsv, xlsx"
_ZIP = b"PK\x03\x04"
# Workbooks of before 2007 and encrypted ones, PDF, gzip, web pages, JSON.
_FOREIGN = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"<", b"{", b"[{", b"PK")
_TAB_SUFFIXES = (".tsv", ".tab")


class TableFile:
    """An open file: its `format`, `encoding` (text only), `sha256`, size in bytes, `sheets`."""

    def __init__(self, path: Path, encoding: str | None) -> None:
        self.path = path
        self.encoding: str | None = None
        self.size, head = _look(path)
        self._book: Workbook | None = None
        self._file: TextIO | None = None
        if head.startswith(_ZIP):
            self.format, self.sha256, self._book = "xlsx", hash_file(path), Workbook(path)
            self.sheets = self._book.sheets
        else:
            self.format = "tsv" if path.suffix.lower() in _TAB_SUFFIXES else "csv"
            self.encoding, self.sha256 = find_encoding(path, encoding)
            self.sheets = ("",)

    def rows(self, sheet: str = "") -> Iterator[Row]:
        """Line number (from 1) and cells of every row; of a workbook's first sheet by default."""
        if self._book is not None:
            return self._book.rows(sheet or self.sheets[0])
        self.close()
        self._file = self.path.open(encoding=self.encoding, newline="")
        return csv_rows(self._file, self.path, "\t" if self.format == "tsv" else ",")

    @property
    def share_read(self) -> float:
        """How much of a text file has been read, 0 to 1."""
        if self._file is None or self._file.closed:
            return 0.0
        return self._file.buffer.tell() / self.size

    def close(self) -> None:
        """Close what is open; reading may start again."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if self._book is not None:
            self._book.close()


def open_table(path: Path, encoding: str | None = None) -> TableFile:
    """Open a csv, tsv or xlsx file. Raises one of the Unreadable errors."""
    return TableFile(path, encoding)


def _look(path: Path) -> tuple[int, bytes]:
    """The file's size and first bytes, if it is a file of a kind we read."""
    status = _status(path)
    if status is None:
        raise FileMissing(path=str(path))
    size, head = status
    if not size:
        raise FileEmpty(path=str(path))
    if not head.startswith(_ZIP) and head.startswith(_FOREIGN):
        raise FormatUnknown(path=str(path), known=_KNOWN)
    return size, head


def _status(path: Path) -> tuple[int, bytes] | None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        with path.open("rb") as file:
            return status.st_size, file.read(512)
    except (OSError, ValueError):
        return None
