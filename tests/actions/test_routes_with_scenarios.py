"""Scenarios of the policy in force show in what a subject is granted for an item."""

from typing import Any

import pytest

from tests.actions.test_subjects import LINK, bring
from tests.intake.senders import EVALUATION, FARM, PENALTY
from tests.pool import PERSON_NAME, Pool, person

TEA, VENUE, FILING = "tea_business_filing", "venue_registration", "investment_filing"
SERIOUS = PENALTY | {
    "CF_XDR_MC": PERSON_NAME,
    "CF_XDR_LB": "自然人",
    "CF_XDR_SHXYM": "",
    "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": person(1),
}


def simulated(pool: Pool, item: str, *more: str) -> Any:  # noqa: ANN401
    return pool.done("route", "simulate", "--subject", FARM, "--item", item, *more)


def statuses(view: Any) -> dict[str, str]:  # noqa: ANN401
    return {one["scenario"]: one["status"] for one in view["scenarios"]}


def red(pool: Pool) -> None:
    """Let Haikou put the farm on its red list."""
    pool.evaluations(EVALUATION | {"scale": "haikou", "grade": "red"})


def test_scenarios_of_an_item_give_modes_limits_and_measures(pool: Pool) -> None:
    red(pool)
    view = simulated(pool, VENUE)
    assert statuses(view) == {"haikou_red": "granted"}
    assert view["scenarios"][0]["rows"] == ["red"]
    # Three working days less 30 %, the rest of a day left out.
    assert (view["decide_within"]["n"], view["promised"]["n"]) == (2, 3)
    assert view["measures"] == {"fast_lane": True}
    assert "accelerated" in view["routes"]
    assert "scenario_granted" in [reason["code"] for reason in view["reasons"]]


def test_without_the_grade_a_scenario_gives_nothing(sqlite_pool: Pool) -> None:
    sqlite_pool.evaluations(EVALUATION | {"scale": "haikou", "grade": "orange"})
    view = simulated(sqlite_pool, VENUE)
    assert (statuses(view), view["measures"]) == ({"haikou_red": "otherwise"}, {})
    assert view["decide_within"] == view["promised"]


def test_size_left_open_is_shown_as_open(sqlite_pool: Pool) -> None:
    sqlite_pool.evaluations(EVALUATION | {"grade": "A"})
    measures = simulated(sqlite_pool, TEA)["measures"]
    assert (measures["finance_referral"], measures["credit_limit"]) == (
        True,
        {"left_open": "融资额度由金融机构决定，未公布"},
    )


def test_modes_that_a_source_leaves_open_open_nothing(sqlite_pool: Pool) -> None:
    held = 'modes = ["deferred_materials", "commitment", "accelerated"], limit = "promised - 30%"'
    sqlite_pool.activate("scenarios.toml", held, 'modes = { open = "未公布" }')
    red(sqlite_pool)
    assert simulated(sqlite_pool, VENUE)["routes"] == ["accelerated", "ordinary"], "by the tier"


def test_serious_record_of_the_legal_representative_bars_a_commitment(pool: Pool) -> None:
    pool.evaluations(EVALUATION | {"grade": "A"})
    assert bring(pool, LINK).exit_code == 0
    clean = simulated(pool, TEA)
    assert clean["routes"] == ["commitment", "accelerated", "ordinary"]
    assert statuses(clean)["commitment_exclusion"] == "otherwise"
    assert pool.records(SERIOUS).exit_code == 0
    barred = simulated(pool, TEA, "--explain")
    assert barred["routes"] == ["accelerated", "ordinary"]
    (one,) = [it for it in barred["scenarios"] if it["scenario"] == "commitment_exclusion"]
    assert (one["status"], one["rows"]) == ("granted", ["related"])
    assert "mode_barred" in [reason["code"] for reason in barred["reasons"]]
    # Once he no longer represents it, his record is his own.
    bring(pool, LINK | {"关联解除日期": "2026-11-21"})
    assert simulated(pool, TEA)["routes"] == clean["routes"]


@pytest.mark.parametrize("role", ["经办人", "经营者"])
def test_serious_record_of_agent_or_operator_bars_it_too(sqlite_pool: Pool, role: str) -> None:
    sqlite_pool.evaluations(EVALUATION | {"grade": "A"})
    assert bring(sqlite_pool, LINK | {"关联关系": role}).exit_code == 0
    sqlite_pool.records(SERIOUS)
    assert "commitment" not in simulated(sqlite_pool, TEA)["routes"]


def test_own_serious_record_bars_a_commitment(sqlite_pool: Pool) -> None:
    sqlite_pool.evaluations(EVALUATION | {"grade": "A"})
    sqlite_pool.records(PENALTY)
    view = simulated(sqlite_pool, TEA)
    (one,) = [it for it in view["scenarios"] if it["scenario"] == "commitment_exclusion"]
    assert (one["rows"], "commitment" in view["routes"]) == (["own"], False)


def test_supplement_of_a_scenario_lets_a_material_follow(pool: Pool) -> None:
    pool.grade(FARM, "good")
    before = simulated(pool, FILING, "--missing", "energy_review")
    assert [one["due_on"] for one in before["deferred"]] == ["2026-12-04"]
    scenario = """scope = { items = ["small_signboard", "investment_filing"] }
basis = "training"
[[scenario.longer.row]]
id = "good"
when = { tier = ">= good" }
grant = { supplement = "20wd", review = "5wd", limit = "1wd" }
[[scenario.longer.row]]
id = "each"
each = "materials"
when = { "materials.class" = "secondary" }
grant = { supplement = "15wd" }
[scenario.longer.else]
[scenario.ev_charging]
"""
    new = f'[scenario.longer]\ntitle = "容缺更久"\nfrom = 2024-01-01\n{scenario}'
    pool.activate("scenarios.toml", "[scenario.ev_charging]\n", new)
    after = simulated(pool, FILING, "--missing", "energy_review")
    assert [one["due_on"] for one in after["deferred"]] == ["2026-12-18"]
    assert statuses(after)["longer"] == "granted"
    assert (after["review"]["within"]["n"], after["decide_within"]["n"]) == (5, 1)
    assert after["measures"] == {}  # part of the decision itself


def test_supplement_may_be_given_to_single_materials(sqlite_pool: Pool) -> None:
    scenario = """[scenario.longer]
title = "单项容缺"
from = 2024-01-01
scope = { items = ["investment_filing"] }
basis = "training"
[[scenario.longer.row]]
id = "not_at_hand"
each = "materials"
when = { "materials.code" = "energy_review", "materials.submitted" = false }
grant = { supplement = "15wd" }
[scenario.longer.else]
[scenario.ev_charging]
"""
    sqlite_pool.activate("scenarios.toml", "[scenario.ev_charging]\n", scenario)
    sqlite_pool.grade(FARM, "good")
    view = simulated(
        sqlite_pool, FILING, "--missing", "energy_review", "--missing", "funding_proof"
    )
    assert {one["material"]: one["due_on"] for one in view["deferred"]} == {
        "energy_review": "2026-12-11",
        "funding_proof": "2026-12-04",
    }
    assert statuses(view)["longer"] == "granted"
    assert statuses(simulated(sqlite_pool, FILING))["longer"] == "otherwise"
