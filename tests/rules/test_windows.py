"""Windows of time: from which day to which they reach, both ends included."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from credit_cli.rules.conditions import UNKNOWN
from credit_cli.rules.windows import Period, parse_window, period_of

TODAY = date(2026, 3, 10)
FACTS: dict[str, Any] = {"as_of": TODAY, "registered_on": date(2025, 2, 3)}


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ("12m", date(2025, 3, 10), TODAY),
        ("1y", date(2025, 3, 10), TODAY),
        ("30d", date(2026, 2, 8), TODAY),
        ("0d", TODAY, TODAY),
        ("this year", date(2026, 1, 1), date(2026, 12, 31)),
        ("this quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("this month", date(2026, 3, 1), date(2026, 3, 31)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("last 3 years", date(2023, 1, 1), date(2025, 12, 31)),
        ("last 2 quarters", date(2025, 7, 1), date(2025, 12, 31)),
        ("last month", date(2026, 2, 1), date(2026, 2, 28)),
        ("this half", date(2026, 1, 1), date(2026, 6, 30)),
        ("last half", date(2025, 7, 1), date(2025, 12, 31)),
        ("this week", date(2026, 3, 9), date(2026, 3, 15)),
        ("last 2 weeks", date(2026, 2, 23), date(2026, 3, 8)),
        ("last 3 days", date(2026, 3, 7), date(2026, 3, 9)),
        ("today", TODAY, TODAY),
    ],
)
def test_a_window_reaches_from_its_first_to_its_last_day(
    window: str, first: date, last: date
) -> None:
    day, found = timedelta(days=1), parse_window(window)
    reached = [found.covers(on, FACTS) for on in (first - day, first, last, last + day)]
    assert reached == [False, True, True, False]


@pytest.mark.parametrize(
    ("window", "first"),
    [("since 2024-01-01", date(2024, 1, 1)), ("since registered_on", date(2025, 2, 3))],
)
def test_a_window_since_a_day_begins_on_that_day(window: str, first: date) -> None:
    found = parse_window(window)
    assert not found.covers(first - timedelta(days=1), FACTS)
    assert found.covers(first, FACTS)


@pytest.mark.parametrize("window", ["12m", "this year", "since 2024-01-01", "since registered_on"])
@pytest.mark.parametrize("on", [None, UNKNOWN])
def test_an_event_without_a_day_lies_in_no_window(window: str, on: object) -> None:
    assert not parse_window(window).covers(on, FACTS)


@pytest.mark.parametrize(
    ("window", "needed"),
    [("12m", "as_of"), ("this year", "as_of"), ("since registered_on", "registered_on")],
)
def test_a_window_is_known_by_the_day_it_is_reckoned_from(window: str, needed: str) -> None:
    found = parse_window(window)
    assert found.is_known(FACTS)
    assert not found.is_known({**FACTS, needed: UNKNOWN})
    assert not found.is_known({})


@pytest.mark.parametrize(
    "text", ["", "12", "this 2 years", "last 0 years", "last 3 days ago", "since"]
)
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^" + text):
        parse_window(text)


def test_periods_follow_each_other_without_a_gap() -> None:
    days = [date(2025, 12, 1) + timedelta(days=n) for n in range(400)]
    for period in Period:
        numbers = [period_of(on, period) for on in days]
        steps = {after - before for before, after in pairwise(numbers)}
        assert steps <= {0, 1}
    assert period_of(date(2026, 1, 4), Period.WEEK) == period_of(date(2025, 12, 29), Period.WEEK)
    assert (
        period_of(date(2026, 1, 1), Period.YEAR) - period_of(date(2025, 12, 31), Period.YEAR) == 1
    )
