"""How a policy writes one test of a fact: the cell of a table.

A test is a literal (`false`, `3`, `"text"`, a list: any of them) or a cell of
text, whose alternatives are parted by ` or `:

    ">= good"  "[1020..]"  "(0..5]"  "in A, A-"  "not in x, y"  "= x"  "not x"
    "contains 食品, 药品"  "present"  "absent"  "unknown"  "no_record"  "not_authorised"
    "all of a, b"  "any of a, b"  "none of a, b"  "subset of a, b"        (sets)
    "within 2y"  "over 6m ago"  "at least 1y ago"  "within next 30d"       (dates)
    "same as FACT"

A list is parted by `,`, `，` or `、`; a word with such a sign in it, or a word
of the language, stands in single quotes. A test `{ open = "why" }` has no value
in its source and never holds.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from credit_cli.rules.cells import ConditionFault, operand
from credit_cli.rules.conditions import (
    STATES,
    AnyOf,
    Condition,
    FactType,
    Kind,
    Not,
    Op,
    UnaryTest,
)
from credit_cli.rules.durations import parse_duration

_OUTSIDE_QUOTES = r"(?=(?:[^']*'[^']*')*[^']*$)"
_OR = re.compile(r"\s+or\s+" + _OUTSIDE_QUOTES)
_COMMA = re.compile(r"\s*[,，、]\s*" + _OUTSIDE_QUOTES)
_RANGE = re.compile(r"([\[(])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])])", re.DOTALL)
_COMPARE = re.compile(r"(>=|<=|>|<|=|≥|≤)\s*(.*)", re.DOTALL)
_LIST = re.compile(
    r"(in|not in|contains|all of|any of|none of|subset of|same as)(?:\s+(.*))?", re.DOTALL
)
_NOT = re.compile(r"not\s+(?!in\b)(.*)", re.DOTALL)
_AGO = re.compile(
    r"(within|over|at least|within next)\s+0*((?:0|[1-9][0-9]{0,3})(?:wd|d|m|y))(?:\s+(ago))?"
)
_AGO_OPS = {
    ("within", None): Op.WITHIN,
    ("within next", None): Op.NEXT,
    ("over", "ago"): Op.OVER_AGO,
    ("at least", "ago"): Op.LEAST_AGO,
}
_SIGNS = {"≥": ">=", "≤": "<="}
_WHOLE = (Kind.NUMBER, Kind.MONEY, Kind.GRADE, Kind.TIME)
_ORDERED = (*_WHOLE, Kind.DECIMAL, Kind.PERCENT, Kind.DATE, Kind.DURATION)
_SET_OPS = (Op.ALL_OF, Op.ANY_OF, Op.NONE_OF, Op.SUBSET_OF)


def read_test(fact: str, value: Any, kind: FactType) -> Condition:  # noqa: ANN401 - a TOML value
    """One cell of a table, checked against the fact's type."""
    if kind.kind is Kind.LIST:
        raise ConditionFault("list_needs_measure", fact)
    if isinstance(value, dict):
        return _read_open(fact, value, kind)
    if isinstance(value, list):
        return _read_list(fact, value, kind)
    if not isinstance(value, str):
        written = str(value).lower() if isinstance(value, bool) else f"= {value}"
        return _test(fact, written, Op.EQUAL, (operand(fact, value, kind),), kind)
    parts = tuple(_read_alternative(fact, part, kind) for part in _OR.split(value.strip()))
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def _read_list(fact: str, value: list[Any], kind: FactType) -> UnaryTest:
    """Any of them: of the words of a set, of a fact's values, or of its states."""
    if not value:
        raise ConditionFault("wrong_value", fact, seen="[]", expected=kind.kind.value)
    op = Op.ANY_OF if kind.kind is Kind.SET else Op.IN
    written = f"{op} {', '.join(map(str, value))}"
    if _are_states(fact, value, written, kind):
        return _test(fact, written, Op.STATE, tuple(value), kind)
    return _test(fact, written, op, tuple(_listed(fact, one, kind) for one in value), kind)


def _listed(fact: str, value: Any, kind: FactType) -> Any:  # noqa: ANN401
    return operand(fact, _unquoted(value) if isinstance(value, str) else value, kind)


def _are_states(fact: str, words: Sequence[Any], seen: str, kind: FactType) -> bool:
    states = [word for word in words if word in STATES or word in kind.states]
    if states and len(states) != len(words):
        raise ConditionFault("states_apart", fact, seen=seen)
    return bool(states)


def _test(fact: str, written: str, op: Op, operands: tuple[Any, ...], kind: FactType) -> UnaryTest:
    order = kind.values if kind.kind is Kind.GRADE and op is Op.RANGE else ()
    return UnaryTest(
        fact=fact,
        written=written,
        op=op,
        operands=operands,
        order=order,
        derived=kind.derived,
    )


def _read_open(fact: str, value: Mapping[str, Any], kind: FactType) -> UnaryTest:
    """`{ open = "why" }`: what the source leaves open."""
    why = value.get("open")
    if set(value) != {"open"} or not isinstance(why, str) or not why:
        raise ConditionFault("wrong_value", fact, seen=dict(value), expected="open")
    return _test(fact, f"open: {why}", Op.OPEN, (why,), kind)


