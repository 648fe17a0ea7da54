"""Situations a lawyer can read and check (tests/cases/*.toml), and what a pack makes of them.

A situation is a subject with its records and evaluations on a day, and if it
asks for something, the item with the materials it lacks, or the programme:

    [[situation]]
    title = "what the rule says"
    as_of = 2026-06-01                the day the rules look at
    kind = "person"                   or organisation, individual_business
    records = [{ type = "penalty", on = 2025-06-01, severity = "serious" }]
    evaluations = [{ scale = "jinye", score = 1064, on = 2026-05-20 }]
    item = "foreign_performance"
    missing = ["venue_agreement"]
    route = "accelerated"             only if the applicant insists on one
    programme = "tianya_ride"

    [situation.expected]              everything `outcome` says; OPTIONAL where it matters

A record without a severity gives the words from which the pack infers it
(`violation`, `grounds`, `kind`); `state` is `current` unless said otherwise.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import credit_cli
from credit_cli.errors import CreditError
from credit_cli.intake.policy import read_pack
from credit_cli.rules.calendar import WorkingCalendar
from credit_cli.rules.packs import Pack
from credit_cli.rules.profiles import EvaluationFacts, Known, Portrait, portray
from credit_cli.rules.programmes import check_claim, valid_until
from credit_cli.rules.records import RecordFacts
from credit_cli.rules.routes import RouteDecision, RouteRequest, decide_route
from credit_cli.rules.severity import classifier
from credit_cli.rules.values import RecordState, Severity, SubjectKind

SHIPPED = Path(credit_cli.__file__).parent / "policy" / "hainan"
CASES = Path(__file__).parent / "cases"
CALENDAR = WorkingCalendar()
OPTIONAL = {"band", "counting"}


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One situation, as it is written."""

    title: str
    as_of: date
    kind: str
    expected: dict[str, Any]
    records: list[dict[str, Any]] = field(default_factory=list)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    item: str | None = None
    missing: list[str] = field(default_factory=list)
    route: str | None = None
    programme: str | None = None


@cache
def shipped_pack() -> Pack:
    """The province's pack as it is shipped."""
    return read_pack(SHIPPED).pack


def situations() -> list[Situation]:
    """Every situation, by file and in the order written."""
    return [
        Situation(**raw)
        for path in sorted(CASES.glob("*.toml"))
        for raw in tomllib.loads(path.read_text(encoding="utf-8"))["situation"]
    ]


def portrait_of(situation: Situation, pack: Pack) -> Portrait:
    """The subject's portrait on the day."""
    records = (_record(n, raw, pack) for n, raw in enumerate(situation.records))
    evaluations = (_evaluation(raw) for raw in situation.evaluations)
    kind = SubjectKind(situation.kind)
    known = Known(kind, tuple(records), tuple(evaluations))
    return portray(known, pack, situation.as_of)


def decision_of(situation: Situation, pack: Pack) -> RouteDecision:
    """What the subject may have for the item it asks for."""
    item = pack.item_on(str(situation.item), situation.as_of)
    assert item, situation.item
    request = RouteRequest(
        item=item,
        facts=portrait_of(situation, pack).facts,
        missing=frozenset(situation.missing),
        starts=situation.as_of,
        only=situation.route,
    )
    return decide_route(request, pack, CALENDAR)


def outcome(situation: Situation, pack: Pack) -> dict[str, Any]:
    """What the pack makes of the situation, in the words of `expected`; nothing that is empty."""
    portrait = portrait_of(situation, pack)
    said: dict[str, Any] = {
        "tier": portrait.tier,
        "band": portrait.band,
        "counting": sum(record.counts for record in portrait.records),
    }
    if situation.item:
        said |= _application(decision_of(situation, pack))
    if situation.programme:
        said |= _claim(situation, portrait, pack)
    wanted = said.keys() - (OPTIONAL - situation.expected.keys())
    return {key: said[key] for key in said if key in wanted and said[key] not in (None, {})}


def _record(n: int, raw: Mapping[str, Any], pack: Pack) -> RecordFacts:
    severity = Severity(raw["severity"]) if "severity" in raw else classifier(pack)(raw)
    return RecordFacts(
        id=str(n),
        record_type=raw["type"],
        severity=severity,
        state=RecordState(raw.get("state", "current")),
        decided_on=raw["on"],
        valid_until=raw.get("until"),
    )


def _evaluation(raw: Mapping[str, Any]) -> EvaluationFacts:
    return EvaluationFacts(
        scale=raw["scale"],
        grade=raw.get("grade"),
        score=raw.get("score"),
        evaluated_on=raw["on"],
        valid_until=raw.get("until"),
    )


def _application(decision: RouteDecision) -> dict[str, Any]:
    refused = ("main_material_missing", "material_may_not_follow")
    return {
        "routes": list(decision.routes),
        "decide_within": str(decision.decide_within),
        "decide_by": decision.decide_by and decision.decide_by.on,
        "follow_by": {one.material: one.due.on for one in decision.deferred},
        "review_by": decision.review and decision.review.due and decision.review.due.on,
        "not_accepted": {
            reason.params["material"]: reason.code
            for reason in decision.reasons
            if reason.code in refused
        },
    }


def _claim(situation: Situation, portrait: Portrait, pack: Pack) -> dict[str, Any]:
    programme = pack.programmes[str(situation.programme)]
    try:
        check_claim(programme, portrait.facts, situation.as_of)
    except CreditError as refusal:
        return {"refused": refusal.code}
    day = valid_until(programme, situation.as_of, CALENDAR)
    return {"worth_fen": programme.value_fen, "valid_until": day.on}
