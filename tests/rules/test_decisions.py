"""Decision tables: the first row that holds decides, and every row can be explained."""

from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import AllOf, FactType, Kind
from credit_cli.rules.decisions import DecisionTable, Row, decide, explain

TYPES = {"score": FactType(kind=Kind.NUMBER)}


def row(name: str, test: str) -> Row:
    when = read_condition({"score": test}, TYPES)
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
