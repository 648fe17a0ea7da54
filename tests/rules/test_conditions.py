"""The condition language: what a test means, and what cannot be read."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.condition_text import ConditionFault, read_condition
from credit_cli.rules.conditions import Fact, FactType, Kind, holds, results

GRADES = ("D", "C", "B", "A-", "A")
TYPES = {
    "score": FactType(kind=Kind.NUMBER),
    "grade": FactType(kind=Kind.GRADE, values=GRADES),
    "violation": FactType(kind=Kind.TEXT),
    "kind": FactType(kind=Kind.TEXT, values=("person", "organisation")),
    "listed": FactType(kind=Kind.FLAG),
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
    return holds(read_condition(when, TYPES), facts)


def fault(when: dict[str, Any]) -> ConditionFault:
    with pytest.raises(ConditionFault) as caught:
        read_condition(when, TYPES)
    return caught.value


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


def test_flag_is_true_or_false() -> None:
    assert met({"listed": False}, listed=False)
    assert not met({"listed": False}, listed=True)


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


@pytest.mark.parametrize("test", [">= 0", "[..]", "= 0", "in 0, 1", "not in 7", "present"], ids=str)
def test_a_fact_without_a_value_proves_nothing(test: str) -> None:
    assert not met({"score": test})
    assert not met({"score": test}, score=None)
    assert met({"score": "absent"})


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
        ("listed", "true", None, False),
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
        ({"score": [1020]}, "wrong_value", "score"),
        ({"score": date(2026, 4, 1)}, "wrong_value", "score"),
        ({"score": "9" * 5000}, "wrong_value", "score"),
        ({"listed": "true"}, "wrong_value", "listed"),
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
