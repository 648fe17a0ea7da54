"""The condition language of the policy: unary tests on named facts.

A test is a literal (`false`, `3`, `"text"`) or a cell of text: `">= good"`,
`"[1020..]"`, `"(0..5]"`, `"in A, A-"`, `"not in x, y"`, `"contains 食品, 药品"`,
`"present"`, `"absent"`. A condition is a table of tests that must all hold;
`all`, `any` and `not` combine conditions. A fact without a value makes every
test false except `absent`, so silence never proves anything.
"""

import re
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
    """A fact's kind; `grades` (worst first) orders the values of a grade."""

    kind: Kind
    grades: tuple[str, ...] = ()


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


class ConditionFault(ValueError):
    """A condition that cannot be read: `code`, the `key` path below `when`, `params`."""

    def __init__(self, code: str, key: str, **params: Any) -> None:  # noqa: ANN401 - for words
        super().__init__(code)
        self.code, self.key, self.params = code, key, params


_RANGE = re.compile(r"([\[(])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])])")
_COMPARE = re.compile(r"(>=|<=|>|<|=)\s*(\S.*)")
_LIST = re.compile(r"(in|not in|contains)\s+(\S.*)")


def read_condition(raw: Mapping[str, Any], types: Mapping[str, FactType]) -> Condition:
    """The condition written as a table; ConditionFault names the key that is wrong."""
    parts = tuple(_read_entry(key, value, types) for key, value in raw.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _read_entry(key: str, value: Any, types: Mapping[str, FactType]) -> Condition:  # noqa: ANN401
    if key in ("all", "any"):
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            raise ConditionFault("list_of_conditions", key)
        parts = tuple(read_condition(part, types) for part in value)
        return AllOf(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        if not isinstance(value, dict):
            raise ConditionFault("table_of_tests", key)
        return Not(read_condition(value, types))
    if key not in types:
        raise ConditionFault("unknown_fact", key, name=key, known=sorted(types))
    return read_test(key, value, types[key])


def read_test(fact: str, value: Any, kind: FactType) -> UnaryTest:  # noqa: ANN401 - a TOML value
    """One cell of a table, checked against the fact's type."""
    if not isinstance(value, str):
        operand = _operand(fact, value, kind)
        return UnaryTest(fact=fact, written=str(value), op=Op.EQUAL, operands=(operand,))
    text = value.strip()
    op, operands = _read_cell(fact, text, kind)
    return UnaryTest(fact=fact, written=text, op=op, operands=operands, order=kind.grades)


def _read_cell(fact: str, text: str, kind: FactType) -> tuple[Op, tuple[Any, ...]]:
    if text in (Op.PRESENT, Op.ABSENT):
        return Op(text), ()
    if match := _RANGE.fullmatch(text):
        opening, low, high, closing = match.groups()
        bounds = [_bound(fact, end, kind) for end in (low, high)]
        return Op.RANGE, (bounds[0], opening == "[", bounds[1], closing == "]")
    if match := _COMPARE.fullmatch(text):
        return _read_comparison(fact, match[1], match[2], kind)
    if match := _LIST.fullmatch(text):
        words = (word.strip() for word in match[2].split(","))
        if match[1] == Op.CONTAINS and kind.kind is not Kind.TEXT:
            raise ConditionFault("contains_needs_text", fact, seen=text)
        return Op(match[1]), tuple(_operand(fact, word, kind) for word in words)
    return Op.EQUAL, (_operand(fact, text, kind),)


def _read_comparison(
    fact: str, sign: str, operand: str, kind: FactType
) -> tuple[Op, tuple[Any, ...]]:
    if sign == "=":
        return Op.EQUAL, (_operand(fact, operand, kind),)
    bound = _bound(fact, operand, kind)
    included = sign.endswith("=")
    low = sign.startswith(">")
    return Op.RANGE, (bound, included, None, False) if low else (None, False, bound, included)


def _bound(fact: str, text: str, kind: FactType) -> int | None:
    if not text:
        return None
    if kind.kind not in (Kind.NUMBER, Kind.GRADE):
        raise ConditionFault("order_needs_number_or_grade", fact, seen=text)
    operand = _operand(fact, text, kind)
    return kind.grades.index(operand) if kind.kind is Kind.GRADE else int(operand)


def _operand(fact: str, value: Any, kind: FactType) -> Any:  # noqa: ANN401 - a TOML value
    is_number = isinstance(value, int) and not isinstance(value, bool)
    match kind.kind:
        case Kind.NUMBER if is_number:
            return value
        case Kind.NUMBER if isinstance(value, str) and re.fullmatch(r"-?[0-9]+", value):
            return int(value)
        case Kind.FLAG if isinstance(value, bool):
            return value
        case Kind.TEXT if isinstance(value, str):
            return value
        case Kind.GRADE if value in kind.grades:
            return value
        case Kind.GRADE:
            raise ConditionFault("unknown_grade", fact, name=value, known=list(kind.grades))
    raise ConditionFault("wrong_type", fact, seen=value, expected=kind.kind.value)


def holds(condition: Condition, facts: Mapping[str, Fact]) -> bool:
    """Whether the condition holds for the facts."""
    match condition:
        case AllOf(parts):
            return all(holds(part, facts) for part in parts)
        case AnyOf(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)
        case UnaryTest():
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
    place = test.order.index(str(value)) if test.order else int(value or 0)
    above = low is None or place > low or (low_included and place == low)
    below = high is None or place < high or (high_included and place == high)
    return above and below


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
        case UnaryTest():
            seen = facts.get(condition.fact)
            return (
                FactCheck(
                    fact=condition.fact,
                    test=condition.written,
                    seen=seen,
                    holds=_test_holds(condition, seen),
                ),
            )
