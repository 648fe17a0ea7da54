"""The conditions of the policy: tests on named facts, and whether they hold.

A test is true, false or neither (None): of a fact without a value nothing is
known, so neither a test nor its opposite holds, and silence never proves
anything. Only the tests of a state (`present`, `absent`, `unknown` ...) are
always true or false; an open test, whose value the source leaves open, never
is. `all` and `any` follow Kleene's logic, and a rule applies only when true.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, final

from credit_cli.rules.calendar import WorkingCalendar
from credit_cli.rules.durations import Duration

CALENDAR = WorkingCalendar()


@final
class Missing(str):
    """Why a fact has no value: one of the three below, or a state that its source declares."""

    __slots__ = ()


NO_RECORD, UNKNOWN, NOT_AUTHORISED = map(Missing, ("no_record", "unknown", "not_authorised"))
STATES = (NO_RECORD, UNKNOWN, NOT_AUTHORISED)

# A set of words, or a collection: tuples of elements that are facts of their own.
Fact = str | int | bool | Decimal | date | frozenset[str] | tuple[Mapping[str, Any], ...] | None
Facts = Mapping[str, Any]
Truth = bool | None


class Kind(StrEnum):
    """What a fact's value is. Money is in fen, a percentage in points, a time in minutes."""

    NUMBER = "number"
    DECIMAL = "decimal"
    PERCENT = "percent"
    MONEY = "money"
    GRADE = "grade"
    TEXT = "text"
    FLAG = "flag"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    SET = "set"
    LIST = "list"


class Derived(Protocol):
    """What works a fact out of others: a measurement, a formula, a condition, a table."""

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
        """The fact's value, or its state if it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactType:
    """A fact's kind. `values`, if any, are all it can be: of a grade, worst first.

    `states` are those it may be in beside the three of every fact; `fields`
    what an element of a list has, and `by` the date that orders them; `derived`
    works the fact out of others; `personal` marks a natural person's score.
    """

    kind: Kind
    values: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    fields: Mapping[str, "FactType"] | None = None
    by: str = ""
    derived: Derived | None = None
    personal: bool = False
    title: str = ""
    title_en: str = ""


class Op(StrEnum):
    """What a test asks of its fact."""

    EQUAL = "="
    IN = "in"
    NOT_IN = "not in"
    CONTAINS = "contains"
    RANGE = "range"
    PRESENT = "present"
    ABSENT = "absent"
    STATE = "state"
    ALL_OF = "all of"
    ANY_OF = "any of"
    NONE_OF = "none of"
    SUBSET_OF = "subset of"
    WITHIN = "within"
    OVER_AGO = "over"
    LEAST_AGO = "at least"
    NEXT = "next"
    SAME = "same as"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryTest:
    """One unary test of a fact, given or derived.

    The operands of a range are `(low, low_included, high, high_included)`, None
    = open; a grade's ends are places in its `order`.
    """

    fact: str
    written: str
    op: Op
    operands: tuple[Any, ...] = ()
    order: tuple[str, ...] = ()
    # A fact's name says which it is: tests of one name and cell are one, whoever works it out.
    derived: Derived | None = field(default=None, compare=False)
    other: Derived | None = field(default=None, compare=False)  # of what it is to be the same as


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds (true of no parts)."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = UnaryTest | AllOf | AnyOf | Not
ALWAYS = AllOf(())


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether the condition is true of the facts; neither true nor false is not enough."""
    return truth(condition, facts) is True


def truth(condition: Condition, facts: Facts) -> Truth:
    """True, false or neither. Without the fact `as_of` nothing is known of how old a date is."""
    return combined(condition, lambda test: test_truth(test, seen_by(test, facts), facts))


def combined(condition: Condition, truth_of: Callable[[UnaryTest], Truth]) -> Truth:
    """The truth of the whole from the truths of its tests."""
    match condition:
        case AllOf(parts):
            return every(combined(part, truth_of) for part in parts)
        case AnyOf(parts):
            return opposite(every(opposite(combined(part, truth_of)) for part in parts))
        case Not(part):
            return opposite(combined(part, truth_of))
        case _:
            return truth_of(condition)


def every(truths: Iterable[Truth]) -> Truth:
    """False if one is false, else neither if one is neither, else true."""
    result: Truth = True
    for one in truths:
        if one is False:
            return False
        result = None if one is None else result
    return result


def opposite(one: Truth) -> Truth:
    """The opposite of neither is neither."""
    return None if one is None else not one


def seen_by(test: UnaryTest, facts: Facts) -> Any:  # noqa: ANN401 - a fact's value
    """The value that a test looks at, or why there is none."""
    return value_of(test.fact, test.derived, facts)


def value_of(fact: str, derived: Derived | None, facts: Facts) -> Any:  # noqa: ANN401 - a fact's
    """The value given, else the value worked out, else why there is none."""
    if derived is not None and fact not in facts:
        return derived.value(facts)
    return facts.get(fact)


