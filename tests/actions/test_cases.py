"""A case is opened on a route that is granted, and a commitment brings its review along."""

import json

import pytest

from tests.intake.senders import FARM, STALL
from tests.pool import Pool, contents, person
from tests.program import Ran

PHARMACY, PERFORMANCE = "pharmacy_licence_renewal", "foreign_performance"


def case_open(pool: Pool, item: str, *options: str, subject: str = FARM) -> Ran:
    return pool.run("case", "open", "--subject", subject, "--item", item, *options)


def test_a_commitment_creates_its_review(pool: Pool) -> None:
    pool.grade(FARM, "good")
    case = case_open(pool, PHARMACY).json
    assert (case["route"], case["decide_by"]) == ("commitment", "2026-11-22")
    (review,) = pool.done("review", "list")
    assert case["review"] == {
        "required": True,
        "within": {"n": 30, "unit": "working_day"},
        "due_on": review["due_on"],
        "provisional": True,
        "id": review["id"],
    }
    assert (review["case"], review["item"], review["state"]) == (case["case"], PHARMACY, "pending")
    profile = pool.done("profile", "show", FARM)
    assert profile["reviews"] == [review]
    assert profile["commitments"] == [
        {"case": case["case"], "item": PHARMACY, "made_on": "2026-11-22", "state": "open"}
    ]


def test_an_ordinary_case_has_neither_commitment_nor_review(pool: Pool) -> None:
    pool.grade(FARM, "ordinary")
    case = case_open(pool, PHARMACY).json
    assert (case["route"], case["review"]["required"], case["review"]["id"]) == (
        "ordinary",
        False,
        None,
    )
    assert pool.done("review", "list") == []
    assert pool.done("profile", "show", FARM)["commitments"] == []


def test_a_case_keeps_what_was_decided_and_why(pool: Pool) -> None:
    pool.grade(FARM, "excellent")
    told = case_open(pool, PERFORMANCE, "--missing", "venue_agreement").json
    (kept,) = pool.held("SELECT * FROM service_case")
    kept = {
        name: json.loads(one) if str(one)[:1] == "[" and isinstance(one, str) else one
        for name, one in kept.items()
    }
    assert kept["routes"] == told["routes"] == ["accelerated", "deferred_materials", "ordinary"]
    assert kept["reasons"] == [reason["code"] for reason in told["reasons"]]
    assert kept["deferred"] == told["deferred"]
    assert kept["policy_version"] == told["policy_version"]
    assert (kept["tier"], str(kept["decide_by"])) == ("excellent", told["decide_by"])


def test_materials_that_may_follow_have_their_last_day(pool: Pool) -> None:
    pool.grade(FARM, "good")
    case = case_open(
        pool, "investment_filing", "--missing", "energy_review", "--missing", "funding_proof"
    ).json
    assert case["deferred"] == [
        {"material": "energy_review", "due_on": "2026-12-04", "provisional": False},
        {"material": "funding_proof", "due_on": "2026-12-04", "provisional": False},
    ]


@pytest.mark.parametrize("route", ["accelerated", "deferred_materials", "ordinary"])
def test_the_route_chosen_is_the_route_of_the_case(sqlite_pool: Pool, route: str) -> None:
    sqlite_pool.grade(FARM, "excellent")
    assert case_open(sqlite_pool, PERFORMANCE, "--route", route).json["route"] == route
    assert sqlite_pool.held("SELECT route FROM service_case") == [{"route": route}]


def test_a_route_that_is_not_granted_is_refused_with_those_that_are(pool: Pool) -> None:
    pool.grade(FARM, "excellent")
    before = contents(pool.url)
    ran = case_open(pool, PERFORMANCE, "--route", "instant")
    assert (ran.exit_code, ran.error["code"]) == (6, "route_not_granted")
    assert ran.error["params"] == {
        "route": "instant",
        "granted": ["accelerated", "deferred_materials", "ordinary"],
    }
    assert [one["code"] for one in pool.refusals()] == ["route_not_granted"]
    assert contents(pool.url)["service_case"] == before["service_case"] == []


def test_a_missing_main_material_is_refused_and_nothing_written(pool: Pool) -> None:
    pool.grade(FARM, "excellent")
    before = contents(pool.url)
    missing = ("--missing", "energy_review", "--missing", "land_opinion")
    ran = case_open(pool, "investment_filing", *missing)
    assert (ran.exit_code, ran.error["code"]) == (6, "not_acceptable")
    assert ran.error["params"]["materials"] == ["land_opinion"]
    after = contents(pool.url)
    assert {name for name in after if after[name] != before[name]} == {"audit_entry", "audit_head"}
    assert pool.refusals() == [{"command": "case open", "code": "not_acceptable", "subjects": [1]}]


def test_a_material_that_may_not_follow_here_is_refused(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "ordinary")
    ran = case_open(sqlite_pool, "investment_filing", "--missing", "energy_review")
    assert (ran.exit_code, ran.error["params"]["materials"]) == (6, ["energy_review"])


def test_an_unknown_item_is_told_with_the_nearest(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good")
    ran = case_open(sqlite_pool, "pharmacy_license_renewal")
    assert (ran.exit_code, ran.error["code"]) == (5, "item_not_found")
    assert ran.error["params"]["nearest"][0] == PHARMACY


def test_an_item_like_no_other_is_told_with_all(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good")
    assert len(case_open(sqlite_pool, "?").error["params"]["nearest"]) > 5


def test_an_unknown_material_is_told_with_those_of_the_item(sqlite_pool: Pool) -> None:
    sqlite_pool.grade(FARM, "good")
    ran = case_open(sqlite_pool, PERFORMANCE, "--missing", "passport")
    assert (ran.exit_code, ran.error["code"]) == (5, "material_not_found")
    assert ran.error["params"]["known"] == ["application_form", "venue_agreement"]


def test_a_dry_run_shows_the_case_and_opens_none(pool: Pool) -> None:
    pool.grade(FARM, "good")
    before = contents(pool.url)
    ran = case_open(pool, PHARMACY, "--dry-run")
    assert (ran.exit_code, ran.json["route"]) == (0, "commitment")
    assert "nothing was saved" in ran.stderr
    assert contents(pool.url) == before


def test_cases_and_reviews_have_numbers_of_their_own(pool: Pool) -> None:
    pool.grade(FARM, "good")
    pool.grade(STALL, "good", name="虚构药店")
    opened = [case_open(pool, PHARMACY, subject=code).json for code in (FARM, STALL, FARM)]
    assert len({case["case"] for case in opened}) == 3
    assert len({case["review"]["id"] for case in opened}) == 3


def test_a_case_of_a_person_is_audited_without_name_or_code(pool: Pool) -> None:
    pool.score(1064, person(1))
    case_open(pool, PERFORMANCE, subject=person(1))
    (entry,) = pool.held("SELECT params FROM audit_entry WHERE action = 'case.open'")
    assert person(1) not in str(entry)
