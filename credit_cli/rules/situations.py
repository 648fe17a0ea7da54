"""Situations that prove a policy: facts or a small pool on a day, and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from credit_cli.rules.alerts import count_alerts
from credit_cli.rules.calendar import WorkingCalendar
from credit_cli.rules.conditions import Facts, is_missing
from credit_cli.rules.derived import completed, given_only
from credit_cli.rules.follow_ups import Task
from credit_cli.rules.packs import Pack
from credit_cli.rules.profiles import (
    EvaluationFacts,
    Known,
    Portrait,
    current_evaluations,
    portray,
    scale_facts,
)
from credit_cli.rules.records import RecordFacts
from credit_cli.rules.routes import RouteRequest, decide_route, item_facts
from credit_cli.rules.scenario_decisions import decide_scenario, tasks_after
from credit_cli.rules.scenarios import Outcome
from credit_cli.rules.severity import classifier
from credit_cli.rules.values import RecordState, Severity, SubjectKind

_FROZEN = (RecordState.REVOKED, RecordState.DISPUTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One situation with its typed facts (`as_of` among them) and lists of elements."""

    title: str
    as_of: date
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]
    scenario: str | None = None
    item: str | None = None
    missing: frozenset[str] = frozenset()
    route: str | None = None
    event_days: Mapping[str, date] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the pack makes of a situation: by key of `expect`, and which rules decided."""

    said: Mapping[str, Any]
    facts: Facts
    outcome: Outcome | None = None


def play(situation: Situation, pack: Pack) -> Result:
    """Decide the situation by the pack."""
    facts, said = _facts_of(situation, pack)
    outcome = None
    if situation.scenario:
        facts |= {"event_days": situation.event_days, "task_outcomes": situation.outcomes}
        outcome = decide_scenario(pack.scenarios[situation.scenario], facts, pack.measures)
        said |= _outcome(outcome)
        said |= _tasks(tasks_after(pack.scenarios[outcome.scenario], outcome, facts))
    if situation.item and pack.route_rank:
        said |= _route(situation, pack, facts)
    if "alerts" in situation.expect:
        hits = count_alerts(tuple(pack.alerts.values()), facts)
        said["alerts"] = [
            {"alert": hit.alert, "on": hit.on, "key": dict(hit.key), "count": hit.count}
            for hit in hits
        ]
    return Result(said={**said, "facts": facts}, facts=facts, outcome=outcome)


def _facts_of(situation: Situation, pack: Pack) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts, and what the portrait says if the pack can draw one."""
    given = {**situation.facts, "as_of": situation.as_of}
    said: dict[str, Any] = {}
    if pack.tier.rows and "kind" in given:
        portrait = _portrait(given, situation.as_of, pack)
        said = {"tier": portrait.tier, "score": portrait.score, "band": portrait.band}
        given = {**given_only(portrait.facts, pack.types), **_without_lists(given)}
    else:
        given = {**_scales(given, situation.as_of, pack), **given, **_counting(given)}
    if isinstance(given.get("related"), tuple):
        given["related"] = tuple(
            {**one, **_counting(one), **_listed(one, situation.as_of)} for one in given["related"]
        )
    given |= _listed(given, situation.as_of)
    given.setdefault("weekday", situation.as_of.isoweekday())
    item = pack.items.get(situation.item or str(given.get("item")))
    if item:
        given = {**item_facts(item, situation.missing), **given, "item": item.code}
    return completed(given, pack.types), said


def _scales(given: Mapping[str, Any], as_of: date, pack: Pack) -> dict[str, Any]:
    """What the evaluations say on the scales of a pack without tiers."""
    evaluations = given.get("evaluations")
    if not pack.scales or not evaluations or is_missing(evaluations):
        return {}
    kind = SubjectKind(given["kind"]) if "kind" in given else None
    held = (_evaluation(one) for one in evaluations)
    return scale_facts(current_evaluations(held, pack, kind, as_of), pack, as_of)


