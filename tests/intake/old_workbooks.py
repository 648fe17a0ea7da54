"""Workbooks as spreadsheets wrote them before 2007 (.xls), made byte by byte."""

import struct
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

Cell = str | float | bool | date
SECTOR, END, FREE, FAT = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
GLOBALS, SHEET = 0x0005, 0x0010
HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
HEAD += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
DAY_FORMAT, EPOCH = 14, date(1899, 12, 30)


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def bof(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))


def text(said: str) -> bytes:
    return struct.pack("<HB", len(said), 1) + said.encode("utf-16-le")


def xf(number_format: int) -> bytes:
    return record(0x00E0, struct.pack("<HH", 0, number_format) + bytes(16))


def cell(row: int, column: int, value: Cell, strings: list[str]) -> bytes:
    if isinstance(value, bool):
        return record(0x0205, struct.pack("<HHHBB", row, column, 0, value, 0))
    if isinstance(value, str):
        strings.append(value)
        return record(0x00FD, struct.pack("<HHHI", row, column, 0, len(strings) - 1))
    style, number = (1, (value - EPOCH).days) if isinstance(value, date) else (0, value)
    return record(0x0203, struct.pack("<HHHd", row, column, style, number))


def sheet(rows: Sequence[Sequence[Cell]], strings: list[str]) -> bytes:
    width = max(map(len, rows), default=0)
    cells = [
        cell(n, m, value, strings) for n, row in enumerate(rows) for m, value in enumerate(row)
    ]
    extent = record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    return bof(SHEET) + extent + b"".join(cells) + record(0x000A)


def stream(bodies: Mapping[str, bytes], strings: Sequence[str], extra: bytes = b"") -> bytes:
    """The records of a workbook: what all sheets share, then each sheet."""
    shared = struct.pack("<II", len(strings), len(strings)) + b"".join(map(text, strings))
    styles = xf(0) + xf(DAY_FORMAT)
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name in bodies]
    room = sum(4 + 6 + len(name) for name in names)
    before = bof(GLOBALS) + extra + styles
    after = record(0x00FC, shared) + record(0x000A)
    start, listed = len(before) + room + len(after), b""
    for name, body in zip(names, bodies.values(), strict=True):
        listed += record(0x0085, struct.pack("<IH", start, 0) + name)
        start += len(body)
    return before + listed + after + b"".join(bodies.values())


def entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written) + 2, kind, 1)
    head += struct.pack("<III", FREE, FREE, child) + bytes(36)
    return head + struct.pack("<IQ", start, size)


def small_container(content: bytes) -> bytes:
    """A compound file whose stream is cut into small sectors: table, folder, small table, root."""
    smalls = -(-len(content) // 64)
    content = content.ljust(-(-len(content) // SECTOR) * SECTOR, b"\0")
    last = 3 + len(content) // SECTOR
    chain = [FAT, END, END, *range(4, last), END]
    root = entry("Root Entry", 5, 3, len(content), 1)
    folder = (root + entry("Workbook", 2, 0, smalls * 64)).ljust(SECTOR, b"\0")
    small = struct.pack(f"<{smalls}I", *range(1, smalls), END).ljust(SECTOR, b"\xff")
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    numbers = struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 2, 1, END, 0)
    return HEAD + numbers + bytes(4).ljust(436, b"\xff") + table + folder + small + content


def container(content: bytes, name: str = "Workbook", *, apart: bool = False) -> bytes:
    """A compound file of one stream: header, allocation table, folder, content.

    `apart`: the header leaves it to a last sector to say where the table is.
    """
    size = max(len(content), 4096)
    content = content.ljust(-(-size // SECTOR) * SECTOR, b"\0")
    sectors = len(content) // SECTOR
    tables = -(-(sectors + 2) // 127)
    first = tables + 1
    chain = [FAT] * tables + [END] + [*range(first + 1, first + sectors), END]
    allocation = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * SECTOR, b"\xff")
    folder = entry("Root Entry", 5, END, 0, 1) + entry(name, 2, first, size)
    places = struct.pack(f"<{tables}I", *range(tables)).ljust(436, b"\xff")
    more = first + sectors if apart else END
    head = HEAD + struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, END, 0, more, int(apart))
    whole = allocation + folder.ljust(SECTOR, b"\0") + content
    if not apart:
        return head + places + whole
    listed = places[:436].ljust(SECTOR - 4, b"\xff") + struct.pack("<I", END)
    return head + b"\xff" * 436 + whole + listed


def save_xls(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> Path:
    strings: list[str] = []
    bodies = {name: sheet(rows, strings) for name, rows in sheets.items()}
    path.write_bytes(container(stream(bodies, strings)))
    return path