def _read_alternative(fact: str, text: str, kind: FactType) -> Condition:
    if match := _NOT.fullmatch(text):
        return Not(_read_alternative(fact, match[1].strip(), kind))
    op, operands = _read_cell(fact, text, kind)
    return _test(fact, text, op, operands, kind)


def _read_cell(fact: str, text: str, kind: FactType) -> tuple[Op, tuple[Any, ...]]:
    if text in (Op.PRESENT, Op.ABSENT):
        return Op(text), ()
    if text in STATES or text in kind.states:
        return Op.STATE, (text,)
    for form, read in _FORMS:
        if match := form.fullmatch(text):
            return read(fact, match, kind)
    words = _COMMA.split(text)
    if len(words) > 1 and kind.kind is Kind.SET:
        raise ConditionFault("set_words", fact, seen=text)
    if len(words) > 1:
        return Op.IN, tuple(_listed(fact, word, kind) for word in words)
    return _equal(operand(fact, _unquoted(text), kind), kind)


def _equal(value: Any, kind: FactType) -> tuple[Op, tuple[Any, ...]]:  # noqa: ANN401
    if kind.kind is Kind.DURATION:  # `12m` and `1y` are equal if they end on the same day
        return Op.RANGE, (value, True, value, True)
    return Op.ALL_OF if kind.kind is Kind.SET else Op.EQUAL, (value,)


def _read_words(fact: str, match: re.Match[str], kind: FactType) -> tuple[Op, tuple[Any, ...]]:
    text, (asked, words) = match[0], match.groups("")
    op = Op(asked)
    if op is Op.SAME:
        return op, (words,)
    listed = _COMMA.split(words)
    if op is not Op.CONTAINS and _are_states(fact, listed, text, kind):
        if op is not Op.IN:
            raise ConditionFault("states_apart", fact, seen=text)
        return Op.STATE, tuple(listed)
    if op is Op.CONTAINS and kind.kind is not Kind.TEXT:
        raise ConditionFault("contains_needs_text", fact, seen=text)
    if (op in _SET_OPS) != (kind.kind is Kind.SET):
        raise ConditionFault("set_words", fact, seen=text)
    free = FactType(kind=Kind.TEXT) if op is Op.CONTAINS else kind
    return op, tuple(_listed(fact, word, free) for word in listed)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _read_range(fact: str, match: re.Match[str], kind: FactType) -> tuple[Op, tuple[Any, ...]]:
    """`(low, low_included, high, high_included)`; a range with nothing in it is a slip."""
    _check_order(fact, match[0], kind)
    opening, *ends, closing = match.groups()
    low, high = (_bound(fact, end, kind) if end else None for end in ends)
    low_in, high_in = opening == "[", closing == "]"
    if low is not None and high is not None and _is_empty(low, high, low_in, high_in, kind):
        raise ConditionFault("empty_range", fact, seen=match[0])
    return Op.RANGE, (low, low_in, high, high_in)


def _is_empty(low: Any, high: Any, low_in: bool, high_in: bool, kind: FactType) -> bool:  # noqa: ANN401
    if kind.kind in _WHOLE:  # whole numbers and places: an end left out is the next one in
        return bool(low + (not low_in) > high - (not high_in))
    if kind.kind is Kind.DURATION:  # of different units it depends on the day
        return bool(low.unit is high.unit and low.n + (not low_in) > high.n - (not high_in))
    return bool(low > high or (low == high and not (low_in and high_in)))


def _read_comparison(fact: str, match: re.Match[str], kind: FactType) -> tuple[Op, tuple[Any, ...]]:
    written, end = match.groups()
    sign, bound_text = _SIGNS.get(written, written), _unquoted(end)
    if sign == Op.EQUAL:
        return _equal(operand(fact, bound_text, kind), kind)
    _check_order(fact, match[0], kind)
    bound, included = _bound(fact, bound_text, kind), sign.endswith("=")
    low = sign.startswith(">")
    if kind.kind is Kind.GRADE and not included and bound == (len(kind.values) - 1 if low else 0):
        raise ConditionFault("empty_range", fact, seen=match[0])
    return Op.RANGE, (bound, included, None, False) if low else (None, False, bound, included)


def _read_ago(fact: str, match: re.Match[str], kind: FactType) -> tuple[Op, tuple[Any, ...]]:
    form, length, ago = match.groups()
    op = _AGO_OPS.get((form, ago))
    if kind.kind is not Kind.DATE or op is None:
        raise ConditionFault("ago_needs_date", fact, seen=match[0])
    return op, (parse_duration(length),)


def _check_order(fact: str, seen: str, kind: FactType) -> None:
    if kind.kind not in _ORDERED:
        raise ConditionFault("order_needs_number_or_grade", fact, seen=seen)


def _bound(fact: str, text: str, kind: FactType) -> Any:  # noqa: ANN401 - a number or a date
    bound = operand(fact, _unquoted(text), kind)
    if kind.kind is Kind.GRADE and bound not in kind.values:  # of grades that are not known
        raise ConditionFault("unknown_value", fact, name=text, known=list(kind.values))
    return kind.values.index(bound) if kind.kind is Kind.GRADE else bound


_FORMS = (
    (_RANGE, _read_range),
    (_COMPARE, _read_comparison),
    (_AGO, _read_ago),
    (_LIST, _read_words),
)
