"""Approval routes that depend on credit (审批路径): which modes, how fast, what may follow.

What is granted is the union of the modes that the tier opens and the item
offers: the shortest limit, the longest supplement, the review if any mode asks
for one. A missing main material, or a secondary one that may not follow, means
that the application cannot be accepted yet: the clock does not start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from credit_cli.rules.calendar import Day, WorkingCalendar
from credit_cli.rules.conditions import Fact
from credit_cli.rules.decisions import Row, RowTrace, decide, explain
from credit_cli.rules.durations import Duration, Unit, reduced
from credit_cli.rules.packs import Material, ModeTerms, Pack, ServiceItem
from credit_cli.rules.values import Reason

ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """A material that may follow, and its last day."""

    material: str
    due: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """The post-approval review that follows the decision."""

    within: Duration
    due: Day | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDecision:
    """What this subject may have for this item on this day, and why."""

    item: str
    tier: str
    accepted: bool
    route: str
    routes: tuple[str, ...]
    promised: Duration
    decide_within: Duration
    decide_by: Day | None
    deferred: tuple[Deferred, ...]
    review: ReviewTerms | None
    reasons: tuple[Reason, ...]
    trace: tuple[RowTrace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRequest:
    """An application for an item, as it would be handed in on `starts`."""

    item: ServiceItem
    facts: Mapping[str, Fact]
    missing: frozenset[str]
    starts: date
    only: str | None = None


def decide_route(request: RouteRequest, pack: Pack, calendar: WorkingCalendar) -> RouteDecision:
    """Decide one item. `facts` are the portrait's; `only` narrows the modes to one route."""
    item, facts = request.item, {**request.facts, "item": request.item.code}
    row = decide(pack.routes, facts)
    granted = set(row.grant["modes"])
    terms = _chosen(item, granted, request.only)
    missing = [material for material in item.materials if material.code in request.missing]
    blocked = _blocked(missing, terms)
    within = _shortest(item, terms.values(), request.starts, calendar)
    decided = None if blocked else calendar.after(request.starts, within)
    routes = tuple(code for code in pack.route_rank if code in terms or code == ORDINARY)
    return RouteDecision(
        item=item.code,
        tier=str(facts["tier"]),
        accepted=not blocked,
        route=ORDINARY if blocked else routes[0],
        routes=routes,
        promised=item.promised,
        decide_within=within,
        decide_by=decided,
        deferred=() if blocked else _deferred(missing, terms, request.starts, calendar),
        review=_review(terms, decided, calendar),
        reasons=(*_mode_reasons(item, granted, row), *_term_reasons(item, terms, within, blocked)),
        trace=explain(pack.routes, facts),
    )


def _chosen(item: ServiceItem, granted: set[str], only: str | None) -> dict[str, ModeTerms]:
    """The terms in effect. Choosing one route keeps what lets materials follow."""
    return {
        mode: terms
        for mode, terms in item.modes.items()
        if mode in granted and (only in (None, mode) or terms.supplement is not None)
    }


def _blocked(missing: list[Material], terms: Mapping[str, ModeTerms]) -> tuple[Material, ...]:
    may_follow = any(mode.supplement is not None for mode in terms.values())
    return tuple(material for material in missing if material.main or not may_follow)


def mode_limit(terms: ModeTerms, promised: Duration) -> Duration | None:
    """The limit a mode sets for an item promised in `promised`, if it sets one."""
    if terms.limit is not None:
        return terms.limit
    if terms.cut is None:
        return None
    percent, rounding, minimum = terms.cut
    return reduced(promised, percent, rounding=rounding, minimum=minimum)


def _shortest(
    item: ServiceItem, terms: Iterable[ModeTerms], starts: date, calendar: WorkingCalendar
) -> Duration:
    limits = [mode_limit(mode, item.promised) for mode in terms]
    candidates = [item.promised, *(limit for limit in limits if limit is not None)]
    return min(candidates, key=lambda limit: calendar.after(starts, limit).on)


def _deferred(
    missing: list[Material],
    terms: Mapping[str, ModeTerms],
    starts: date,
    calendar: WorkingCalendar,
) -> tuple[Deferred, ...]:
    days = [
        calendar.after(starts, mode.supplement)
        for mode in terms.values()
        if mode.supplement is not None
    ]
    return tuple(Deferred(material=one.code, due=max(days)) for one in missing)


def _review(
    terms: Mapping[str, ModeTerms], decided: Day | None, calendar: WorkingCalendar
) -> ReviewTerms | None:
    """The earliest review any mode asks for, counted from the day of the decision."""
    within = [mode.review for mode in terms.values() if mode.review is not None]
    if not within:
        return None
    if decided is None:
        return ReviewTerms(within=within[0], due=None)
    due = {one: calendar.after(decided.on, one) for one in within}
    first = min(due, key=lambda one: due[one].on)
    day = due[first]
    return ReviewTerms(within=first, due=Day(day.on, day.provisional or decided.provisional))


def _mode_reasons(item: ServiceItem, granted: set[str], row: Row) -> list[Reason]:
    reasons = [Reason(code="route_row", params={"row": row.id, "basis": row.basis})]
    for mode, terms in item.modes.items():
        code = "mode_granted" if mode in granted else "mode_withheld"
        reasons.append(Reason(code=code, params={"route": mode, "basis": terms.basis}))
    return reasons + [
        Reason(code="mode_not_offered", params={"route": mode, "item": item.code})
        for mode in sorted(granted - set(item.modes))
    ]


def _term_reasons(
    item: ServiceItem,
    terms: Mapping[str, ModeTerms],
    within: Duration,
    blocked: tuple[Material, ...],
) -> list[Reason]:
    reasons = []
    if within != item.promised:
        reasons.append(
            Reason(code="limit_shortened", params={"before": item.promised, "now": within})
        )
    if any(mode.review is not None for mode in terms.values()):
        reasons.append(Reason(code="review_follows"))
    for material in blocked:
        code = "main_material_missing" if material.main else "material_may_not_follow"
        reasons.append(Reason(code=code, params={"material": material.code}))
    return reasons


def total_within(limits: Iterable[Duration]) -> Duration | None:
    """The sum of limits of one unit (a limit of nothing has any unit); None if units differ."""
    parts = [limit for limit in limits if limit.n] or [Duration(0, Unit.WORKING_DAY)]
    if len({limit.unit for limit in parts}) > 1:
        return None
    return Duration(sum(limit.n for limit in parts), parts[0].unit)
