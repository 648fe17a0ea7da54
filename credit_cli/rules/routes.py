"""Approval routes that depend on credit (审批路径): which modes, how fast, what may follow.

What is granted is the union of the modes that the tier and the scenarios of the
item open and the item offers, less those that any of them denies: the shortest
limit, the longest supplement, the review if any mode asks for one. Whatever
else the scenarios grant stands beside it. A missing main material, or a
secondary one that may not follow, means that the application cannot be
accepted yet: the clock does not start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from credit_cli.rules.calendar import Day, WorkingCalendar
from credit_cli.rules.conditions import Facts
from credit_cli.rules.decisions import Row, RowTrace, decide, explain
from credit_cli.rules.derived import completed, given_only
from credit_cli.rules.durations import Duration, Unit, reduced
from credit_cli.rules.packs import Material, ModeTerms, Pack, ServiceItem
from credit_cli.rules.scenario_decisions import decide_scenario, explain_scenario, granted_together
from credit_cli.rules.scenarios import Outcome, Status
from credit_cli.rules.values import Reason

ORDINARY = "ordinary"
# Measures of scenarios that are part of the decision itself.
_OWN = ("modes", "limit", "supplement", "review")


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
    measures: Mapping[str, Any]
    scenarios: tuple[Outcome, ...]
    reasons: tuple[Reason, ...]
    trace: tuple[RowTrace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRequest:
    """An application for an item, as it would be handed in on `starts`."""

    item: ServiceItem
    facts: Facts
    missing: frozenset[str]
    starts: date
    only: str | None = None


def decide_route(request: RouteRequest, pack: Pack, calendar: WorkingCalendar) -> RouteDecision:
    """Decide one item. `facts` are the portrait's; `only` narrows the modes to one route."""
    item, facts = request.item, _facts(request, pack)
    row = decide(pack.routes, facts)
    outcomes = scenario_outcomes(item, facts, pack)
    local = granted_together(outcomes, pack.measures, request.starts)
    granted, barred = _modes(row, local, outcomes, item, pack)
    terms = _chosen(item, granted, request.only)
    missing = [material for material in item.materials if material.code in request.missing]
    may_follow = _supplements(missing, terms, local, outcomes)
    blocked = tuple(one for one in missing if one.main or one.code not in may_follow)
    within = _shortest(_limits(item, terms.values(), local), request.starts, calendar)
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
        deferred=() if blocked else _deferred(missing, may_follow, request.starts, calendar),
        review=_review(_reviews(terms, local), decided, calendar),
        measures={code: one for code, one in local.items() if code not in _OWN},
        scenarios=outcomes,
        reasons=(
            *_mode_reasons(item, granted, row),
            *(Reason(code="mode_barred", params={"route": mode}) for mode in sorted(barred)),
            *(Reason(code="scenario_granted", params=_told(one)) for one in outcomes if one.grant),
            *_term_reasons(item, terms, within, blocked),
        ),
        trace=(
            *explain(pack.routes, facts),
            *(
                trace
                for one in outcomes
                for trace in explain_scenario(pack.scenarios[one.scenario], facts, one)
            ),
        ),
    )


def _facts(request: RouteRequest, pack: Pack) -> dict[str, Any]:
    """The portrait's facts and the item's; what is worked out from the item as well."""
    given = given_only(request.facts, pack.types)
    told = item_facts(request.item, request.missing)
    materials = given.get("materials", told["materials"])
    facts = {**given, **told, "materials": materials, "as_of": request.starts}
    return completed(facts, pack.types)


def item_facts(item: ServiceItem, missing: frozenset[str]) -> dict[str, Any]:
    """What the item applied for says of itself; a material not at hand is not submitted."""
    facts: dict[str, Any] = {
        "item": item.code,
        "item.attributes": frozenset(item.attributes),
        "item.department": item.department,
        "promised": item.promised,
        "materials": tuple(
            {
                "code": one.code,
                "class": "main" if one.main else "secondary",
                "submitted": one.code not in missing,
            }
            for one in item.materials
        ),
    }
    return facts | ({"legal": item.legal} if item.legal else {})


