"""Adjustments after the table: by places, points, limits, formulas, and shares of the size."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.changes import changed, read_change
from credit_cli.rules.conditions import UNKNOWN, FactType, Kind
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.measures import Measure, MeasureKind, Merge, Open, Polarity

TYPES = {"penalties": FactType(kind=Kind.NUMBER)}
FACTS = {"as_of": date(2026, 3, 10), "penalties": 2}


def measure(kind: str) -> Measure:
    return Measure(
        code="size",
        title="",
        kind=MeasureKind(kind),
        polarity=Polarity.BENEFIT,
        merge=Merge.BEST,
        higher_is_better=True,
        values=("D", "C", "B", "A") if kind == "grade" else (),
    )


def moved(kind: str, size: Any, key: str, raw: Any, **facts: Any) -> Any:  # noqa: ANN401
    change = read_change(key, raw, measure(kind), TYPES, {"promised": "duration"})
    return changed(change, measure(kind), size, {**FACTS, **facts})


@pytest.mark.parametrize(
    ("grade", "by", "found"),
    [
        ("B", -1, "C"),
        ("B", 1, "A"),
        ("B", "-penalties", "D"),
        ("C", "-penalties", "D"),
        ("A", 1, "A"),
    ],
)
def test_grade_moves_by_places_and_stops_at_the_ends(grade: str, by: Any, found: str) -> None:  # noqa: ANN401
    assert moved("grade", grade, "by", by) == found


@pytest.mark.parametrize(
    ("kind", "size", "by", "found"),
    [
        ("percent", Decimal("4.5"), "-0.2%", Decimal("4.3")),
        ("percent", 5, "10% * penalties", 25),
        ("money", 500_000, -500_000, 0),
        ("money", 500_000, -500_001, 0),
        ("money", 999, "-10%", 899),
        ("number", 3, "+2", 5),
        ("number", 3, "-penalties", 1),
        ("decimal", 3, "-0.5", Decimal("2.5")),
        ("duration", parse_duration("10wd"), "+2wd", parse_duration("12wd")),
        ("duration", parse_duration("10d"), "-10d", parse_duration("0d")),
        ("duration", parse_duration("10d"), "-11d", parse_duration("0d")),
    ],
)
def test_size_moves_by_a_signed_value_of_its_kind(
    kind: str,
    size: Any,  # noqa: ANN401
    by: Any,  # noqa: ANN401
    found: Any,  # noqa: ANN401
) -> None:
    assert moved(kind, size, "by", by) == found


@pytest.mark.parametrize(
    ("kind", "size", "found"),
    [("money", 1001, 800), ("percent", 10, 8), ("number", 3, 2), ("number", 8, 6)],
)
def test_times_leaves_a_share_of_the_size(kind: str, size: int, found: int) -> None:
    assert moved(kind, size, "times", "80%") == found


def test_adjustment_that_cannot_be_reckoned_leaves_the_size_open() -> None:
    assert isinstance(moved("grade", "B", "by", "-penalties", penalties=UNKNOWN), Open)
    assert isinstance(moved("duration", parse_duration("1m"), "by", "+2wd"), Open)


@pytest.mark.parametrize(
    ("kind", "key", "raw"),
    [
        ("grade", "by", "-10%"),
        ("grade", "by", "B"),
        ("set", "by", 1),
        ("percent", "by", True),
        ("money", "by", "2wd"),
        ("number", "times", "often"),
    ],
)
def test_adjustment_of_another_kind_is_refused(kind: str, key: str, raw: Any) -> None:  # noqa: ANN401
    with pytest.raises(ConditionFault) as fault:
        moved(kind, 0, key, raw)
    assert fault.value.key == key
