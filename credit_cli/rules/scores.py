"""Score models (评分模型): a base, and points that indicators add or take.

An indicator gives points for each element of a list that meets its conditions
(a number, a formula of the element's fields, exact to the ninth place, or a
table of both), or once if the subject itself meets them. With age an element
keeps only a part of its points. An indicator's total is held within its cap and
then rounded to whole points, half up. The score is the base and all totals,
held within its bounds. With `decimals` nothing is rounded but the score.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from credit_cli.rules.conditions import (
    ALWAYS,
    UNKNOWN,
    Condition,
    Facts,
    Missing,
    end_of,
    holds,
    is_missing,
)
from credit_cli.rules.durations import Duration
from credit_cli.rules.formulas import Formula
from credit_cli.rules.measurements import Measurement
from credit_cli.rules.reckoning import decimal, round_half_up

SAME_AS_ANOTHER = Missing("counted_once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """When more than this time has passed since its day, an element keeps so many per cent."""

    after: Duration
    keep: Decimal | int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointTable:
    """Points by the first row that holds of an element, as written."""

    written: str
    rows: tuple[tuple[Condition, Formula | Decimal | int], ...]
    otherwise: Formula | Decimal | int = 0

    def value(self, facts: Facts) -> Any:  # noqa: ANN401 - a number or a state
        """The points of one element, or the state of its formula."""
        row = next((points for when, points in self.rows if holds(when, facts)), self.otherwise)
        return row.value(facts) if isinstance(row, Formula) else row


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoints:
    """Points that the source leaves open: who would have them has no score that is known."""

    written: str

    def value(self, _: Facts) -> Missing:
        """Nobody knows."""
        return UNKNOWN


Points = Formula | PointTable | OpenPoints | Decimal | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What gives points. Without a list, `when` is asked of the subject.

    `cap` bounds the total on its own side of nought; of elements equal in the
    field `once` only the weightiest counts; the last step of `decay` reached
    applies.
    """

    id: str
    points: Points
    elements: Measurement | None = None
    when: Condition = ALWAYS
    cap: Decimal | int | None = None
    once: str = ""
    decay: tuple[Decay, ...] = ()
    title: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreModel:
    """One score model; a bound may be missing. `decimals` are the places of the score."""

    code: str
    base: Decimal | int
    least: Decimal | int | None = None
    most: Decimal | int | None = None
    decimals: int | None = None
    indicators: tuple[Indicator, ...] = ()
    title: str = ""
    title_en: str = ""

    def value(self, facts: Facts) -> Decimal | int | Missing:
        """The score, as a fact that is worked out of others."""
        return score(self, facts).value


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The points of one element after its decay: its id, or its place in its list.

    `state` says why it has none: its formula lacks a value, or another element
    that is equal in the field `once` counts.
    """

    element: Any
    on: date | None
    points: Decimal | int
    keep: Decimal | int
    state: Missing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What an indicator gave: its shares, their sum, and the points that count."""

    indicator: str
    shares: tuple[Share, ...]
    total: Decimal | int
    points: Decimal | int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """A score with its contributions; of a list that is not known its state is the value."""

    value: Decimal | int | Missing
    contributions: tuple[Contribution, ...]


def score(model: ScoreModel, facts: Facts) -> ScoreResult:
    """The score as of the fact `as_of`."""
    found: list[Contribution] = []
    state: Missing | None = None
    known = _with_ids(model, facts)
    for indicator in model.indicators:
        elements = _elements(indicator, known)
        if isinstance(elements, Missing):
            state = state or elements
            continue
        if elements and isinstance(indicator.points, OpenPoints):
            state = state or UNKNOWN
        found.append(_contribution(indicator, elements, known, whole=model.decimals is None))
    return ScoreResult(value=state or _total(model, found), contributions=tuple(found))


def _total(model: ScoreModel, found: list[Contribution]) -> Decimal | int:
    total = sum((Fraction(one.points) for one in found), Fraction(model.base))
    total = total if model.least is None else max(total, Fraction(model.least))
    total = total if model.most is None else min(total, Fraction(model.most))
    places: int = 10 ** (model.decimals or 0)
    return decimal(Fraction(round_half_up(total * places), places))


def _with_ids(model: ScoreModel, facts: Facts) -> Facts:
    """The facts, with an `id` for each element of the lists: its own, or its place."""
    known = dict(facts)
    for name in {one.elements.over for one in model.indicators if one.elements}:
        if isinstance(listed := facts.get(name), tuple):
            known[name] = tuple({"id": n, **one} for n, one in enumerate(listed))
    return known


def _elements(indicator: Indicator, facts: Facts) -> list[Facts] | Missing:
    measured = indicator.elements
    if measured is None:
        return [facts] if holds(indicator.when, facts) else []
    found: list[Facts] | Missing = measured.elements(facts)
    return found


def _contribution(
    indicator: Indicator, elements: list[Facts], facts: Facts, *, whole: bool
) -> Contribution:
    shares = [_share(indicator, one, facts) for one in elements]
    if indicator.once:
        shares = list(_counted_once(shares, [one.get(indicator.once) for one in elements]))
    total = sum((Fraction(one.points) for one in shares), Fraction())
    counted = _capped(total, indicator.cap)
    return Contribution(
        indicator=indicator.id,
        shares=tuple(shares),
        total=decimal(total),
        points=round_half_up(counted) if whole else decimal(counted),
    )


def _share(indicator: Indicator, element: Facts, facts: Facts) -> Share:
    on = element.get(indicator.elements.by) if indicator.elements else None
    day = on if isinstance(on, date) else None
    points, keep = _points(indicator, element), _kept(indicator, day, facts)
    state = points if isinstance(points, Missing) else None
    worth = Fraction() if isinstance(points, Missing) else Fraction(points) * Fraction(keep) / 100
    return Share(
        element=element.get("id") if indicator.elements else None,
        on=day,
        points=decimal(worth),
        keep=keep,
        state=state,
    )


def _points(indicator: Indicator, element: Facts) -> Any:  # noqa: ANN401 - a number or a state
    points = indicator.points
    return points if isinstance(points, (Decimal, int)) else points.value(element)


def _kept(indicator: Indicator, on: date | None, facts: Facts) -> Decimal | int:
    if on is None:
        return 100
    reached = [one for one in indicator.decay if facts["as_of"] > end_of(on, one.after)]
    return reached[-1].keep if reached else 100


def _counted_once(shares: list[Share], groups: list[Any]) -> Iterator[Share]:
    """The shares, of which only the weightiest of each group keeps its points."""
    counts: dict[Any, int] = {}
    for n, group in enumerate(groups):
        if _weight(shares[n]) > _weight(shares[counts.setdefault(group, n)]):
            counts[group] = n
    for n, (share, group) in enumerate(zip(shares, groups, strict=True)):
        counted = is_missing(group) or counts[group] == n
        yield share if counted else replace(share, points=0, state=SAME_AS_ANOTHER)


def _weight(share: Share) -> tuple[Any, ...]:
    return abs(share.points), share.points


def _capped(total: Fraction, cap: Decimal | int | None) -> Fraction:
    if cap is None:
        return total
    return min(total, Fraction(cap)) if cap > 0 else max(total, Fraction(cap))