def scenario_outcomes(item: ServiceItem, facts: Facts, pack: Pack) -> tuple[Outcome, ...]:
    """What every scenario says that names the item or an attribute of it."""
    named = [
        one
        for one in pack.scenarios.values()
        if item.code in one.scope.items or set(one.scope.attributes) & set(item.attributes)
    ]
    outcomes = (decide_scenario(one, facts, pack.measures) for one in named)
    silent = (Status.OUT_OF_SCOPE, Status.NOT_IN_FORCE)
    return tuple(one for one in outcomes if one.status not in silent)


def _modes(
    row: Row, local: Facts, outcomes: Iterable[Outcome], item: ServiceItem, pack: Pack
) -> tuple[set[str], set[str]]:
    """The modes granted, and those barred: denied by a scenario, or never open to the item."""
    barred = {mode for mode, never in pack.never.items() if never.holds(item)}
    for one in outcomes:
        denied = one.denied.get("modes", frozenset())
        barred |= set(pack.route_rank) if denied is True else denied
    opened = local.get("modes")  # left open by its source, it opens nothing
    granted = set(row.grant.get("modes", ()))
    granted |= opened if isinstance(opened, frozenset) else set()
    return granted - barred, granted & barred


def _told(outcome: Outcome) -> dict[str, Any]:
    return {"scenario": outcome.scenario, "basis": outcome.basis}


def _chosen(item: ServiceItem, granted: set[str], only: str | None) -> dict[str, ModeTerms]:
    """The terms in effect. Choosing one route keeps what lets materials follow."""
    return {
        mode: terms
        for mode, terms in item.modes.items()
        if mode in granted and (only in (None, mode) or terms.supplement is not None)
    }


def _supplements(
    missing: list[Material],
    terms: Mapping[str, ModeTerms],
    local: Facts,
    outcomes: Iterable[Outcome],
) -> dict[str, list[Duration]]:
    """By material: how long it may follow; only those that may."""
    general = [mode.supplement for mode in terms.values() if mode.supplement is not None]
    if isinstance(local.get("supplement"), Duration):
        general.append(local["supplement"])
    by_material = {material.code: list(general) for material in missing}
    for one in outcomes:
        for code, granted in one.by_element.items():
            if isinstance(granted.get("supplement"), Duration) and code in by_material:
                by_material[code].append(granted["supplement"])
    return {code: lengths for code, lengths in by_material.items() if lengths}


def mode_limit(terms: ModeTerms, promised: Duration) -> Duration | None:
    """The limit a mode sets for an item promised in `promised`, if it sets one."""
    if terms.limit is not None:
        return terms.limit
    if terms.cut is None:
        return None
    percent, rounding, minimum = terms.cut
    return reduced(promised, percent, rounding=rounding, minimum=minimum)


def _limits(item: ServiceItem, terms: Iterable[ModeTerms], local: Facts) -> list[Duration]:
    limits = [mode_limit(mode, item.promised) for mode in terms]
    granted = local.get("limit")
    limits.append(granted if isinstance(granted, Duration) else None)
    return [item.promised, *(limit for limit in limits if limit is not None)]


def _shortest(limits: list[Duration], starts: date, calendar: WorkingCalendar) -> Duration:
    return min(limits, key=lambda limit: calendar.after(starts, limit).on)


def _deferred(
    missing: list[Material],
    may_follow: Mapping[str, list[Duration]],
    starts: date,
    calendar: WorkingCalendar,
) -> tuple[Deferred, ...]:
    return tuple(
        Deferred(
            material=one.code,
            due=max(calendar.after(starts, length) for length in may_follow[one.code]),
        )
        for one in missing
    )


def _reviews(terms: Mapping[str, ModeTerms], local: Facts) -> list[Duration]:
    within = [mode.review for mode in terms.values() if mode.review is not None]
    return within + ([local["review"]] if isinstance(local.get("review"), Duration) else [])


def _review(
    within: list[Duration], decided: Day | None, calendar: WorkingCalendar
) -> ReviewTerms | None:
    """The earliest review any mode asks for, counted from the day of the decision."""
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
