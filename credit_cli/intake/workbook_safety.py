"""Proof that a workbook is no bomb, before anything reads it.

Sizes are measured by unpacking in blocks, not believed: a directory may lie.
A sheet's area is measured too, because one cell in the last corner of an
otherwise empty sheet makes the reader lay out every cell in between.
"""

import re
import zipfile
import zlib
from pathlib import Path

from credit_cli.errors import FormatUnknown, WorkbookBroken, WorkbookUnsafe

MOST_MEMBERS = 100
MOST_BYTES = 200 << 20
MOST_RATIO = 100
MOST_SHARED_STRINGS = 5_000_000
MOST_MERGES = 200_000
FREE_AREA = 2_000_000  # cells laid out whatever the sheet holds
AREA_PER_CELL = 20
_RATIO_FROM = 8 << 20  # small honest files of many equal rows pack better than the ratio
_BLOCK = 1 << 20
_OVERLAP = 256  # a tag may lie across two blocks
_PARTS = {"[Content_Types].xml", "xl/workbook.xml"}
_USUAL = re.compile(rb'<c r="([A-Z]+)([0-9]{1,12})"')
_PLACED = re.compile(rb"<(?:\w+:)?c\b[^<>]*?\br\s*=\s*[\"']([A-Z]+)([0-9]{1,12})")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\br\s*=\s*[\"']([0-9]{1,12})")
_ROW_START = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


class _Area:
    """The rectangle that the cells of one sheet span."""

    __slots__ = ("cells", "columns", "first_row", "last_row", "row_cells")

    def __init__(self) -> None:
        self.cells = 0
        self.first_row = self.last_row = 0
        self.columns = 1
        self.row_cells = 0

    def add(self, xml: bytes) -> None:
        """Take in the cells of a piece of the sheet."""
        placed = _USUAL.findall(xml)
        if len(placed) < xml.count(b"<c") or b":c" in xml:
            placed = self._add_unusual(xml)
        else:
            self.cells += len(placed)
        self._span(set(map(int, {row for _, row in placed})))
        self.columns = max({self.columns, *map(_column, {letters for letters, _ in placed})})

    def _add_unusual(self, xml: bytes) -> list[tuple[bytes, bytes]]:
        """The cells with a reference; those without stand one beside the other."""
        self._span(set(map(int, _ROW.findall(xml))))
        placed, cells = _PLACED.findall(xml), len(_CELL.findall(xml))
        self.cells += cells
        if len(placed) < cells:
            for number, piece in enumerate(_ROW_START.split(xml)):
                before = 0 if number else self.row_cells
                self.row_cells = before + len(_CELL.findall(piece))
                self.columns = max(self.columns, self.row_cells)
        return placed

    def _span(self, rows: set[int]) -> None:
        if rows:
            self.first_row = min(rows | {self.first_row or min(rows)})
            self.last_row = max(rows | {self.last_row})

    @property
    def too_wide(self) -> bool:
        area = (self.last_row - self.first_row + 1) * self.columns
        return area > max(FREE_AREA, AREA_PER_CELL * self.cells)


def refuse_bombs(path: Path) -> None:
    """WorkbookUnsafe for a bomb, FormatUnknown for another kind of archive, WorkbookBroken."""
    fault = _fault(path)
    if fault == "format":
        raise FormatUnknown(path=str(path), known="csv, tsv, xlsx, xls")
    if fault == "broken":
        raise WorkbookBroken(path=str(path))
    if fault:
        raise WorkbookUnsafe(path=str(path), fault=fault)


def _fault(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                return "members"
            if not _PARTS.issubset(member.filename for member in members):
                return "format"
            return _measure(archive, members)
    # NotImplementedError is zipfile's answer to a compression that it does not know.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        return "broken"


def _measure(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str | None:
    packed = max(1, sum(member.compress_size for member in members))
    allowed = min(MOST_BYTES, max(_RATIO_FROM, MOST_RATIO * packed))
    total = 0
    for member in members:
        # The directory's size would end the reading early; the true end must be seen.
        member.file_size = MOST_BYTES + _BLOCK
        area, strings, merges, tail = _Area(), 0, 0, b""
        with archive.open(member) as part:
            while block := part.read(_BLOCK):
                total += len(block)
                if total > allowed:
                    return "size" if allowed == MOST_BYTES else "ratio"
                whole, tail = _cut(tail + block)
                area.add(whole)
                strings += whole.count(b"<si")
                if strings > MOST_SHARED_STRINGS:
                    return "shared_strings"
                merges += whole.count(b"mergeCell")
                if merges > MOST_MERGES:
                    return "merges"
        area.add(tail)
        if area.too_wide:
            return "area"
    return None


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """The data up to its last tag's start, and the rest."""
    end = data.rfind(b"<", max(0, len(data) - _OVERLAP))
    return (data, b"") if end <= 0 else (data[:end], data[end:])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number
