"""The values of a fact to try: at least one of every class that its tests tell apart.

The ends of ranges and what lies between them (of whole numbers and days only
where there is something between), each word named, one other word, each state.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from credit_cli.rules.conditions import (
    NO_RECORD,
    STATES,
    FactType,
    Kind,
    Missing,
    Op,
    UnaryTest,
    end_of,
)
from credit_cli.rules.durations import Duration, Unit
from credit_cli.rules.measurements import How

_DAY = timedelta(days=1)
_DENSE = (Kind.DECIMAL, Kind.PERCENT)
_HALF = Decimal("0.5")
_COUNTS = (How.COUNT, How.DISTINCT, How.CONSECUTIVE, How.LONGEST, How.CHAINS)
# Measured of no element, these are false or nought rather than without a record.
_NEVER_NO_RECORD = (How.ANY, How.ALL, How.NONE, How.SUM, *_COUNTS)


def values_of(
    tests: Sequence[UnaryTest], kind: FactType, how: How | None, as_of: date
) -> list[Any]:
    """A value of every class, those that the tests name first; of open text the other one last."""
    if kind.kind is Kind.FLAG:
        return [True, False]
    if kind.kind is Kind.SET:
        return [frozenset()]
    if kind.values:
        return list(kind.values)
    if kind.kind in (Kind.TEXT, Kind.GRADE):
        named = [word for test in tests if test.op is not Op.STATE for word in test.operands]
        equal = [test for test in tests if test.op in (Op.EQUAL, Op.IN, Op.NOT_IN)]
        words = dict.fromkeys(word for test in equal for word in test.operands)
        return [*words, other_word(named)]
    if kind.kind is Kind.DURATION:
        return _durations(cuts_of(tests, as_of), as_of)
    low, high = _bounds(kind, how)
    ends = [end for end in (low, high) if end is not None]
    cuts = sorted(cuts_of(tests, as_of)) or ends or [as_of if kind.kind is Kind.DATE else 0]
    tried = [*cuts, *ends, *_between(cuts, kind)]
    return [
        one
        for one in dict.fromkeys(tried)
        if (low is None or low <= one) and (high is None or one <= high)
    ]


def cuts_of(tests: Sequence[UnaryTest], as_of: date) -> set[Any]:
    """Where the tests of an ordered fact may change."""
    return {cut for test in tests for cut in _cuts(test, as_of)}


def _durations(cuts: Iterable[Duration], as_of: date) -> list[Any]:
    """Those named, by the day on which they end, with the next shorter and longer of each."""
    ordered = sorted(cuts, key=lambda one: (end_of(as_of, one), one.n))
    near = [Duration(max(one.n + step, 0), one.unit) for one in ordered for step in (-1, 1)]
    return list(dict.fromkeys([*ordered, *near])) or [Duration(0, Unit.CALENDAR_DAY)]


def _bounds(kind: FactType, how: How | None) -> tuple[int | None, int | None]:
    if how is How.SHARE:
        return 0, 100
    if kind.kind is Kind.TIME:
        return 0, timedelta(days=1) // timedelta(minutes=1)
    return (0 if how in _COUNTS else None), None


def _cuts(test: UnaryTest, as_of: date) -> Iterator[Any]:
    """The values at which a test may change: of a time up to today, the day as of today."""
    match test.op:
        case Op.EQUAL | Op.IN | Op.NOT_IN:
            yield from test.operands
        case Op.RANGE:
            low, _, high, _ = test.operands
            yield from (end for end in (low, high) if end is not None)
        case Op.NEXT:
            yield as_of
            yield end_of(as_of, test.operands[0])
        case Op.WITHIN | Op.OVER_AGO | Op.LEAST_AGO:
            yield as_of
            yield from _began(as_of, test.operands[0])


@lru_cache
def _began(today: date, length: Duration) -> tuple[date, ...]:
    """The first day from which the time ends today or later, and from which it ends later."""
    found = []
    for sooner in (today, today + _DAY):
        low, high = date.min.toordinal(), sooner.toordinal()
        while low < high:
            middle = low + (high - low) // 2
            ended = end_of(date.fromordinal(middle), length) < sooner
            low, high = (middle + 1, high) if ended else (low, middle)
        found.append(date.fromordinal(low))
    return tuple(found)


def _between(cuts: Sequence[Any], kind: FactType) -> Iterator[Any]:
    """A value below, above and between the cuts, if there is one."""
    if kind.kind in _DENSE:
        yield cuts[0] - 1
        yield from ((a + b) * _HALF for a, b in pairwise(cuts))
        yield cuts[-1] + 1
        return
    step: Any = _DAY if kind.kind is Kind.DATE else 1
    if cuts[0] != date.min:
        yield cuts[0] - step
    for cut in cuts:
        if cut != date.max:
            yield cut + step


def other_word(named: Iterable[str]) -> str:
    """A word that is none of those named and contains none of them."""
    words = "".join(named)
    return "…" if "…" not in words else chr(ord(max(words)) + 1)


def states_of(kind: FactType, how: How | None) -> list[Missing]:
    """The states that a fact, measured so or not at all, can be in."""
    known = [Missing(one) for one in (*STATES, *kind.states)]
    return [one for one in known if one != NO_RECORD or how not in _NEVER_NO_RECORD]
