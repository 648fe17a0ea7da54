"""The atoms of conditions: their single tests, from whose truths all the rest follows.

Subjects of whom every atom has the same truth are decided alike, so a run over
a whole population asks the database for the atoms (a few hundred different
rows of truths for millions of subjects) and decides each row once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date

from credit_cli.rules.conditions import (
    Condition,
    Op,
    Truth,
    UnaryTest,
    combined,
    end_of,
    tests_of,
)
from credit_cli.rules.durations import Duration

_DAYS = range(date.min.toordinal(), date.max.toordinal() + 1)


def signature(conditions: Iterable[Condition]) -> tuple[UnaryTest, ...]:
    """The distinct tests of the conditions, in the order in which they first stand."""
    return tuple(dict.fromkeys(test for one in conditions for test in tests_of(one)))


def decide_signature(condition: Condition, truths: Mapping[UnaryTest, Truth]) -> Truth:
    """The truth of a condition for all of whom its atoms have these truths."""
    return combined(condition, truths.__getitem__)


def days_of(test: UnaryTest, today: date) -> tuple[date, date]:
    """The first and the last day on which a test of a date's age is true, seen from today.

    A first day after the last means none.
    """
    length: Duration = test.operands[0]
    if test.op is Op.NEXT:
        return today, end_of(today, length)
    if test.op is Op.LEAST_AGO:
        return _before(bisect_right(_DAYS, today, key=lambda n: _ended(n, length)))
    first = bisect_left(_DAYS, today, key=lambda n: _ended(n, length))
    return (_day(first), today) if test.op is Op.WITHIN else _before(first)


def _ended(day: int, length: Duration) -> date:
    return end_of(date.fromordinal(day), length)


def _before(place: int) -> tuple[date, date]:
    return (date.min, _day(place - 1)) if place else (date.max, date.min)


def _day(place: int) -> date:
    return date.fromordinal(_DAYS[place])
