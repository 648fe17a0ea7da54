"""Measurements: facts counted, summed or read off the collections of the pool.

A collection is a tuple of elements (records, cases, related persons ...), each
with facts of its own. Only elements of which the `where` is true are measured,
and none that lies after today. A collection that is unknown or not authorised
gives its state to everything measured over it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import Any

from credit_cli.rules.conditions import (
    ALWAYS,
    NO_RECORD,
    UNKNOWN,
    Condition,
    Derived,
    Facts,
    Truth,
    end_of,
    every,
    holds,
    is_missing,
    opposite,
    truth,
    value_of,
)
from credit_cli.rules.durations import Duration
from credit_cli.rules.reckoning import decimal
from credit_cli.rules.windows import Period, Window, day_of, period_of

SUBJECT = "subject"


class How(StrEnum):
    """What is made of the elements."""

    ANY = "any"
    ALL = "all"
    NONE = "none"
    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    LATEST = "latest"
    EARLIEST = "earliest"
    DISTINCT = "distinct"
    SHARE = "share"
    AVERAGE = "average"
    PREVIOUS = "previous"
    CONSECUTIVE = "consecutive"
    LONGEST = "longest"
    CHAINS = "chains"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of a chain: how soon and how long after the step before it must have come.

    Of an `absent` one none may have come `within` that time, or else until today;
    it is met once the time has passed, and the next step comes after that.
    """

    where: Condition
    within: Duration | None = None
    after: Duration | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measurement. `by` is the field, a date or a year, that orders and dates the elements.

    `holding` is what `any`, `all`, `none`, `share` and runs ask of the elements
    that `where` leaves; a run goes back from the latest, by element or by period.
    `party` takes the elements of related persons in those roles.
    """

    name: str
    over: str
    how: How
    where: Condition = ALWAYS
    of: str = ""
    order: tuple[str, ...] = ()  # of grades, worst first
    by: str = ""
    window: Window | None = None
    holding: Condition = ALWAYS
    every: Period | None = None
    chain: tuple[Step, ...] = ()
    per: str = ""
    party: tuple[str, ...] = ()
    listed: Derived | None = field(default=None, compare=False)  # what works the list out
    reckoned: Derived | None = field(default=None, compare=False)  # an `of` that is a formula

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        """The measured value, or the state in which the collection or an empty result is."""
        found = self.elements(facts)
        return found if is_missing(found) else _MEASURED[self.how](self, found)

    def elements(self, facts: Facts) -> Any:  # noqa: ANN401 - elements or a state
        """The elements that are measured, or the state of the collection."""
        found = self._elements(facts)
        if is_missing(found):
            return found
        if self.window and not self.window.is_known(facts):
            return UNKNOWN
        return list(self._measured(found, facts))

    def _elements(self, facts: Facts) -> Any:  # noqa: ANN401 - elements or a state
        if not self.party:
            own = value_of(self.over, self.listed, facts)
            return () if own is None else own
        found: list[Any] = []
        for one in self._persons(facts):
            held = one.get(self.over, ()) if isinstance(one, Mapping) else one
            if is_missing(held):
                return UNKNOWN if held is None else held
            found.extend(held)
        return tuple(found)

    def _persons(self, facts: Facts) -> Iterator[Any]:
        if SUBJECT in self.party:
            yield facts
        related = facts.get("related") or ()
        if is_missing(related):
            yield {self.over: related}
            return
        yield from (one for one in related if one.get("relation") in self.party)

    def _measured(self, elements: Iterable[Mapping[str, Any]], facts: Facts) -> Iterator[Facts]:
        today, outer = facts.get("as_of"), facts.get("outer", facts)
        for element in elements:
            on = day_of(element.get(self.by))
            inner = {**element, "as_of": today, "outer": outer}
            if on and today and on > today:
                continue
            if self.window and not self.window.covers(on, facts):
                continue
            if holds(self.where, inner):
                yield inner


def _any(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    return _known(opposite(every(opposite(truth(measured.holding, one)) for one in found)))


def _all(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    return _known(every(truth(measured.holding, one) for one in found))


def _none(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    return _known(every(opposite(truth(measured.holding, one)) for one in found))


def _known(result: Truth) -> Any:  # noqa: ANN401
    return UNKNOWN if result is None else result


def _read(measured: Measurement, one: Facts) -> Any:  # noqa: ANN401 - a field's value
    return measured.reckoned.value(one) if measured.reckoned else one.get(measured.of)


def _values(measured: Measurement, found: list[Facts]) -> list[Any]:
    known = (value for one in found if not is_missing(value := _read(measured, one)))
    return [value for value in known if not measured.order or value in measured.order]


def _sum(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    return sum(_values(measured, found))


def _average(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    values = _values(measured, found)
    return decimal(sum(map(Fraction, values), Fraction()) / len(values)) if values else NO_RECORD


def _rank(measured: Measurement) -> Callable[[Any], Any] | None:
    """Grades go by their places, worst first."""
    return measured.order.index if measured.order else None


def _min(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    return min(_values(measured, found), default=NO_RECORD, key=_rank(measured))


def _max(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    return max(_values(measured, found), default=NO_RECORD, key=_rank(measured))


def _in_order(measured: Measurement, found: list[Facts]) -> list[Facts]:
    return sorted(found, key=lambda one: _day(one, measured) or date.min)


def _day(one: Facts, measured: Measurement) -> date | None:
    return day_of(one.get(measured.by))


def _latest(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    ordered = _in_order(measured, found)
    return _read(measured, ordered[-1]) if ordered else NO_RECORD


def _previous(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    _, *before = reversed(_in_order(measured, found) or [{}])
    return _read(measured, before[0]) if before else NO_RECORD


def _earliest(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    ordered = _in_order(measured, found)
    return _read(measured, ordered[0]) if ordered else NO_RECORD


def _share(measured: Measurement, found: list[Facts]) -> Any:  # noqa: ANN401
    holding = sum(holds(measured.holding, one) for one in found)
    return Decimal(100 * holding) / len(found) if found else NO_RECORD


def _runs(measured: Measurement, found: list[Facts]) -> Iterator[tuple[bool, int]]:
    """Stretches in order of time: whether they hold, and how many elements or periods long."""
    marks = [(n, one) for n, one in enumerate(_in_order(measured, found))]
    if measured.every:
        days = [(_day(one, measured), one) for _, one in marks]
        marks = [(period_of(on, measured.every), one) for on, one in days if on]
    held = [
        (n, all(holds(measured.holding, one) for _, one in group))
        for n, group in groupby(marks, key=lambda mark: mark[0])
    ]
    # A period without any element breaks a run as one that does not hold.
    numbered = enumerate(held)
    for (_, result), stretch in groupby(numbered, key=lambda one: (one[1][0] - one[0], one[1][1])):
        yield result, len(list(stretch))


def _consecutive(measured: Measurement, found: list[Facts]) -> int:
    runs = list(_runs(measured, found))
    return runs[-1][1] if runs and runs[-1][0] else 0


def _longest(measured: Measurement, found: list[Facts]) -> int:
    return max((length for result, length in _runs(measured, found) if result), default=0)


def _chains(measured: Measurement, found: list[Facts]) -> int:
    """In how many groups (one case, say) the chain of events came about in its order."""
    ordered = [one for one in _in_order(measured, found) if not is_missing(one.get(measured.per))]
    groups: dict[Any, list[Facts]] = {}
    for one in ordered:
        groups.setdefault(one[measured.per], []).append(one)
    return sum(_follows(measured, group, measured.chain, None) for group in groups.values())


def _follows(
    measured: Measurement, events: list[Facts], chain: tuple[Step, ...], before: Facts | None
) -> bool:
    if not chain:
        return True
    step, *rest = chain
    if step.absent:
        return before is not None and _never_came(measured, events, chain, before)
    return any(
        holds(step.where, one)
        and _in_time(_day(one, measured), _day(before or {}, measured), step)
        and _follows(measured, events[n + 1 :], tuple(rest), one)
        for n, one in enumerate(events)
    )


def _in_time(on: date | None, before: date | None, step: Step) -> bool:
    if step.within is None and step.after is None:
        return True
    if on is None or before is None:
        return False
    soon = step.within is None or on <= end_of(before, step.within)
    return soon and (step.after is None or on >= end_of(before, step.after))


def _never_came(
    measured: Measurement, events: list[Facts], chain: tuple[Step, ...], before: Facts
) -> bool:
    step, *rest = chain
    today, began = before.get("as_of"), _day(before, measured)
    if not isinstance(today, date) or began is None:
        return False
    ends = end_of(began, step.within) if step.within else today
    dated = [(_day(one, measured) or date.max, one) for one in events]
    if (step.within and today <= ends) or any(
        truth(step.where, one) is not False for on, one in dated if on <= ends
    ):
        return False
    passed = {measured.by: ends, "as_of": today}
    return _follows(measured, [one for on, one in dated if on > ends], tuple(rest), passed)


_MEASURED: Mapping[How, Callable[[Measurement, list[Facts]], Any]] = {
    How.ANY: _any,
    How.ALL: _all,
    How.NONE: _none,
    How.COUNT: lambda _, found: len(found),
    How.SUM: _sum,
    How.MIN: _min,
    How.MAX: _max,
    How.AVERAGE: _average,
    How.LATEST: _latest,
    How.PREVIOUS: _previous,
    How.EARLIEST: _earliest,
    How.DISTINCT: lambda measured, found: len(set(_values(measured, found))),
    How.SHARE: _share,
    How.CONSECUTIVE: _consecutive,
    How.LONGEST: _longest,
    How.CHAINS: _chains,
}
