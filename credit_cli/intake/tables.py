"""A file as rows of cells, whatever its format and encoding.

The content decides; the suffix only tells whether tabs or commas are tried first.
Reading is streaming and its memory constant for text; a workbook needs what its
reader needs.
"""

import codecs
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from credit_cli.errors import (
    FileBroken,
    FileEmpty,
    FileMissing,
    FormatUnknown,
    MalformedValue,
    SheetUnknown,
)
from credit_cli.intake.csv_rows import csv_rows
from credit_cli.intake.encodings import find_encoding, hash_file
from credit_cli.intake.json_rows import is_json, json_rows
from credit_cli.intake.merged_cells import Merge
from credit_cli.intake.row_blocks import RowBlock
from credit_cli.intake.workbooks import Workbook

_KNOWN = "csv, tsv, xlsx, xls, json, jsonl"
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Parts of compound files and archives, PDF, web pages and what saves them, RTF, SYLK.
_FOREIGN = (
    *(b"\xd0\xcf\x11\xe0", b"PK", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"%PDF"),
    *(b"<", b"MIME-Version:", b"{\\rtf", b"ID;P"),
)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NULS = 16  # a text has fewer than one NUL in so many bytes
_TAB_SUFFIXES = (".tsv", ".tab")
# Between cells; which of them a file means is proved by its heading row, never guessed.
_DELIMITERS = {"csv": (",", "\t", ";", "|"), "tsv": ("\t", ",", ";", "|"), "json": ("",)}
# Bytes from which a file is read by a process of its own: a few tenths of a second of
# reading, for which the start of the process (two tenths) is worth its while.
LARGE_TEXT, LARGE_WORKBOOK = 8 << 20, 1 << 20

Row = tuple[int, list[str]]


class Survey(NamedTuple):
    """What one pass over a file tells: enough to open it again, in another process too."""

    path: Path
    format: str  # csv, tsv, xlsx, xls, json
    encoding: str | None  # of text
    sha256: str
    size: int  # bytes
    sheet: str | None = None  # of a workbook, if it was asked for by name

    @property
    def identity(self) -> str:
        """By what the file is known again: its hash, with the sheet that was asked for."""
        named = f"{self.sha256}:{self.sheet}".encode()
        return self.sha256 if self.sheet is None else sha256(named).hexdigest()

    @property
    def is_workbook(self) -> bool:
        """Whether it is a spreadsheet's own file."""
        return self.format in {"xlsx", "xls"}

    @property
    def large(self) -> bool:
        """Whether reading it is worth a process of its own."""
        return self.size >= (LARGE_WORKBOOK if self.is_workbook else LARGE_TEXT)


class TableFile:
    """An open file, read once or more."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.path, self.sha256 = survey.path, survey.identity
        self.format, self.encoding = survey.format, survey.encoding
        self.closing = ExitStack()  # what ends with the file
        self._file: BinaryIO | None = None
        self._book: Workbook | None = None

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of a workbook's sheets; a text is one for each way to part its cells.

        SheetUnknown if it has not the one asked for.
        """
        held = self.open().sheets if self.survey.is_workbook else _DELIMITERS[self.format]
        if (asked := self.survey.sheet) is None:
            return held
        if not self.survey.is_workbook or asked not in held:
            known = held if self.survey.is_workbook else ()
            raise SheetUnknown(path=str(self.path), known=", ".join(known))
        return (asked,)

    def after(self, sheet: str) -> tuple[str, ...]:
        """The sheets that people see after this one, where more than one might be meant."""
        if not self.survey.is_workbook or self.survey.sheet is not None:
            return ()
        shown = self.open().shown
        return shown[shown.index(sheet) + 1 :] if sheet in shown else ()

    def open(self) -> Workbook:
        """The workbook, opened when it is first asked for."""
        if self._book is None:
            self._book = Workbook(self.path, old=self.format == "xls")
        return self._book

    def blocks(self, sheet: str = "") -> Iterator[RowBlock]:
        """All rows, some hundred at a time; of the first sheet by default."""
        if not self.sheets:
            raise FileEmpty(path=str(self.path))
        sheet = sheet or self.sheets[0]
        if self.survey.is_workbook:
            return self.open().blocks(sheet)
        self.close()
        self._file = self.path.open("rb")
        if self.format == "json":
            return json_rows(self._file, self.path)
        return csv_rows(self._file, self.encoding or "", self.path, sheet.encode())

    def merges(self, sheet: str) -> Sequence[Merge]:
        """The merges over several rows of a workbook's sheet that is being read; else none."""
        return self._book.merges.get(sheet, ()) if self._book else ()

    def rows(self, sheet: str = "") -> Iterator[Row]:
        """Line number (from 1) and cells of every row."""
        for block in self.blocks(sheet):
            yield from self.texts(block)

    def texts(self, block: RowBlock) -> list[Row]:
        """The rows of a block of this file; FileBroken if it has changed its encoding."""
        rows = block.texts()
        if rows is None:
            raise FileBroken(path=str(self.path), line=block.lines[0], fault="encoding")
        return rows

    @property
    def share_read(self) -> float:
        """How much of a text file has been read, 0 to 1."""
        if self._file is None or self._file.closed:
            return 0.0
        return self._file.tell() / self.survey.size

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
        self.closing.close()
        self.close()
        if self._book is not None:
            self._book.close()


def open_table(path: Path, encoding: str | None = None, sheet: str | None = None) -> TableFile:
    """Open a csv, tsv, xlsx, xls or json file. Raises one of the Unreadable errors.

    A large workbook is only opened where it is read.
    """
    table = TableFile(_survey(path, encoding)._replace(sheet=sheet))
    if not table.survey.large:
        _ = table.sheets  # what is wrong with them is told at once
    return table


def _survey(path: Path, encoding: str | None) -> Survey:
    size, head = _look(path)
    if is_json(head):
        return Survey(path, "json", _of_json(encoding), hash_file(path), size)
    if not head.startswith((_ZIP, _OLD)):
        if encoding is None and _is_binary(head):
            raise FormatUnknown(path=str(path), known=_KNOWN)
        form = "tsv" if path.suffix.lower() in _TAB_SUFFIXES else "csv"
        return Survey(path, form, *find_encoding(path, encoding), size)
    form = "xlsx" if head.startswith(_ZIP) else "xls"
    return Survey(path, form, None, hash_file(path), size)


def _of_json(forced: str | None) -> str:
    """UTF-8 is all that JSON may be in."""
    if "".join(filter(str.isalnum, (forced or "utf8").lower())) in {"utf8", "utf8sig"}:
        return "utf-8"
    raise MalformedValue(option="--encoding", expected="utf-8")


def _look(path: Path) -> tuple[int, bytes]:
    """The file's size and first bytes, if it is a file of a kind we read."""
    status = _status(path)
    if status is None:
        raise FileMissing(path=str(path))
    size, head = status
    if not size:
        raise FileEmpty(path=str(path))
    begins = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not head.startswith((_ZIP, _OLD)) and begins.startswith(_FOREIGN):
        raise FormatUnknown(path=str(path), known=_KNOWN)
    return size, head


def _is_binary(head: bytes) -> bool:
    """Whether a file that begins so is no text: UTF-16 without its mark is none either."""
    return not head.startswith(_WIDE) and head.count(b"\0") * _NULS > len(head)


def _status(path: Path) -> tuple[int, bytes] | None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        with path.open("rb") as file:
            return status.st_size, file.read(512)
    except (OSError, ValueError):
        return None
