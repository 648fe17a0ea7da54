"""Which encoding a text file is in, its hash, and whether its lines are of honest length.

The order is byte order mark, strict UTF-8, strict GB18030: half of all UTF-8
names decode silently as GB18030, so that one is never tried first.
"""

import codecs
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from credit_cli.errors import EncodingUnknown, FileBroken, MalformedValue

BLOCK = 1 << 20
LONGEST_LINE = 1 << 20  # characters
_PIECE = 192 << 10  # bytes: some 500 rows of the usual length, which fit into the cache
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORCEABLE = {
    "utf8": "utf-8-sig",
    "utf8sig": "utf-8-sig",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
}


class Survey(NamedTuple):
    """What one pass over a file's bytes tells; `bad_line` is the first that does not decode."""

    sha256: str
    bad_line: int | None


def hash_file(path: Path) -> str:
    """SHA-256 of the file, read in blocks."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def find_encoding(path: Path, forced: str | None) -> tuple[str, str]:
    """The file's encoding and SHA-256. EncodingUnknown, FileBroken or MalformedValue."""
    candidates = _candidates(path, forced)
    failures = []
    for encoding in candidates:
        digest, bad_line = _survey(path, encoding)
        if bad_line is None:
            return encoding, digest
        failures.append((bad_line, encoding))
    # Whoever got furthest is what the file was meant to be.
    line, guess = max(failures, key=lambda failure: failure[0])
    raise EncodingUnknown(path=str(path), guess=guess.removesuffix("-sig"), line=line)


def _candidates(path: Path, forced: str | None) -> tuple[str, ...]:
    if forced is not None:
        encoding = _FORCEABLE.get("".join(filter(str.isalnum, forced.lower())))
        if encoding is None:
            raise MalformedValue(option="--encoding", expected="utf-8, gb18030, utf-16")
        return (encoding,)
    with path.open("rb") as file:
        head = file.read(3)
    return next(((name,) for mark, name in _MARKS if head.startswith(mark)), ("utf-8", "gb18030"))


def _survey(path: Path, encoding: str) -> Survey:
    digest = sha256()
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, unbroken, bad_line = 1, 0, None
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            if bad_line is None:
                bad_line = _failing_line(decoder, block, lines)
            breaks = max(block.count(b"\n"), block.count(b"\r"))
            unbroken = 0 if breaks else unbroken + len(block)
            if unbroken > 4 * LONGEST_LINE:
                raise FileBroken(path=str(path), line=lines, fault="line_too_long")
            lines += breaks
    if bad_line is None:
        bad_line = _failing_line(decoder, None, lines)
    return Survey(digest.hexdigest(), bad_line)


def _failing_line(decoder: codecs.IncrementalDecoder, block: bytes | None, line: int) -> int | None:
    """The line in `block` (None: at the file's end) that does not decode."""
    try:
        decoder.decode(block or b"", final=block is None)
    except UnicodeDecodeError as error:
        return line + error.object[: error.start].count(b"\n")
    except UnicodeError:  # UTF-16 without the mark that says which of both it is
        return line
    return None


def whole_lines(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The file in UTF-8, whole lines at a time; a line beyond the bound comes in pieces.

    The first byte order mark is left out. UnicodeDecodeError is only certain
    where the encoding is not UTF-8: what is read of that is decoded later.
    """
    rest = b""
    for piece in _in_utf8(file, encoding):
        text = rest + piece
        line_feed = text.rfind(b"\n")
        # At the very end a carriage return may be half of a line break.
        end = 1 + max(line_feed, text.rfind(b"\r", line_feed + 1, -1))
        if not end and len(text) > 4 * LONGEST_LINE:
            end = len(text)
        if end:
            yield text[:end]
        rest = text[end:]
    if rest:
        yield rest


def _in_utf8(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    if encoding.startswith("utf-8"):
        yield file.read(_PIECE).removeprefix(codecs.BOM_UTF8)
        while piece := file.read(_PIECE):
            yield piece
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    while piece := file.read(_PIECE):
        yield decoder.decode(piece).encode()
    decoder.decode(b"", final=True)
