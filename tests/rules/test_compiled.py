"""Compiled conditions say what the walk says, of all facts and all tables."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given

from credit_cli.rules.compiled import compile_all, compile_first, compile_trace
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import Condition, Facts, FactType, Kind, holds, results
from tests.rules.tables import ANY_FACT, CELLS, FACTS, NO_VALUE, SINGLE, TABLES, TYPES, WHEN, Half


def true_rows(rows: list[Condition], facts: Facts) -> Iterator[int]:
    return (n for n, row in enumerate(rows) if holds(row, facts))


@given(TABLES, FACTS)
@example([], {})
def test_the_compiled_table_decides_as_the_walk_does(
    rows: list[Condition], facts: dict[str, Any]
) -> None:
    assert compile_all(rows)(facts) == tuple(true_rows(rows, facts))
    assert compile_first(rows)(facts) == next(true_rows(rows, facts), -1)


@given(TABLES, FACTS)
def test_the_compiled_trace_shows_every_test_as_the_walk_does(
    rows: list[Condition], facts: dict[str, Any]
) -> None:
    chosen, checks = compile_trace(rows)(facts)
    assert chosen == next(true_rows(rows, facts), -1)
    assert checks == tuple(results(row, facts) for row in rows)
    assert all(type(one.holds) in {bool, type(None)} for row in checks for one in row)


@pytest.mark.parametrize("fact", SINGLE)
def test_every_compiled_test_and_its_negation_says_of_every_value_what_the_walk_says(
    fact: str,
) -> None:
    whens = [{fact: cell} for cell in (*CELLS[fact], *ANY_FACT)]
    rows = [read_condition(one, TYPES) for when in whens for one in (when, {"not": when})]
    compiled, trace = compile_all(rows), compile_trace(rows)
    for value in (*SINGLE[fact], *NO_VALUE):
        facts = {fact: value, "as_of": date(2026, 1, 1), "other": "x"}
        assert compiled(facts) == tuple(true_rows(rows, facts))
        assert trace(facts)[1] == tuple(results(row, facts) for row in rows)


@given(WHEN, FACTS)
def test_the_compiled_negation_of_what_is_neither_is_neither(
    when: dict[str, Any], facts: dict[str, Any]
) -> None:
    rows = [read_condition(one, TYPES) for one in (when, {"not": when})]
    assert compile_all(rows)(facts) == tuple(true_rows(rows, facts))
    assert len(compile_all(rows)(facts)) <= 1


def test_neighbours_that_begin_alike_still_decide_in_their_order() -> None:
    lead: dict[str, Any] = {"score": ">= 3"}
    rows = [
        read_condition({**lead, **rest}, TYPES)
        for rest in ({"grade": "A", "flag": True}, {"grade": "A"}, {"half": 1}, {}, {})
    ]
    first = compile_first([*rows, read_condition({}, TYPES), read_condition({}, TYPES)])
    known: dict[str, Any] = {"score": 3, "grade": "A", "flag": True, "half": 1}
    assert [first({**known, "flag": flag}) for flag in (True, False)] == [0, 1]
    assert [first({**known, "grade": "B", "half": half}) for half in (1, 2)] == [2, 3]
    assert first({**known, "score": 2}) == 5


def halved() -> tuple[list[str], list[Condition]]:
    asked: list[str] = []
    types = {**TYPES, "half": FactType(kind=Kind.NUMBER, derived=Half(asked))}
    whens: list[dict[str, Any]] = [{"score": "> 9"}, {"half": "> 2"}, {"half": 1, "flag": True}]
    return asked, [read_condition(when, types) for when in whens]


def test_a_fact_is_worked_out_once_and_only_if_a_row_that_asks_is_reached() -> None:
    asked, rows = halved()
    first = compile_first(rows)
    assert (first({"score": 10}), asked) == (0, [])
    assert (first({"score": 3, "flag": True}), asked) == (2, ["half"])
    assert first({"score": 3, "half": 3}) == 1
    assert asked == ["half"]


def test_what_a_policy_writes_is_no_code() -> None:
    text = "x\"+__import__('os')+\""
    rows = [read_condition({"word": [text, "y"], text: 1}, {**TYPES, text: TYPES["score"]})]
    assert compile_first(rows)({"word": text, text: 1}) == 0
    assert compile_first(rows)({"word": text, text: 2}) == -1
