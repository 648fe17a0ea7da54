"""Facts worked out of others: flags, tables, mapped grades, extremes, shares, other scenarios."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from credit_cli.rules.conditions import NO_RECORD, NOT_AUTHORISED, UNKNOWN
from credit_cli.rules.derived import completed, given_only
from tests.rules.scenes import DAY, Scene, scene

Value = Any  # a fact or a size


def worked_out(one: Scene, fact: str, **facts: Value) -> Value:
    return one.facts(facts)[fact]


FLAG = scene("""
[fact.clean]
when = { score = ">= 600", bad = false }
""")


@pytest.mark.parametrize(
    ("facts", "clean"),
    [
        ({"score": 600, "bad": False}, True),
        ({"score": 599, "bad": False}, False),
        ({"score": 599}, False),
        ({"score": 600}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_flag_is_unknown_where_its_condition_is_neither_true_nor_false(
    facts: dict[str, Any],
    clean: Value,
) -> None:
    assert worked_out(FLAG, "clean", **facts) == clean
    assert worked_out(FLAG, "clean", clean=True, **facts) is True  # what is given stands


TABLE = scene("""
[fact.risk]
type = "grade"
values = ["high", "middle", "low"]
row = [
  { when = { bad = true }, value = "high" },
  { when = { score = ">= 600" }, value = "low" },
]
else = "middle"
[fact.base]
type = "number"
row = [
  { when = { grade = "A" }, value = { fact = "score" } },
  { when = { grade = "B" }, value = "score * 2 + 1" },
  { when = { grade = "C" }, value = 7 },
]
""")


@pytest.mark.parametrize(
    ("facts", "risk"),
    [
        ({"bad": True, "score": 600}, "high"),
        ({"score": 600}, "low"),
        ({"score": 599}, "middle"),
        ({}, "middle"),
    ],
)
def test_first_row_that_holds_says_the_value(facts: dict[str, Any], risk: str) -> None:
    assert worked_out(TABLE, "risk", **facts) == risk


@pytest.mark.parametrize(
    ("facts", "base"),
    [
        ({"grade": "A", "score": 5}, 5),
        ({"grade": "A", "score": UNKNOWN}, UNKNOWN),
        ({"grade": "B", "score": 5}, 11),
        ({"grade": "C", "score": 5}, 7),
        ({"grade": "D", "score": 5}, None),
    ],
)
def test_value_of_a_row_is_a_literal_a_fact_or_a_formula(
    facts: dict[str, Any], base: Value
) -> None:
    assert worked_out(TABLE, "base", **facts) == base


MAPPED = """
[scale.tier]
kind = "grades"
subjects = ["organisation"]
grades = ["low", "middle", "high"]
title = "档"
[scale.tax]
kind = "grades"
subjects = ["organisation"]
grades = ["D", "B", "A"]
title = "纳税"
[scale.customs]
kind = "grades"
subjects = ["organisation"]
grades = ["c", "b", "a"]
title = "海关"
[[mapping]]
scale = "tax"
to = "tier"
grades = { A = "high", B = "middle" }
from = 2020-01-01
until = 2026-03-10
[[mapping]]
scale = "tax"
to = "tier"
grades = { A = "middle" }
from = 2026-03-11
[[mapping]]
scale = "customs"
to = "tier"
from = 2020-01-01
grades = { a = "high", b = "middle", c = "low" }
[[mapping]]
scale = "customs"
to = "customs"
from = 2020-01-01
grades = { a = "a" }
[fact.worst]
type = "grade"
scale = "tier"
mapped = ["tax", "customs"]
[fact.best]
type = "grade"
scale = "tier"
mapped = ["tax", "customs"]
pick = "best"
"""


@pytest.mark.parametrize(
    ("tax", "customs", "worst", "best"),
    [
        ("A", "b", "middle", "high"),
        ("A", None, "high", "high"),
        ("D", "c", "low", "low"),
        ("D", None, None, None),  # without a mapping it counts for nothing
        (UNKNOWN, "c", "low", "low"),
        (UNKNOWN, None, UNKNOWN, UNKNOWN),
        (None, NOT_AUTHORISED, NOT_AUTHORISED, NOT_AUTHORISED),
        (None, None, None, None),
    ],
)
def test_of_mapped_grades_the_lowest_or_the_best_counts(
    tax: Value,
    customs: Value,
    worst: Value,
    best: Value,
) -> None:
    facts = scene(MAPPED).facts({"grade.tax": tax, "grade.customs": customs})
    assert (facts["worst"], facts["best"]) == (worst, best)


@pytest.mark.parametrize(("day", "worth"), [(10, "high"), (11, "middle")])
def test_mapping_in_force_on_the_day_says_what_a_grade_is_worth(day: int, worth: str) -> None:
    one = scene(MAPPED)
    assert worked_out(one, "worst", **{"grade.tax": "A", "as_of": date(2026, 3, day)}) == worth


EXTREME = scene("""
[fact.lower]
worst_of = ["grade", "other"]
[fact.higher]
best_of = ["grade", "other"]
""")


@pytest.mark.parametrize(
    ("grade", "other", "lower", "higher"),
    [
        ("A", "C", "C", "A"),
        ("D", "C", "D", "C"),
        ("B", "B", "B", "B"),
        ("A", None, UNKNOWN, UNKNOWN),
        (UNKNOWN, "A", UNKNOWN, UNKNOWN),
    ],
)
def test_lower_and_higher_of_two_grades_need_both(
    grade: Value,
    other: Value,
    lower: Value,
    higher: Value,
) -> None:
    facts = EXTREME.facts({"grade": grade, "other": other})
    assert (facts["lower"], facts["higher"]) == (lower, higher)


def test_quotient_that_is_a_percentage_is_told_in_points() -> None:
    one = scene('[fact.part]\ntype = "percent"\nformula = "score / 4"')
    assert worked_out(one, "part", score=1) == Decimal(25)
    assert worked_out(one, "part") == NO_RECORD
    assert worked_out(one, "part", score=UNKNOWN) == UNKNOWN
    assert getattr(one.types["part"].derived, "names", None) == {"score"}


SCENARIO = scene("""
[scenario.rating]
title = "评级"
[[scenario.rating.row]]
id = "high"
when = { score = ">= 900" }
grant = { rating = "A", hours = { open = "未公布" } }
[scenario.rating.else]
grant = { rating = "C" }
[fact.rated]
scenario = "rating"
measure = "rating"
[fact.hours_given]
scenario = "rating"
measure = "hours"
[fact.above]
when = { rated = ">= B" }
""")


@pytest.mark.parametrize(
    ("score", "rated", "hours", "above"), [(900, "A", UNKNOWN, True), (899, "C", None, False)]
)
def test_what_another_scenario_grants_is_a_fact(
    score: int,
    rated: str,
    hours: Value,
    *,
    above: bool,
) -> None:
    facts = SCENARIO.facts({"score": score})
    assert (facts["rated"], facts["hours_given"], facts["above"]) == (rated, hours, above)


def test_what_was_worked_out_is_left_out_to_be_worked_out_again() -> None:
    types, given = FLAG.types, {"as_of": DAY, "score": 600, "bad": False, "note": "x"}
    whole = completed(given, types)
    assert whole["clean"] is True
    again = completed(given_only({**whole, "score": 1}, types), types)
    assert (again["clean"], again["note"]) == (False, "x")


def test_hits_of_an_alert_are_elements_in_their_order() -> None:
    one = scene("""
[alert.overdue]
over = "reviews"
key = ["unit"]
clock = "due_on"
window = "this year"
threshold = 2
repeat = "each"
[alert.never]
over = "reviews"
key = ["unit"]
clock = "due_on"
window = "this year"
threshold = 9
[fact.hits]
measure = "count"
over = "alert.overdue"
""")
    days = [date(2026, 1, n) for n in (7, 5, 6)]
    facts = one.facts({"reviews": tuple({"unit": "甲局", "due_on": day} for day in days)})
    assert [hit["on"] for hit in facts["alert.overdue"]] == [date(2026, 1, 6), date(2026, 1, 7)]
    assert (facts["alert.never"], facts["hits"]) == ((), 2)
