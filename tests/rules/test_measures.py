"""Measures: how their sizes are written, and how those of several rows become one."""

from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.conditions import UNKNOWN
from credit_cli.rules.durations import Duration, Unit, parse_duration
from credit_cli.rules.measure_text import read_amount
from credit_cli.rules.measures import (
    Measure,
    MeasureKind,
    Merge,
    Open,
    Polarity,
    merged,
    ordered,
    place,
    worked_out,
)
from tests.rules.scenes import DAY, scene

Value = Any  # a fact or a size

TYPES = scene(
    """
fact.share.type = "percent"
fact.expiry.type = "date"
fact.word = { type = "text", values = ["commitment", "exempt"] }
fact.marks.type = "set"
fact.rate.type = "decimal"
"""
).types
LIMITS = {"promised": "duration"}
GRADES = ("D", "C", "B", "A")


def measure(
    kind: str, merge: Merge = Merge.BEST, *, higher: bool = True, values: Value = ()
) -> Measure:
    return Measure(
        code="m",
        title="",
        kind=MeasureKind(kind),
        polarity=Polarity.BENEFIT,
        merge=merge,
        higher_is_better=higher,
        values=values or (GRADES if kind == "grade" else ()),
    )


def amount(kind: str, raw: Value, values: Value = ()) -> Value:
    return read_amount(raw, measure(kind, values=values), TYPES, LIMITS)


def fault(kind: str, raw: Value, values: Value = ()) -> tuple[str, tuple[Any, ...]]:
    with pytest.raises(ConditionFault) as caught:
        amount(kind, raw, values)
    return caught.value.code, caught.value.path


# As it is written


@pytest.mark.parametrize(
    ("kind", "raw", "size"),
    [
        ("flag", True, True),
        ("number", 3, 3),
        ("number", "4", 4),
        ("decimal", "0.5", Decimal("0.5")),
        ("percent", "30%", 30),
        ("percent", "12.5%", Decimal("12.5")),
        ("money", 100, 100),
        ("duration", "5wd", Duration(5, Unit.WORKING_DAY)),
        ("grade", "B", "B"),
        ("set", ["a", "b"], frozenset("ab")),
        ("set", "a", frozenset("a")),
        ("text", "每两年一次", "每两年一次"),
        ("range", "[1% .. 5%)", "[1%..5%)"),
        ("range", "(0.5..)", "(0.5..)"),
        ("date", "2026-03-31", date(2026, 3, 31)),
        ("date", date(2026, 3, 31), date(2026, 3, 31)),
        ("money", {"open": "未公布"}, Open(why="未公布")),
    ],
)
def test_size_is_written_as_its_kind_says(kind: str, raw: Value, size: Value) -> None:
    assert amount(kind, raw) == size


@pytest.mark.parametrize(
    ("kind", "raw", "facts", "size"),
    [
        ("number", "score - 10", {"score": 15}, 5),
        ("decimal", "score / 2", {"score": 3}, Decimal("1.5")),
        ("decimal", "score", {"score": 3}, 3),
        ("percent", "share", {"share": 20}, 20),
        ("percent", "share + 5%", {"share": 20}, 25),
        ("percent", "score / 200", {"score": 50}, 25),
        ("money", "income * 0.3", {"income": 101}, 30),
        ("money", "income - 50%", {"income": 3}, 1),
        ("money", "score", {"score": 7}, 7),
        ("duration", "promised - 50%", {"promised": parse_duration("10wd")}, parse_duration("5wd")),
        ("date", "expiry", {"expiry": DAY}, DAY),
        ("grade", "grade", {"grade": "B"}, "B"),
        ("grade", {"fact": "grade"}, {"grade": "B"}, "B"),
        ("flag", "bad", {"bad": True}, True),
        ("flag", {"fact": "bad"}, {"bad": False}, False),
        ("set", {"fact": "marks"}, {"marks": frozenset("a")}, frozenset("a")),
        ("text", {"fact": "word"}, {"word": "exempt"}, "exempt"),
        ("text", {"fact": "grade"}, {"grade": "B"}, "B"),
        ("number", {"fact": "score"}, {"score": 3}, 3),
    ],
)
def test_size_may_be_reckoned_or_taken_from_a_fact(
    kind: str,
    raw: Value,
    facts: dict[str, Any],
    size: Value,
) -> None:
    reckoned = amount(kind, raw)
    assert worked_out(reckoned, {"as_of": DAY, **facts}) == size
    assert worked_out(reckoned, {"as_of": DAY}) == Open(why=reckoned.written)
    assert isinstance(worked_out(reckoned, {"as_of": DAY, **dict.fromkeys(facts, UNKNOWN)}), Open)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("number", "three", "unknown_name"),
        ("number", "0x", "wrong_value"),
        ("number", True, "wrong_value"),
        ("number", "promised", "formula_kind"),
        ("number", "score / 2", "formula_kind"),
        ("percent", "30", "wrong_value"),
        ("percent", 29, "wrong_value"),
        ("percent", "score", "formula_kind"),
        ("money", "expiry", "formula_kind"),
        ("duration", "5 working days", "formula_syntax"),
        ("duration", 5, "wrong_value"),
        ("duration", "score", "formula_kind"),
        ("date", "2026-02-30", "formula_syntax"),
        ("grade", "E", "unknown_value"),
        ("flag", "maybe", "wrong_value"),
        ("flag", "score", "formula_kind"),
        ("text", "", "wrong_value"),
        ("range", "1% to 5%", "wrong_value"),
        ("range", 5, "wrong_value"),
        ("money", {"open": ""}, "wrong_value"),
        ("money", {"open": 5}, "wrong_value"),
        ("money", {"close": "x"}, "wrong_value"),
        ("money", {"open": "x", "fact": "score"}, "wrong_value"),
    ],
)
def test_size_of_another_kind_is_a_fault(kind: str, raw: Value, code: str) -> None:
    assert fault(kind, raw)[0] == code


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("flag", "nobody", "unknown_fact"),
        ("flag", 5, "unknown_fact"),
        ("flag", "score", "formula_kind"),
        ("range", "word", "formula_kind"),
        ("duration", "score", "formula_kind"),
    ],
)
def test_fact_that_is_taken_over_must_fit(kind: str, name: Value, code: str) -> None:
    assert fault(kind, {"fact": name}) == (code, ("fact",))


