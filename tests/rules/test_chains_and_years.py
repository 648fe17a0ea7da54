"""Chains of events in one case, formulas of an element's fields, and lists dated by their year."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import NO_RECORD, FactType, Kind
from credit_cli.rules.measurement_text import read_measurement
from credit_cli.rules.measurements import How

TODAY = date(2026, 3, 31)
DAY, TEXT, NUMBER = (FactType(kind=kind) for kind in (Kind.DATE, Kind.TEXT, Kind.NUMBER))
GRADE = FactType(kind=Kind.GRADE, values=("B", "A"))
TYPES = {
    "events": FactType(kind=Kind.LIST, fields={"type": TEXT, "case": TEXT, "on": DAY}, by="on"),
    "contracts": FactType(
        kind=Kind.LIST,
        fields={"quantity": NUMBER, "price": FactType(kind=Kind.MONEY), "on": DAY},
        by="on",
    ),
    "ratings": FactType(
        kind=Kind.LIST, fields={"year": NUMBER, "grade": GRADE, "points": NUMBER}, by="year"
    ),
}


def measured(over: str, how: str, raw: dict[str, Any], *elements: Any, on: date = TODAY) -> Any:  # noqa: ANN401
    found, _ = read_measurement(over, How(how), raw, TYPES, read_condition)
    return found.value({over: elements, "as_of": on})


def event(kind: str, day: int, case: str = "c") -> dict[str, Any]:
    return {"type": kind, "case": case, "on": date(2026, 3, 1) + timedelta(days=day - 1)}


def chains(*steps: dict[str, Any], events: list[Any], on: date = TODAY) -> Any:  # noqa: ANN401
    raw = {"per": "case", "chain": [{"type": "ordered"}, *steps]}
    return measured("events", "chains", raw, *events, on=on)


NOT_CORRECTED = {"none": {"type": "corrected"}, "within": "10d"}


@pytest.mark.parametrize(("day", "met"), [(15, 0), (16, 1), (31, 1), (32, 0)])
def test_a_step_comes_no_sooner_and_no_later_than_its_times(day: int, met: int) -> None:
    again = {"type": "ordered", "after": "15d", "within": "30d"}
    later = date(2026, 5, 1)
    assert chains(again, events=[event("ordered", 1), event("ordered", day)], on=later) == met


@pytest.mark.parametrize(("day", "met"), [(11, 0), (12, 1)])
def test_not_corrected_in_time_holds_only_once_the_time_has_passed(day: int, met: int) -> None:
    today = date(2026, 3, day)
    assert chains(NOT_CORRECTED, events=[event("ordered", 1)], on=today) == met


@pytest.mark.parametrize(("day", "met"), [(1, 0), (11, 0), (12, 1)])
def test_a_correction_counts_up_to_the_last_day_of_its_time(day: int, met: int) -> None:
    assert chains(NOT_CORRECTED, events=[event("ordered", 1), event("corrected", day)]) == met


def test_a_correction_in_another_case_corrects_nothing() -> None:
    events = [event("ordered", 1), event("corrected", 5, "d")]
    assert chains(NOT_CORRECTED, events=events) == 1


def test_of_several_orders_one_not_corrected_is_enough() -> None:
    events = [event("ordered", 1), event("corrected", 5), event("ordered", 10)]
    assert chains(NOT_CORRECTED, events=events, on=date(2026, 3, 20)) == 0
    assert chains(NOT_CORRECTED, events=events, on=date(2026, 3, 21)) == 1


def test_an_event_whose_type_is_not_known_may_be_the_correction() -> None:
    unknown = {"case": "c", "on": date(2026, 3, 5)}
    assert chains(NOT_CORRECTED, events=[event("ordered", 1), unknown]) == 0


@pytest.mark.parametrize(("day", "met"), [(11, 0), (12, 1), (21, 1), (22, 0)])
def test_what_follows_comes_after_the_time_and_is_counted_from_its_end(day: int, met: int) -> None:
    fined = {"type": "fined", "within": "10d"}
    events = [event("ordered", 1), event("fined", day)]
    assert chains(NOT_CORRECTED, fined, events=events) == met


def test_without_a_time_none_may_have_come_until_today() -> None:
    never: dict[str, Any] = {"none": {"type": "corrected"}}
    assert chains(never, events=[event("ordered", 1)], on=date(2026, 3, 1)) == 1
    assert chains(never, events=[event("ordered", 1), event("corrected", 31)]) == 0


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ({"type": "x", "after": "soon"}, "chain.1.after"),
        ({"none": {"type": "x"}, "after": "1d"}, "chain.1.after"),
        ({"none": {"kind": "x"}}, "chain.1.none.kind"),
    ],
)
def test_a_step_that_cannot_be_read_is_named(step: dict[str, Any], key: str) -> None:
    with pytest.raises(ConditionFault) as fault:
        chains(step, events=[])
    assert fault.value.key == key


CONTRACTS = (
    {"quantity": 3, "price": 200, "on": date(2026, 1, 1)},
    {"quantity": 5, "price": 100, "on": date(2026, 2, 1)},
    {"quantity": 9, "on": date(2026, 3, 1)},
)


@pytest.mark.parametrize(
    ("how", "expected"),
    [("sum", 1100), ("max", 600), ("min", 500), ("earliest", 600), ("average", 550)],
)
def test_a_formula_of_the_fields_is_reckoned_for_each_element(how: str, expected: int) -> None:
    assert measured("contracts", how, {"of": "quantity * price"}, *CONTRACTS) == expected


def test_the_latest_element_lacks_what_its_formula_lacks() -> None:
    of = {"of": "quantity * price"}
    assert measured("contracts", "latest", of, *CONTRACTS) == NO_RECORD
    assert measured("contracts", "previous", of, *CONTRACTS) == 500
    assert measured("contracts", "previous", of, CONTRACTS[0]) == NO_RECORD


def test_the_average_is_exact_and_of_nothing_there_is_none() -> None:
    years = ({"year": 2024, "points": 80}, {"year": 2025, "points": 81})
    assert measured("ratings", "average", {"of": "points"}, *years) == Decimal("80.5")
    assert measured("ratings", "average", {"of": "points"}) == NO_RECORD


def years(*rated: tuple[int, str]) -> list[dict[str, Any]]:
    return [{"year": year, "grade": grade} for year, grade in rated]


def test_ratings_stand_in_the_order_of_their_years() -> None:
    rated = years((2025, "B"), (2023, "A"), (2024, "A"))
    assert measured("ratings", "latest", {"of": "grade"}, *rated) == "B"
    assert measured("ratings", "earliest", {"of": "year"}, *rated) == 2023


def test_a_year_without_a_rating_breaks_the_run() -> None:
    run = {"holding": {"grade": "A"}}
    assert measured("ratings", "consecutive", run, *years((2024, "A"), (2025, "A"))) == 2
    assert measured("ratings", "consecutive", run, *years((2023, "A"), (2025, "A"))) == 1
    assert measured("ratings", "longest", run, *years((2022, "A"), (2023, "A"), (2025, "A"))) == 2


@pytest.mark.parametrize(("year", "counted"), [(2022, 0), (2023, 1), (2025, 1), (2026, 0)])
def test_the_last_three_years_are_the_whole_ones_before_this(year: int, counted: int) -> None:
    assert measured("ratings", "count", {"within": "last 3 years"}, *years((year, "A"))) == counted


@pytest.mark.parametrize(("year", "counted"), [(2025, 0), (2026, 1), (2027, 0)])
def test_this_year_is_that_of_today_and_a_later_one_is_not_measured(
    year: int, counted: int
) -> None:
    assert measured("ratings", "count", {"within": "this year"}, *years((year, "A"))) == counted
    assert measured("ratings", "count", {}, *years((year, "A"))) == (year <= 2026)


@pytest.mark.parametrize(
    ("raw", "key"),
    [({"within": "2y"}, "within"), ({"within": "this month"}, "within"), ({"by": "grade"}, "by")],
)
def test_a_year_is_never_cut_into_parts(raw: dict[str, Any], key: str) -> None:
    with pytest.raises(ConditionFault) as fault:
        measured("ratings", "count", raw)
    assert fault.value.key == key
