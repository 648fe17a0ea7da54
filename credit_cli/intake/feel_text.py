"""FEEL, as far as decision tables need it: cells, literals and sums, read into our own words.

A cell is `-`, or tests parted by commas, or `not(...)` of them; a test is a
literal, a comparison, an interval or `null`. Literals are `"text"`, numbers,
`true`, `false`, `date("2020-01-01")`, `@"2020-01-01"`. Whatever else FEEL can
say is refused with its name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, NoReturn

from credit_cli.intake.feel_tokens import (
    FeelFault,
    Known,
    Names,
    Token,
    number_of,
    plain_number,
    text_of,
    tokens_of,
)
from credit_cli.rules.conditions import Kind

Value = str | Decimal | bool | date
_WORDS = {"true", "false", "null", "not"}
_CLAUSES = {"for", "some", "every", "if", "function"}
_FUNCTIONS = {"min": "min", "max": "max", "abs": "abs", "floor": "floor", "ceiling": "ceil"}
_CLOSING = {"]": True, ")": False, "[": False}


class Sum(NamedTuple):
    """An expression that is reckoned: a formula of ours."""

    formula: str


Operand = Value | Sum | Known


class Test(NamedTuple):
    """One test: `null`, `=` with a literal, a comparison, or a range with its ends."""

    sign: str
    operands: tuple[Operand, ...] = ()
    ends: tuple[bool, bool] = (True, True)


class Cell(NamedTuple):
    """The tests of a cell, any of which may hold (none: anything goes), or none may."""

    tests: tuple[Test, ...]
    negated: bool = False


def read_cell(text: str, names: Names) -> Cell:
    """A cell of a table; FeelFault."""
    if text.strip() in ("", "-"):
        return Cell(())
    reader = _Reader(tokens_of(text, names), names, text)
    negated = reader.next.text == "not" and reader.tokens[reader.at + 1].text == "("
    if negated:
        reader.at += 2
    tests = [reader.test()]
    while reader.take(","):
        tests.append(reader.test())
    if negated and not reader.take(")"):
        reader.refuse()
    reader.ended()
    return Cell(tuple(tests), negated)


def read_expression(text: str, names: Names) -> Operand | None:
    """An output or a literal expression: a literal, a name or a sum; None for `null`."""
    if text.strip() in ("", "-", "null"):
        return None
    reader = _Reader(tokens_of(text, names), names, text)
    found = reader.operand()
    reader.ended()
    return found


def literals(text: str) -> tuple[Value, ...] | None:
    """The values that a list of allowed values names; None if it says something else."""
    try:
        cell = read_cell(text, {})
    except FeelFault:
        return None
    plain = [one.operands[0] for one in cell.tests if one.sign == "="]
    values = tuple(one for one in plain if not isinstance(one, (Sum, Known)))
    return values if len(values) == len(cell.tests) and not cell.negated else None


@dataclass(slots=True)
class _Reader:
    tokens: list[Token]
    names: Names
    written: str
    at: int = field(default=0)

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *signs: str) -> str:
        if self.next.form == "sign" and self.next.text in signs:
            self.at += 1
            return self.tokens[self.at - 1].text
        return ""

    def refuse(self, code: str = "feel_syntax", seen: str = "") -> NoReturn:
        raise FeelFault(code, (seen or self.written)[:80])

    def ended(self) -> None:
        if self.next.form != "end":
            self.refuse()

    def test(self) -> Test:
        if self.next == Token("name", "null"):
            self.at += 1
            return Test("null")
        if sign := self.take("<=", ">=", "<", ">", "="):
            return Test(sign, (self.operand(),))
        start = self.at
        if opening := self.take("[", "(", "]"):
            low = self.operand()
            if self.take(".."):
                high = self.operand()
                closing = self.take(*_CLOSING)
                if not closing:
                    self.refuse()
                return Test("..", (low, high), (opening == "[", _CLOSING[closing]))
            self.at = start
        return Test("=", (self.operand(),))

    def operand(self) -> Operand:
        """A literal or a name that stands alone, else a sum."""
        start, token = self.at, self.next
        value = self._literal()
        if value is not None and not self._goes_on():
            return value
        self.at = start
        if token.form == "known" and not self._goes_on(1):
            self.at += 1
            return self.names[token.text]
        return Sum(self.sum())

    def _goes_on(self, ahead: int = 0) -> bool:
        token = self.tokens[self.at + ahead]
        return token.form not in ("end", "sign") or token.text in ("+", "-", "*", "/", "**")

    def _literal(self) -> Value | None:
        minus = bool(self.take("-"))
        form, text = self.next
        self.at += form != "end"
        if form == "number":
            return number_of(f"-{text}" if minus else text)
        if minus:
            return None
        match form:
            case "text":
                return text_of(text)
            case "date":
                return self._day(text)
            case "name" if text in ("true", "false"):
                return text == "true"
        return None

    def _day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return self.refuse("feel_date", text)

    def sum(self) -> str:
        return self._signed(("+", "-"), lambda: self._signed(("*", "/"), self.part))

    def _signed(self, signs: tuple[str, ...], read: Callable[[], str]) -> str:
        found = read()
        while sign := self.take(*signs):
            found += f" {sign} {read()}"
        if self.next.text == "**":
            self.refuse("feel_power")
        return found

    def part(self) -> str:
        if self.take("-"):
            return f"-{self.part()}"
        if self.take("("):
            found = self.sum()
            return f"({found})" if self.take(")") else self.refuse()
        form, text = self.next
        self.at += form != "end"
        if form == "name":
            return self._named(text)
        if form not in ("number", "known"):
            return self.refuse()
        return self._reckoned(text) if form == "known" else plain_number(number_of(text))

    def _named(self, word: str) -> str:
        if self.next.text == "(":
            return self._call(word)
        if word in _CLAUSES:
            return self.refuse("feel_function", word)
        return self.refuse("feel_syntax" if word in _WORDS else "feel_name", word)

    def _reckoned(self, name: str) -> str:
        fact, kind = self.names[name]
        if kind not in (None, Kind.DECIMAL):
            self.refuse("feel_sum_of", name)
        return fact

    def _call(self, name: str) -> str:
        if name not in _FUNCTIONS:
            self.refuse("feel_function", name)
        self.take("(")
        parts = [self.sum()]
        while self.take(","):
            parts.append(self.sum())
        if not self.take(")"):
            self.refuse()
        return f"{_FUNCTIONS[name]}({', '.join(parts)})"
