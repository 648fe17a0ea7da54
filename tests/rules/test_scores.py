"""Score models: which points count, how they fade, and what cannot be written."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.conditions import NO_RECORD, NOT_AUTHORISED, UNKNOWN, FactType, Kind
from credit_cli.rules.score_text import read_score
from credit_cli.rules.scores import SAME_AS_ANOTHER, ScoreResult, score

DAY, TEXT, NUMBER = (FactType(kind=kind) for kind in (Kind.DATE, Kind.TEXT, Kind.NUMBER))
TYPES = {
    "records": FactType(
        kind=Kind.LIST,
        fields={"type": TEXT, "decided_on": DAY, "case": TEXT, "weight": NUMBER},
        by="decided_on",
    ),
    "undated": FactType(kind=Kind.LIST, fields={"type": TEXT}),
    "volunteer": FactType(kind=Kind.FLAG),
    "hours": NUMBER,
}
TODAY = date(2026, 3, 10)
PENALTIES = {"id": "penalties", "over": "records", "where": {"type": "penalty"}, "points": -30}


def result(
    *indicators: dict[str, Any], bounds: dict[str, Any] | None = None, **facts: object
) -> ScoreResult:
    raw = {"base": 1000, **(bounds or {}), "indicator": list(indicators)}
    return score(read_score("jinye", raw, TYPES), {"as_of": TODAY, **facts})


def penalty(on: date = TODAY, **more: object) -> dict[str, Any]:
    return {"type": "penalty", "decided_on": on, **more}


def ago(months: int, days: int = 0) -> date:
    return date(2026 - months // 12, 3 - months % 12, 10) - timedelta(days=days)


def test_each_record_takes_its_points_and_is_named() -> None:
    found = result(PENALTIES, records=(penalty(), {"type": "honour"}, penalty(id="B1-2")))
    assert found.value == 940
    (one,) = found.contributions
    assert (one.indicator, one.points, one.total) == ("penalties", -60, -60)
    assert [(share.element, share.on, share.points) for share in one.shares] == [
        (0, TODAY, -30),
        ("B1-2", TODAY, -30),
    ]


def test_subject_without_records_has_the_base() -> None:
    assert result(PENALTIES).value == 1000
    assert result(PENALTIES, records=()).value == 1000


@pytest.mark.parametrize("state", [UNKNOWN, NOT_AUTHORISED])
def test_records_that_are_not_known_leave_no_score(state: str) -> None:
    assert result(PENALTIES, records=state).value == state


@pytest.mark.parametrize(
    ("when", "points"), [({"volunteer": True}, 20), ({"volunteer": False}, 0), ({}, 20)]
)
def test_indicator_without_a_list_asks_the_subject(when: dict[str, Any], points: int) -> None:
    found = result({"id": "v", "when": when, "points": 20}, volunteer=True)
    assert found.value == 1000 + points


def test_points_are_a_formula_of_the_subject_or_of_the_element() -> None:
    hours = {"id": "v", "points": "min(hours / 10, 50)"}
    assert result(hours, hours=125).value == 1013
    assert result(hours, hours=9000).value == 1050
    weighed = {**PENALTIES, "points": "weight * -2"}
    assert result(weighed, records=(penalty(weight=5), penalty(weight=7))).value == 976


def test_formula_without_its_value_gives_no_points_and_says_so() -> None:
    found = result({**PENALTIES, "points": "weight * -2"}, records=(penalty(),))
    assert found.value == 1000
    assert found.contributions[0].shares[0].state == NO_RECORD


@pytest.mark.parametrize(
    ("points", "cap", "total"), [(-30, -60, -60), (-30, -59, -59), (-30, 10, -90), (30, 89, 89)]
)
def test_cap_holds_the_total_on_its_own_side(points: int, cap: int, total: int) -> None:
    three = (penalty(), penalty(), penalty())
    found = result({**PENALTIES, "points": points, "cap": cap}, records=three)
    assert found.contributions[0].points == total


def test_case_counts_once_with_its_weightiest_record() -> None:
    rule = {**PENALTIES, "points": "weight * -1", "once": "case"}
    records = (penalty(case="a", weight=10), penalty(case="a", weight=30), penalty(weight=5))
    found = result(rule, records=(*records, penalty(weight=5)))
    assert found.value == 960
    states = [share.state for share in found.contributions[0].shares]
    assert states == [SAME_AS_ANOTHER, None, None, None]


@pytest.mark.parametrize(
    ("on", "points"),
    [(ago(0), -30), (ago(12), -30), (ago(12, 1), -15), (ago(24), -15), (ago(24, 1), -6)],
)
def test_record_keeps_less_of_its_points_with_age(on: date, points: int) -> None:
    decay = [{"after": "12m", "keep": "50%"}, {"after": "24m", "keep": "20%"}]
    assert result({**PENALTIES, "decay": decay}, records=(penalty(on),)).value == 1000 + points


@pytest.mark.parametrize(("on", "counts"), [(ago(24), True), (ago(24, 1), False)])
def test_record_out_of_its_window_contributes_nothing(on: date, counts: bool) -> None:
    found = result({**PENALTIES, "within": "2y"}, records=(penalty(on),))
    assert found.value == (970 if counts else 1000)
    assert len(found.contributions[0].shares) == counts


@pytest.mark.parametrize(
    ("points", "rounded"), [("0.5", 1), ("0.49", 0), ("-0.5", 0), ("-0.6", -1)]
)
def test_total_is_rounded_half_up(points: str, rounded: int) -> None:
    assert result({"id": "v", "points": points}).value == 1000 + rounded


def test_only_the_total_is_rounded() -> None:
    found = result({**PENALTIES, "points": "0.4"}, records=(penalty(), penalty(), penalty()))
    assert found.value == 1001
    assert found.contributions[0].total == Decimal("1.2")


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["penalty", "honour"]),
            "decided_on": st.dates(date(2020, 1, 1), date(2026, 12, 31)),
            "case": st.sampled_from([None, "a", "b"]),
            "weight": st.none() | st.integers(-20, 20),
        }
    ),
    max_size=8,
)
MODEL = (
    {**PENALTIES, "once": "case", "within": "5y", "decay": [{"after": "12m", "keep": "33.3%"}]},
    {"id": "honours", "over": "records", "where": {"type": "honour"}, "points": "weight / 3"},
    {"id": "all", "over": "records", "points": "weight", "cap": -15},
)


@given(RECORDS, st.integers(900, 1000), st.integers(1000, 1100))
def test_score_is_the_base_and_all_contributions_within_the_bounds(
    records: list[dict[str, Any]], least: int, most: int
) -> None:
    found = result(*MODEL, bounds={"min": least, "max": most}, records=tuple(records))
    total = 1000 + sum(one.points for one in found.contributions)
    assert found.value == min(max(total, least), most)
    for one in found.contributions:
        assert Fraction(one.total) == sum(Fraction(share.points) for share in one.shares)
        if one.indicator != "all":
            assert one.points == floor(Fraction(one.total) + Fraction(1, 2))


@given(RECORDS.flatmap(lambda records: st.tuples(st.just(records), st.permutations(records))))
def test_order_of_the_records_does_not_matter(
    both: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    first, second = (result(*MODEL, records=tuple(records)) for records in both)
    assert first.value == second.value
    assert [one.points for one in first.contributions] == [
        one.points for one in second.contributions
    ]


@given(RECORDS, st.dates(date(2000, 1, 1), date(2021, 3, 9)))
def test_expired_record_changes_no_score(records: list[dict[str, Any]], day: date) -> None:
    kept = tuple(one for one in records if one["type"] == "penalty")
    expired = penalty(day, case="z", weight=3)
    assert result(MODEL[0], records=kept) == result(MODEL[0], records=(*kept, expired))


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"over": "record"}, "unknown_name", ("over",)),
        ({"where": {"kind": "x"}}, "unknown_fact", ("where", "kind")),
        ({"when": {"volunteer": True}}, "unknown_key", ("when",)),
        ({"within": "2 years"}, "wrong_value", ("within",)),
        ({"points": "wait * 2"}, "unknown_name", ("points",)),
        ({"points": "3wd"}, "wrong_value", ("points",)),
        ({"points": True}, "wrong_value", ("points",)),
        ({"cap": 0}, "wrong_value", ("cap",)),
        ({"cap": "much"}, "wrong_value", ("cap",)),
        ({"once": "cases"}, "unknown_name", ("once",)),
        ({"decay": [{"after": "12m", "keep": "101%"}]}, "wrong_value", ("decay", 0, "keep")),
        ({"decay": [{"after": "a year", "keep": "1%"}]}, "wrong_value", ("decay", 0, "after")),
        ({"decay": [{"after": "12m"}]}, "missing_key", ("decay", 0, "keep")),
        ({"decay": {"after": "12m"}}, "wrong_value", ("decay",)),
        ({"over": "undated", "decay": [{"after": "1m", "keep": "1%"}]}, "needs_by", ("decay",)),
        ({"pionts": 3}, "unknown_key", ("pionts",)),
    ],
)
def test_slip_is_shown_with_its_place(
    change: dict[str, Any], code: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(ConditionFault) as caught:
        result({"id": "v", "points": 1}, {**PENALTIES, **change})
    assert (caught.value.code, caught.value.path) == (code, ("indicator", 1, *path))


@pytest.mark.parametrize("later", ["12m", "11m", "2y"])
def test_steps_of_a_decay_follow_each_other_in_one_unit(later: str) -> None:
    decay = [{"after": "12m", "keep": "50%"}, {"after": later, "keep": "20%"}]
    with pytest.raises(ConditionFault, match="decay_must_rise"):
        result({**PENALTIES, "decay": decay})


@pytest.mark.parametrize(
    ("bounds", "code", "path"),
    [
        ({"min": 1001}, "score_bounds", ("min",)),
        ({"max": 999}, "score_bounds", ("max",)),
        ({"rounding": "floor"}, "unknown_name", ("rounding",)),
        ({"base": "high"}, "wrong_value", ("base",)),
        ({"weight": 1}, "unknown_key", ("weight",)),
    ],
)
def test_model_is_checked(bounds: dict[str, Any], code: str, path: tuple[str, ...]) -> None:
    with pytest.raises(ConditionFault) as caught:
        result(PENALTIES, bounds=bounds)
    assert (caught.value.code, caught.value.path) == (code, path)


@pytest.mark.parametrize("only", ["once", "within", "where", "decay"])
def test_what_narrows_a_list_needs_one(only: str) -> None:
    with pytest.raises(ConditionFault, match="missing_key"):
        result({"id": "v", "points": 1, only: {}})


def test_two_indicators_of_one_name_are_refused() -> None:
    with pytest.raises(ConditionFault, match="said_twice_id"):
        result(PENALTIES, PENALTIES)


WEIGHTED = [
    {"id": "quality", "when": {}, "points": "hours * 30%"},
    {"id": "service", "when": {}, "points": "hours * 25%"},
]


@pytest.mark.parametrize(
    ("decimals", "hours", "value"),
    [
        (None, 85, Decimal(47)),  # 25.5 and 21.25, each rounded
        (0, 85, Decimal(47)),
        (2, 85, Decimal("46.75")),
        (1, 85, Decimal("46.8")),
        (1, 84, Decimal("46.2")),
    ],
)
def test_score_with_decimals_is_rounded_once_at_its_end(
    decimals: int | None, hours: int, value: Decimal
) -> None:
    bounds = {"base": 0} if decimals is None else {"base": 0, "decimals": decimals}
    assert result(*WEIGHTED, bounds=bounds, hours=hours).value == value


def test_bounds_of_a_score_with_decimals_may_have_them_too() -> None:
    bounds = {"base": "0.5", "max": "20.25", "decimals": 2}
    capped = {**WEIGHTED[0], "cap": "9.99"}
    assert result(capped, bounds=bounds, hours=85).value == Decimal("10.49")
    assert result(*WEIGHTED, bounds=bounds, hours=85).value == Decimal("20.25")


BY_WEIGHT: dict[str, Any] = {
    "id": "penalties",
    "over": "records",
    "else": -5,
    "row": [
        {"when": {"weight": ">= 10"}, "points": -50},
        {"when": {"weight": ">= 3"}, "points": "-weight * 2"},
    ],
}


@pytest.mark.parametrize(("weight", "points"), [(10, -50), (9, -18), (3, -6), (2, -5)])
def test_points_go_by_the_first_row_that_holds_of_the_element(weight: int, points: int) -> None:
    found = result(BY_WEIGHT, records=(penalty(weight=weight),))
    assert found.value == 1000 + points


def test_rows_share_one_cap_and_the_weightiest_of_a_case_counts() -> None:
    records = (penalty(weight=10, case="a"), penalty(weight=3, case="a"), penalty(weight=9))
    assert result({**BY_WEIGHT, "once": "case"}, records=records).value == 1000 - 68
    assert result({**BY_WEIGHT, "cap": -60}, records=records).value == 940


def test_points_that_the_source_leaves_open_leave_the_score_unknown() -> None:
    left_open = {**PENALTIES, "points": {"open": "not published"}}
    assert result(left_open, records=()).value == 1000
    assert result(left_open, records=(penalty(),)).value == UNKNOWN


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ({**BY_WEIGHT, "points": 1}, "indicator.0.points"),
        ({**BY_WEIGHT, "row": [{"when": {}}]}, "indicator.0.row.0.points"),
        ({**BY_WEIGHT, "row": [{"when": {"size": 1}, "points": 1}]}, "indicator.0.row.0.when.size"),
        ({**BY_WEIGHT, "else": "many"}, "indicator.0.else"),
        ({**PENALTIES, "points": {"why": ""}}, "indicator.0.points"),
    ],
)
def test_points_by_rows_that_cannot_be_read_are_named(part: dict[str, Any], key: str) -> None:
    with pytest.raises(ConditionFault) as fault:
        result(part)
    assert fault.value.key == key
