"""Rows of a JSON file: a list of flat objects, alone or in an object, or one object a line.

The keys of all objects are the heading row, because many programs leave out
what is blank: a key may come late. So a file is read twice, in constant
memory. An object that is no row comes out as one cell with its text as sent,
so it is refused and the rest of the file goes on; what is no JSON breaks a
list, but only its own line among lines.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from credit_cli.errors import EncodingUnknown, FileBroken
from credit_cli.intake.encodings import LONGEST_LINE
from credit_cli.intake.json_texts import TORN, Broken, Value, Window, flat, read_object
from credit_cli.intake.row_blocks import RowBlock

_DEEPEST = 8  # objects around a list
_LIST, _EMPTY = object(), object()  # in an object's members
_MOST_KEYS = 500  # as many columns as a heading row may have
_TOGETHER, _ENOUGH = 500, 192 << 10  # rows, characters
_BLANKS = " \t\r\n"
_WORDS = {None: "", True: "是", False: "否"}
# UTF-16 counts too, to be refused for its encoding.
_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*(?:[\[{\]]|$))")


class _Item(NamedTuple):
    """One object with its line and text; None instead of an object that is no row."""

    line: int
    found: Mapping[str, Value] | None
    text: str


def is_json(head: bytes) -> bool:
    """Whether a file that begins so is a JSON file."""
    return _START.match(head.translate(None, b"\0\xff\xfe")) is not None


def json_rows(file: BinaryIO, path: Path) -> Iterator[RowBlock]:
    """The keys and then the objects of a file opened for its bytes.

    A line is a line of the file, or where the file is a list, one more than
    the object's number. FileBroken, EncodingUnknown.
    """
    keys, first = _keys(file, path)
    heading = [key.encode("utf-8", "replace") for key in keys]
    yield RowBlock([first - 1], [heading], first - 1)
    block, size = list[_Item](), 0
    for item in _items(file, path):
        block.append(item)
        size += len(item.text)
        if len(block) == _TOGETHER or size > _ENOUGH:
            yield _block(block, keys)
            block, size = [], 0
    if block:
        yield _block(block, keys)


def _keys(file: BinaryIO, path: Path) -> tuple[list[str], int]:
    """All keys in their order, and the line of the first object."""
    keys, first = dict[str, None](), 0
    for line, found, _ in _items(file, path):
        first = first or line
        keys.update(dict.fromkeys(found or ()))
        if len(keys) > _MOST_KEYS:
            raise FileBroken(path=str(path), line=line, fault="keys")
    return list(keys), first


def _block(items: Sequence[_Item], keys: Sequence[str]) -> RowBlock:
    rows = [_cells(item, keys) for item in items]
    lines = range(items[0].line, items[-1].line + 1)
    return RowBlock(lines, rows, lines[-1], misfit="no_flat_object")


def _cells(item: _Item, keys: Sequence[str]) -> list[bytes]:
    if item.found is not None:
        values = map(item.found.get, keys)
        texts = [value if isinstance(value, str) else _WORDS[value] for value in values]
        try:
            return [text.encode() for text in texts]
        except UnicodeEncodeError:  # half a character, written as \ud83d
            pass
    return [item.text.encode()] if item.text else []


def _items(file: BinaryIO, path: Path) -> Iterator[_Item]:
    """Every object, or line, from the start of the file."""
    line = 0
    try:
        for item in _by_line(file) if _is_by_line(file) else _listed(Window(file)):
            line = item.line
            yield item
    except Broken as broken:
        fault = broken.fault
    except UnicodeDecodeError:
        fault = ""
    else:
        return
    if fault:
        raise FileBroken(path=str(path), line=line + 1, fault=fault)
    raise EncodingUnknown(path=str(path), guess="utf-8", line=line + 1)


def _is_by_line(file: BinaryIO) -> bool:
    """Whether the first line that is not blank is an object of its own."""
    file.seek(0)
    try:
        lines = filter(None, (line.strip(_BLANKS) for line in _lines(file)))
        return read_object(next(lines, "")) is not None
    except Broken:  # a list may stand in one line of any length
        return False
    finally:
        file.seek(0)


def _lines(file: BinaryIO) -> Iterator[str]:
    mark = codecs.BOM_UTF8
    while read := file.readline(4 * LONGEST_LINE):
        if len(read) == 4 * LONGEST_LINE:
            raise Broken("line_too_long")
        yield read.removeprefix(mark).decode()
        mark = b""


def _by_line(file: BinaryIO) -> Iterator[_Item]:
    for number, line in enumerate(_lines(file), 1):
        if len(line) > LONGEST_LINE:
            raise Broken("line_too_long")
        text = line.strip(_BLANKS)
        yield _Item(number, read_object(text), text)


def _listed(window: Window) -> Iterator[_Item]:
    """The elements of the one list in the file, or the one object that the file is."""
    if window.peek() == "[":
        yield from _elements(window)
    else:
        yield from _wrapped(window)
    if window.peek():
        raise Broken("json")


def _elements(window: Window) -> Iterator[_Item]:
    for number, _ in enumerate(window.places("]"), 2):
        value, text = window.value()
        yield _Item(number, value if isinstance(value, dict) else None, text)


def _wrapped(window: Window) -> Iterator[_Item]:
    """The elements of the one list with any in an object; else the object, if it is a row."""
    members: list[tuple[str, Any]] = []
    yield from _list_within(window, members, _DEEPEST)
    if not any(value is _LIST or value is _EMPTY for _, value in members):
        found = flat(members)
        if not found:
            raise Broken("nested")
        yield _Item(2, found, "")


def _list_within(window: Window, members: list[tuple[str, Any]], depth: int) -> Iterator[_Item]:
    """The elements of the list, which may stand in an object of an object (data.records)."""
    if not depth:
        raise Broken("nested")
    for _ in window.places("}"):
        key, mark = window.key(), window.peek()
        if mark == "[":
            yield from _only_list(window, members, key)
        elif mark == "{":
            members.append((key, TORN))
            yield from _list_within(window, members, depth - 1)
        else:
            members.append((key, window.value()[0]))


def _only_list(window: Window, members: list[tuple[str, Any]], key: str) -> Iterator[_Item]:
    members.append((key, _EMPTY))
    for item in _elements(window):
        if members[-1][1] is _EMPTY:
            if any(value is _LIST for _, value in members):
                raise Broken("lists")
            members[-1] = (key, _LIST)
        yield item
