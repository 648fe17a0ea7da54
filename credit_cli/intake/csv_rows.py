"""Rows of a csv or tsv file: strict, with bounded records, in constant memory.

A line that breaks the quoting rules comes out as one cell with the line as
sent, so it is refused for its width and the rest of the file goes on. Only a
quote that is never closed, or a record beyond the bound, breaks the file.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from credit_cli.errors import FileBroken
from credit_cli.intake.encodings import LONGEST_LINE

Row = tuple[int, list[str]]


class _Record:
    """The physical lines read since the last record: their number and size bound it."""

    __slots__ = ("lines", "size", "start")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.size = 0
        self.start = 1


def csv_rows(file: TextIO, path: Path, delimiter: str) -> Iterator[Row]:
    """Line number and cells of every record; FileBroken with its first line."""
    csv.field_size_limit(LONGEST_LINE)
    record = _Record()
    reader = csv.reader(_lines(file, path, record), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except (csv.Error, UnicodeDecodeError) as error:
            fault, cells = _fault(error), ["".join(record.lines)]
        else:
            fault = None
        if fault:
            raise FileBroken(path=str(path), line=record.start, fault=fault)
        if cells is None:
            return
        yield record.start, cells
        record.start += len(record.lines)
        record.lines.clear()
        record.size = 0


def _lines(file: TextIO, path: Path, record: _Record) -> Iterator[str]:
    """The file's lines, counted into `record` until it is complete."""
    while line := file.readline(LONGEST_LINE + 1):
        record.size += len(line)
        if record.size > LONGEST_LINE:
            raise FileBroken(path=str(path), line=record.start, fault=_too_long(record))
        record.lines.append(line)
        yield line


def _too_long(record: _Record) -> str:
    return "unclosed_quote" if record.lines else "line_too_long"


def _fault(error: Exception) -> str | None:
    """What breaks the file; None for a fault within one record."""
    if isinstance(error, UnicodeDecodeError):
        return "encoding"
    if "unexpected end of data" in str(error) or "field limit" in str(error):
        return "unclosed_quote"
    return None
