"""The conditions of the policy: tests on named facts, and whether they hold.

A fact without a value makes every test false except `absent`, and a grade that
the scale does not know lies in no range: silence never proves anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Fact = str | int | bool | None


class Kind(StrEnum):
    """What a fact's value is."""

    NUMBER = "number"
    GRADE = "grade"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactType:
    """A fact's kind. `values`, if any, are all it can be: of a grade, worst first."""

    kind: Kind
    values: tuple[str, ...] = ()


class Op(StrEnum):
    """What a test asks of its fact."""

    EQUAL = "="
    IN = "in"
    NOT_IN = "not in"
    CONTAINS = "contains"
    RANGE = "range"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryTest:
    """One unary test. A range is `(low, low_included, high, high_included)`, None = open."""

    fact: str
    written: str
    op: Op
    operands: tuple[Any, ...] = ()
    order: tuple[str, ...] = ()


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


def holds(condition: Condition, facts: Mapping[str, Fact]) -> bool:
    """Whether the condition holds for the facts."""
    match condition:
        case AllOf(parts):
            return all(holds(part, facts) for part in parts)
        case AnyOf(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)
        case _:
            return _test_holds(condition, facts.get(condition.fact))


def _test_holds(test: UnaryTest, value: Fact) -> bool:
    if test.op is Op.ABSENT or value is None:
        return (value is None) == (test.op is Op.ABSENT)
    match test.op:
        case Op.EQUAL | Op.IN:
            return value in test.operands
        case Op.NOT_IN:
            return value not in test.operands
        case Op.CONTAINS:
            return any(word in str(value) for word in test.operands)
        case Op.RANGE:
            return _in_range(test, value)
        case _:
            return True


def _in_range(test: UnaryTest, value: Fact) -> bool:
    low, low_included, high, high_included = test.operands
    place = _place(test.order, value)
    if place is None:
        return False
    above = low is None or place > low or (low_included and place == low)
    below = high is None or place < high or (high_included and place == high)
    return above and below


def _place(order: tuple[str, ...], value: Fact) -> int | None:
    if not order:
        return value if isinstance(value, int) else None
    return order.index(str(value)) if value in order else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCheck:
    """One test as it went, for the explainer."""

    fact: str
    test: str
    seen: Fact
    holds: bool


def results(condition: Condition, facts: Mapping[str, Fact]) -> tuple[FactCheck, ...]:
    """Every test of the condition as it went, in the order written."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return tuple(result for part in parts for result in results(part, facts))
        case Not(part):
            return results(part, facts)
        case _:
            seen = facts.get(condition.fact)
            return (
                FactCheck(
                    fact=condition.fact,
                    test=condition.written,
                    seen=seen,
                    holds=_test_holds(condition, seen),
                ),
            )
