"""Simulate an approval route: what a subject may have for an item, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from credit_cli.actions.policies import Policy, current_policy
from credit_cli.actions.portraits import portrait
from credit_cli.actions.subjects import look_up
from credit_cli.actions.wording import (
    View,
    due,
    explanation,
    plain,
    span,
    subject_view,
    titled,
    told,
)
from credit_cli.errors import ItemNotFound, MaterialNotFound, RouteNotGranted
from credit_cli.rules.packs import ServiceItem
from credit_cli.rules.records import CALENDAR
from credit_cli.rules.routes import RouteDecision, RouteRequest, decide_route, total_within
from credit_cli.store.work import Work
from credit_cli.tables.subjects import Subject


class Application(NamedTuple):
    """What is applied for: items in their order, materials not at hand, one route or any."""

    items: Sequence[str]
    missing: Iterable[str] = ()
    route: str | None = None


def decide_for(
    work: Work, subject: Subject, application: Application, policy: Policy
) -> list[RouteDecision]:
    """Decide each item in turn: the clock of one starts when the one before is decided."""
    day = work.terms.as_of
    items = [_item(policy, code, work) for code in application.items]
    missing = _materials(items, application.missing)
    facts = portrait(work, subject, policy.pack).facts
    decisions: list[RouteDecision] = []
    for item in items:
        request = RouteRequest(
            item=item, facts=facts, missing=missing, starts=day, only=application.route
        )
        decision = _decide(request, policy)
        day = decision.decide_by.on if decision.decide_by else day
        decisions.append(decision)
    return decisions


def _decide(request: RouteRequest, policy: Policy) -> RouteDecision:
    """The decision, on the route chosen if one was; RouteNotGranted."""
    decision = decide_route(request, policy.pack, CALENDAR)
    if request.only is None:
        return decision
    if request.only in decision.routes:
        return replace(decision, route=request.only)
    free = decide_route(replace(request, only=None), policy.pack, CALENDAR)
    raise RouteNotGranted(route=request.only, granted=list(free.routes))


def simulate(
    work: Work, written: str, application: Application, *, purpose: str, explain: bool
) -> View:
    """The decision of one item, or `{items, total}` of several; reading a person's is logged."""
    subject = look_up(work, written, purpose)
    policy = current_policy(work)
    decisions = decide_for(work, subject, application, policy)
    views = [decision_view(one, policy, explain=explain) for one in decisions]
    frame = {"policy_version": policy.version, "as_of": work.terms.as_of}
    if len(views) == 1:
        return {"subject": subject_view(subject), **views[0], **frame}
    return {
        "subject": subject_view(subject),
        "items": views,
        "total": _total(decisions),
        **frame,
    }


def decision_view(one: RouteDecision, policy: Policy, *, explain: bool = False) -> View:
    """A decision as plain data."""
    review: View = {"required": False, "within": None, "due_on": None, "provisional": False}
    if one.review:
        within = span(one.review.within)
        review = {"required": True, "within": within, **due("due_on", one.review.due)}
    view = {
        "item": one.item,
        "title": titled(policy.pack.items[one.item]),
        "tier": one.tier,
        "accepted": one.accepted,
        "route": one.route,
        "routes": list(one.routes),
        "promised": span(one.promised),
        "decide_within": span(one.decide_within),
        **due("decide_by", one.decide_by),
        "deferred": [{"material": it.material, **due("due_on", it.due)} for it in one.deferred],
        "review": review,
        "measures": {code: plain(value) for code, value in one.measures.items()},
        "scenarios": [
            {"scenario": it.scenario, "status": it.status.value, "rows": list(it.rows)}
            for it in one.scenarios
        ],
        "reasons": told(one.reasons, policy.pack),
    }
    return view | ({"explanation": explanation(one.trace, policy.pack)} if explain else {})


def _total(decisions: list[RouteDecision]) -> View:
    """One after the other: limits add up, the last decision's day ends it all."""
    promised = total_within(one.promised for one in decisions)
    within = total_within(one.decide_within for one in decisions)
    all_accepted = all(one.accepted for one in decisions)
    days = [one.decide_by for one in decisions if one.decide_by]
    last = days[-1]._replace(provisional=any(day.provisional for day in days)) if days else None
    return {
        "accepted": all_accepted,
        "promised": span(promised) if promised else None,
        "decide_within": span(within) if within else None,
        **due("decide_by", last if all_accepted else None),
    }


def _item(policy: Policy, code: str, work: Work) -> ServiceItem:
    item = policy.pack.item_on(code, work.terms.as_of)
    if item is None:
        near = get_close_matches(code, policy.pack.items, n=3, cutoff=0.4)
        raise ItemNotFound(item=code, nearest=near or sorted(policy.pack.items))
    return item


def _materials(items: list[ServiceItem], missing: Iterable[str]) -> frozenset[str]:
    known = sorted({material.code for item in items for material in item.materials})
    for code in missing:
        if code not in known:
            raise MaterialNotFound(item=items[0].code, material=code, known=known)
    return frozenset(missing)
