"""Rows as they were sent, packed some hundred at a time: where a record came from.

A packed block is zlib over UTF-8: one character that says how rows are written,
then the physical lines of a text file as they stood, or one JSON array a line.
"""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

LONGEST_CELL = 1 << 20  # characters, as long as a whole record may be
_JSON = "["
_QUICK = 1  # a twelfth of the size already; better levels cost three times as much


class RawBlock(NamedTuple):
    """Packed lines of one file, the first and the last included."""

    first_line: int
    last_line: int
    data: bytes


def pack_text(text: bytes, delimiter: bytes) -> bytes:
    """Physical lines of a csv or tsv file, in UTF-8."""
    return zlib.compress(delimiter + text, _QUICK)


def pack_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows that were no text, such as those of a workbook."""
    lines = "\n".join(json.dumps(list(cells), ensure_ascii=False) for cells in rows)
    return zlib.compress(f"{_JSON}{lines}".encode(), _QUICK)


def unpack_row(data: bytes, place: int) -> list[str]:
    """The cells of the row that begins on line `place` of a block; of torn quotes one cell."""
    mark, held = _lines(data)
    lines = held[place:]
    if mark == _JSON:
        cells: list[str] = json.loads(lines[0])
        return cells
    csv.field_size_limit(LONGEST_CELL)
    try:
        return next(csv.reader(lines, delimiter=mark, strict=True))
    except csv.Error:
        return lines[:1]


@lru_cache(maxsize=1)  # rows are asked for one after the other
def _lines(data: bytes) -> tuple[str, list[str]]:
    """How the rows of a block are written, and its lines."""
    text = zlib.decompress(data).decode()
    # Lines end as they do for csv files: at \n, \r or both, not at U+2028 and the like.
    return text[0], list(io.StringIO(text[1:], newline=""))