def is_missing(value: object) -> bool:
    """Whether a fact has no value."""
    return value is None or isinstance(value, Missing)


def state_of(value: object) -> str | None:
    """The state of a fact without a value; None if it has one."""
    return (NO_RECORD if value is None else str(value)) if is_missing(value) else None


def test_truth(test: UnaryTest, value: Any, facts: Facts) -> Truth:  # noqa: ANN401 - a fact's value
    """The truth of one test for a value."""
    match test.op:
        case Op.OPEN:
            return None
        case Op.PRESENT | Op.ABSENT:
            return is_missing(value) == (test.op is Op.ABSENT)
        case Op.STATE:
            return state_of(value) in test.operands
    return None if is_missing(value) else _ASKED[test.op](test, value, facts)


def _in_range(test: UnaryTest, value: Any, facts: Facts) -> Truth:  # noqa: ANN401
    low, low_included, high, high_included = test.operands
    if isinstance(value, Duration):
        value, low, high = _lengths((value, low, high), facts)
        if value is None:
            return None
    if test.order:
        if value not in test.order:
            return None
        value = test.order.index(value)
    elif isinstance(value, str):
        return None
    above = low is None or value > low or (low_included and value == low)
    below = high is None or value < high or (high_included and value == high)
    return bool(above and below)


def _lengths(several: Iterable[Any], facts: Facts) -> Iterable[Any]:
    """Durations as numbers: of one unit their own, else the days on which they end from today."""
    known = tuple(several)
    if len({one.unit for one in known if one}) == 1:
        return tuple(one and one.n for one in known)
    today = facts.get("as_of")
    if not isinstance(today, date):
        return (None, None, None)
    return tuple(one and end_of(today, one) for one in known)


def _contains(test: UnaryTest, value: Any, _: Facts) -> Truth:  # noqa: ANN401
    return any(word in str(value) for word in test.operands)


def end_of(on: date, length: Duration) -> date:
    """The last day of a time that began on a day; one beyond the year 9999 does not end."""
    try:
        return CALENDAR.after(on, length).on
    except (ValueError, OverflowError):
        return date.max


def _dated(test: UnaryTest, value: date, facts: Facts) -> Truth:
    """Up to and including the corresponding day (Civil Code, art. 201-202)."""
    today = facts.get("as_of")
    return None if today is None else _AGES[test.op](value, today, test.operands[0])


_AGES: Mapping[Op, Callable[[date, date, Duration], bool]] = {
    Op.WITHIN: lambda on, today, length: on <= today <= end_of(on, length),
    Op.OVER_AGO: lambda on, today, length: today > end_of(on, length),
    Op.LEAST_AGO: lambda on, today, length: today >= end_of(on, length),
    Op.NEXT: lambda on, today, length: today <= on <= end_of(today, length),
}


def _same(test: UnaryTest, value: Any, facts: Facts) -> Truth:  # noqa: ANN401
    other = value_of(test.operands[0], test.other, facts.get("outer", facts))
    return None if is_missing(other) else bool(value == other)


_ASKED: Mapping[Op, Callable[[UnaryTest, Any, Facts], Truth]] = {
    Op.EQUAL: lambda test, value, _: value in test.operands,
    Op.IN: lambda test, value, _: value in test.operands,
    Op.NOT_IN: lambda test, value, _: value not in test.operands,
    Op.CONTAINS: _contains,
    Op.RANGE: _in_range,
    Op.ALL_OF: lambda test, value, _: value.issuperset(test.operands),
    Op.ANY_OF: lambda test, value, _: not value.isdisjoint(test.operands),
    Op.NONE_OF: lambda test, value, _: value.isdisjoint(test.operands),
    Op.SUBSET_OF: lambda test, value, _: value.issubset(test.operands),
    Op.WITHIN: _dated,
    Op.OVER_AGO: _dated,
    Op.LEAST_AGO: _dated,
    Op.NEXT: _dated,
    Op.SAME: _same,
}


class FactCheck(NamedTuple):
    """One test as it went, for the explainer; `holds` is None where nothing is known."""

    fact: str
    test: str
    seen: Any
    holds: Truth


def tests_of(condition: Condition) -> tuple[UnaryTest, ...]:
    """Every test of a condition once, in the order written."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return tuple(dict.fromkeys(test for part in parts for test in tests_of(part)))
        case Not(part):
            return tests_of(part)
        case _:
            return (condition,)


def results(condition: Condition, facts: Facts) -> tuple[FactCheck, ...]:
    """Every test of the condition as it went, in the order written."""
    seen = ((test, seen_by(test, facts)) for test in tests_of(condition))
    return tuple(
        FactCheck(fact=test.fact, test=test.written, seen=one, holds=test_truth(test, one, facts))
        for test, one in seen
    )
