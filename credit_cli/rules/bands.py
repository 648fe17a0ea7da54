"""The bands that a table cuts an ordered fact into, and what lies between them."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from credit_cli.rules.conditions import FactType, Kind, UnaryTest

# As the operands of a range: low, whether it lies within, high, whether it does.
Range = tuple[Any, bool, Any, bool]

_DENSE = (Kind.DECIMAL, Kind.PERCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A row's range of the fact: its ends and whether they lie within, None = open.

    The ends of whole numbers, days and places of a grade lie always within.
    """

    row: int
    low: Any
    low_in: bool
    high: Any
    high_in: bool


def band_of(row: int, test: UnaryTest, kind: FactType) -> Band:
    """The band of a row that a range test gives."""
    low, low_in, high, high_in = test.operands
    if kind.kind not in _DENSE:
        low = low if low is None or low_in else _next(kind, low)
        high = high if high is None or high_in else _next(kind, high, -1)
        low_in = high_in = True
    return Band(
        row=row,
        low=low,
        low_in=low is not None and low_in,
        high=high,
        high_in=high is not None and high_in,
    )


def begins(band: Band) -> tuple[bool, Any, bool]:
    """Sorts by where a band begins; the open end comes first."""
    return band.low is not None, band.low if band.low is not None else 0, not band.low_in


def ends(band: Band) -> tuple[bool, Any, bool]:
    """Sorts by where a band ends; the open end comes last."""
    return band.high is None, band.high if band.high is not None else 0, band.high_in


def within(one: Band, other: Band) -> bool:
    """Whether one band lies within the other."""
    return begins(other) <= begins(one) and ends(one) <= ends(other)


def apart(below: Band, above: Band, kind: FactType) -> bool:
    """Whether there are values between two bands."""
    if below.high is None or above.low is None:
        return False
    if kind.kind in _DENSE:
        meet = below.high == above.low and (below.high_in or above.low_in)
        return bool(below.high <= above.low and not meet)
    return bool(below.high < above.low and _next(kind, below.high) < above.low)


def _next(kind: FactType, value: Any, step: int = 1) -> Any:  # noqa: ANN401 - a number or a date
    if kind.kind is not Kind.DATE:
        return value + step
    try:
        return value + timedelta(days=step)
    except OverflowError:  # there is no day before the first or after the last
        return value


def hole_between(kind: FactType, below: Band, above: Band) -> Range:
    """The values between two bands that lie apart."""
    if kind.kind in _DENSE:
        return below.high, not below.high_in, above.low, not above.low_in
    return _next(kind, below.high), True, _next(kind, above.low, -1), True


def narrow(kind: FactType, below: Band, above: Band) -> bool:
    """A hole of one value, or of one unit of the last place that the ends are written with."""
    if kind.kind is Kind.GRADE:
        return False
    low, _, high, _ = hole_between(kind, below, above)
    if kind.kind not in _DENSE:
        return bool(low == high)
    places = min(int(Decimal(end).as_tuple().exponent) for end in (low, high))
    return bool(high - low <= Decimal((0, (1,), places)))


def slender(kind: FactType, below: Band, above: Band) -> bool:
    """Whether the hole between two bands is no wider than either of them."""
    low, _, high, _ = hole_between(kind, below, above)
    return all(
        None in (band.low, band.high) or high - low <= band.high - band.low
        for band in (below, above)
    )


def outwards(below: Band, above: Band) -> bool:
    """Whether all that is lower lies in the one band, and all that is higher in the other."""
    return below.low is None and above.high is None


def written_range(kind: FactType, ends: Range) -> str:
    """A range in the words of the language."""
    low, low_in, high, high_in = ends
    signs = "[" if low_in else "(", "]" if high_in else ")"
    return f"{signs[0]}{_end(kind, low)}..{_end(kind, high)}{signs[1]}"


def _end(kind: FactType, value: Any) -> str:  # noqa: ANN401 - a number or a date
    if value is None:
        return ""
    if kind.kind is Kind.TIME:
        hour = timedelta(hours=1) // timedelta(minutes=1)
        return f"{value // hour:02}:{value % hour:02}"
    if kind.kind is Kind.GRADE:
        return str(kind.values[value])
    return f"{value}%" if kind.kind is Kind.PERCENT else str(value)
