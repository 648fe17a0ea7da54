"""How good the data of a batch is (数据质量): a share for each dimension, and two indicators.

Shares are permille of the rows read; of no rows there is none (None). A share
of good rows is rounded down and one of bad rows up, so that 1000 and 0 are said
only where they are exact.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Dimension(StrEnum):
    """The dimensions of one batch: 完整性, 规范性, 冗余性, 关联性, 准确性, 及时性."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    DUPLICATION = "duplication"
    LINKAGE = "linkage"
    ACCURACY = "accuracy"
    TIMELINESS = "timeliness"


class Figure(NamedTuple):
    """A dimension, the rows that fall short in it, and the share of those that do not."""

    dimension: Dimension
    flawed: int
    sound_permille: int | None


def flawed_rows(
    hits: Iterable[tuple[str, Iterable[int]]], dimension_of: Mapping[str, Dimension]
) -> Counter[str]:
    """The rows that fall short in each dimension, each row once; by the rows each issue hits."""
    flawed: dict[str, set[int]] = {}
    for code, rows in hits:
        if code in dimension_of:
            flawed.setdefault(dimension_of[code], set()).update(rows)
    return Counter({dimension: len(rows) for dimension, rows in flawed.items()})


def flawed_by_count(
    counts: Mapping[str, int], dimension_of: Mapping[str, Dimension]
) -> Counter[str]:
    """The same for what is only known as a number of rows."""
    flawed: Counter[str] = Counter()
    for code, count in counts.items():
        if code in dimension_of:
            flawed[dimension_of[code]] += count
    return flawed


def figures(read: int, flawed: Mapping[str, int]) -> list[Figure]:
    """Every dimension of `read` rows, in the order in which officials name them."""
    # A row may be counted by its issues and by the pool.
    short = {one: min(flawed.get(one, 0), read) for one in Dimension}
    return [Figure(one, count, good_permille(read - count, read)) for one, count in short.items()]


def good_permille(good: int, read: int) -> int | None:
    """Such as 合规率, the share of valid rows."""
    return good * 1000 // read if read else None


def bad_permille(bad: int, read: int) -> int | None:
    """Such as 迟报率, the share of rows reported late."""
    return -(-bad * 1000 // read) if read else None