def test_fact_may_only_say_what_the_measure_can_be() -> None:
    assert fault("text", {"fact": "word"}, ("commitment",)) == ("formula_kind", ("fact",))
    assert amount("text", {"fact": "word"}, ("commitment", "exempt", "more")).written == "word"


# Merged


def test_lower_is_better_where_the_measure_says_so() -> None:
    limits = [parse_duration(one) for one in ("5wd", "6d")]
    assert merged(measure("duration", higher=False), limits, DAY) == limits[1]
    assert merged(measure("duration"), limits, DAY) == limits[0]
    assert merged(measure("number", Merge.WORST, higher=False), [3, 1, 2], DAY) == 3


def test_least_and_most_do_not_ask_what_is_better() -> None:
    for higher in (True, False):
        pair = [
            merged(measure("grade", merge, higher=higher), ["B", "D", "A"], DAY)
            for merge in (Merge.MIN, Merge.MAX)
        ]
        assert pair == ["D", "A"]


def test_best_of_what_has_no_order_is_all_words_or_the_first() -> None:
    assert merged(measure("set"), [frozenset("a"), frozenset("b")], DAY) == frozenset("ab")
    assert merged(measure("text"), ["y", "x"], DAY) == "y"
    kinds = {kind.value for kind in MeasureKind if not ordered(measure(kind.value))}
    assert kinds == {"set", "text", "range"}


def test_limits_of_one_unit_add_up() -> None:
    total = merged(
        measure("duration", Merge.SUM), [parse_duration("5wd"), parse_duration("2wd")], DAY
    )
    assert total == parse_duration("7wd")


def test_limits_are_placed_by_the_day_on_which_they_end() -> None:
    assert place(measure("duration"), parse_duration("5wd"), DAY) == date(2026, 3, 17)
    assert place(measure("grade"), "B", DAY) == 2
    assert place(measure("money"), 5, DAY) == 5


LENGTHS = st.builds(Duration, st.integers(0, 40), st.sampled_from(Unit))
SIZES = {
    "number": st.integers(-5, 5),
    "grade": st.sampled_from(GRADES),
    "duration": LENGTHS,
    "set": st.frozensets(st.sampled_from("abc")),
}
OPEN = st.just(Open(why="未公布"))
VALUES = st.sampled_from(sorted(SIZES)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(SIZES[kind] | OPEN, min_size=1, max_size=5))
)


@settings(max_examples=50)
@given(
    VALUES,
    st.sampled_from([Merge.BEST, Merge.WORST, Merge.MIN, Merge.MAX]),
    st.booleans(),
    st.data(),
)
def test_best_does_not_depend_on_the_order_or_on_what_is_merged_first(
    given: tuple[str, list[Any]],
    merge: Merge,
    higher: bool,
    data: st.DataObject,
) -> None:
    kind, values = given
    of = measure(kind, merge, higher=higher)

    def at(size: Value) -> Value:  # limits that end on one day are equally good
        return size if isinstance(size, Open) else place(of, size, DAY)

    whole = at(merged(of, values, DAY))
    assert at(merged(of, data.draw(st.permutations(values)), DAY)) == whole
    assert at(reduce(lambda a, b: merged(of, [a, b], DAY), values)) == whole
    assert isinstance(merged(of, values, DAY), Open) == all(isinstance(one, Open) for one in values)
