"""Whether a delivery is what its source usually sends (报送情况判断); the policy says when not.

Shares are percent of rows. A delivery that is in doubt counts only once a
person has accepted it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from credit_cli.rules.values import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """From `rows` on deliveries are judged; the shares are the most that needs no acceptance."""

    rows: int
    shrink: int
    severe: int
    changed: int
    basis: str


class Delivery(NamedTuple):
    """Rows of a file: read, changed in the pool, and newly severe."""

    read: int
    changed: int
    severe: int


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


def doubts(now: Delivery, before: Delivery | None, expected: Expectations) -> Iterator[Reason]:
    """What about a delivery needs a person's acceptance, compared with the one before it."""
    if before and before.read >= expected.rows:
        missing = before.read - now.read
        if over(missing, before.read, expected.shrink):
            yield _doubt("delivery_shrank", missing, before.read, expected.shrink)
    if now.read < expected.rows:
        return
    for code, rows, most in (
        ("delivery_severe", now.severe, expected.severe),
        ("delivery_changed", now.changed, expected.changed),
    ):
        if over(rows, now.read, most):
            yield _doubt(code, rows, now.read, most)


def _doubt(code: str, rows: int, of: int, most: int) -> Reason:
    return Reason(code=code, params={"rows": rows, "of": of, "most": most})
