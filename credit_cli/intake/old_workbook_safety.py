"""Proof that a workbook of before 2007 (.xls) is no bomb, before anything reads it.

Its reader lays out every cell between the outermost ones and believes what
the file says of its size: a few hundred bytes can ask for all the memory.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from credit_cli.errors import FormatUnknown, WorkbookBroken, WorkbookUnsafe
from credit_cli.intake.compound_files import workbook_stream
from credit_cli.intake.workbook_safety import (
    AREA_PER_CELL,
    FREE_AREA,
    MOST_MERGES,
    MOST_SHARED_STRINGS,
)

MOST_BYTES = 64 << 20
MOST_SHEETS = 100
MOST_CELLS = 65_536 * 256  # laid out, of all sheets: one sheet that is full
_END, _SHEET, _SHARED_TEXTS, _PASSWORD, _EXTENT = 0x000A, 0x0085, 0x00FC, 0x002F, 0x0200
# Number, text, truth value, formula, short number: each begins with its row and column.
_CELLS = frozenset({0x0203, 0x0204, 0x00FD, 0x00D6, 0x0205, 0x0006, 0x027E})
_SHORT_NUMBERS = 0x00BD  # of one row, from a first to a last column
_SHORTEST_TEXT = 3  # bytes
_MERGES, _MERGE = 0x00E5, 8  # bytes each


def refuse_unsafe(path: Path) -> None:
    """WorkbookUnsafe for a bomb, FormatUnknown for no workbook or a locked one; WorkbookBroken."""
    fault = "size" if path.stat().st_size > MOST_BYTES else _fault(path.read_bytes())
    if fault == "format":
        raise FormatUnknown(path=str(path), known="csv, tsv, xlsx, xls")
    if fault == "broken":
        raise WorkbookBroken(path=str(path))
    if fault is not None:
        raise WorkbookUnsafe(path=str(path), fault=fault)


def _fault(data: bytes) -> str | None:
    try:
        stream = workbook_stream(data)
        return "format" if stream is None else _measure(stream)
    except (struct.error, IndexError, ValueError, StopIteration):
        return "broken"


def _measure(stream: bytes) -> str | None:
    sheets: list[int] = []
    for kind, data in _records(stream, 0):
        if kind == _PASSWORD:
            return "format"
        if kind == _SHEET:
            sheets.append(struct.unpack_from("<I", data)[0])
        if kind == _SHARED_TEXTS:
            texts = struct.unpack_from("<I", data, 4)[0]
            if texts > min(MOST_SHARED_STRINGS, len(stream) // _SHORTEST_TEXT):
                return "shared_strings"
    if len(sheets) > MOST_SHEETS:
        return "members"
    laid_out = merged = 0
    for start in sheets:
        area, cells, merges = _area(stream, start)
        laid_out += area
        merged += merges
        if merged > MOST_MERGES:
            return "merges"
        if area > max(FREE_AREA, AREA_PER_CELL * cells) or laid_out > MOST_CELLS:
            return "area"
    return None


def _area(stream: bytes, start: int) -> tuple[int, int, int]:
    """How many cells a sheet spans, by what it says of itself too; how many it holds, merges."""
    rows, columns, cells, merges = set[int](), set[int](), 0, 0
    for kind, data in _records(stream, start):
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", data)
            rows.add(row)
            columns.add(column)
            cells += 1
        elif kind == _SHORT_NUMBERS:
            row, column = struct.unpack_from("<HH", data)
            last = struct.unpack_from("<H", data, len(data) - 2)[0]
            rows.add(row)
            columns |= {column, last}
            cells += max(0, last - column + 1)
        elif kind == _EXTENT:
            form = "<IIHH" if len(data) > 10 else "<HHHH"  # noqa: PLR2004 - of before 1997
            first, beyond, left, right = struct.unpack_from(form, data)
            if beyond and right and not (first < beyond and left < right):
                raise ValueError("an extent back to front")
            rows |= {first, max(first, beyond - 1)}
            columns |= {left, max(left, right - 1)}
        elif kind == _MERGES:
            merges += len(data) // _MERGE
    if not rows:
        return 0, cells, merges
    area = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
    return area, cells, merges


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place in the stream to the end that they name."""
    while True:
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == _END:
            return
        at += 4 + length
