"""The line in a TOML file where a value stands, which `tomllib` does not tell.

The text is known to be TOML, so this only follows its structure: headers,
keys, inline tables and arrays, passing over strings, comments and the rest.
"""

import re
import tomllib
from bisect import bisect_left
from typing import Any
from unicodedata import normalize

from credit_cli.intake.policy_names import Path

_TEXT = r'"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'"
_PART = rf"(?:{_TEXT}|[A-Za-z0-9_-]+)"
_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_BLANK = re.compile(r"(?:[\s,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
# A multi-line string may end with one or two quotes of its own.
_LEAF = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' + rf"|'''.*?'{{3,5}}|{_TEXT}|[^,\]}}#\n]+", re.DOTALL
)

Places = dict[Path, int]


def line_of(lines: Places, path: Path) -> int | None:
    """The line where the value at a key path stands, or the nearest that encloses it."""
    return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), None)


def lines_of(text: str) -> Places:
    """The line in which everything that has a key path stands."""
    ends = [one.start() for one in re.finditer("\n", text)]
    return {path: bisect_left(ends, pos) + 1 for path, pos in _places(text).items()}


def _places(text: str) -> Places:
    """Where everything that has a key path stands."""
    found: Places = {}
    sizes: dict[Path, int] = {}
    table: Path = ()
    pos = _past(_BLANK, text, 0)
    while pos < len(text):
        if text[pos] == "[":
            table, pos = _header(text, pos, sizes, found)
        else:
            pos = _pair(text, pos, table, found)
        pos = _past(_BLANK, text, pos)
    return found


def _header(text: str, pos: int, sizes: dict[Path, int], found: Places) -> tuple[Path, int]:
    """The path of a `[table]`, or of the next entry of an `[[array]]`; and where it ends."""
    many = text.startswith("[[", pos)
    *holders, last = _key(text, inside := _past(_SPACE, text, pos + 1 + many))
    path: Path = ()
    for name in holders:
        path = (*path, name)
        found.setdefault(path, pos)
        path = (*path, sizes[path] - 1) if path in sizes else path
    path = (*path, last)
    found.setdefault(path, pos)
    if many:
        sizes[path] = sizes.get(path, 0) + 1
        path = (*path, sizes[path] - 1)
    found[path] = pos
    end = _past(_SPACE, text, _past(_KEY, text, inside))
    return path, end + 1 + many


def _pair(text: str, pos: int, table: Path, found: Places) -> int:
    """`key = value`; where it ends."""
    *holders, last = _key(text, pos)
    for name in holders:
        table = (*table, name)
        found.setdefault(table, pos)
    equals = _past(_SPACE, text, _past(_KEY, text, pos))
    return _value(text, _past(_SPACE, text, equals + 1), (*table, last), found)


def _value(text: str, pos: int, path: Path, found: Places) -> int:
    found[path] = pos
    if text[pos] == "[":
        return _array(text, pos, path, found)
    if text[pos] == "{":
        return _inline(text, pos, path, found)
    return _past(_LEAF, text, pos)


def _array(text: str, pos: int, path: Path, found: Places) -> int:
    pos, n = _past(_BLANK, text, pos + 1), 0
    while text[pos] != "]":
        pos, n = _past(_BLANK, text, _value(text, pos, (*path, n), found)), n + 1
    return pos + 1


def _inline(text: str, pos: int, path: Path, found: Places) -> int:
    pos = _past(_BLANK, text, pos + 1)
    while text[pos] != "}":
        pos = _past(_BLANK, text, _pair(text, pos, path, found))
    return pos + 1


def _key(text: str, pos: int) -> list[str]:
    """The parts of a dotted key, each as tomllib reads it."""
    match = _KEY.match(text, pos)
    written = match[0] if match else ""
    if re.fullmatch(r"[\w.-]+", written):
        return written.split(".")
    held: Any = tomllib.loads(f"{written} = 0")
    parts = []
    while isinstance(held, dict):
        ((part, held),) = held.items()
        parts.append(normalize("NFC", part))
    return parts


def _past(pattern: re.Pattern[str], text: str, pos: int) -> int:
    """Where what the pattern matches ends."""
    match = pattern.match(text, pos)
    return match.end() if match else pos
