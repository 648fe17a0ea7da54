"""JSON text read value by value through a window, so that a list of any length fits.

Numbers come as the texts they were written as; what is no row of a table
(nested, a key twice, NaN) comes as TORN.
"""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any, BinaryIO

from credit_cli.intake.encodings import LONGEST_LINE

Value = str | bool | None
TORN = ()
_FLAT = frozenset({str, bool, NoneType})
_MARK = re.compile(r"[^ \t\r\n]")
_PIECE = 192 << 10  # bytes


class Broken(Exception):
    """No JSON from here on: `fault` is the code of its words."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def flat(pairs: list[tuple[str, Any]]) -> Any:  # noqa: ANN401 - an object of plain values, or TORN
    """The object of these members, if it is one row of a table."""
    found = dict(pairs)
    plain = len(found) == len(pairs) and _FLAT.issuperset(map(type, found.values()))
    return found if plain else TORN


_DECODER = json.JSONDecoder(
    object_pairs_hook=flat, parse_int=str, parse_float=str, parse_constant=lambda _: TORN
)


def read_object(text: str) -> Mapping[str, Value] | None:
    """The flat object that a text is, or None."""
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class Window:
    """A JSON text, of which a value's length is in memory. Broken, or UnicodeDecodeError."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text, self._at, self._ended = "", 0, False

    def peek(self) -> str:
        """The next character that is no blank; "" at the end."""
        while True:
            found = _MARK.search(self._text, self._at)
            if found is not None:
                self._at = found.start()
                return found[0]
            self._at = len(self._text)
            if not self._more():
                return ""

    def take(self, mark: str) -> None:
        """Pass over one character, which must be `mark`."""
        if self.peek() != mark:
            raise Broken("json")
        self._at += 1

    def places(self, end: str) -> Iterator[None]:
        """Stand before every element of the list or object that opens here."""
        self._at += 1
        if self.peek() == end:
            self._at += 1
            return
        while True:
            yield
            if self.peek() == end:
                self._at += 1
                return
            self.take(",")

    def key(self) -> str:
        """The key that stands here; what belongs to it comes next."""
        if self.peek() != '"':
            raise Broken("json")
        key: str = self.value()[0]
        self.take(":")
        return key

    def value(self) -> tuple[Any, str]:
        """The value that begins here, and its text."""
        self.peek()
        while True:
            value, end = self._try()
            if end > self._at and (end < len(self._text) or self._ended):
                break
            if self._ended:
                raise Broken("json")
            if len(self._text) - self._at > LONGEST_LINE:
                raise Broken("object_too_long")
            self._more()
        start, self._at = self._at, end
        return value, self._text[start:end]

    def _try(self) -> tuple[Any, int]:
        try:
            return _DECODER.raw_decode(self._text, self._at)
        except ValueError:
            return None, self._at
        except RecursionError:
            pass
        raise Broken("nested")

    def _more(self) -> bool:
        """Read on; what was passed over is forgotten."""
        piece = self._file.read(_PIECE)
        self._text = self._text[self._at :] + self._decode(piece, not piece)
        self._at, self._ended = 0, not piece
        return not self._ended
