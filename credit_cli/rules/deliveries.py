"""Whether a delivery is what its source usually sends (报送情况判断); the policy says when not.

Shares are percent of rows. A delivery that is in doubt counts only once a
person has accepted it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from credit_cli.rules.values import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What of a unit's deliveries needs no acceptance.

    From `rows` on shares are judged: at most so much may be missing, newly
    severe or changed, and by column at least so much must be filled. A delivery
    has `at_least` and `at_most` so many rows, whatever its size.
    """

    rows: int = 1
    shrink: int = 100
    severe: int = 100
    changed: int = 100
    fill: Mapping[str, int] = field(default_factory=dict)
    at_least: int | None = None
    at_most: int | None = None
    basis: str | None = None


class Delivery(NamedTuple):
    """Rows of a file: read, changed in the pool, newly severe, and filled by column.

    A column that files of its layout do not have is not among the `filled`.
    """

    read: int
    changed: int
    severe: int
    filled: Mapping[str, int] = MappingProxyType({})


class MostRejects(NamedTuple):
    """How many rows may be rejected, as a number or as a percentage of those read."""

    most: int
    percent: bool

    def exceeded(self, rejected: int, read: int) -> bool:
        """Whether more were."""
        return over(rejected, read, self.most) if self.percent else rejected > self.most

    def __str__(self) -> str:
        return f"{self.most}%" if self.percent else str(self.most)


class Conditions(NamedTuple):
    """How an import may go: how many rejects, doubts accepted, everybody else kept out."""

    most_rejects: MostRejects | None = None
    accept: bool = False
    exclusive: bool = False


def over(part: int, whole: int, percent: int) -> bool:
    """Whether a part is more than so many percent of the whole."""
    return 100 * part > percent * whole


def under(part: int, whole: int, percent: int) -> bool:
    """Whether a part is less than so many percent of the whole."""
    return 100 * part < percent * whole


def doubts(now: Delivery, before: Delivery | None, expected: Expectations) -> Iterator[Reason]:
    """What about a delivery needs a person's acceptance, compared with the one before it."""
    yield from _out_of_bounds(now, expected)
    if before and before.read >= expected.rows:
        missing = before.read - now.read
        if over(missing, before.read, expected.shrink):
            yield _doubt("delivery_shrank", rows=missing, of=before.read, most=expected.shrink)
    if now.read < expected.rows:
        return
    for code, rows, most in (
        ("delivery_severe", now.severe, expected.severe),
        ("delivery_changed", now.changed, expected.changed),
    ):
        if over(rows, now.read, most):
            yield _doubt(code, rows=rows, of=now.read, most=most)
    for column, least in expected.fill.items():
        rows = now.filled.get(column, now.read)
        if under(rows, now.read, least):
            of = {"rows": rows, "of": now.read, "least": least}
            yield _doubt("delivery_sparse", column=column, **of)


def _out_of_bounds(now: Delivery, expected: Expectations) -> Iterator[Reason]:
    """Whether a delivery has fewer or more rows than its source ever sends."""
    least, most = expected.at_least, expected.at_most
    if least is not None and now.read < least:
        yield _doubt("delivery_small", rows=now.read, least=least)
    if most is not None and now.read > most:
        yield _doubt("delivery_large", rows=now.read, most=most)


def _doubt(code: str, **params: int | str) -> Reason:
    return Reason(code=code, params=params)
