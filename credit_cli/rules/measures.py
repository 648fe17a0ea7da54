"""Measures (措施): what a scenario may grant or impose, and how several grants become one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from credit_cli.rules.conditions import CALENDAR, Facts, is_missing
from credit_cli.rules.durations import Duration


class MeasureKind(StrEnum):
    """What a measure's value is; a range is kept as written."""

    FLAG = "flag"
    NUMBER = "number"
    DECIMAL = "decimal"
    PERCENT = "percent"
    MONEY = "money"
    DURATION = "duration"
    GRADE = "grade"
    SET = "set"
    TEXT = "text"
    RANGE = "range"
    DATE = "date"


class Polarity(StrEnum):
    """Whether a measure does its subject good."""

    BENEFIT = "benefit"
    BURDEN = "burden"
    NEUTRAL = "neutral"


class Merge(StrEnum):
    """How the values of several rows become one."""

    BEST = "best"
    WORST = "worst"
    SUM = "sum"
    ALL = "all"
    FIRST = "first"
    MIN = "min"
    MAX = "max"
    COUNT = "count"
    LIST = "list"  # each one, equal ones too


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A kind of measure. `higher_is_better` says which end is good for the subject."""

    code: str
    title: str
    kind: MeasureKind
    polarity: Polarity
    merge: Merge
    higher_is_better: bool
    unit: str = ""
    values: tuple[str, ...] = ()
    title_en: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A size that the source leaves open, and why."""

    why: str


class Computed(Protocol):
    """A value worked out from the facts of the case."""

    written: str

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - what the formula gives
        """The value, or a state."""


def worked_out(value: Any, facts: Facts) -> Any:  # noqa: ANN401 - a measure's value
    """A grant's value for a case: computed if it is a formula; Open if it cannot be."""
    if not hasattr(value, "written"):
        return value
    found = value.value(facts)
    return Open(why=value.written) if is_missing(found) else found


def merged(measure: Measure, values: Sequence[Any], as_of: date) -> Any:  # noqa: ANN401
    """One value from those of several rows, in their order. An open size counts only alone."""
    known = [one for one in values if not isinstance(one, Open)]
    if not known:
        return values[0]
    return _MERGES[measure.merge](measure, known, as_of)


def place(measure: Measure, value: Any, as_of: date) -> Any:  # noqa: ANN401 - what compares
    """By which values of one measure are compared: durations by the day on which they end."""
    if isinstance(value, Duration):
        return CALENDAR.after(as_of, value).on
    return measure.values.index(value) if measure.kind is MeasureKind.GRADE else value


def ordered(measure: Measure) -> bool:
    """Whether one value of the measure can be more than another."""
    unordered = (MeasureKind.SET, MeasureKind.TEXT, MeasureKind.RANGE)
    return measure.kind not in unordered


def _end(measure: Measure, values: list[Any], as_of: date, *, highest: bool) -> Any:  # noqa: ANN401
    if not ordered(measure):
        return _all(measure, values, as_of) if measure.kind is MeasureKind.SET else values[0]
    pick: Callable[..., Any] = max if highest else min
    return pick(values, key=lambda one: place(measure, one, as_of))


def _sum(_: Measure, values: list[Any], __: date) -> Any:  # noqa: ANN401
    if isinstance(values[0], Duration):
        return Duration(sum(one.n for one in values), values[0].unit)
    return sum(values)


def _all(measure: Measure, values: Iterable[Any], _: date) -> Any:  # noqa: ANN401
    if measure.kind is MeasureKind.SET:
        return frozenset[str]().union(*values)
    return tuple(dict.fromkeys(values))


_MERGES: Mapping[Merge, Callable[[Measure, list[Any], date], Any]] = {
    Merge.BEST: lambda m, values, day: _end(m, values, day, highest=m.higher_is_better),
    Merge.WORST: lambda m, values, day: _end(m, values, day, highest=not m.higher_is_better),
    Merge.MIN: lambda m, values, day: _end(m, values, day, highest=False),
    Merge.MAX: lambda m, values, day: _end(m, values, day, highest=True),
    Merge.FIRST: lambda _, values, __: values[0],
    Merge.COUNT: lambda _, values, __: len(values),
    Merge.LIST: lambda _, values, __: tuple(values),
    Merge.SUM: _sum,
    Merge.ALL: _all,
}
