"""Rows of a csv or tsv file: strict, with bounded records, in constant memory.

Lines without a quote are split at once; those with quotes go through
csv.reader together if each is a record by itself, else record by record. A
line that breaks the quoting rules comes out as one cell with the line as sent,
so it is refused for its width and the rest of the file goes on. Only a quote
that is never closed, or a record beyond the bound, breaks the file.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from credit_cli.errors import FileBroken
from credit_cli.intake.encodings import LONGEST_LINE, whole_lines
from credit_cli.intake.row_blocks import RowBlock

_QUOTE = b'"'


def csv_rows(file: BinaryIO, encoding: str, path: Path, delimiter: bytes) -> Iterator[RowBlock]:
    """The records of a file opened for its bytes; FileBroken with the line where it breaks."""
    csv.field_size_limit(LONGEST_LINE)
    texts, line = whole_lines(file, encoding), 1
    while True:
        try:
            block = _next_block(texts, line, path, delimiter)
        except UnicodeDecodeError:
            broken = True
        else:
            broken = False
        if broken:
            raise FileBroken(path=str(path), line=line, fault="encoding")
        if block is None:
            return
        yield block
        line = block.last_line + 1


def _next_block(texts: Iterator[bytes], line: int, path: Path, delimiter: bytes) -> RowBlock | None:
    text = next(texts, None)
    if text is None:
        return None
    return _quick(text, line, delimiter) or _Careful(text, line, path, texts).read(delimiter)


def _quick(text: bytes, first: int, delimiter: bytes) -> RowBlock | None:
    """The rows of a block in which every line is a record, as it nearly always is."""
    if len(text) > LONGEST_LINE:
        return None
    lines = text.splitlines()
    if _QUOTE not in text:
        rows = [line.split(delimiter) for line in lines]
    else:
        quoted = _one_by_line([line for line in lines if _QUOTE in line], delimiter)
        if quoted is None:
            return None
        rows = [next(quoted) if _QUOTE in line else line.split(delimiter) for line in lines]
    end = first + len(lines)
    return RowBlock(range(first, end), rows, end - 1, delimiter, text)


def _one_by_line(lines: list[bytes], delimiter: bytes) -> Iterator[list[bytes]] | None:
    """The rows of lines with quotes, unless some record is torn or goes on in the next line."""
    texts = [line.decode() for line in lines]
    try:
        rows = list(csv.reader(texts, delimiter=delimiter.decode(), strict=True))
    except csv.Error:
        return None
    if len(rows) != len(lines):
        return None
    return iter([[cell.encode() for cell in cells] for cells in rows])


class _Careful:
    """Reads a block record by record, and further blocks while its last record is open."""

    def __init__(self, text: bytes, first: int, path: Path, texts: Iterator[bytes]) -> None:
        self._lines = text.splitlines(keepends=True)
        self._first = first
        self._path = path
        self._texts = texts
        self._start = self._place = self._size = 0

    def read(self, delimiter: bytes) -> RowBlock:
        """All records that begin in the block."""
        reader = csv.reader(self, delimiter=delimiter.decode(), strict=True)
        starts, rows = [], []
        while self._place < len(self._lines):
            self._start, self._size = self._place, 0
            starts.append(self._first + self._start)
            rows.append(self._record(reader))
        text, last = b"".join(self._lines), self._first + len(self._lines) - 1
        return RowBlock(starts, rows, last, delimiter, text)

    def _record(self, reader: Iterator[list[str]]) -> list[bytes]:
        try:
            return [cell.encode() for cell in next(reader)]
        except csv.Error as error:
            fault = str(error)
        if "unexpected end of data" in fault or "field limit" in fault:
            raise self._broken("unclosed_quote")
        return [b"".join(self._lines[self._start : self._place])]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line; a record is bounded by the size of its lines."""
        if self._place == len(self._lines):
            self._lines += next(self._texts).splitlines(keepends=True)
        line = self._lines[self._place].decode()
        self._size += len(line)
        if self._size > LONGEST_LINE:
            raise self._broken("unclosed_quote" if self._place > self._start else "line_too_long")
        self._place += 1
        return line

    def _broken(self, fault: str) -> FileBroken:
        return FileBroken(path=str(self._path), line=self._first + self._start, fault=fault)
