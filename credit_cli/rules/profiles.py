"""The credit portrait (信用画像): facts, tier, score and band of a subject on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from credit_cli.rules.conditions import Fact
from credit_cli.rules.decisions import RowTrace, decide, explain
from credit_cli.rules.packs import Pack, Scale, in_force
from credit_cli.rules.records import RecordFacts, WeighedRecord, weigh_all
from credit_cli.rules.values import Reason, SubjectKind


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


def portray(
    kind: SubjectKind,
    records: tuple[RecordFacts, ...],
    evaluations: tuple[EvaluationFacts, ...],
    pack: Pack,
    as_of: date,
) -> Portrait:
    """The portrait on `as_of`. Without records and evaluations the `else` row decides."""
    weighed = weigh_all(records, pack, as_of)
    current = _current(evaluations, pack, kind, as_of)
    facts = _facts(kind, weighed, current, pack, as_of)
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


def _current(
    evaluations: tuple[EvaluationFacts, ...], pack: Pack, kind: SubjectKind, as_of: date
) -> dict[str, EvaluationFacts]:
    """The newest evaluation of each scale that is valid on the day and meant for this kind."""
    current: dict[str, EvaluationFacts] = {}
    for evaluation in sorted(evaluations, key=lambda given: given.evaluated_on):
        scale = pack.scales.get(evaluation.scale)
        if scale is None or kind not in scale.subjects:
            continue
        if in_force(evaluation.evaluated_on, evaluation.valid_until, as_of):
            current[evaluation.scale] = evaluation
    return current


def _facts(
    kind: SubjectKind,
    weighed: tuple[WeighedRecord, ...],
    current: Mapping[str, EvaluationFacts],
    pack: Pack,
    as_of: date,
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"kind": kind.value, "evaluation": _mapped(current, pack, as_of)}
    facts |= dict(_evaluation_fact(one, current.get(one.code)) for one in pack.scales.values())
    for measure in pack.measurements:
        facts[measure.name] = sum(
            one.counts
            and one.record.severity in measure.severities
            and (not measure.record_types or one.record.record_type in measure.record_types)
            for one in weighed
        )
    return facts


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
        if in_force(mapping.starts, mapping.ends, as_of)
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
