"""Exact reckoning for formulas: numbers, money, percentages, limits and days.

Numbers are whole or fractions, never floats; money is in fen, a percentage in
points. Of a percentage of a limit at least one whole unit is left.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from credit_cli.rules.conditions import CALENDAR, UNKNOWN, Missing
from credit_cli.rules.durations import Duration, Unit

Number = int | Fraction
MOST_PLACES = 9  # of a decimal, as many as a policy may write
_DATE, _DURATION = "date", "duration"
_NUMBERS = ("number", "decimal")
PERIOD_ENDS = {"end_of_month": 1, "end_of_quarter": 3, "end_of_half": 6, "end_of_year": 12}
SIGNED = (*_NUMBERS, "percent", "money")  # kinds with negative values


class Unreckoned(Exception):
    """There is no result: a fact has no value, or the sum cannot be done."""

    def __init__(self, state: Missing = UNKNOWN) -> None:
        super().__init__(state)
        self.state = state


class Stretch(NamedTuple):
    """A limit while it is reckoned with; `least` is what a percentage must leave of it."""

    n: Number
    unit: Unit
    least: int = 0


Operation = Callable[[Any, Any], Any]
Typed = tuple[str, Operation] | None  # the result's kind, and how it is reckoned


def whole(stretch: Stretch) -> Duration:
    """In whole units, rounded down; never below nought."""
    return Duration(max(floor(stretch.n), stretch.least, 0), stretch.unit)


def decimal(number: Number) -> int | Decimal:
    """A whole number as it is, any other as a decimal, half up at its ninth place."""
    if number == floor(number):
        return floor(number)
    scale: int = 10**MOST_PLACES
    scaled = round_half_up(number * scale)
    units, part = divmod(abs(scaled), scale)
    text = f"{units}.{part:0{MOST_PLACES}}".rstrip("0").rstrip(".")
    return Decimal(f"-{text}" if scaled < 0 else text)


def round_half_up(number: Number) -> int:
    """The nearest whole number; of two equally near ones the greater."""
    return floor(number + Fraction(1, 2))


def end(start: date, length: Duration) -> date:
    """The last day of a limit; no result beyond the calendar."""
    try:
        return CALENDAR.after(start, length).on
    except (ValueError, OverflowError):
        raise Unreckoned from None


def begin(end: date, length: Duration) -> date:
    """The day so long before another; no result beyond the calendar."""
    try:
        return CALENDAR.ahead(end, length)
    except (ValueError, OverflowError):
        raise Unreckoned from None


def end_of_months(day: date, months: int) -> date:
    """The last day of the calendar period of so many months in which a day lies."""
    last = day.month + -day.month % months
    return date(day.year, last, monthrange(day.year, last)[1])


def next_day(day: date, month: int, of_month: int) -> date:
    """The next such day of a year, the day itself among them; 29 February only in leap years."""
    for year in range(day.year, min(day.year + 9, date.max.year + 1)):
        if of_month <= monthrange(year, month)[1] and (found := date(year, month, of_month)) >= day:
            return found
    raise Unreckoned


def full_months(a: date, b: date) -> int:
    """Full months from one day to another, by the corresponding day; negative backwards."""
    if b < a:
        return -full_months(b, a)
    months = 12 * (b.year - a.year) + b.month - a.month
    return months - (end(a, Duration(months, Unit.MONTH)) > b)


def full_years(a: date, b: date) -> int:
    """Full years from one day to another: an age."""
    months = full_months(a, b)
    return months // 12 if months >= 0 else -(-months // 12)


def joined(kinds: tuple[str, ...]) -> str | None:
    """The kind in which values of these kinds are compared and added, if they can be."""
    if len(set(kinds)) == 1:
        return kinds[0]
    if set(kinds) == set(_NUMBERS):
        return "decimal"
    return "money" if set(kinds) == {"number", "money"} else None  # a whole number is of fen


def operation(sign: str, left: str, right: str) -> Typed:
    """What a sign does with values of two kinds: None if they do not go together.

    Less a percentage is that much off; times a percentage is a share, a
    percentage times a number is a percentage.
    """
    if sign in "+-":
        return _added(sign, left, right)
    return _multiplied(left, right) if sign == "*" else _divided(left, right)


def _added(sign: str, left: str, right: str) -> Typed:
    if right == "percent" and left in (*_NUMBERS, "money", _DURATION):
        return _fractional(left), lambda a, b: _share(a, 100 + _signed(sign, b))
    if (left, right) == (_DATE, _DURATION):
        moved = end if sign == "+" else begin
        return _DATE, lambda a, b: moved(a, whole(b))
    kind = joined((left, right))
    if kind in (None, _DATE):
        return None
    if kind == _DURATION:
        return kind, lambda a, b: Stretch(a.n + _signed(sign, _same(a, b).n), a.unit)
    return str(kind), lambda a, b: a + _signed(sign, b)


def _multiplied(left: str, right: str) -> Typed:
    if _DATE in (left, right):
        return None
    if right == "percent":
        return _fractional(left), _share
    if left == "percent":  # `5% * times` is so many times five per cent
        shared = right not in _NUMBERS
        return (right, lambda a, b: _share(b, a)) if shared else (left, _times)
    if right == "number" or (right == "decimal" and left != "number"):
        return left, _times
    return (right, lambda a, b: _times(b, a)) if left in _NUMBERS else None


def _divided(left: str, right: str) -> Typed:
    if left == _DATE:
        return None
    if right in _NUMBERS:
        return _fractional(left), lambda a, b: _times(a, _over(1, b))
    if left == right:
        return "decimal", _ratio
    return (
        (_fractional(left), lambda a, b: _times(a, _over(100, b))) if right == "percent" else None
    )


def _fractional(kind: str) -> str:
    return "decimal" if kind == "number" else kind


def _signed(sign: str, number: Number) -> Number:
    return -number if sign == "-" else number


def _over(a: Number, b: Number) -> Number:
    if not b:
        raise Unreckoned
    if isinstance(a, int) and isinstance(b, int):  # the usual case, and much the faster one
        whole_part, rest = divmod(a, b)
        return Fraction(a, b) if rest else whole_part
    return Fraction(a) / b


def _same(a: Stretch, b: Stretch) -> Stretch:
    if a.unit != b.unit:
        raise Unreckoned
    return b


def _times(a: Any, factor: Number) -> Any:  # noqa: ANN401 - a number or a stretch
    return Stretch(a.n * factor, a.unit) if isinstance(a, Stretch) else a * factor


def _share(a: Any, points: Number) -> Any:  # noqa: ANN401 - a number or a stretch
    if isinstance(a, Stretch):
        return Stretch(_over(a.n * points, 100), a.unit, least=int(a.n >= 1 or a.least))
    return _over(a * points, 100)


def _ratio(a: Any, b: Any) -> Number:  # noqa: ANN401 - numbers or stretches
    return _over(a.n, _same(a, b).n) if isinstance(a, Stretch) else _over(a, b)
