"""Hashes of rows, by which a store knows a document again and sees that it changed."""

from collections.abc import Sequence
from hashlib import blake2b


def hashes(*columns: Sequence[str], separator: str = "\x1f") -> list[str]:
    """BLAKE2b of every row of the columns, 16 bytes in hex. No value holds the separator."""
    rows = map(separator.join, zip(*columns, strict=True))
    return [blake2b(row.encode(), digest_size=16).hexdigest() for row in rows]


def texts(column: Sequence[str | int | None]) -> list[str]:
    """The column as it is hashed: "" for what there is not."""
    words = {value: "" if value is None else str(value) for value in set(column)}
    return [words[value] for value in column]
