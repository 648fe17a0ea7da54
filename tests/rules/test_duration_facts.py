"""Facts that are lengths of time: of one unit by their number, of several by the day they end."""

from datetime import date
from typing import Any

import pytest

from credit_cli.rules import conditions
from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.compiled import compile_first
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import UNKNOWN, FactType, Kind, Truth, truth
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.formulas import parse_formula
from credit_cli.rules.measure_text import read_amount
from credit_cli.rules.measures import Measure, MeasureKind, Merge, Polarity
from credit_cli.rules.partitions import partition
from credit_cli.store.conditions import FactColumns, atom_column

TODAY = date(2026, 3, 10)
TYPES = {"agreed": FactType(kind=Kind.DURATION)}


@pytest.mark.parametrize(
    ("agreed", "test", "held"),
    [
        ("10d", ">= 10d", True),
        ("9d", ">= 10d", False),
        ("3m", "[1m..6m]", True),
        ("6m", "[1m..6m)", False),
        ("1y", "12m", True),
        ("1y", "= 12m", True),
        ("1y", "not 13m", True),
        ("31d", "<= 1m", True),
        ("32d", "<= 1m", False),
        ("10wd", "> 14d", False),
        ("11wd", "> 14d", True),
    ],
)
def test_durations_of_different_units_are_compared_by_the_day_they_end(
    agreed: str, test: str, held: Truth
) -> None:
    condition = read_condition({"agreed": test}, TYPES)
    facts = {"agreed": parse_duration(agreed), "as_of": TODAY}
    assert truth(condition, facts) is held
    assert (compile_first([condition])(facts) == 0) is held


def test_of_a_duration_that_is_not_known_no_test_holds() -> None:
    condition = read_condition({"agreed": ">= 10d"}, TYPES)
    assert truth(condition, {"agreed": UNKNOWN, "as_of": TODAY}) is None
    assert compile_first([condition])({"agreed": UNKNOWN, "as_of": TODAY}) == -1


def test_without_a_day_different_units_cannot_be_compared() -> None:
    condition = read_condition({"agreed": ">= 10d"}, TYPES)
    assert truth(condition, {"agreed": parse_duration("1m")}) is None
    assert truth(condition, {"agreed": parse_duration("10d")}) is True


@pytest.mark.parametrize("test", ["[6m..1m]", "(1m..1m]", "soon", "3"])
def test_what_is_no_range_of_durations_is_refused(test: str) -> None:
    with pytest.raises(ConditionFault):
        read_condition({"agreed": test}, TYPES)


def test_formula_reckons_with_a_duration() -> None:
    formula = parse_formula("as_of + min(agreed, 20d)", TYPES)
    facts = {"agreed": parse_duration("1m"), "as_of": TODAY}
    assert formula.value(facts) == date(2026, 3, 30)


def test_tables_over_durations_are_cut_at_the_ends_that_they_name() -> None:
    tests = conditions.tests_of(
        read_condition({"any": [{"agreed": "<= 10d"}, {"agreed": "> 1m"}]}, TYPES)
    )
    found = partition("agreed", tests, TYPES["agreed"], TODAY)
    seen = set(zip(*found.truths.values(), strict=True))
    assert {(True, False), (False, False), (False, True), (None, None)} == seen


def test_a_database_is_not_asked_of_durations() -> None:
    (test,) = conditions.tests_of(read_condition({"agreed": "<= 10d"}, TYPES))
    column: Any = object()
    assert atom_column(test, {"agreed": FactColumns(value=column)}, TODAY) is None


@pytest.mark.parametrize(
    ("text", "fits"),
    [("[1m..6m]", True), ("[10000..50000]", True), ("[5%..10%]", True), ("[1x..6m]", False)],
)
def test_a_measure_may_be_a_range_of_durations_or_money(text: str, fits: bool) -> None:
    measure = Measure(
        code="suspension",
        title="",
        kind=MeasureKind.RANGE,
        polarity=Polarity.BURDEN,
        merge=Merge.FIRST,
        higher_is_better=False,
    )
    if fits:
        assert read_amount(text, measure, {}, {}) == text
    else:
        with pytest.raises(ConditionFault):
            read_amount(text, measure, {}, {})
