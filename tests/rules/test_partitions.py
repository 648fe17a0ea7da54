"""The domain of each fact is cut exactly: no value is left out, no two classes are alike."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import (
    STATES,
    FactType,
    Kind,
    Missing,
    holds,
    is_missing,
)
from credit_cli.rules.conditions import test_truth as truth_of
from credit_cli.rules.conditions import tests_of as asked_by
from credit_cli.rules.derived import FlagFact, TableFact
from credit_cli.rules.partitions import Class, Part, Variable, partition
from credit_cli.rules.regions import Regions

TODAY = date(2026, 3, 31)
GRADES = ("D", "C", "B", "A")
RECORDS = FactType(
    kind=Kind.LIST,
    fields={"type": FactType(kind=Kind.TEXT), "on": FactType(kind=Kind.DATE)},
    by="on",
)
TYPES = {
    "score": FactType(kind=Kind.NUMBER, personal=True),
    "share": FactType(kind=Kind.DECIMAL),
    "off": FactType(kind=Kind.PERCENT),
    "at": FactType(kind=Kind.TIME),
    "grade": FactType(kind=Kind.GRADE, values=GRADES, states=("expired",)),
    "kind": FactType(kind=Kind.TEXT, values=("person", "organisation")),
    "violation": FactType(kind=Kind.TEXT),
    "listed": FactType(kind=Kind.FLAG),
    "on": FactType(kind=Kind.DATE),
    "lists": FactType(kind=Kind.SET),
    "marks": FactType(kind=Kind.SET, values=("x", "y", "z")),
    "records": RECORDS,
}
CELLS: dict[str, list[Any]] = {
    "score": [
        ">= 600",
        "[600..700)",
        "(5..7]",
        6,
        "not 6",
        "in 1, 3",
        "absent",
        "unknown",
        "> 700",
    ],
    "share": [">= 0.5", "(0.5..0.9]", "= 0.5", "< 0.5 or present"],
    "off": [">= 30%", "(10%..30%)", "present"],
    "at": ["[09:00..17:00]", "> 23:59", ">= 00:00", "not [12:00..13:00)"],
    "grade": [">= B", "< C", "in A, D", "= B", "expired", "not C", "not_authorised or = A"],
    "kind": ["person", "not person", "in person, organisation", "no_record or = person"],
    "violation": [
        "contains 食品",
        "contains 食品安全, 消防",
        "= 警告",
        "not in 警告, 食品",
        "present",
    ],
    "listed": [True, False, "absent", "not true"],
    "on": [
        "within 2y",
        "over 1m ago",
        "at least 5wd ago",
        "within next 30d",
        ">= 2026-01-01",
        "within 1m",
        "= 2024-02-29",
        "unknown",
    ],
    "lists": ["all of a, b", "any of b, c", "none of a", "subset of a, b, c", "absent", "a"],
    "marks": ["subset of x, y, z", "any of x", "all of x, y", "none of z", "= x"],
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "score": st.integers(-10, 800),
    "share": st.decimals(-2, 2, places=2),
    "off": st.integers(0, 100) | st.decimals(0, 100, places=1),
    "at": st.integers(0, 1440),
    "grade": st.sampled_from(GRADES),
    "kind": st.sampled_from(("person", "organisation")),
    "violation": st.text() | st.text(st.sampled_from("食品安全消防警告")),
    "listed": st.booleans(),
    "on": st.dates(TODAY - timedelta(days=800), TODAY + timedelta(days=60)) | st.dates(),
    "lists": st.frozensets(st.sampled_from("abcd")),
    "marks": st.frozensets(st.sampled_from("xyz")),
}


@st.composite
def conditions(draw: st.DrawFn, facts: tuple[str, ...], depth: int = 2) -> dict[str, Any]:
    """A table of tests as a policy may write it."""
    chosen = draw(st.lists(st.sampled_from(facts), unique=True, max_size=3))
    raw: dict[str, Any] = {fact: draw(st.sampled_from(CELLS[fact])) for fact in chosen}
    if depth and draw(st.booleans()):
        inner = conditions(facts, depth - 1)
        key = draw(st.sampled_from(("all", "any", "not")))
        raw[key] = draw(inner if key == "not" else st.lists(inner, min_size=1, max_size=2))
    return raw


def case_facts(variables: tuple[Variable, ...], case: tuple[int, ...]) -> dict[str, Any]:
    """The facts of a case, every variable in one of its classes."""
    facts: dict[str, Any] = {"as_of": TODAY}
    for variable, n in zip(variables, case, strict=True):
        value = variable.classes[n].value
        seen = facts.get(variable.fact)
        if variable.part is Part.VALUE:
            facts[variable.fact] = value
        elif variable.part is Part.WORDS and not is_missing(seen):
            facts[variable.fact] = seen | value
        elif variable.part is Part.CONTAINS and value and "…" in str(seen):
            facts[variable.fact] = f"{variable.word}{seen}"
    return facts


@settings(deadline=None)
@given(st.data())
def test_a_condition_is_true_where_its_diagram_says_so(data: st.DataObject) -> None:
    facts = data.draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4, unique=True))
    raw = data.draw(conditions(tuple(facts)))
    when = read_condition(raw, TYPES)
    regions = Regions([when], TYPES, TODAY)
    node = regions.true_of(when)
    cases = product(*(range(len(one.classes)) for one in regions.variables))
    for _, case in zip(range(200), cases, strict=False):
        if regions.diagrams.contains(regions.possible, case):
            inside = regions.diagrams.contains(node, case)
            assert holds(when, case_facts(regions.variables, case)) == inside, (raw, case)
    if node:
        assert holds(when, {"as_of": TODAY, **regions.example(node)})


@pytest.mark.parametrize("fact", sorted(set(CELLS) - {"violation", "lists", "marks"}))
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_value_lies_outside_the_classes(fact: str, data: st.DataObject) -> None:
    cells = data.draw(st.lists(st.sampled_from(CELLS[fact]), min_size=1, max_size=4))
    tests = [test for cell in cells for test in asked_by(read_condition({fact: cell}, TYPES))]
    cut = partition(fact, tests, TYPES[fact], TODAY)
    value = data.draw(VALUES[fact] | st.sampled_from(STATES) | st.just(Missing("expired")))
    if value == "expired" and fact != "grade":
        return
    columns = [cut.truths[test.fact, test.op, test.operands] for test in tests]
    said = tuple(truth_of(test, value, {"as_of": TODAY}) for test in tests)
    assert said in set(zip(*columns, strict=True))


def classes(fact: str, *cells: Any, **more: Any) -> list[Any]:  # noqa: ANN401 - TOML values
    tests = [test for cell in cells for test in asked_by(read_condition({fact: cell}, TYPES))]
    cut = partition(fact, tests, TYPES[fact], TODAY, **more)
    return [one.value for one in cut.variables[0].classes]


def test_between_neighbouring_whole_numbers_there_is_nothing() -> None:
    assert classes("score", "<= 5", ">= 6", always=True) == [5, 6]
    assert classes("score", "[5..6)", 5, always=True) == [5, 6]
    assert classes("score", "<= 5", ">= 7", always=True) == [5, 7, 6]


def test_between_neighbouring_decimals_there_is_something() -> None:
    assert classes("share", "<= 5", ">= 6", always=True) == [5, 6, Decimal("5.5")]


def test_a_state_is_a_class_only_where_a_test_tells_it_apart() -> None:
    assert classes("listed", True) == [True, False, Missing("no_record")]
    assert classes("listed", True, "unknown") == [
        True,
        False,
        Missing("no_record"),
        Missing("unknown"),
    ]
    assert classes("listed", True, always=True) == [True, False]


def test_a_day_is_cut_where_a_time_begins_to_end_today() -> None:
    # Two years after 29 February is 28 February, and so the day before counts no longer.
    days = classes("on", "within 2y", always=True)
    assert {date(2024, 3, 31), date(2024, 3, 30)} <= set(days) | {date(2024, 3, 30)}
    assert len(days) == 2


def test_there_is_no_day_before_the_first_or_after_the_last() -> None:
    assert classes("on", "[0001-01-01..9999-12-31]", always=True) == [date.min]


def test_a_count_begins_at_nought_and_has_no_record_of_nothing() -> None:
    when = read_condition({"records": {"count": ">= 1"}}, TYPES)
    (test,) = asked_by(when)
    cut = Regions([when], TYPES, TODAY).partitions[test.fact]
    assert cut.variables[0].classes == (Class(1, 1, 2), Class(0, 0, 0), Class("unknown"))


@pytest.mark.parametrize("how", ["share", "any", "latest"])
def test_a_measurement_is_cut_by_the_kind_of_what_it_gives(how: str) -> None:
    raw = {
        "share": {"share": ">= 95%", "holding": {"type": "x"}},
        "any": {"any": {"type": "x"}},
        "latest": {"latest": "within 2y", "of": "on"},
    }[how]
    when = read_condition({"records": raw}, TYPES)
    values = [one.value for one in Regions([when], TYPES, TODAY).variables[0].classes]
    assert [str(one) for one in values] == {
        "share": ["95", "0", "no_record"],
        "any": ["True", "False", "unknown"],
        "latest": ["2024-03-31", "2024-03-30", "no_record"],
    }[how]


def test_words_that_are_always_named_together_are_one_variable() -> None:
    when = [read_condition({"lists": cell}, TYPES) for cell in ("any of a, b, c", "all of d, e")]
    words = [one.word for one in Regions(when, TYPES, TODAY).variables if one.part is Part.WORDS]
    assert words == [frozenset("abc"), frozenset("de"), frozenset()]


def test_a_text_that_contains_a_word_contains_its_parts() -> None:
    when = read_condition(
        {"violation": "contains 食品安全", "not": {"violation": "contains 食品"}}, TYPES
    )
    assert not Regions([when], TYPES, TODAY).true_of(when)


def test_example_of_a_text_contains_only_what_it_must() -> None:
    for raw, value in (("contains 食品", "食品…"), ("not contains 食品", "…")):
        when = read_condition({"violation": raw}, TYPES)
        regions = Regions([when], TYPES, TODAY)
        assert regions.example(regions.true_of(when)) == {"violation": value}


def test_example_of_a_named_text_is_that_text() -> None:
    words = read_condition({"violation": "contains 食品安全 or contains 食品"}, TYPES)
    named = read_condition({"violation": "= 警告"}, TYPES)
    other = read_condition({"listed": True}, TYPES)
    regions = Regions([words, named, other], TYPES, TODAY)
    assert regions.example(regions.true_of(named)) == {"violation": "警告"}
    assert regions.example(regions.true_of(other)) == {"listed": True}


def test_two_facts_are_the_same_only_if_both_have_a_value() -> None:
    types = {**TYPES, "other": FactType(kind=Kind.NUMBER)}
    same = read_condition({"score": "same as other"}, types)
    absent = read_condition({"score": "same as other", "not": {"other": "present"}}, types)
    regions = Regions([same, absent], types, TODAY)
    assert regions.example(regions.true_of(same))["score same as other"] is True
    assert not regions.true_of(absent)


def test_comparisons_of_the_same_facts_are_one() -> None:
    types = {**TYPES, "due": FactType(kind=Kind.DATE)}
    on_time, late, absent = (
        read_condition(raw, types)
        for raw in ({"on": "<= due"}, {"on": "> due"}, {"on": "> due", "due": "absent"})
    )
    regions = Regions([on_time, late, absent], types, TODAY)
    assert not regions.diagrams.both(regions.true_of(on_time), regions.true_of(late))
    assert regions.true_of(late)
    assert not regions.true_of(absent)
    assert regions.example(regions.true_of(late))["on : due"] == ">"


def test_comparison_with_a_formula_needs_its_facts() -> None:
    raw = {"score": "> share * 2", "share": "absent"}
    when = read_condition(raw, TYPES)
    assert not Regions([when], TYPES, TODAY).true_of(when)


def test_a_derived_fact_follows_from_what_it_rests_on() -> None:
    clean = FlagFact(when=read_condition({"score": ">= 600"}, TYPES))
    rows = ((read_condition({"score": "< 600"}, TYPES), "high"),)
    types = {
        **TYPES,
        "clean": FactType(kind=Kind.FLAG, derived=clean),
        "risk": FactType(kind=Kind.TEXT, derived=TableFact(rows=rows, otherwise="low")),
    }
    for raw in ({"clean": True, "risk": "high"}, {"clean": False, "risk": "low"}):
        when = read_condition(raw, types)
        assert not Regions([when], types, TODAY).true_of(when)
    when = read_condition({"clean": "unknown", "risk": "low"}, types)
    regions = Regions([when], types, TODAY)
    assert is_missing(regions.example(regions.true_of(when))["score"])
