"""Rows of a JSON file: a list of flat objects, alone or within objects, or one object a line.

The keys of all objects are the heading row, because many programs leave out
what is blank: a key may come late. So a file is read twice, in constant
memory. An object that is no row comes out as one cell with its text as sent,
so it is refused and the rest of the file goes on; what is no JSON breaks a
list, but only its own line among lines.
"""

import codecs
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from credit_cli.errors import EncodingUnknown, FileBroken
from credit_cli.intake.encodings import LONGEST_LINE
from credit_cli.intake.json_texts import Broken, Value, Window, flat, read_object
from credit_cli.intake.row_blocks import RowBlock

_MOST_KEYS = 500  # as many columns as a heading row may have
_DEEPEST = 20  # objects one in the other
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


@dataclass(slots=True)
class _Search:
    """What has been seen of an object in which the list of records is sought."""

    members: list[tuple[str, Value]] = field(default_factory=list)  # its own plain ones
    plain: bool = True  # whether it has no others
    lists: int = 0  # of objects
    empty: bool = False  # whether there was a list of nothing


def _wrapped(window: Window) -> Iterator[_Item]:
    """The elements of the only list of objects, however deep; whatever is beside it is no row."""
    search = _Search()
    yield from _within(window, search, 0)
    if search.lists or search.empty:
        return
    found = flat(search.members) if search.plain else None
    if not found:
        raise Broken("no_list")
    yield _Item(2, found, "")


def _within(window: Window, search: _Search, depth: int) -> Iterator[_Item]:
    if depth > _DEEPEST:
        raise Broken("nested")
    for _ in window.places("}"):
        key, mark = window.key(), window.peek()
        search.plain &= mark not in "[{"
        if mark == "[":
            yield from _records(window, search)
        elif mark == "{":
            yield from _within(window, search, depth + 1)
        else:
            value, _ = window.value()
            search.members += [(key, value)] if not depth else []
        if len(search.members) > _MOST_KEYS:
            raise Broken("keys")


def _records(window: Window, search: _Search) -> Iterator[_Item]:
    """The elements of a list that begins with an object; of another one nothing."""
    elements = _elements(window)
    first = next(elements, None)
    if first is None:
        search.empty = True
    elif first.text.startswith("{"):
        search.lists += 1
        if search.lists > 1:
            raise Broken("lists")
        yield first
        yield from elements
    else:
        deque(elements, maxlen=0)  # read to its end
