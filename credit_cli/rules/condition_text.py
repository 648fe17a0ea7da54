"""How a policy writes conditions: unary tests on named facts, in text.

A test is a literal (`false`, `3`, `"text"`) or a cell of text: `">= good"`,
`"[1020..]"`, `"(0..5]"`, `"in A, A-"`, `"not in x, y"`, `"contains 食品, 药品"`,
`"present"`, `"absent"`. A list is parted by `,`, `，` or `、`. A condition is a
table of tests that must all hold; `all`, `any` and `not` combine conditions.
"""

import re
from collections.abc import Mapping
from typing import Any

from credit_cli.rules.conditions import AllOf, AnyOf, Condition, FactType, Kind, Not, Op, UnaryTest


class ConditionFault(ValueError):
    """A condition that cannot be read: `code`, the `key` path below `when`, `params`."""

    def __init__(self, code: str, key: str, **params: Any) -> None:  # noqa: ANN401 - for words
        super().__init__(code)
        self.code, self.key, self.params = code, key, params


_RANGE = re.compile(r"([\[(])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])])", re.DOTALL)
_COMPARE = re.compile(r"(>=|<=|>|<|=)\s*(.*)", re.DOTALL)
_LIST = re.compile(r"(in|not in|contains)(?:\s+(.*))?", re.DOTALL)
_COMMA = re.compile(r"\s*[,，、]\s*")
_INTEGER = re.compile(r"-?[0-9]{1,18}")  # what both databases hold


def read_condition(raw: Mapping[str, Any], types: Mapping[str, FactType]) -> Condition:
    """The condition written as a table; ConditionFault names the key that is wrong."""
    parts = tuple(_read_entry(key, value, types) for key, value in raw.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _read_entry(key: str, value: Any, types: Mapping[str, FactType]) -> Condition:  # noqa: ANN401
    if key in ("all", "any"):
        parts = _read_parts(key, value, types)
        return AllOf(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        if not isinstance(value, dict):
            raise ConditionFault("table_of_tests", key)
        return Not(_read_part(key, value, types))
    if key not in types:
        raise ConditionFault("unknown_fact", key, name=key, known=sorted(types))
    return read_test(key, value, types[key])


def _read_parts(key: str, value: Any, types: Mapping[str, FactType]) -> tuple[Condition, ...]:  # noqa: ANN401
    if not value or not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ConditionFault("list_of_conditions", key)
    return tuple(_read_part(f"{key}.{n}", part, types) for n, part in enumerate(value))


def _read_part(path: str, raw: Mapping[str, Any], types: Mapping[str, FactType]) -> Condition:
    try:
        return read_condition(raw, types)
    except ConditionFault as fault:
        raise ConditionFault(fault.code, f"{path}.{fault.key}", **fault.params) from None


def read_test(fact: str, value: Any, kind: FactType) -> UnaryTest:  # noqa: ANN401 - a TOML value
    """One cell of a table, checked against the fact's type."""
    if not isinstance(value, str):
        operand = _operand(fact, value, kind)
        written = str(value).lower()  # `true`, as in TOML
        return UnaryTest(fact=fact, written=written, op=Op.EQUAL, operands=(operand,))
    text = value.strip()
    op, operands = _read_cell(fact, text, kind)
    order = kind.values if kind.kind is Kind.GRADE else ()
    return UnaryTest(fact=fact, written=text, op=op, operands=operands, order=order)


def _read_cell(fact: str, text: str, kind: FactType) -> tuple[Op, tuple[Any, ...]]:
    if text in (Op.PRESENT, Op.ABSENT):
        return Op(text), ()
    if match := _RANGE.fullmatch(text):
        return Op.RANGE, _read_range(fact, match, kind)
    if match := _COMPARE.fullmatch(text):
        return _read_comparison(fact, match, kind)
    if match := _LIST.fullmatch(text):
        op, words = match.groups(default="")
        if op == Op.CONTAINS and kind.kind is not Kind.TEXT:
            raise ConditionFault("contains_needs_text", fact, seen=text)
        return Op(op), tuple(_operand(fact, word, kind) for word in _COMMA.split(words))
    return Op.EQUAL, (_operand(fact, text, kind),)


def _read_range(fact: str, match: re.Match[str], kind: FactType) -> tuple[Any, ...]:
    """`(low, low_included, high, high_included)`; a range with nothing in it is a slip."""
    _check_order(fact, match[0], kind)
    opening, *ends, closing = match.groups()
    low, high = (_bound(fact, end, kind) if end else None for end in ends)
    low_in, high_in = opening == "[", closing == "]"
    # Places are whole numbers, so an end left out is the next one in.
    if low is not None and high is not None and low + (not low_in) > high - (not high_in):
        raise ConditionFault("empty_range", fact, seen=match[0])
    return low, low_in, high, high_in


def _read_comparison(fact: str, match: re.Match[str], kind: FactType) -> tuple[Op, tuple[Any, ...]]:
    sign, operand = match.groups()
    if sign == Op.EQUAL:
        return Op.EQUAL, (_operand(fact, operand, kind),)
    _check_order(fact, match[0], kind)
    bound, included = _bound(fact, operand, kind), sign.endswith("=")
    low = sign.startswith(">")
    return Op.RANGE, (bound, included, None, False) if low else (None, False, bound, included)


def _check_order(fact: str, seen: str, kind: FactType) -> None:
    if kind.kind not in (Kind.NUMBER, Kind.GRADE):
        raise ConditionFault("order_needs_number_or_grade", fact, seen=seen)


def _bound(fact: str, text: str, kind: FactType) -> int:
    operand = _operand(fact, text, kind)
    return kind.values.index(operand) if kind.kind is Kind.GRADE else int(operand)


def _operand(fact: str, value: Any, kind: FactType) -> Any:  # noqa: ANN401 - a TOML value
    is_number = isinstance(value, int) and not isinstance(value, bool)
    match kind.kind:
        case Kind.NUMBER if is_number:
            return value
        case Kind.NUMBER if isinstance(value, str) and _INTEGER.fullmatch(value):
            return int(value)
        case Kind.FLAG if isinstance(value, bool):
            return value
        case Kind.TEXT | Kind.GRADE if value in kind.values:
            return value
        case Kind.TEXT | Kind.GRADE if kind.values:
            raise ConditionFault("unknown_value", fact, name=value, known=list(kind.values))
        case Kind.TEXT if isinstance(value, str) and value:
            return value
    raise ConditionFault("wrong_value", fact, seen=value, expected=kind.kind.value)
