"""Approval routes: the union of what the tier opens and the item offers."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.calendar import Day, WorkingCalendar
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import FactType, Kind
from credit_cli.rules.decisions import Row, decide
from credit_cli.rules.durations import Duration, Unit, parse_duration
from credit_cli.rules.packs import Cut, Material, ModeTerms, ServiceItem
from credit_cli.rules.routes import (
    RouteDecision,
    RouteRequest,
    decide_route,
    mode_limit,
    total_within,
)
from tests.situations import shipped_pack

CALENDAR = WorkingCalendar()
MONDAY = date(2026, 6, 1)
MAIN, SECOND, THIRD = (
    Material(code=code, title=code, main=code == "main") for code in ("main", "second", "third")
)


def terms(**fields: Any) -> ModeTerms:  # noqa: ANN401 - any field
    days = {name: parse_duration(value) for name, value in fields.items() if name != "cut"}
    return ModeTerms(basis="training", **{**fields, **days})


def item(modes: dict[str, ModeTerms], promised: str = "10wd") -> ServiceItem:
    """An item with one main and two secondary materials."""
    return ServiceItem(
        code="senior_card",
        title="",
        department="",
        promised=parse_duration(promised),
        legal=None,
        modes=modes,
        materials=(MAIN, SECOND, THIRD),
        starts=None,
        ends=None,
        basis="training",
    )


def decision(
    wanted: ServiceItem,
    tier: str = "excellent",
    missing: tuple[str, ...] = (),
    only: str | None = None,
    starts: date = MONDAY,
) -> RouteDecision:
    request = RouteRequest(
        item=wanted, facts={"tier": tier}, missing=frozenset(missing), starts=starts, only=only
    )
    return decide_route(request, shipped_pack(), CALENDAR)


DEFERRED = {"deferred_materials": terms(supplement="5wd")}
FAST = {"accelerated": terms(cut=Cut(30, "floor", 1))}


def test_what_the_tier_opens_and_the_item_offers_is_granted() -> None:
    one = decision(item({**DEFERRED, **FAST}), tier="good")
    assert one.routes == ("deferred_materials", "ordinary")
    said = [(reason.code, reason.params.get("route")) for reason in one.reasons]
    assert said == [
        ("route_row", None),
        ("mode_granted", "deferred_materials"),
        ("mode_withheld", "accelerated"),
        ("mode_not_offered", "commitment"),
        ("mode_not_offered", "instant"),
    ]
    assert [trace.row for trace in one.trace if trace.matched] == ["good"]


def test_routes_stand_in_the_packs_order_and_the_best_is_first() -> None:
    one = decision(item({**DEFERRED, **FAST, "instant": terms(limit="0wd")}))
    assert one.routes == ("instant", "accelerated", "deferred_materials", "ordinary")
    assert one.route == "instant"


def test_of_several_limits_the_shortest_holds() -> None:
    modes = {"accelerated": terms(limit="4wd"), "commitment": terms(limit="1wd")}
    one = decision(item(modes))
    assert (str(one.decide_within), one.decide_by) == ("1wd", Day(date(2026, 6, 2), False))
    assert one.reasons[-1].code == "limit_shortened"
    assert one.reasons[-1].params == {"before": one.promised, "now": one.decide_within}


def test_limits_of_different_units_are_compared_by_their_last_day() -> None:
    modes = {"accelerated": terms(limit="8d"), "commitment": terms(limit="7wd")}
    assert str(decision(item(modes)).decide_within) == "8d"


def test_a_mode_never_lengthens_the_promised_limit() -> None:
    one = decision(item({"accelerated": terms(limit="11wd")}))
    assert (str(one.decide_within), one.decide_by) == ("10wd", Day(date(2026, 6, 15), False))
    assert "limit_shortened" not in [reason.code for reason in one.reasons]


@pytest.mark.parametrize(
    ("own", "promised", "limit"),
    [
        (terms(), "5wd", None),
        (terms(limit="2wd"), "5wd", "2wd"),
        (terms(cut=Cut(30, "floor", 1)), "3wd", "2wd"),
        (terms(cut=Cut(30, "ceil", 1)), "3wd", "3wd"),
        (terms(cut=Cut(30, "half_up", 1)), "5wd", "4wd"),
        (terms(cut=Cut(90, "floor", 1)), "3wd", "1wd"),
        (terms(cut=Cut(90, "floor", 0)), "3wd", "0wd"),
        (terms(limit="2wd", cut=Cut(90, "floor", 0)), "5wd", "2wd"),
    ],
)
def test_a_mode_sets_a_limit_or_cuts_the_promised_one(
    own: ModeTerms, promised: str, limit: str | None
) -> None:
    found = mode_limit(own, parse_duration(promised))
    assert found == (parse_duration(limit) if limit else None)


@pytest.mark.parametrize(
    ("missing", "blocked"),
    [
        (("main",), {"main": "main_material_missing"}),
        (("main", "second"), {"main": "main_material_missing"}),
    ],
)
def test_without_a_main_material_no_clock_starts(
    missing: tuple[str, ...], blocked: dict[str, str]
) -> None:
    one = decision(item(DEFERRED), missing=missing)
    assert (one.accepted, one.route, one.decide_by, one.deferred) == (False, "ordinary", None, ())
    assert {
        reason.params["material"]: reason.code
        for reason in one.reasons
        if "material" in reason.params
    } == blocked


def test_secondary_materials_may_follow_only_where_a_mode_lets_them() -> None:
    allowed = decision(item(DEFERRED), missing=("second", "third"))
    assert allowed.accepted
    assert [(one.material, one.due.on) for one in allowed.deferred] == [
        ("second", date(2026, 6, 8)),
        ("third", date(2026, 6, 8)),
    ]
    refused = decision(item(FAST), missing=("second", "third"))
    assert not refused.accepted
    assert [reason.code for reason in refused.reasons].count("material_may_not_follow") == 2


def test_of_several_supplements_the_longest_holds() -> None:
    modes = {**DEFERRED, "commitment": terms(supplement="7wd")}
    assert decision(item(modes), missing=("second",)).deferred[0].due.on == date(2026, 6, 10)


def test_review_counts_from_the_day_of_the_decision() -> None:
    one = decision(item({"commitment": terms(limit="1wd", review="30wd")}))
    assert one.review
    assert (str(one.review.within), one.review.due) == ("30wd", Day(date(2026, 7, 15), False))
    assert "review_follows" in [reason.code for reason in one.reasons]


def test_of_several_reviews_the_earliest_holds() -> None:
    modes = {"commitment": terms(review="30wd"), "exempt": terms(limit="0wd", review="1m")}
    review = decision(item(modes)).review
    assert review
    assert (str(review.within), review.due) == ("1m", Day(date(2026, 7, 1), False))


def test_no_review_is_due_before_the_application_is_accepted() -> None:
    review = decision(item({"commitment": terms(review="30wd")}), missing=("main",)).review
    assert review
    assert (str(review.within), review.due) == ("30wd", None)


def test_without_a_mode_that_asks_for_it_there_is_no_review() -> None:
    assert decision(item(FAST)).review is None


def test_a_review_that_rests_on_a_provisional_decision_is_provisional() -> None:
    late = item({"commitment": terms(limit="5wd", review="1m")})
    one = decision(late, starts=date(2026, 12, 30))
    assert one.decide_by
    assert one.decide_by.provisional
    assert one.review
    assert one.review.due
    assert one.review.due.provisional


def test_choosing_one_route_drops_the_others_but_not_what_lets_materials_follow() -> None:
    modes = {**DEFERRED, **FAST, "instant": terms(limit="0wd")}
    one = decision(item(modes), only="accelerated", missing=("second",))
    assert one.routes == ("accelerated", "deferred_materials", "ordinary")
    assert str(one.decide_within) == "7wd"


def test_modes_may_be_closed_for_one_item_in_particular() -> None:
    pack = shipped_pack()
    when = read_condition({"item": "= senior_card"}, {"item": FactType(kind=Kind.TEXT)})
    closed = Row(id="closed", when=when, grant={"modes": []}, basis="training")
    routes = replace(pack.routes, rows=(closed, *pack.routes.rows))
    assert decide(routes, {"tier": "excellent", "item": "senior_card"}) is closed
    assert decide(routes, {"tier": "excellent", "item": "small_signboard"}).id == "excellent"


def test_a_better_tier_never_gets_fewer_modes() -> None:
    pack = shipped_pack()
    modes = [set(decide(pack.routes, {"tier": tier}).grant["modes"]) for tier in pack.tiers]
    assert all(worse <= better for worse, better in pairwise(modes))


TIERS, ITEMS = st.sampled_from(shipped_pack().tiers), st.sampled_from([*shipped_pack().items])


@given(TIERS, TIERS, ITEMS, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_better_tier_never_waits_longer(one: str, other: str, code: str, starts: date) -> None:
    pack = shipped_pack()
    worse, better = sorted((one, other), key=pack.tiers.index)
    slow, fast = (decision(pack.items[code], tier, starts=starts) for tier in (worse, better))
    assert fast.decide_by
    assert slow.decide_by
    assert fast.decide_by <= slow.decide_by


@given(TIERS, ITEMS, st.data())
def test_one_more_missing_material_never_shortens_the_limit(
    tier: str, code: str, data: st.DataObject
) -> None:
    wanted = shipped_pack().items[code]
    codes = st.sets(st.sampled_from([material.code for material in wanted.materials]))
    missing, more = data.draw(codes), data.draw(codes)
    fewer = decision(wanted, tier, tuple(missing))
    larger = decision(wanted, tier, tuple(missing | more))
    assert fewer.decide_by is None or larger.decide_by in (None, fewer.decide_by)
    assert larger.accepted <= fewer.accepted


@pytest.mark.parametrize("tier", shipped_pack().tiers)
@pytest.mark.parametrize("code", shipped_pack().items)
def test_the_ordinary_route_stands_open_to_everyone(tier: str, code: str) -> None:
    one = decision(shipped_pack().items[code], tier)
    assert (one.accepted, one.routes[-1], one.tier, one.item) == (True, "ordinary", tier, code)


@pytest.mark.parametrize(
    ("limits", "total"),
    [
        (["2wd", "1wd"], "3wd"),
        (["2wd", "0d"], "2wd"),
        (["0d", "0wd"], "0wd"),
        ([], "0wd"),
        (["2wd", "1d"], None),
    ],
)
def test_limits_of_one_unit_add_up(limits: list[str], total: str | None) -> None:
    found = total_within(parse_duration(limit) for limit in limits)
    assert found == (parse_duration(total) if total else None)


def test_an_item_is_found_on_its_first_and_last_day_only() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    dated = replace(item({}), starts=first, ends=last)
    pack = replace(shipped_pack(), items={"dated": dated})
    assert pack.item_on("dated", first) is dated
    assert pack.item_on("dated", last) is dated
    assert pack.item_on("dated", date(2025, 12, 31)) is None
    assert pack.item_on("dated", date(2027, 1, 1)) is None
    assert pack.item_on("no_such_item", first) is None


def test_nothing_to_add_up_is_no_working_day() -> None:
    assert total_within([]) == Duration(0, Unit.WORKING_DAY)
