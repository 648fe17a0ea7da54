"""Formulas: what a policy reckons out of facts, such as `min(promised - 2wd, 20wd)`.

    sum     = product {("+" | "-") product}
    product = value {("*" | "/") value}
    value   = ["-"] (NUMBER | 30% | 2wd | 10d | 3m | 1y | 2024-01-01 | FACT
              | next(06-30) | FUNCTION "(" sum {"," sum} ")" | "(" sum ")")

Functions: `min`, `max`, `abs`, `floor`, `ceil`, `round` (half up; each of the
three with a step if wished: `floor(x, 10)`), `days(limit)` (its number of
units), and from one day to another `days_between`, `working_days_between`,
`months_between`, `years_between` (full ones: an age is `years_between(birth, as_of)`).

Of days: `end_of_month`, `end_of_quarter`, `end_of_half`, `end_of_year` (the last
day of the one in which a day lies: `end_of_month(as_of) + 10d`), `next(06-30)`
(the next such day from today on, today among them), and a day with a limit
added or taken off (`valid_until - 30d`, `end_of_quarter(as_of) + 5wd`).

A percentage is a share: `promised * 70%` and `promised - 30%` are the same.
Limits are added in one unit; `min` and `max` of different units compare the
days on which they end, counted from today. A limit comes out in whole units
rounded DOWN, and a percentage leaves at least one, unless the formula itself
rounds with `floor`, `ceil`, `round` or takes a `max`; money comes out in whole
fen rounded down. Any other number is exact, or half up at its ninth place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from credit_cli.rules.conditions import (
    NO_RECORD,
    UNKNOWN,
    Facts,
    FactType,
    Missing,
    is_missing,
    value_of,
)
from credit_cli.rules.durations import Duration
from credit_cli.rules.formula_text import Node, read_formula
from credit_cli.rules.reckoning import Stretch, Unreckoned, decimal, whole

_HUNDRED = re.compile(r"(?<![0-9.])100(?![0-9.%])")
KINDS = ("number", "decimal", "percent", "money", "duration", "date")
Value = int | Decimal | Duration | date | Missing


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as written, the facts it names, and the kind of what it gives (see KINDS)."""

    written: str
    names: frozenset[str]
    kind: str
    reckon: Callable[[Facts], Any] = field(compare=False, repr=False)

    def value(self, facts: Facts) -> Value:
        """The result; a fact without a value gives its state, an impossible sum `unknown`.

        Impossible are a division by nought, limits of different units in one
        sum, and a day beyond the calendar.
        """
        try:
            return _given(self.kind, self.reckon(facts))
        except Unreckoned as none:
            return none.state


def parse_formula(
    text: str, types: Mapping[str, FactType], extra: Mapping[str, str] | None = None
) -> Formula:
    """The formula written so. `extra` gives names that are no facts of `types` their kind.

    ConditionFault (with an empty path and the `column`, from 1) for a slip, an
    unknown name or values that do not go together. `as_of` is always known.
    """
    kinds = {"as_of": "date", **{name: one.kind.value for name, one in types.items()}}
    kinds |= extra or {}
    names: dict[str, Node] = {
        name: Node(kind if kind in KINDS else "", _reader(name, kind, types.get(name)))
        for name, kind in kinds.items()
    }
    node, used = read_formula(text, names)
    return Formula(written=text, names=used, kind=node.kind, reckon=node.reckon)


def is_share(formula: Formula) -> bool:
    """Whether a formula gives a share of one: a plain quotient, in which nobody wrote a hundred."""
    return formula.kind == "decimal" and not _HUNDRED.search(formula.written)


def _reader(name: str, kind: str, known: FactType | None) -> Callable[[Facts], Any]:
    derived = known.derived if known else None

    def read(facts: Facts) -> Any:  # noqa: ANN401 - a value
        seen = value_of(name, derived, facts)
        if is_missing(seen):
            raise Unreckoned(seen or NO_RECORD)
        return _taken(kind, seen)

    return read


def _taken(kind: str, seen: Any) -> Any:  # noqa: ANN401 - a fact's value
    match kind, seen:
        case "duration", Duration(n, unit):
            return Stretch(n, unit)
        case "date", date():
            return seen
        case "number" | "decimal" | "percent" | "money", int() | Decimal():
            return seen if isinstance(seen, int) else Fraction(seen)
    raise Unreckoned(UNKNOWN)


def _given(kind: str, result: Any) -> Value:  # noqa: ANN401 - a value
    if isinstance(result, Stretch):
        return whole(result)
    if isinstance(result, date):
        return result
    return floor(result) if kind == "money" else decimal(result)
