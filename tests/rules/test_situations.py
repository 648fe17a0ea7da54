"""Situations: facts and lists as their authors write them, and what a pack makes of them."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from credit_cli.actions.policy_tests import run_tests
from credit_cli.intake.policy import read_pack
from credit_cli.intake.situations import Reader, SituationShape
from credit_cli.rules.conditions import Missing
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.situations import Result, Situation, play
from tests.situations import SHIPPED, shipped_pack

PACK = """
[pack]
name = "rule"
title = "规则"
from = 2024-01-01
basis = { title = "虚构办法", clause = "第一条", mark = "I" }
[fact.score]
type = "number"
[fact.ratio]
type = "decimal"
[fact.share]
type = "percent"
[fact.fee]
type = "money"
[fact.grade]
type = "grade"
values = ["C", "B", "A"]
states = ["expired"]
[fact.opened]
type = "date"
[fact.at]
type = "time"
[fact.marks]
type = "set"
[fact.bad]
type = "flag"
[fact.penalties]
measure = "count"
over = "records"
where = { type = "penalty" }
[fact.ever]
measure = "count"
over = "history"
[fact.breaches]
measure = "count"
over = "records"
where = { severity = "serious" }
party = "legal_representative"
[scale.tax]
title = "纳税"
kind = "grades"
grades = ["D", "B", "A"]
subjects = ["organisation"]
[scenario.x]
title = "场景"
[[scenario.x.row]]
id = "a"
when = { penalties = 0 }
grant = { quota = 1 }
[scenario.x.else]
[[scenario.x.follow]]
id = "review"
on = "decided"
within = "5wd"
gate = "certificate"
late = { record = "overdue" }
"""
DAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rule") / "rule.toml"
    path.write_text(PACK, encoding="utf-8")
    return path


def read(path: Path, raw: dict[str, Any]) -> tuple[Situation, Result]:
    """The situation and what the pack makes of it; it must have no fault."""
    pack = read_pack(path).pack if path != SHIPPED else shipped_pack()
    given = {"title": "t", "as_of": DAY, "expect": {}, **raw}
    reader = Reader(pack, tuple(pack.scenarios))
    situation = reader.read(SituationShape.model_validate(given))
    assert reader.faults == []
    return situation, play(situation, pack)


def facts(path: Path, **raw: Any) -> dict[str, Any]:  # noqa: ANN401 - TOML
    return dict(read(path, raw)[1].facts)


def test_facts_are_read_by_their_kind(folder: Path) -> None:
    given = {
        "score": 5,
        "ratio": "0.5",
        "share": "30%",
        "fee": 100,
        "grade": "B",
        "opened": date(2026, 1, 1),
        "at": "09:30",
        "marks": ["a", "b"],
        "bad": True,
        "promised": "10wd",
    }
    read_as = facts(folder, kind="person", facts=given)
    assert {name: read_as[name] for name in given} == {
        "score": 5,
        "ratio": Decimal("0.5"),
        "share": 30,
        "fee": 100,
        "grade": "B",
        "opened": date(2026, 1, 1),
        "at": 570,
        "marks": frozenset("ab"),
        "bad": True,
        "promised": parse_duration("10wd"),
    }
    assert (read_as["kind"], read_as["weekday"]) == ("person", 2)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"score": "unknown"}, "unknown"),
        ({"grade": "expired"}, "expired"),
        ({"bad": "not_authorised"}, "not_authorised"),
    ],
)
def test_fact_may_be_in_a_state(folder: Path, given: dict[str, str], state: str) -> None:
    (seen,) = (facts(folder, facts=given)[name] for name in given)
    assert (seen, type(seen)) == (state, Missing)


def test_list_of_which_nothing_is_known_leaves_what_is_measured_unknown(folder: Path) -> None:
    seen = facts(folder, records="unknown")
    assert (seen["records"], seen["penalties"], seen["history"]) == ("unknown",) * 3
    assert facts(folder)["penalties"] == 0


def test_records_count_unless_revoked_disputed_repaired_or_out_of_time(folder: Path) -> None:
    records = [
        {"type": "penalty"},
        {"type": "penalty", "state": "revoked"},
        {"type": "penalty", "state": "disputed"},
        {"type": "penalty", "repaired": True},
        {"type": "penalty", "counts": False},
    ]
    seen = facts(folder, records=records)
    assert (seen["penalties"], seen["ever"], len(seen["records"])) == (1, 5, 1)
    (kept,) = seen["records"]
    assert (kept["state"], kept["counts"], kept["repaired"]) == ("current", True, False)


def test_records_of_related_persons_count_by_the_same_rules(folder: Path) -> None:
    serious = {"type": "penalty", "severity": "serious"}
    head = {"relation": "legal_representative"}
    for records, counted in (([serious], 1), ([serious | {"repaired": True}], 0)):
        assert facts(folder, related=[head | {"records": records}])["breaches"] == counted
    other = {"relation": "shareholder", "records": [serious]}
    assert facts(folder, related=[other])["breaches"] == 0


def test_entries_that_stand_say_on_which_lists_a_subject_is(folder: Path) -> None:
    listings = [
        {"list": "severe", "entered_on": date(2025, 1, 1)},
        {"list": "left", "entered_on": date(2025, 1, 1), "exited_on": DAY},
        {"list": "leaves", "entered_on": date(2025, 1, 1), "exited_on": date(2026, 3, 11)},
        {"list": "withdrawn", "current": False},
        {"field": "unnamed"},
    ]
    seen = facts(folder, facts={"lists": ["said"]}, listings=listings)
    assert seen["lists"] == {"said", "severe", "leaves"}
    assert [one["current"] for one in seen["listings"]] == [True, False, True, False, False]
    assert facts(folder)["lists"] == frozenset()
    assert facts(folder, facts={"lists": "unknown"})["lists"] == "unknown"
    assert facts(folder, listings="unknown")["lists"] == "unknown"


def test_newest_evaluation_says_the_grade_on_a_scale(folder: Path) -> None:
    given = [
        {"scale": "tax", "grade": grade, "evaluated_on": date(2026, month, 1)}
        for grade, month in (("A", 2), ("B", 1), ("D", 4))
    ]
    seen = facts(folder, kind="organisation", evaluations=given)
    assert seen["grade.tax"] == "A"
    assert facts(folder, evaluations=given)["grade.tax"] == "A"
    assert facts(folder, evaluations="unknown").get("grade.tax") is None
    said = facts(folder, evaluations=given, facts={"grade.tax": "D"})
    assert said["grade.tax"] == "D"


# Events


@pytest.mark.parametrize(
    "events",
    [
        {"decided": DAY, "review": date(2026, 3, 18)},
        [
            {"type": "decided", "on": date(2026, 3, 9)},
            {"type": "decided", "on": DAY},
            {"type": "review", "on": date(2026, 3, 18)},
            {"type": "undated"},
        ],
    ],
    ids=["table", "list"],
)
def test_events_are_days_by_name_or_a_list_of_which_the_latest_counts(
    folder: Path,
    events: Any,  # noqa: ANN401
) -> None:
    _, result = read(folder, {"as_of": date(2026, 3, 20), "events": events})
    assert result.said["follow"]["review"] == {
        "state": "done_late",
        "due": date(2026, 3, 17),
        "starts": DAY,
        "do": [],
        "record": "overdue",
        "denied": {},
        "by": None,
    }
    assert (result.said["gated"], result.said["records"]) == ([], ["overdue"])


def test_days_beside_a_list_of_events_come_before_it(folder: Path) -> None:
    given = {"events": [{"type": "decided", "on": date(2026, 1, 1)}], "days": {"decided": DAY}}
    _, result = read(folder, given)
    assert result.said["follow"]["review"]["starts"] == DAY
    assert result.said["gated"] == ["certificate"]
    assert read(folder, {"events": "unknown"})[1].facts["events"] == "unknown"


def test_outcome_of_the_only_scenario_is_told(folder: Path) -> None:
    _, result = read(folder, {"records": [{"type": "penalty"}]})
    assert (result.said["status"], result.said["row"]) == ("otherwise", "else")
    assert result.outcome is not None


# The shipped pack: a portrait, items with their materials, routes


def test_core_pack_draws_the_portrait_and_decides_the_route() -> None:
    given = {
        "kind": "organisation",
        "item": "foreign_performance",
        "missing": "venue_agreement",
        "evaluations": [{"scale": "enterprise", "grade": "A", "evaluated_on": date(2026, 1, 1)}],
    }
    _, result = read(SHIPPED, given)
    assert result.outcome is None  # of several scenarios none was named
    assert (result.said["tier"], result.said["accepted"]) == ("excellent", True)
    assert set(result.said["follow_by"]) == {"venue_agreement"}
    materials = {one["code"]: one for one in result.facts["materials"]}
    assert materials["venue_agreement"]["submitted"] is False
    assert materials["application_form"] == {
        "code": "application_form",
        "class": "main",
        "submitted": True,
    }
    assert result.facts["item"] == "foreign_performance"


def test_record_without_a_severity_is_weighed_by_its_words() -> None:
    words = {"type": "penalty", "decided_on": date(2026, 1, 1), "kind": "吊销许可证件"}
    seen = read(SHIPPED, {"kind": "organisation", "records": [words]})[1]
    said = read(SHIPPED, {"kind": "organisation", "records": [words | {"severity": "minor"}]})[1]
    assert [one.said["tier"] for one in (seen, said)] == ["minor_dishonest", "ordinary"]


def test_without_a_kind_of_subject_there_is_no_portrait() -> None:
    _, result = read(SHIPPED, {"facts": {"tier": "good"}})
    assert result.facts["tier"] == "good"
    assert "band" not in result.said


def test_shipped_situations_come_out_as_they_say() -> None:
    report = run_tests(SHIPPED)
    assert [(one.title, one.differences) for one in report.tested if one.differences] == []
    assert {scenario for scenario, _ in report.hits} == set(shipped_pack().scenarios)
