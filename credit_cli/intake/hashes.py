"""Hashes of rows, by which a store knows a document again and sees that it changed."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from struct import iter_unpack


def digests(*columns: Sequence[str], separator: str = "\x1f") -> list[bytes]:
    """BLAKE2b of every row of the columns, 16 bytes. No value holds the separator."""
    rows = map(separator.join, zip(*columns, strict=True))
    return [blake2b(row.encode(), digest_size=16).digest() for row in rows]


def keys(found: Iterable[bytes]) -> list[int]:
    """The first 64 bits of each digest, signed, as a store keeps them."""
    return [key for (key,) in iter_unpack(">q8x", b"".join(found))]


def texts(column: Sequence[str | int | None]) -> list[str]:
    """The column as it is hashed: "" for what there is not."""
    words = {value: "" if value is None else str(value) for value in set(column)}
    return [words[value] for value in column]
