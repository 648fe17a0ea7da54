"""Text from outside made harmless for a screen; lossless wherever a script reads it."""

import re
from collections.abc import Callable
from typing import TextIO
from unicodedata import category

# Controls (Cc), invisible and direction marks (Cf), line separators, lone surrogates, and
# letters drawn as nothing. Written out, because a search through all of Unicode costs 0.2 s.
# Unassigned and private characters pass: rare surnames are newer than the interpreter.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
_MOST_MARKS = 3


def _python_escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def escaped(text: str, *, keep: str = "", escape: Callable[[str], str] = _python_escape) -> str:
    r"""`text` with every harmful character but those in `keep` as its escape (`\x1b`)."""
    return _HARMFUL.sub(lambda found: found[0] if found[0] in keep else escape(found[0]), text)


def visible(text: str, limit: int = 2000) -> str:
    """`text` as a person may see it on one line, cut after `limit` characters.

    Harmful characters become escapes; of a run of combining marks three stay,
    because more paint over the lines above and below.
    """
    shown = _few_marks(escaped(text[:limit]))
    return f"{shown}…" if len(text) > limit else shown


def _few_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, run = [], 0
    for char in text:
        run = run + 1 if category(char).startswith("M") else 0
        if run <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def carries_all(stream: TextIO) -> bool:
    """Whether the stream's encoding has every character."""
    return (stream.encoding or "utf-8").lower().startswith("utf")


def put(stream: TextIO, text: str) -> None:
    """Write `text`; a character that the stream's encoding lacks goes out as its escape."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
