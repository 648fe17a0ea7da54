"""The portrait: facts, tier, score and band; records lower the tier, a score only raises it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from credit_cli.rules.profiles import EvaluationFacts, Known, Portrait, portray
from credit_cli.rules.records import RecordFacts
from credit_cli.rules.values import RecordState, Severity, SubjectKind
from tests.situations import shipped_pack

AS_OF = date(2026, 6, 1)
PERSON, ORGANISATION = SubjectKind.PERSON, SubjectKind.ORGANISATION
RECENT = st.dates(date(2022, 1, 1), AS_OF)
RECORDS = st.lists(
    st.builds(
        RecordFacts,
        id=st.just("1"),
        record_type=st.sampled_from(("penalty", "licence", "commitment_breach")),
        severity=st.sampled_from((*Severity, None)),
        state=st.sampled_from(RecordState),
        decided_on=RECENT,
    ),
    max_size=3,
).map(tuple)
GRADED = [(code, grade) for code, one in shipped_pack().scales.items() for grade in one.grades]


def graded(scale: str, grade: str | None, on: date = AS_OF) -> EvaluationFacts:
    return EvaluationFacts(scale=scale, grade=grade, score=None, evaluated_on=on, valid_until=None)


def scored(score: int | None, scale: str = "jinye") -> EvaluationFacts:
    return EvaluationFacts(
        scale=scale, grade=None, score=score, evaluated_on=AS_OF, valid_until=None
    )


def penalty(severity: Severity) -> RecordFacts:
    return RecordFacts(
        id="1",
        record_type="penalty",
        severity=severity,
        state=RecordState.CURRENT,
        decided_on=AS_OF,
    )


def portrait(
    *evaluations: EvaluationFacts,
    kind: SubjectKind = PERSON,
    records: tuple[RecordFacts, ...] = (),
) -> Portrait:
    return portray(Known(kind, records, evaluations), shipped_pack(), AS_OF)


def rank(one: Portrait) -> int:
    """The tier's place from the worst."""
    return shipped_pack().tiers.index(one.tier)


def test_without_records_and_evaluations_the_facts_say_nothing_and_the_else_row_decides() -> None:
    one = portrait()
    assert one.facts == {
        "as_of": AS_OF,
        "records": (),
        "history": (),
        "evaluations": (),
        "lists": frozenset(),
        "listings": (),
        "entry.defiance": 0,
        "score.jinye_model": 1000,
        "kind": "person",
        "evaluation": None,
        "grade.tier": None,
        "grade.haikou": None,
        "grade.enterprise": None,
        "grade.national": None,
        "score.jinye": None,
        "records.serious": 0,
        "records.ordinary": 0,
        "records.minor": 0,
        "records.breach": 0,
        "tier": "ordinary",
    }
    assert (one.score, one.band, one.evaluations) == (None, None, ())
    assert one.reasons[0].code == "tier_row"
    assert one.reasons[0].params == {"tier": "ordinary", "row": "else", "basis": "feature"}


def test_every_fact_of_the_portrait_is_one_that_rules_may_test() -> None:
    assert portrait().facts.keys() - {"tier", "as_of"} <= shipped_pack().facts.keys()


def test_the_deciding_row_is_told_with_its_ground() -> None:
    one = portrait(scored(1020))
    assert one.reasons[0].params == {
        "tier": "excellent",
        "row": "excellent_score",
        "basis": "haikou_score",
    }
    assert [trace.row for trace in one.trace if trace.matched] == ["excellent_score"]


def test_facts_count_the_records_that_weigh_by_severity_and_type() -> None:
    breach = replace(penalty(Severity.ORDINARY), record_type="commitment_breach")
    revoked = replace(penalty(Severity.SERIOUS), state=RecordState.REVOKED)
    facts = portrait(records=(penalty(Severity.ORDINARY), breach, revoked)).facts
    counts = [facts[f"records.{name}"] for name in ("serious", "ordinary", "minor", "breach")]
    assert counts == [0, 2, 0, 1]


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, "to_improve"),
        (949, "to_improve"),
        (950, "fair"),
        (999, "fair"),
        (1000, "high"),
        (1029, "high"),
        (1030, "very_high"),
        (1059, "very_high"),
        (1060, "top"),
        (1200, "top"),
    ],
)
def test_band_includes_its_low_end(score: int, band: str) -> None:
    one = portrait(scored(score))
    assert (one.score, one.band) == (score, band)


def test_a_score_that_was_not_given_is_no_score() -> None:
    one = portrait(scored(None))
    assert (one.tier, one.score, one.band) == ("ordinary", None, None)


@pytest.mark.parametrize(
    ("evaluation", "kind"),
    [
        (graded("no_such_scale", "A"), ORGANISATION),
        (graded("enterprise", "A"), PERSON),
        (graded("enterprise", None), ORGANISATION),
        (graded("enterprise", "AAA"), ORGANISATION),
    ],
)
def test_an_evaluation_that_does_not_apply_is_silent(
    evaluation: EvaluationFacts, kind: SubjectKind
) -> None:
    one = portrait(evaluation, kind=kind)
    assert (one.tier, one.facts["evaluation"], one.facts["grade.enterprise"]) == (
        "ordinary",
        None,
        None,
    )


def test_the_newest_evaluation_of_a_scale_speaks() -> None:
    newer, older = (graded("national", grade, on) for grade, on in NEWER_AND_OLDER)
    for given_order in ((newer, older), (older, newer)):
        assert portrait(*given_order, kind=ORGANISATION).evaluations == (newer,)


NEWER_AND_OLDER = (("poor", AS_OF), ("excellent", date(2025, 6, 1)))


@given(RECORDS, st.integers(-2000, 3000), st.sampled_from((None, *GRADED)))
def test_a_personal_score_only_gives_and_never_takes(
    records: tuple[RecordFacts, ...], score: int, grade: tuple[str, str] | None
) -> None:
    known = [graded(*grade)] if grade else []
    without = portrait(*known, records=records)
    assert rank(portrait(*known, scored(score), records=records)) >= rank(without)


@given(RECORDS, st.integers(-2000, 3000), st.integers(-2000, 3000))
def test_a_higher_score_never_brings_a_worse_tier(
    records: tuple[RecordFacts, ...], one: int, other: int
) -> None:
    lower, higher = (portrait(scored(score), records=records) for score in sorted((one, other)))
    assert rank(higher) >= rank(lower)


@given(RECORDS, RECORDS, st.sampled_from(GRADED))
def test_one_more_record_never_brings_a_better_tier(
    records: tuple[RecordFacts, ...], more: tuple[RecordFacts, ...], grade: tuple[str, str]
) -> None:
    fewer = portrait(graded(*grade), kind=ORGANISATION, records=records)
    assert rank(portrait(graded(*grade), kind=ORGANISATION, records=records + more)) <= rank(fewer)


@given(st.sampled_from(GRADED), st.sampled_from(GRADED))
def test_of_several_scales_the_lowest_speaks(one: tuple[str, str], other: tuple[str, str]) -> None:
    assume(one[0] != other[0])
    evaluations = graded(*one), graded(*other)
    alone = [portrait(given, kind=ORGANISATION).facts["evaluation"] for given in evaluations]
    both = portrait(*evaluations, kind=ORGANISATION).facts["evaluation"]
    assert both == min(alone, key=lambda tier: shipped_pack().tiers.index(str(tier)))
