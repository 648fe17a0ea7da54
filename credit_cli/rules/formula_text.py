"""Reads the text of a formula and checks what goes together; `formulas` tells the grammar."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple, NoReturn

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.conditions import Facts
from credit_cli.rules.durations import Unit, parse_duration
from credit_cli.rules.formula_functions import FUNCTIONS
from credit_cli.rules.reckoning import SIGNED, Number, Stretch, Unreckoned, next_day, operation

_WIDE = str.maketrans("（），、＋－−＊×／÷％", "(),,+--**//%")
_TOKEN = re.compile(
    r"""\s*(?:(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})
    |(?P<duration>[0-9]{1,4}(?:wd|d|m|y)\b)
    |(?P<percent>[0-9]{1,18}(?:\.[0-9]{1,9})?\s?%)
    |(?P<number>[0-9]{1,18}(?:\.[0-9]{1,9})?(?![0-9A-Za-z_.]))
    |(?P<next>next\(\s*[0-9]{2}-[0-9]{2}\s*\))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)
    |(?P<sign>[-+*/(),]))""",
    re.VERBOSE,
)
_MOST_TOKENS = 150  # more is no formula that anybody can check, and would nest too deep


class Node(NamedTuple):
    """A part of a formula: its kind ("" = cannot be reckoned with) and unit, and its value."""

    kind: str
    reckon: Callable[[Facts], Any]
    unit: Unit | None = None


class Token(NamedTuple):
    """A word of a formula; the form of the last one is "end"."""

    form: str
    text: str
    column: int


def read_formula(text: str, names: Mapping[str, Node]) -> tuple[Node, frozenset[str]]:
    """The formula's value and the names in it; ConditionFault."""
    tokens = _tokens(text.translate(_WIDE))
    reader = _Reader(tokens, names)
    node = reader.sum()
    if reader.next.form != "end":
        _unexpected(reader.next)
    used = {one.text for one in tokens if one.form == "name" and one.text in names}
    return node, frozenset(used)


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    text, at = text.rstrip(), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or len(found) == _MOST_TOKENS:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            _unexpected(Token("", text[start : start + 1], start + 1))
        form = match.lastgroup or ""
        found.append(Token(form, match[form], match.start(form) + 1))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]


def _unexpected(token: Token) -> NoReturn:
    code = "formula_ends" if token.form == "end" else "formula_syntax"
    raise ConditionFault(code, (), seen=token.text, column=token.column)


@dataclass(slots=True)
class _Reader:
    """Reads its tokens from the front."""

    tokens: list[Token]
    names: Mapping[str, Node]
    at: int = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> Token | None:
        token = self.next
        if token.form != "sign" or token.text not in texts:
            return None
        self.at += 1
        return token

    def need(self, text: str) -> None:
        if not self.take(text):
            _unexpected(self.next)

    def sum(self) -> Node:
        left = self.product()
        while sign := self.take("+", "-"):
            left = _binary(sign, left, self.product())
        return left

    def product(self) -> Node:
        left = self.single()
        while sign := self.take("*", "/"):
            left = _binary(sign, left, self.single())
        return left

    def single(self) -> Node:
        if sign := self.take("-"):
            node = self.single()
            if node.kind not in SIGNED:
                _mismatch(sign, "-", node)
            return node._replace(reckon=lambda facts: -node.reckon(facts))
        if self.take("("):
            node = self.sum()
            self.need(")")
            return node
        token = self.next
        self.at += token.form not in ("sign", "end")
        if token.form == "name":
            return self.function(token) if self.take("(") else self.fact(token)
        return _next(token) if token.form == "next" else _literal(token)

    def fact(self, token: Token) -> Node:
        node = self.names.get(token.text)
        if node is None:
            _unknown(token, self.names)
        if not node.kind:
            raise ConditionFault("formula_fact", (), name=token.text, column=token.column)
        return node

    def function(self, token: Token) -> Node:
        if token.text not in FUNCTIONS:
            _unknown(token, FUNCTIONS)
        parts = [self.sum()]
        while self.take(","):
            parts.append(self.sum())
        self.need(")")
        function, kinds = FUNCTIONS[token.text], tuple(part.kind for part in parts)
        kind, units = function.kind(kinds), {part.unit for part in parts}
        if kind is None:
            _mismatch(token, token.text, *parts)
        unit = units.pop() if kind == "duration" and len(units) == 1 else None
        reckon = function.value
        return Node(kind, lambda facts: reckon(facts, *(one.reckon(facts) for one in parts)), unit)


def _unknown(token: Token, known: Mapping[str, Any]) -> NoReturn:
    raise ConditionFault(
        "unknown_name", (), name=token.text, known=sorted(known), column=token.column
    )


def _mismatch(token: Token, seen: str, *parts: Node) -> NoReturn:
    kinds = ", ".join(part.kind for part in parts)
    raise ConditionFault("formula_kinds", (), seen=seen, kinds=kinds, column=token.column)


def _next(token: Token) -> Node:
    try:
        wanted = date.fromisoformat(f"2024-{token.text[5:-1].strip()}")  # a leap year has every day
    except ValueError:
        _unexpected(token)

    def reckon(facts: Facts) -> date:
        today = facts.get("as_of")
        if not isinstance(today, date):
            raise Unreckoned
        return next_day(today, wanted.month, wanted.day)

    return Node("date", reckon)


def _literal(token: Token) -> Node:
    try:
        kind, value = _value(token)
    except ValueError:
        _unexpected(token)
    unit = value.unit if isinstance(value, Stretch) else None
    return Node(kind, lambda _: value, unit)


def _value(token: Token) -> tuple[str, Any]:
    match token.form:
        case "date":
            return "date", date.fromisoformat(token.text)
        case "duration":
            length = parse_duration(token.text)
            return "duration", Stretch(length.n, length.unit)
        case "percent":
            return "percent", _number(token.text[:-1].strip())
        case "number":
            return "decimal" if "." in token.text else "number", _number(token.text)
    raise ValueError(token.text)


def _number(text: str) -> Number:
    return Fraction(text) if "." in text else int(text)


def _binary(sign: Token, left: Node, right: Node) -> Node:
    found = operation(sign.text, left.kind, right.kind)
    if found is None:
        if (left.kind, sign.text, right.kind) == ("date", "-", "date"):
            raise ConditionFault("formula_days", (), column=sign.column)
        _mismatch(sign, sign.text, left, right)
    if left.unit and right.unit and left.unit != right.unit:
        raise ConditionFault("formula_units", (), seen=sign.text, column=sign.column)
    kind, reckon = found
    unit = (left.unit or right.unit) if kind == "duration" else None
    return Node(kind, lambda facts: reckon(left.reckon(facts), right.reckon(facts)), unit)
