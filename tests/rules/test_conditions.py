"""The condition language: what a test means, and what cannot be read."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import (
    NO_RECORD,
    NOT_AUTHORISED,
    UNKNOWN,
    Fact,
    FactType,
    Kind,
    Missing,
    holds,
    results,
    truth,
)
from credit_cli.rules.measurement_text import read_measurement
from credit_cli.rules.measurements import How
from tests.rules import conditions as written

GRADES = ("D", "C", "B", "A-", "A")
TYPES = {
    "score": FactType(kind=Kind.NUMBER),
    "grade": FactType(kind=Kind.GRADE, values=GRADES),
    "violation": FactType(kind=Kind.TEXT),
    "kind": FactType(kind=Kind.TEXT, values=("person", "organisation")),
    "listed": FactType(kind=Kind.FLAG),
    "rated": FactType(kind=Kind.GRADE, values=GRADES, states=("expired",)),
    "lists": FactType(kind=Kind.SET, values=("severe", "seizure", "market")),
    "other": FactType(kind=Kind.TEXT),
    "on": FactType(kind=Kind.DATE),
    "share": FactType(kind=Kind.PERCENT),
    "ratio": FactType(kind=Kind.DECIMAL),
    "clock": FactType(kind=Kind.TIME),
}
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "score": st.none() | st.integers(),
        "grade": st.none() | st.sampled_from(GRADES) | st.text(),
        "violation": st.none() | st.text(),
        "kind": st.none() | st.sampled_from(("person", "organisation")),
        "listed": st.none() | st.booleans(),
    },
)
SCORES = st.integers(-2000, 2000)


def met(when: dict[str, Any], **facts: Fact) -> bool:
    return written.result(TYPES, when, **facts) is True


def fault(when: dict[str, Any]) -> ConditionFault:
    return written.fault(TYPES, when)


@pytest.mark.parametrize(
    ("test", "below", "within", "above"),
    [
        ("[1020..1030]", [1019], [1020, 1025, 1030], [1031]),
        ("[1020..1030)", [1019], [1020, 1029], [1030]),
        ("(1020..1030]", [1020], [1021, 1030], [1031]),
        ("(1020..1030)", [1020], [1021, 1029], [1030]),
        ("[5..5]", [4], [5], [6]),
        ("[1020..]", [1019], [1020, 99999], []),
        ("(1020..]", [1020], [1021], []),
        ("[..1020)", [], [-5, 1019], [1020]),
        ("[..1020]", [], [1020], [1021]),
        ("[ -5 .. 5 ]", [-6], [-5, 5], [6]),
        (">= 1020", [1019], [1020], []),
        (">=1020", [1019], [1020], []),
        ("> 1020", [1020], [1021], []),
        ("<= 1020", [], [1020], [1021]),
        ("< 1020", [], [1019], [1020]),
        ("= 1020", [1019], [1020], [1021]),
        ("1020", [1019], [1020], [1021]),
        (1020, [1019], [1020], [1021]),
        ("in 1, 3", [0], [1, 3], [2]),
    ],
)
def test_number_lies_within_its_range(
    test: str | int, below: list[int], within: list[int], above: list[int]
) -> None:
    assert [score for score in (*below, *within, *above) if met({"score": test}, score=score)] == (
        within
    )


@pytest.mark.parametrize(
    ("test", "within"),
    [
        (">= B", ["B", "A-", "A"]),
        ("> B", ["A-", "A"]),
        ("<= C", ["D", "C"]),
        ("< C", ["D"]),
        ("[C..A)", ["C", "B", "A-"]),
        ("[..]", ["D", "C", "B", "A-", "A"]),
        ("= A-", ["A-"]),
        ("in A, A-", ["A-", "A"]),
        ("in A，A-、B", ["B", "A-", "A"]),
        ("in\nA,\nA-", ["A-", "A"]),
        ("not in A, A-", ["D", "C", "B"]),
        ("present", ["D", "C", "B", "A-", "A"]),
        ("absent", []),
    ],
)
def test_grades_are_ordered_as_their_scale_lists_them(test: str, within: list[str]) -> None:
    assert [grade for grade in GRADES if met({"grade": test}, grade=grade)] == within


@pytest.mark.parametrize(
    ("test", "met_by", "not_met_by"),
    [
        ("contains 食品, 药品", "销售药品", "占道经营"),
        ("contains 食品，药品", "销售药品", "占道经营"),
        ("contains 食品、药品", "销售食品", "占道经营"),
        ("占道经营", "占道经营", "占道"),
        ("= > 5", "> 5", "5"),
        ("in 警告, 通报批评", "警告", "警"),
        ("not in 警告, 通报批评", "罚款", "警告"),
        ("inside", "inside", "side"),
        ("present", "警告", None),
        ("absent", None, "警告"),
    ],
)
def test_text_is_compared_as_written(test: str, met_by: str | None, not_met_by: str | None) -> None:
    assert met({"violation": test}, violation=met_by)
    assert not met({"violation": test}, violation=not_met_by)


@pytest.mark.parametrize("test", [False, "false"])
def test_flag_is_true_or_false(test: bool | str) -> None:
    assert met({"listed": test}, listed=False)
    assert not met({"listed": test}, listed=True)


def test_all_tests_of_a_table_must_hold() -> None:
    when = {"kind": "person", "score": ">= 1020"}
    assert met(when, kind="person", score=1020)
    assert not met(when, kind="person", score=1019)
    assert not met(when, kind="organisation", score=1020)


def test_an_empty_table_always_holds() -> None:
    assert met({})


@pytest.mark.parametrize(
    ("score", "grade", "all_hold", "any_holds"),
    [(5, "A", True, True), (5, "B", False, True), (4, "A", False, True), (4, "B", False, False)],
)
def test_all_any_and_not_combine_conditions(
    score: int, grade: str, all_hold: bool, any_holds: bool
) -> None:
    parts = [{"score": 5}, {"grade": "A"}]
    assert met({"all": parts}, score=score, grade=grade) is all_hold
    assert met({"any": parts}, score=score, grade=grade) is any_holds
    assert met({"not": {"any": parts}}, score=score, grade=grade) is not any_holds


@pytest.mark.parametrize("test", [">= 0", "[..]", "= 0", "in 0, 1", "not in 7", "not 7"], ids=str)
@pytest.mark.parametrize("why", [None, NO_RECORD, UNKNOWN, NOT_AUTHORISED, Missing("expired")])
def test_of_a_fact_without_a_value_neither_a_test_nor_its_opposite_holds(
    test: str, why: Fact
) -> None:
    for when in ({"score": test}, {"not": {"score": test}}):
        assert written.result(TYPES, when, score=why) is None
        assert written.result(TYPES, {"any": [when, {"listed": True}]}, score=why, listed=True)
        all_of = {"all": [when, {"listed": True}]}
        assert written.result(TYPES, all_of, score=why, listed=False) is False


@pytest.mark.parametrize(
    ("test", "states"),
    [
        ("absent", {None, "no_record", "unknown", "not_authorised", "expired"}),
        ("not present", {None, "no_record", "unknown", "not_authorised", "expired"}),
        ("present", {"A"}),
        ("no_record", {None, "no_record"}),
        ("unknown", {"unknown"}),
        ("not_authorised", {"not_authorised"}),
        ("expired", {"expired"}),
        ("in expired, unknown", {"expired", "unknown"}),
        (["expired", "unknown"], {"expired", "unknown"}),
        ("not expired", {None, "no_record", "unknown", "not_authorised", "A"}),
        (">= B or expired", {"A", "expired"}),
        ("no_record or unknown", {None, "no_record", "unknown"}),
    ],
)
def test_a_rule_names_the_states_of_a_fact(test: Any, states: set[str | None]) -> None:  # noqa: ANN401
    named = ("no_record", "unknown", "not_authorised", "expired")
    seen: dict[str | None, Fact] = {None: None, "A": "A", **{one: Missing(one) for one in named}}
    assert {name for name, fact in seen.items() if met({"rated": test}, rated=fact)} == states


@pytest.mark.parametrize(
    ("test", "met_by", "not_met_by"),
    [
        ([1020, 1030], 1030, 1025),
        ("1020 or 1030", 1030, 1025),
        ("< 10 or [20..30)", 29, 30),
        ("< 10 or [20..30)", 9, 10),
        ("not 5 or 5", 5, None),
    ],
)
def test_a_list_and_alternatives_mean_any_of_them(
    test: Any,  # noqa: ANN401
    met_by: int,
    not_met_by: int | None,
) -> None:
    assert met({"score": test}, score=met_by)
    assert not met({"score": test}, score=not_met_by)


DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("test", "first", "last"),
    [
        ("within 2y", date(2024, 3, 10), DAY),
        ("within 1m", date(2026, 2, 10), DAY),
        ("within 30d", date(2026, 2, 8), DAY),
        ("within 3wd", date(2026, 3, 5), DAY),
        ("over 6m ago", None, date(2025, 9, 9)),
        ("at least 6m ago", None, date(2025, 9, 10)),
        ("within next 30d", DAY, date(2026, 4, 9)),
        ("within next 2wd", DAY, date(2026, 3, 12)),
        (">= 2026-03-10", DAY, None),
        ("[2026-03-01..2026-03-10)", date(2026, 3, 1), date(2026, 3, 9)),
        ("within 9999y", date.min, DAY),
        ("within 0d", DAY, DAY),
        ("within 01m", date(2026, 2, 10), DAY),
    ],
)
def test_a_date_lies_between_the_first_and_the_last_day(
    test: str, first: date | None, last: date | None
) -> None:
    condition, day = read_condition({"on": test}, TYPES), timedelta(days=1)
    inside = [one for one in (first, last) if one]
    outside = [first - day] if first and first > date.min else []
    outside += [last + day] if last else []
    assert [truth(condition, {"on": one, "as_of": DAY}) for one in inside] == [True] * len(inside)
    assert {truth(condition, {"on": one, "as_of": DAY}) for one in outside} <= {False}


def test_a_year_from_the_29th_of_february_ends_on_the_28th() -> None:
    facts: dict[str, Fact] = {"on": date(2024, 2, 29)}
    assert met({"on": "within 1y"}, as_of=date(2025, 2, 28), **facts)
    assert not met({"on": "within 1y"}, as_of=date(2025, 3, 1), **facts)
    assert met({"on": "over 1y ago"}, as_of=date(2025, 3, 1), **facts)


def test_without_todays_date_nothing_is_known_of_how_old_a_date_is() -> None:
    assert written.result(TYPES, {"on": "within 1y"}, on=DAY) is None
    assert written.result(TYPES, {"on": "over 1y ago"}, on=DAY) is None


@pytest.mark.parametrize(
    ("test", "met_by", "not_met_by"),
    [
        ("all of severe, seizure", {"severe", "seizure", "market"}, {"severe"}),
        ("any of severe, seizure", {"seizure"}, {"market"}),
        ("none of severe, seizure", {"market"}, {"market", "severe"}),
        ("none of severe, seizure", set(), {"seizure"}),
        ("subset of severe, seizure", {"severe"}, {"severe", "market"}),
        ("subset of severe, seizure", set(), {"market"}),
        (["severe", "seizure"], {"seizure"}, set()),
        ("severe", {"severe", "market"}, {"market"}),
        ("not any of severe", {"market"}, {"severe"}),
    ],
)
def test_sets_are_tested_by_their_words(
    test: Any,  # noqa: ANN401
    met_by: set[str],
    not_met_by: set[str],
) -> None:
    assert met({"lists": test}, lists=frozenset(met_by))
    assert written.result(TYPES, {"lists": test}, lists=frozenset(not_met_by)) is False
    assert written.result(TYPES, {"lists": test}) is None


@pytest.mark.parametrize(
    ("test", "met_by", "not_met_by"),
    [
        ("'unknown'", "unknown", "known"),
        ("in '食品, 药品', 烟草", "食品, 药品", "食品"),
        ("in 'unknown', 烟草", "unknown", "known"),
        (["'no_record'", "烟草"], "no_record", "'no_record'"),
        (["a, b"], "a, b", "a"),
        ("'this or that'", "this or that", "this"),
        ("not 'not in x'", "x", "not in x"),
        ("contains '、'", "甲、乙", "甲乙"),
    ],
)
def test_quotes_keep_a_word_whole(test: Any, met_by: str, not_met_by: str) -> None:  # noqa: ANN401
    assert met({"violation": test}, violation=met_by)
    assert not met({"violation": test}, violation=not_met_by)


@pytest.mark.parametrize("facts", [{}, {"score": 0}, {"score": UNKNOWN}], ids=str)
def test_what_the_source_leaves_open_never_holds_and_never_fails(facts: dict[str, Fact]) -> None:
    open_test = {"score": {"open": "no cut point published"}}
    assert written.result(TYPES, open_test, **facts) is None
    assert written.result(TYPES, {"not": open_test}, **facts) is None


def test_a_fact_is_the_same_as_another_that_has_a_value() -> None:
    same = {"violation": "same as other"}
    assert written.result(TYPES, same, violation="甲", other="甲") is True
    assert written.result(TYPES, same, violation="甲", other="乙") is False
    assert written.result(TYPES, same, violation="甲", other=UNKNOWN) is None
    assert written.result(TYPES, same, other="甲") is None


def test_a_fact_is_compared_with_one_that_is_worked_out() -> None:
    measured = {"records": {"sum": "same as score", "of": "amount"}}
    fields = {"amount": FactType(kind=Kind.NUMBER)}
    types = {**TYPES, "records": FactType(kind=Kind.LIST, fields=fields)}
    total = read_measurement("records", How.SUM, {"of": "amount"}, types, read_condition)[0]
    records = ({"amount": 2}, {"amount": 3})
    assert written.result(types, measured, records=records, score=5) is True
    types["score"] = FactType(kind=Kind.NUMBER, derived=total)
    assert written.result(types, measured, records=records) is True
    assert written.result(types, measured, records=records, score=4) is False


@pytest.mark.parametrize(
    ("when", "met_by", "not_met_by"),
    [
        ({"share": ">= 30%"}, Decimal(30), Decimal("29.9")),
        ({"ratio": "(0..1)"}, Decimal("0.5"), 1),
        ({"ratio": "[0.5..0.5]"}, Decimal("0.5"), Decimal("0.51")),
        ({"ratio": "(0..0.5]"}, Decimal("0.1"), 0),
        ({"clock": "[09:00..17:30)"}, 9 * 60, 17 * 60 + 30),
        ({"clock": "<= 24:00"}, 24 * 60, None),
    ],
    ids=str,
)
def test_shares_ratios_and_times_have_ranges(
    when: dict[str, Any],
    met_by: Fact,
    not_met_by: Fact,
) -> None:
    (name,) = when
    assert met(when, **{name: met_by})
    assert not met(when, **{name: not_met_by})


def test_a_score_of_nought_is_a_value() -> None:
    assert met({"score": "present"}, score=0)
    assert not met({"score": "absent"}, score=0)


@pytest.mark.parametrize("test", [">= D", "<= A", "[..]", "= A", "in A, B"])
def test_a_grade_that_the_scale_does_not_know_proves_nothing(test: str) -> None:
    assert not met({"grade": test}, grade="AAA")


def test_a_number_that_is_none_lies_in_no_range() -> None:
    assert not met({"score": "[..]"}, score="many")


def test_the_explainer_sees_every_test_with_what_was_seen() -> None:
    when = {"any": [{"score": "[1..]"}, {"not": {"grade": "in A, A-"}}], "listed": True}
    checks = results(read_condition(when, TYPES), {"score": 0, "grade": "A"})
    assert [(one.fact, one.test, one.seen, one.holds) for one in checks] == [
        ("score", "[1..]", 0, False),
        ("grade", "in A, A-", "A", True),
        ("listed", "true", None, None),
    ]


@pytest.mark.parametrize(
    ("when", "code", "key"),
    [
        ({"any": []}, "list_of_conditions", "any"),
        ({"any": {"score": 1}}, "list_of_conditions", "any"),
        ({"all": [1]}, "list_of_conditions", "all"),
        ({"not": [{"score": 1}]}, "table_of_tests", "not"),
        ({"skore": 1}, "unknown_fact", "skore"),
        ({"any": [{"score": 1}, {"skore": 1}]}, "unknown_fact", "any.1.skore"),
        ({"not": {"all": [{"grade": "E"}]}}, "unknown_value", "not.all.0.grade"),
        ({"grade": ">= E"}, "unknown_value", "grade"),
        ({"grade": 5}, "unknown_value", "grade"),
        ({"grade": "in A,, B"}, "unknown_value", "grade"),
        ({"kind": "persn"}, "unknown_value", "kind"),
        ({"score": "many"}, "wrong_value", "score"),
        ({"score": "１０２０"}, "wrong_value", "score"),
        ({"score": "1_020"}, "wrong_value", "score"),
        ({"score": ">="}, "wrong_value", "score"),
        ({"score": 1020.0}, "wrong_value", "score"),
        ({"score": True}, "wrong_value", "score"),
        ({"score": []}, "wrong_value", "score"),
        ({"score": [1020, "many"]}, "wrong_value", "score"),
        ({"rated": ["A", "expired"]}, "states_apart", "rated"),
        ({"rated": "in A, expired"}, "states_apart", "rated"),
        ({"rated": "not in unknown"}, "states_apart", "rated"),
        ({"score": {"open": ""}}, "wrong_value", "score"),
        ({"violation": "x or not same as othr"}, "unknown_fact", "violation"),
        ({"violation": "same as"}, "unknown_fact", "violation"),
        ({"violation": "same as score"}, "wrong_value", "violation"),
        ({"score": {"open": "why", "value": 1}}, "wrong_value", "score"),
        ({"lists": "in severe"}, "set_words", "lists"),
        ({"kind": "any of person"}, "set_words", "kind"),
        ({"lists": "any of unknown, severe"}, "states_apart", "lists"),
        ({"lists": "any of sever"}, "unknown_value", "lists"),
        ({"score": "within 2y"}, "ago_needs_date", "score"),
        ({"on": "within 10000d"}, "wrong_value", "on"),
        ({"on": "over 2y"}, "ago_needs_date", "on"),
        ({"on": "within 2y ago"}, "ago_needs_date", "on"),
        ({"on": "2026-02-30"}, "wrong_value", "on"),
        ({"on": datetime(2026, 2, 3, tzinfo=UTC)}, "wrong_value", "on"),
        ({"ratio": "(0.5..0.5]"}, "empty_range", "ratio"),
        ({"share": ">= 30"}, "wrong_value", "share"),
        ({"clock": "<= 24:01"}, "wrong_value", "clock"),
        ({"score": date(2026, 4, 1)}, "wrong_value", "score"),
        ({"score": "9" * 5000}, "wrong_value", "score"),
        ({"listed": "yes"}, "wrong_value", "listed"),
        ({"listed": 1}, "wrong_value", "listed"),
        ({"violation": date(2026, 4, 1)}, "wrong_value", "violation"),
        ({"violation": None}, "wrong_value", "violation"),
        ({"violation": ""}, "wrong_value", "violation"),
        ({"violation": "contains 食品,"}, "wrong_value", "violation"),
        ({"violation": "contains"}, "wrong_value", "violation"),
        ({"violation": "not in"}, "wrong_value", "violation"),
        ({"violation": ">= 5"}, "order_needs_number_or_grade", "violation"),
        ({"violation": "[..]"}, "order_needs_number_or_grade", "violation"),
        ({"score": "contains 5"}, "contains_needs_text", "score"),
        ({"grade": "contains A"}, "contains_needs_text", "grade"),
        ({"score": "[1030..1020]"}, "empty_range", "score"),
        ({"score": "[1020..1020)"}, "empty_range", "score"),
        ({"score": "(1020..1021)"}, "empty_range", "score"),
        ({"grade": "[A..B]"}, "empty_range", "grade"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_named(when: dict[str, Any], code: str, key: str) -> None:
    found = fault(when)
    assert (found.code, found.key) == (code, key)


@given(st.data(), FACTS)
def test_arbitrary_conditions_are_read_or_refused(
    data: st.DataObject, facts: dict[str, Fact]
) -> None:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
    keys = st.sampled_from((*TYPES, "all", "any", "not")) | st.text()
    values = st.recursive(
        leaves | CELLS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    )
    when = data.draw(st.dictionaries(keys, values, max_size=3))
    try:
        condition = read_condition(when, TYPES)
    except ConditionFault:
        return
    assert holds(condition, facts) in (True, False)
    assert all(check.fact in TYPES for check in results(condition, facts))


_WORDS = st.sampled_from(
    ("", "A", "A-", "E", "1020", "-3", "食品", "person", " ", ",", "..", "in ")
)
_OPENINGS = st.sampled_from(("", "[", "(", ">=", "<", "=", "in ", "not in ", "contains "))
CELLS = st.builds(
    lambda opening, words, closing: opening + "".join(words) + closing,
    _OPENINGS,
    st.lists(_WORDS, max_size=4),
    st.sampled_from(("", "]", ")")),
)


@given(SCORES, SCORES, SCORES, st.sampled_from("[("), st.sampled_from("])"))
def test_a_range_is_its_two_comparisons(a: int, b: int, score: int, low: str, high: str) -> None:
    when = {"score": f"{low}{a}..{b}{high}"}
    if a + (low == "(") > b - (high == ")"):
        assert fault(when).code == "empty_range"
    else:
        above = score >= a if low == "[" else score > a
        below = score <= b if high == "]" else score < b
        assert met(when, score=score) is (above and below)


@given(st.sampled_from(GRADES), st.sampled_from(GRADES))
def test_a_range_of_grades_is_a_range_of_their_places(bound: str, grade: str) -> None:
    assert met({"grade": f">= {bound}"}, grade=grade) is (
        GRADES.index(grade) >= GRADES.index(bound)
    )


@given(FACTS)
def test_not_in_is_the_opposite_of_in_where_there_is_a_value(facts: dict[str, Fact]) -> None:
    inside, outside = ({"grade": f"{op} A, B"} for op in ("in", "not in"))
    known = facts.get("grade") is not None
    assert met(outside, **facts) is (known and not met(inside, **facts))


@given(FACTS, st.sampled_from((">= 5", "[..]", "in A, B", "unknown", "present", "x")), st.data())
def test_a_test_and_its_opposite_never_both_hold(
    facts: dict[str, Fact], test: str, data: st.DataObject
) -> None:
    fact = data.draw(st.sampled_from(("score", "grade", "violation")))
    try:
        condition = read_condition({fact: test}, TYPES)
    except ConditionFault:
        return
    both = read_condition({"all": [{fact: test}, {"not": {fact: test}}]}, TYPES)
    either = read_condition({"any": [{fact: test}, {"not": {fact: test}}]}, TYPES)
    assert not holds(both, facts)
    assert holds(either, facts) is (truth(condition, facts) is not None)
