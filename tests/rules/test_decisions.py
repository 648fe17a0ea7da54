"""Decision tables: the first row that holds decides, and every row can be explained."""

from typing import Any

import pytest
from hypothesis import given

from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import ALWAYS, UNKNOWN, AllOf, Condition, FactType, Kind
from credit_cli.rules.decisions import DecisionTable, Row, decide, decider, explain, explainer
from tests.rules.tables import FACTS, TABLES

TYPES = {"score": FactType(kind=Kind.NUMBER)}


def row(name: str, test: Any) -> Row:  # noqa: ANN401 - a cell
    when = read_condition(test if isinstance(test, dict) else {"score": test}, TYPES)
    return Row(id=name, when=when, grant={"tier": name}, basis=f"ground_of_{name}")


TABLE = DecisionTable(
    name="tier",
    rows=(row("high", ">= 1020"), row("fair", ">= 1000"), row("fair_again", "[1000..1010]")),
    otherwise=Row(id="else", when=AllOf(()), grant={"tier": "plain"}, basis="ground_of_else"),
)


def test_the_first_row_that_holds_decides() -> None:
    assert decide(TABLE, {"score": 1020}).id == "high"
    assert decide(TABLE, {"score": 1019}).id == "fair"
    assert decide(TABLE, {"score": 1000}).id == "fair"


def test_where_no_row_holds_the_else_row_decides() -> None:
    assert decide(TABLE, {"score": 999}) is TABLE.otherwise
    assert decide(TABLE, {}) is TABLE.otherwise


def test_explanation_shows_every_row_and_marks_the_deciding_one() -> None:
    traces = explain(TABLE, {"score": 1005})
    assert [(one.row, one.matched, [check.holds for check in one.checks]) for one in traces] == [
        ("high", False, [False]),
        ("fair", True, [True]),
        ("fair_again", False, [True]),
        ("else", False, []),
    ]
    assert {(one.table, one.basis) for one in traces} == {
        ("tier", f"ground_of_{name}") for name in ("high", "fair", "fair_again", "else")
    }


def test_explanation_marks_the_else_row_when_it_decides() -> None:
    assert [one.row for one in explain(TABLE, {"score": 1}) if one.matched] == ["else"]


@pytest.mark.parametrize("score", [None, UNKNOWN])
def test_a_row_of_which_nothing_is_known_is_passed_over(score: Any) -> None:  # noqa: ANN401
    rows = row("low", "< 0"), row("not_low", {"not": {"score": "< 0"}}), row("none", "absent")
    table = DecisionTable(name="tier", rows=rows, otherwise=TABLE.otherwise)
    assert decide(table, {"score": score}).id == "none"
    assert [check.holds for one in explain(table, {"score": score}) for check in one.checks] == [
        None,
        None,
        True,
    ]


@given(TABLES, FACTS)
def test_a_compiled_table_decides_and_explains_as_the_walk_does(
    whens: list[Condition], facts: dict[str, Any]
) -> None:
    rows = [Row(id=f"row{n}", when=when, grant={}, basis="law") for n, when in enumerate(whens)]
    otherwise = Row(id="else", when=ALWAYS, grant={}, basis="law")
    table = DecisionTable(name="any", rows=tuple(rows), otherwise=otherwise)
    assert decider(table)(facts) is decide(table, facts)
    assert explainer(table)(facts) == explain(table, facts)
