"""Compound files (OLE), a file system in a file: in them spreadsheets kept their workbooks."""

import struct
from collections.abc import Iterator, Sequence

_NAMES = frozenset({"Workbook", "Book"})
_LAST = 0xFFFFFFFA  # no sector has this number; ends and gaps have higher ones
_ENTRY, _STREAM, _ROOT = 128, 2, 5
_IN_HEADER = 109  # sectors of the allocation table that the header names


def workbook_stream(data: bytes) -> bytes | None:
    """The records of the workbook in a compound file; None if it holds none.

    ValueError, IndexError or struct.error where it is damaged.
    """
    sectors = _Sectors(data)
    folder = sectors.read(struct.unpack_from("<I", data, 48)[0])
    entries = {_name(one): one for one in _entries(folder)}
    found = next((one for name, one in entries.items() if name in _NAMES), None)
    if found is None:
        return None
    start, size = struct.unpack_from("<II", found, 116)
    if size >= struct.unpack_from("<I", data, 56)[0]:
        return sectors.read(start)[:size]
    root = next(one for one in entries.values() if one[66] == _ROOT)
    return sectors.read_small(root, start)[:size]


def _entries(folder: bytes) -> Iterator[bytes]:
    for at in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        entry = folder[at : at + _ENTRY]
        if entry[66] in {_STREAM, _ROOT}:
            yield entry


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")


class _Sectors:
    """The file's sectors, and which of them follow each other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, self._small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in {9, 12} or self._small_shift >= shift:
            raise ValueError("size of sectors")
        self._size = 1 << shift
        tables = self._tables()
        self._next = _numbers(b"".join(map(self._sector, tables)))

    def read(self, start: int) -> bytes:
        """All that stands in a sector and those that follow it."""
        return b"".join(map(self._sector, _chain(self._next, start)))

    def read_small(self, root: bytes, start: int) -> bytes:
        """The same of the small sectors that the root entry's stream is cut into."""
        whole = self.read(struct.unpack_from("<I", root, 116)[0])
        following = _numbers(self.read(struct.unpack_from("<I", self._data, 60)[0]))
        size = 1 << self._small_shift
        return b"".join(whole[at * size : (at + 1) * size] for at in _chain(following, start))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        if at >= len(self._data):
            raise ValueError("sector beyond the end")
        return self._data[at : at + self._size]

    def _tables(self) -> list[int]:
        """The sectors of the allocation table: of the header, then of its continuations."""
        found = list(struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76))
        more, seen = struct.unpack_from("<I", self._data, 68)[0], set[int]()
        while more < _LAST:
            if more in seen:
                raise ValueError("sectors in a circle")
            seen.add(more)
            *listed, more = _numbers(self._sector(more))
            found += listed
        return [number for number in found if number < _LAST]


def _numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chain(following: Sequence[int], start: int) -> Iterator[int]:
    for _ in range(len(following) + 1):
        if start >= _LAST:
            return
        yield start
        start = following[start]
    raise ValueError("sectors in a circle")
