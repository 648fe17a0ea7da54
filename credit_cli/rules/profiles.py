"""The credit portrait (信用画像): facts, tier, score and band of a subject on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from credit_cli.rules.conditions import Fact, Kind
from credit_cli.rules.decisions import RowTrace, decide, explain
from credit_cli.rules.derived import completed
from credit_cli.rules.packs import Pack, Scale, in_force
from credit_cli.rules.records import RecordFacts, WeighedRecord, weigh_all
from credit_cli.rules.values import Reason, RecordState, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationFacts:
    """A score or grade from outside; the newest day of each scale speaks."""

    scale: str
    grade: str | None
    score: int | None
    evaluated_on: date
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What the policy makes of a subject: the facts that rules may test, and the tier."""

    facts: Mapping[str, Fact]
    records: tuple[WeighedRecord, ...]
    evaluations: tuple[EvaluationFacts, ...]
    tier: str
    score: int | None
    band: str | None
    reasons: tuple[Reason, ...]
    trace: tuple[RowTrace, ...]


class Known(NamedTuple):
    """What the pool knows of a subject; `lists` are further ones (commitments, cases ...)."""

    kind: SubjectKind
    records: tuple[RecordFacts, ...] = ()
    evaluations: tuple[EvaluationFacts, ...] = ()
    lists: Mapping[str, Any] = {}


def portray(known: Known, pack: Pack, as_of: date) -> Portrait:
    """The portrait on `as_of`. Without records and evaluations the `else` row decides."""
    weighed = weigh_all(known.records, pack, as_of)
    current = current_evaluations(known.evaluations, pack, known.kind, as_of)
    facts = _facts(known, weighed, current, pack, as_of)
    row = decide(pack.tier, facts)
    tier = str(row.grant["tier"])
    score = current[pack.personal_score].score if pack.personal_score in current else None
    return Portrait(
        facts={**facts, "tier": tier},
        records=weighed,
        evaluations=tuple(current.values()),
        tier=tier,
        score=score,
        band=_band(pack.scales[pack.personal_score], score),
        reasons=(
            Reason(code="tier_row", params={"tier": tier, "row": row.id, "basis": row.basis}),
        ),
        trace=explain(pack.tier, facts),
    )


def _facts(
    known: Known,
    weighed: tuple[WeighedRecord, ...],
    current: Mapping[str, EvaluationFacts],
    pack: Pack,
    as_of: date,
) -> dict[str, Any]:
    offered = {"as_of": as_of, "kind": known.kind.value, **known.lists}
    offered |= scale_facts(current, pack, as_of) | record_lists(weighed, pack, as_of)
    offered["evaluations"] = tuple(_evaluation_element(one) for one in current.values())
    single = {name: one for name, one in pack.facts.items() if one.kind is not Kind.LIST}
    return completed(offered, single)


def current_evaluations(
    evaluations: Iterable[EvaluationFacts], pack: Pack, kind: SubjectKind | None, as_of: date
) -> dict[str, EvaluationFacts]:
    """The newest evaluation of each scale that is valid on the day and meant for this kind."""
    current: dict[str, EvaluationFacts] = {}
    for evaluation in sorted(evaluations, key=lambda given: given.evaluated_on):
        scale = pack.scales.get(evaluation.scale)
        if scale is None or kind not in (None, *scale.subjects):
            continue
        if in_force(evaluation.evaluated_on, evaluation.valid_until, as_of):
            current[evaluation.scale] = evaluation
    return current


def scale_facts(current: Mapping[str, EvaluationFacts], pack: Pack, as_of: date) -> dict[str, Fact]:
    """The grade or score on every scale, and the tier that the grades are worth."""
    facts: dict[str, Fact] = {"evaluation": _mapped(current, pack, as_of)}
    return facts | dict(
        _evaluation_fact(one, current.get(one.code)) for one in pack.scales.values()
    )


def record_lists(weighed: Iterable[WeighedRecord], pack: Pack, as_of: date) -> dict[str, Any]:
    """The records that measurements look at, and the lists on which the subject stands."""
    history = [record_element(one) for one in weighed if one.record.decided_on <= as_of]
    on_lists = {code for code, kind in pack.record_types.items() if kind.exits}
    entries = [one for one in history if one["type"] in on_lists]
    return {
        "history": tuple(history),
        "records": tuple(one for one in history if one["counts"]),
        "lists": frozenset(one["type"] for one in entries if _stands(one, as_of)),
        "listings": tuple(_listing(one, as_of) for one in entries),
    }


def _listing(entry: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    return {
        "list": entry["type"],
        "field": entry.get("kind"),
        "authority": entry.get("authority"),
        "entered_on": entry["decided_on"],
        "exited_on": entry["valid_until"],
        "current": _stands(entry, as_of),
    }


def record_element(one: WeighedRecord) -> dict[str, Any]:
    """A record as an element of the lists `records` and `history`."""
    record = one.record
    return {
        **record.details,
        "id": record.id,
        "type": record.record_type,
        "severity": record.severity and record.severity.value,
        "state": record.state.value,
        "decided_on": record.decided_on,
        "valid_until": record.valid_until,
        "amount_fen": record.amount_fen,
        "counts": one.counts,
    }


def _stands(element: Mapping[str, Any], as_of: date) -> bool:
    ends = element["valid_until"]
    return element["state"] == RecordState.CURRENT and (ends is None or as_of < ends)


def _evaluation_element(one: EvaluationFacts) -> dict[str, Any]:
    return {
        "scale": one.scale,
        "grade": one.grade,
        "score": one.score,
        "year": one.evaluated_on.year,
        "evaluated_on": one.evaluated_on,
        "valid_until": one.valid_until,
    }


def _evaluation_fact(scale: Scale, given: EvaluationFacts | None) -> tuple[str, Fact]:
    if scale.kind == "score":
        return f"score.{scale.code}", given.score if given else None
    known = given is not None and given.grade in scale.grades
    return f"grade.{scale.code}", given.grade if given and known else None


def _mapped(current: Mapping[str, EvaluationFacts], pack: Pack, as_of: date) -> str | None:
    """The lowest tier that any current grade maps to; sources may disagree, caution wins."""
    tiers = [
        tier
        for mapping in pack.mappings
        if mapping.to == pack.tier_scale and mapping.is_in_force(as_of)
        if (given := current.get(mapping.scale))
        if (tier := mapping.grades.get(given.grade or ""))
    ]
    return min(tiers, key=pack.tiers.index, default=None)


def _band(scale: Scale, score: int | None) -> str | None:
    reached = [
        band.code
        for band in scale.bands
        if score is not None and (band.low is None or score >= band.low)
    ]
    return reached[-1] if reached else None
