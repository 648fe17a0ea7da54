"""Atoms: from the truths of the single tests follows the truth of every condition."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.atoms import days_of, decide_signature, signature
from credit_cli.rules.cell_text import read_test
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import (
    Condition,
    Facts,
    FactType,
    Kind,
    UnaryTest,
    truth,
)
from tests.rules.tables import FACTS, TABLES

NUMBER, DAY = FactType(kind=Kind.NUMBER), FactType(kind=Kind.DATE)
LENGTHS = ("1y", "6m", "1m", "30d", "0d", "3wd", "10wd", "9999y")


def test_a_test_that_stands_in_several_rows_is_one_atom() -> None:
    whens: list[dict[str, Any]] = [{"score": ">= 5"}, {"age": 3, "not": {"score": ">= 5"}}]
    types = {"score": NUMBER, "age": NUMBER}
    atoms = signature(read_condition(when, types) for when in whens)
    assert [(atom.fact, atom.written) for atom in atoms] == [("score", ">= 5"), ("age", "= 3")]


@given(TABLES, FACTS)
def test_the_truths_of_the_atoms_decide_every_condition(
    rows: list[Condition], facts: Facts
) -> None:
    truths = {one: truth(one, facts) for one in signature(rows)}
    assert [decide_signature(row, truths) for row in rows] == [truth(row, facts) for row in rows]


def aged(test: str) -> UnaryTest:
    atom = read_test("on", test, DAY)
    assert isinstance(atom, UnaryTest)
    return atom


@given(
    form=st.sampled_from(["within {}", "over {} ago", "at least {} ago", "within next {}"]),
    length=st.sampled_from(LENGTHS),
    today=st.dates(date(2023, 12, 1), date(2026, 12, 31)) | st.just(date(2024, 2, 29)),
)
def test_the_days_on_which_a_date_is_old_enough_have_a_first_and_a_last(
    form: str, length: str, today: date
) -> None:
    atom = aged(form.format(length))
    first, last = days_of(atom, today)
    day = timedelta(days=1)
    near = {today, first, last, date.min, date.max}
    near |= {one - day for one in near if one > date.min}
    near |= {one + day for one in near if one < date.max}
    for on in near:
        assert truth(atom, {"on": on, "as_of": today}) is (first <= on <= last)
