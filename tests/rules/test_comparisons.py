"""A fact compared with another fact or a formula."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules import conditions
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import UNKNOWN, FactType, Kind, Truth
from tests.rules.conditions import fault, result
from tests.rules.scenes import DAY

GRADES = ("D", "C", "B", "A")
TRIP = {
    "fare": FactType(kind=Kind.MONEY),
    "due_on": FactType(kind=Kind.DATE),
    "paid_on": FactType(kind=Kind.DATE),
    "city": FactType(kind=Kind.TEXT),
}
TYPES = {
    "price": FactType(kind=Kind.MONEY),
    "budget": FactType(kind=Kind.MONEY),
    "score": FactType(kind=Kind.NUMBER),
    "rate": FactType(kind=Kind.PERCENT),
    "line": FactType(kind=Kind.PERCENT),
    "begun": FactType(kind=Kind.DATE),
    "ended": FactType(kind=Kind.DATE),
    "grade": FactType(kind=Kind.GRADE, values=GRADES),
    "other": FactType(kind=Kind.GRADE, values=GRADES),
    "risk": FactType(kind=Kind.GRADE, values=("high", "low")),
    "length": FactType(kind=Kind.DURATION),
    "flag": FactType(kind=Kind.FLAG),
    "word": FactType(kind=Kind.TEXT),
    "same": FactType(kind=Kind.TEXT),
    "trips": FactType(kind=Kind.LIST, fields=TRIP),
}


def said(when: dict[str, Any], **facts: Any) -> Truth:  # noqa: ANN401
    return result(TYPES, when, as_of=DAY, **facts)


@pytest.mark.parametrize(
    ("sign", "below", "at", "above"),
    [
        (">", False, False, True),
        (">=", False, True, True),
        ("≥", False, True, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        ("≤", True, True, False),
        ("=", False, True, False),
    ],
)
def test_signs_compare_both_sides_of_the_bound(
    sign: str, *, below: bool, at: bool, above: bool
) -> None:
    when = {"price": f"{sign} budget + 10"}
    seen = [said(when, price=price, budget=90) for price in (99, 100, 101)]
    assert seen == [below, at, above]


@pytest.mark.parametrize(
    "missing", [{}, {"price": 1}, {"budget": 1}, {"price": 1, "budget": UNKNOWN}]
)
def test_comparison_with_what_is_missing_is_neither_true_nor_false(missing: dict[str, Any]) -> None:
    assert said({"price": "<= budget"}, **missing) is None
    assert said({"not": {"price": "<= budget"}}, **missing) is None


def test_percentages_dates_and_grades_are_compared_too() -> None:
    assert said({"rate": ">= line + 5%"}, rate=15, line=10) is True
    assert said({"rate": ">= line + 5%"}, rate=14, line=10) is False
    assert (
        said({"ended": "<= begun + 1m"}, begun=date(2026, 1, 31), ended=date(2026, 2, 28)) is True
    )
    assert (
        said({"ended": "<= begun + 1m"}, begun=date(2026, 1, 31), ended=date(2026, 3, 1)) is False
    )
    seen = [said({"grade": ">= other"}, grade=one, other="B") for one in GRADES]
    assert seen == [False, False, True, True]
    assert said({"score": "> price"}, score=2, price=1) is True


def test_fields_of_an_element_are_compared_with_its_own_before_the_subjects() -> None:
    late = {"trips": {"any": {"paid_on": "> due_on"}}}
    paid, missing = {"due_on": DAY, "paid_on": DAY}, {"paid_on": DAY}
    assert said(late, trips=({**paid, "paid_on": DAY + timedelta(1)},)) is True
    assert said(late, trips=(paid,)) is False
    # What an element lacks is missing, even if the subject has something of that name.
    assert said(late, trips=(missing,), due_on=DAY - timedelta(9)) is None
    dear = {"trips": {"any": {"fare": "> budget"}}}
    assert said(dear, trips=({"fare": 6},), budget=5) is True
    assert said(dear, trips=({"fare": 5},), budget=5) is False
    assert said(dear, trips=({"fare": 6},)) is None


def test_text_that_names_no_fact_is_an_ordinary_test() -> None:
    assert said({"grade": ">= B"}, grade="B") is True
    assert said({"score": ">= 10"}, score=10) is True
    (test,) = conditions.tests_of(read_condition({"ended": ">= 2026-01-01"}, TYPES))
    assert test.derived is None


def test_comparison_is_named_as_it_is_written() -> None:
    (test,) = conditions.tests_of(read_condition({"price": "≤ budget - 5"}, TYPES))
    assert (test.fact, test.written) == ("price <= budget - 5", "true")


@pytest.mark.parametrize(
    ("when", "code", "path"),
    [
        ({"score": "> 1m"}, "wrong_value", ("score",)),
        ({"length": "> begun"}, "wrong_value", ("length",)),
        ({"flag": "> price"}, "wrong_value", ("flag",)),
        ({"flag": "> x"}, "order_needs_number_or_grade", ("flag",)),
        ({"grade": ">= risk"}, "wrong_value", ("grade",)),
        ({"grade": ">= score"}, "wrong_value", ("grade",)),
        ({"price": ">= budgt"}, "unknown_name", ("price",)),
        ({"price": ">= begun"}, "wrong_value", ("price",)),
        ({"price": ">= budget +"}, "formula_ends", ("price",)),
        ({"begun": "> score"}, "wrong_value", ("begun",)),
        ({"trips": {"any": {"fare": "> ended"}}}, "wrong_value", ("trips", "any", "fare")),
    ],
)
def test_comparison_of_unlike_things_is_a_fault(
    when: dict[str, Any], code: str, path: tuple[str, ...]
) -> None:
    found = fault(TYPES, when)
    assert (found.code, found.path) == (code, path)


NUMBERS = st.integers(-3, 3) | st.none()


@given(NUMBERS, NUMBERS)
def test_exactly_one_of_less_equal_and_more_holds_of_two_known_values(
    price: int | None, budget: int | None
) -> None:
    seen = [said({"price": f"{sign} budget"}, price=price, budget=budget) for sign in "<=>"]
    known = price is not None and budget is not None
    assert seen.count(True) == (1 if known else 0)
    assert seen.count(None) == (0 if known else 3)