def _without_lists(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in given.items() if name not in ("records", "history")}


def _listed(one: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    """Its entries as they stand, and the lists on which it stands: those said and those of them."""
    said, listings = one.get("lists", frozenset()), one.get("listings", ())
    if is_missing(said) or is_missing(listings):
        return {"lists": said if "lists" in one else listings}
    entries = tuple({**entry, "current": _stands(entry, as_of)} for entry in listings)
    return {
        "lists": said | {entry["list"] for entry in entries if entry["current"]},
        "listings": entries,
    }


def _stands(listing: Mapping[str, Any], as_of: date) -> bool:
    ends = listing.get("exited_on")
    return "list" in listing and listing.get("current", True) and (ends is None or as_of < ends)


def _counting(given: Mapping[str, Any]) -> dict[str, Any]:
    """Of records as given, those that count: not revoked, disputed or repaired."""
    records = given.get("records")
    if records is None or is_missing(records):
        return {} if records is None else {"history": records}
    counting = tuple(
        one
        for one in records
        if one.get("counts", True) and not one.get("repaired") and one.get("state") not in _FROZEN
    )
    return {"records": counting, "history": given.get("history", records)}


def _portrait(given: Mapping[str, Any], as_of: date, pack: Pack) -> Portrait:
    records = given.get("records") or given.get("history") or ()
    evaluations = given.get("evaluations") or ()
    known = Known(
        kind=SubjectKind(given["kind"]),
        records=tuple(_record(n, one, pack) for n, one in enumerate(records)),
        evaluations=tuple(_evaluation(one) for one in evaluations),
    )
    return portray(known, pack, as_of)


def _record(n: int, raw: Mapping[str, Any], pack: Pack) -> RecordFacts:
    severity = Severity(raw["severity"]) if "severity" in raw else classifier(pack)(raw)
    return RecordFacts(
        id=str(raw.get("id", n)),
        record_type=raw["type"],
        severity=severity,
        state=RecordState(raw.get("state", "current")),
        decided_on=raw["decided_on"],
        valid_until=raw.get("valid_until"),
        amount_fen=raw.get("amount_fen"),
        details=raw,
    )


def _evaluation(raw: Mapping[str, Any]) -> EvaluationFacts:
    return EvaluationFacts(
        scale=raw["scale"],
        grade=raw.get("grade"),
        score=int(raw["score"]) if "score" in raw else None,
        evaluated_on=raw["evaluated_on"],
        valid_until=raw.get("valid_until"),
    )


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status.value,
        "row": outcome.rows[0] if outcome.rows else None,
        "rows": list(outcome.rows),
        "grant": outcome.grant,
        "by_element": outcome.by_element,
        "denied": outcome.denied,
        "applied": list(outcome.applied),
        "open": sorted(outcome.open),
    }


def _tasks(tasks: tuple[Task, ...]) -> dict[str, Any]:
    return {
        "follow": {
            one.id: {
                "state": one.state.value,
                "due": one.due.on if one.due else None,
                "starts": one.starts,
                "do": list(one.do),
                "record": one.record or None,
                "denied": one.deny,
                "by": one.by or None,
            }
            for one in tasks
        },
        "gated": sorted({one.gates for one in tasks if one.gates}),
        "records": sorted({record for one in tasks for record in one.records}),
    }


def _route(situation: Situation, pack: Pack, facts: Facts) -> dict[str, Any]:
    request = RouteRequest(
        item=pack.items[str(situation.item)],
        facts=facts,
        missing=situation.missing,
        starts=situation.as_of,
        only=situation.route,
    )
    decision = decide_route(request, pack, WorkingCalendar())
    return {
        "route": decision.route,
        "routes": list(decision.routes),
        "accepted": decision.accepted,
        "decide_within": decision.decide_within,
        "decide_by": decision.decide_by and decision.decide_by.on,
        "follow_by": {one.material: one.due.on for one in decision.deferred},
        "review_by": decision.review and decision.review.due and decision.review.due.on,
    }
