"""Formulas of policy authors: what they give, how they round, and what cannot be written."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.conditions import (
    CALENDAR,
    NO_RECORD,
    NOT_AUTHORISED,
    UNKNOWN,
    FactType,
    Kind,
)
from credit_cli.rules.durations import Duration, Unit, parse_duration, reduced
from credit_cli.rules.formulas import parse_formula

TYPES = {
    "score.jinye": FactType(kind=Kind.NUMBER),
    "ratio": FactType(kind=Kind.DECIMAL),
    "share": FactType(kind=Kind.PERCENT),
    "fine": FactType(kind=Kind.MONEY),
    "birth": FactType(kind=Kind.DATE),
    "grade": FactType(kind=Kind.GRADE, values=("B", "A")),
}
TYPES["gap"] = FactType(kind=Kind.NUMBER, derived=parse_formula("score.jinye - 1000", TYPES))
LIMITS = {"promised": "duration", "legal": "duration"}
TODAY = date(2026, 3, 10)
FACTS = {
    "as_of": TODAY,
    "score.jinye": 1064,
    "ratio": Decimal("2.5"),
    "share": 95,
    "fine": 999,
    "birth": date(2000, 3, 10),
    "promised": parse_duration("3wd"),
    "legal": parse_duration("20d"),
}
INTEGERS = st.integers(-(10**6), 10**6)
UNITS = st.sampled_from(Unit)
LENGTHS = st.builds(Duration, st.integers(0, 90), UNITS)


def given_by(text: str, **facts: object) -> Any:  # noqa: ANN401 - of any kind
    return parse_formula(text, TYPES, LIMITS).value({**FACTS, **facts})


def fault(text: str) -> ConditionFault:
    with pytest.raises(ConditionFault) as caught:
        parse_formula(text, TYPES, LIMITS)
    return caught.value


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("promised - 2wd", "1wd"),
        ("promised - 3wd", "0wd"),
        ("promised - 4wd", "0wd"),
        ("promised - 30%", "2wd"),
        ("promised * 70%", "2wd"),
        ("70% * promised", "2wd"),
        ("promised － 30％", "2wd"),
        ("promised + 50%", "4wd"),
        ("ceil(promised * 70%)", "3wd"),
        ("round(promised / 2)", "2wd"),
        ("floor(promised * 3, 5wd)", "5wd"),
        ("min(promised - 2wd, 20wd)", "1wd"),
        ("max(promised - 2wd, 2wd)", "2wd"),
        ("promised * 2 + 1wd", "7wd"),
        ("promised * 0.5", "1wd"),
    ],
)
def test_limit_is_cut_and_comes_out_in_whole_units_rounded_down(text: str, limit: str) -> None:
    assert given_by(text) == parse_duration(limit)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("promised - 90%", "1wd"),
        ("min(promised - 90%, 5wd)", "1wd"),
        ("floor(promised - 90%)", "0wd"),
        ("max(promised - 90%, 0wd)", "0wd"),
    ],
)
def test_percentage_leaves_a_unit_unless_the_formula_rounds_itself(text: str, left: str) -> None:
    assert given_by(text) == parse_duration(left)


@given(LENGTHS, st.integers(0, 100))
def test_percentage_off_is_the_cut_of_the_pack(promised: Duration, percent: int) -> None:
    cut = reduced(promised, percent, rounding="floor", minimum=1)
    assert given_by(f"promised - {percent}%", promised=promised) == cut
    assert given_by(f"promised * {100 - percent}%", promised=promised) == cut


@given(LENGTHS, LENGTHS)
def test_limits_of_different_units_compare_by_the_day_they_end(a: Duration, b: Duration) -> None:
    def ends(one: Duration) -> date:
        return CALENDAR.after(TODAY, one).on

    shorter = given_by("min(promised, legal)", promised=a, legal=b)
    longer = given_by("max(promised, legal)", promised=a, legal=b)
    assert shorter in (a, b)
    assert ends(shorter) == min(ends(a), ends(b))
    assert ends(longer) == max(ends(a), ends(b))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("score.jinye - 1000", 64),
        ("gap * 2", 128),
        ("2 + 3 * 4 - 6 / 2", 11),
        ("(2 + 3) * -4", -20),
        ("10 - 3 - 2", 5),
        ("12 / 3 / 2", 2),
        ("ratio * 2", 5),
        ("score.jinye / 3", Decimal("354.666666667")),
        ("0 - 2 / 3", Decimal("-0.666666667")),
        ("200 - 30%", 140),
        ("2 * 30%", Decimal("0.6")),
        ("share - 5%", 90),
        ("share / 5%", 19),
        ("fine - 30%", 699),
        ("max(0, fine - 2000)", 0),
        ("fine / 2", 499),
        ("abs(-3)", 3),
        ("floor(score.jinye, 100)", 1000),
        ("ceil(score.jinye, 100)", 1100),
        ("round(ratio)", 3),
        ("round(-2.5)", -2),
        ("round(1.25, 0.1)", Decimal("1.3")),
        ("days(promised) + 1", 4),
        ("promised / 2wd", Decimal("1.5")),
    ],
)
def test_numbers_are_reckoned_exactly(text: str, value: int | Decimal) -> None:
    assert given_by(text) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("gap + 1", "number"),
        ("gap / 2", "decimal"),
        ("round(gap / 2)", "number"),
        ("max(ratio, gap)", "decimal"),
        ("fine * 30%", "money"),
        ("share - 5%", "percent"),
        ("promised - 30%", "duration"),
        ("birth + 3m", "date"),
        ("days_between(birth, as_of)", "number"),
    ],
)
def test_kind_of_the_result_is_known_before_any_fact(text: str, kind: str) -> None:
    assert parse_formula(text, TYPES, LIMITS).kind == kind


EXPRESSIONS = st.recursive(
    st.integers(0, 99).map(str) | st.sampled_from(["score.jinye", "ratio", "1.25"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=8,
)


@given(EXPRESSIONS, INTEGERS, st.decimals(-99, 99, places=3))
def test_any_sum_is_what_python_makes_of_it(text: str, score: int, ratio: Decimal) -> None:
    names = {"S": Fraction(score), "R": Fraction(ratio), "F": Fraction}
    plain = text.replace("1.25", "F(5, 4)").replace("score.jinye", "S").replace("ratio", "R")
    try:
        expected = eval(plain.replace("/", "* F(1) /"), names)  # noqa: S307 - of our own making
    except ZeroDivisionError:
        assert given_by(text, **{"score.jinye": score, "ratio": ratio}) == UNKNOWN
        return
    found = given_by(text, **{"score.jinye": score, "ratio": ratio})
    assert Fraction(found) == Fraction(floor(expected * 10**9 + Fraction(1, 2)), 10**9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("birth + 3m", date(2000, 6, 10)),
        ("as_of + promised", date(2026, 3, 13)),
        ("min(birth, as_of)", date(2000, 3, 10)),
        ("days_between(2026-03-01, as_of)", 9),
        ("working_days_between(2026-03-06, as_of)", 2),
        ("years_between(birth, as_of)", 26),
        ("years_between(birth, 2026-03-09)", 25),
        ("months_between(2026-01-31, 2026-02-28)", 1),
        ("months_between(2026-01-31, 2026-02-27)", 0),
    ],
)
def test_days_are_reckoned_by_the_calendar(text: str, value: date | int) -> None:
    assert given_by(text) == value


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 36500))
def test_full_months_are_those_whose_corresponding_day_has_come(start: date, days: int) -> None:
    until = start + timedelta(days=days)
    months = given_by("months_between(birth, as_of)", birth=start, as_of=until)
    assert CALENDAR.after(start, Duration(months, Unit.MONTH)).on <= until
    assert CALENDAR.after(start, Duration(months + 1, Unit.MONTH)).on > until
    assert given_by("years_between(as_of, birth)", birth=start, as_of=until) == -(months // 12)


@pytest.mark.parametrize(
    ("text", "facts", "state"),
    [
        ("score.jinye - 1", {"score.jinye": NOT_AUTHORISED}, NOT_AUTHORISED),
        ("gap - 1", {"score.jinye": NOT_AUTHORISED}, NOT_AUTHORISED),
        ("min(fine, 1)", {"fine": None}, NO_RECORD),
        ("1 / gap", {"gap": 0}, UNKNOWN),
        ("promised - legal", {}, UNKNOWN),
        ("birth + 9000y", {}, UNKNOWN),
        ("min(promised, legal)", {"as_of": None}, UNKNOWN),
        ("floor(gap, gap - gap)", {}, UNKNOWN),
    ],
)
def test_nothing_comes_of_a_missing_value(text: str, facts: dict[str, Any], state: str) -> None:
    assert given_by(text, **facts) == state


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("score.jinje - 1", "unknown_name", 1),
        ("1 + least(2, 3)", "unknown_name", 5),
        ("grade + 1", "formula_fact", 1),
        ("promised - 2", "formula_kinds", 10),
        ("fine * fine", "formula_kinds", 6),
        ("30% + 1", "formula_kinds", 5),
        ("birth * 2", "formula_kinds", 7),
        ("2 / promised", "formula_kinds", 3),
        ("-promised", "formula_kinds", 1),
        ("min(promised, 2)", "formula_kinds", 1),
        ("abs(1, 2)", "formula_kinds", 1),
        ("as_of - birth", "formula_days", 7),
        ("3wd - 2d", "formula_units", 5),
        ("min(3wd, 2wd) + 1m", "formula_units", 15),
        ("2024-02-30", "formula_syntax", 1),
        ("2 3", "formula_syntax", 3),
        ("2 + $", "formula_syntax", 5),
        ("min()", "formula_syntax", 5),
        ("03d", "formula_syntax", 1),
        ("(" * 1000, "formula_syntax", 151),
        ("(2 + 3", "formula_ends", 7),
        ("", "formula_ends", 1),
    ],
)
def test_slip_is_shown_with_its_place(text: str, code: str, column: int) -> None:
    found = fault(text)
    assert (found.code, found.params["column"]) == (code, column)


def test_unknown_name_comes_with_those_known() -> None:
    assert "score.jinye" in fault("score.jinje").params["known"]
    assert "min" in fault("least(2)").params["known"]


def test_formula_tells_which_facts_it_needs() -> None:
    formula = parse_formula("min(promised - 2wd, legal) + 1wd * gap", TYPES, LIMITS)
    assert formula.names == {"promised", "legal", "gap"}


@given(st.text(alphabet="promised score.jinye 0123456789wdmy%+-*/(),", max_size=40))
def test_any_text_is_a_formula_or_a_fault(text: str) -> None:
    with suppress(ConditionFault):
        assert parse_formula(text, TYPES, LIMITS).value(FACTS) is not None
