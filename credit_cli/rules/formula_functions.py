"""The functions that a formula may use."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from credit_cli.rules.conditions import CALENDAR, Facts
from credit_cli.rules.reckoning import (
    PERIOD_ENDS,
    Number,
    Stretch,
    Unreckoned,
    end,
    end_of_months,
    full_months,
    full_years,
    joined,
    round_half_up,
    whole,
)

Kinds = tuple[str, ...]


class Function(NamedTuple):
    """The kind that it gives for arguments of such kinds (None: not for these), and its value."""

    kind: Callable[[Kinds], str | None]
    value: Callable[..., Any]  # of the facts and the arguments


def _ordered(facts: Facts, values: tuple[Any, ...], pick: Callable[..., Any]) -> Any:  # noqa: ANN401
    """The least or greatest; limits of different units by the day on which they end."""
    if not isinstance(values[0], Stretch):
        return pick(values)
    if len({one.unit for one in values}) == 1:
        return pick(values, key=lambda one: one.n)
    today = facts.get("as_of")
    if not isinstance(today, date):
        raise Unreckoned
    return pick(values, key=lambda one: end(today, whole(one)))


def _max(facts: Facts, *values: Any) -> Any:  # noqa: ANN401
    found = _ordered(facts, values, max)
    return found._replace(least=0) if isinstance(found, Stretch) else found


def _stepped(rounded: Callable[[Number], int]) -> Callable[..., Any]:
    def value(_: Facts, x: Any, step: Any = 1) -> Any:  # noqa: ANN401 - numbers or stretches
        if not isinstance(x, Stretch):
            return _in_steps(rounded, x, step)
        if not isinstance(step, Stretch):
            return Stretch(_in_steps(rounded, x.n, step), x.unit)
        if step.unit != x.unit:
            raise Unreckoned
        return Stretch(_in_steps(rounded, x.n, step.n), x.unit)

    return value


def _in_steps(rounded: Callable[[Number], int], x: Number, step: Number) -> Number:
    if step <= 0:
        raise Unreckoned
    return rounded(Fraction(x) / step) * step


def _any_kind(kinds: Kinds) -> str | None:
    return joined(kinds) if len(kinds) > 1 else None


def _signed_kind(kinds: Kinds) -> str | None:
    return kinds[0] if len(kinds) == 1 and kinds[0] in _SIGNED else None


def _stepped_kind(kinds: Kinds) -> str | None:
    x, *step = kinds
    if x == "date" or len(step) > 1:
        return None
    if not step:
        return "number" if x == "decimal" else x
    if {x, *step} <= {"number", "decimal"}:
        return step[0]
    return joined(kinds)


def _only(*wanted: str) -> Callable[[Kinds], str | None]:
    return lambda kinds: "number" if kinds == wanted else None


def _of_day(kinds: Kinds) -> str | None:
    return "date" if kinds == ("date",) else None


_SIGNED = ("number", "decimal", "percent", "money")
_DAYS = _only("date", "date")
FUNCTIONS = {
    "min": Function(_any_kind, lambda facts, *values: _ordered(facts, values, min)),
    "max": Function(_any_kind, _max),
    "abs": Function(_signed_kind, lambda _, x: abs(x)),
    "floor": Function(_stepped_kind, _stepped(floor)),
    "ceil": Function(_stepped_kind, _stepped(ceil)),
    "round": Function(_stepped_kind, _stepped(round_half_up)),
    "days": Function(_only("duration"), lambda _, x: whole(x).n),
    **{
        name: Function(_of_day, lambda _, day, months=months: end_of_months(day, months))
        for name, months in PERIOD_ENDS.items()
    },
    "days_between": Function(_DAYS, lambda _, a, b: (b - a).days),
    "working_days_between": Function(_DAYS, lambda _, a, b: CALENDAR.working_days_between(a, b)),
    "months_between": Function(_DAYS, lambda _, a, b: full_months(a, b)),
    "years_between": Function(_DAYS, lambda _, a, b: full_years(a, b)),
}
