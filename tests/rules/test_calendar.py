from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.calendar import Day, WorkingCalendar
from credit_cli.rules.durations import Duration, Unit, parse_duration

OFFICIAL = WorkingCalendar()
DAYS = st.dates(date(2002, 1, 1), date(2029, 12, 31))
COVERED = st.dates(date(2004, 1, 1), date(2026, 12, 31))
NEAR = st.dates(date(2026, 1, 1), date(2027, 6, 30))
COUNTS = st.integers(0, 120)


def working_days(n: int) -> Duration:
    return Duration(n, Unit.WORKING_DAY)


@given(COVERED)
def test_official_years_are_those_of_the_notices(day: date) -> None:
    assert OFFICIAL.is_working(day) == chinese_calendar.is_workday(day)
    assert not OFFICIAL.is_provisional(day)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a Saturday made up for it
        (date(2026, 9, 20), True),  # and a Sunday
        (date(2026, 2, 23), False),  # Spring Festival, a Monday
    ],
)
def test_holidays_rest_and_make_up_days_work(day: date, working: bool) -> None:
    assert OFFICIAL.is_working(day) is working


@pytest.mark.parametrize(
    ("day", "provisional"),
    [
        (date(2003, 12, 31), True),
        (date(2004, 1, 1), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), True),
    ],
)
def test_years_without_a_notice_are_provisional(day: date, provisional: bool) -> None:
    assert OFFICIAL.is_provisional(day) is provisional


def test_without_a_notice_only_weekends_are_taken_as_free() -> None:
    week = [date(2027, 10, 4) + timedelta(days=n) for n in range(7)]
    assert [OFFICIAL.is_working(day) for day in week] == [True] * 5 + [False] * 2


def test_a_local_holiday_and_a_local_make_up_day_override_the_notice() -> None:
    lingshui = WorkingCalendar(overrides={date(2026, 4, 20): False, date(2026, 4, 25): True})
    assert lingshui.after(date(2026, 4, 17), working_days(1)).on == date(2026, 4, 21)
    assert lingshui.after(date(2026, 4, 24), working_days(1)).on == date(2026, 4, 25)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        (date(2026, 11, 22), "1wd", date(2026, 11, 23)),
        (date(2026, 11, 22), "0wd", date(2026, 11, 22)),
        (date(2026, 11, 20), "5wd", date(2026, 11, 27)),
        (date(2026, 9, 30), "1wd", date(2026, 10, 8)),
        (date(2026, 9, 30), "3wd", date(2026, 10, 10)),
        (date(2026, 9, 30), "3d", date(2026, 10, 3)),
        (date(2026, 1, 31), "1m", date(2026, 2, 28)),
        (date(2024, 1, 31), "1m", date(2024, 2, 29)),
        (date(2026, 2, 28), "1m", date(2026, 3, 28)),
        (date(2026, 11, 30), "3m", date(2027, 2, 28)),
        (date(2026, 12, 31), "12m", date(2027, 12, 31)),
        (date(2024, 2, 29), "1y", date(2025, 2, 28)),
        (date(2024, 2, 29), "4y", date(2028, 2, 29)),
        (date(2026, 4, 1), "0m", date(2026, 4, 1)),
    ],
)
def test_a_limit_counts_from_the_day_after(start: date, duration: str, end: date) -> None:
    assert OFFICIAL.after(start, parse_duration(duration)) == Day(end, provisional=False)


@pytest.mark.parametrize(
    ("start", "duration", "provisional"),
    [
        (date(2026, 12, 30), "1wd", False),
        (date(2026, 12, 30), "2wd", True),
        (date(2003, 12, 30), "1wd", True),
        (date(2003, 12, 31), "5wd", False),
        (date(2027, 6, 1), "0wd", False),
        (date(2026, 12, 30), "60d", False),
        (date(2026, 12, 30), "1m", False),
        (date(2026, 12, 30), "1y", False),
    ],
)
def test_only_working_days_of_uncovered_years_make_a_limit_provisional(
    start: date, duration: str, provisional: bool
) -> None:
    assert OFFICIAL.after(start, parse_duration(duration)).provisional is provisional


def test_the_day_before_a_limit_is_counted_back_over_holidays() -> None:
    assert OFFICIAL.before(date(2026, 10, 8), 1) == date(2026, 9, 30)
    assert OFFICIAL.before(date(2026, 10, 8), 0) == date(2026, 10, 8)


def test_working_days_between_exclude_the_first_day_and_include_the_last() -> None:
    assert OFFICIAL.working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert OFFICIAL.working_days_between(date(2026, 10, 1), date(2026, 10, 7)) == 0
    assert OFFICIAL.working_days_between(date(2026, 11, 20), date(2026, 11, 20)) == 0


@given(DAYS, COUNTS)
def test_counting_forward_and_counting_between_agree(start: date, n: int) -> None:
    end = OFFICIAL.after(start, working_days(n)).on
    assert OFFICIAL.working_days_between(start, end) == n
    assert n == 0 or OFFICIAL.is_working(end)


@given(DAYS, COUNTS)
def test_from_a_working_day_back_and_forward_again_is_the_same_day(day: date, n: int) -> None:
    end = OFFICIAL.after(day, working_days(1)).on
    assert OFFICIAL.after(OFFICIAL.before(end, n), working_days(n)).on == end


@given(NEAR, NEAR, NEAR)
def test_working_days_between_add_up(a: date, b: date, c: date) -> None:
    between = OFFICIAL.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)


@given(DAYS, DAYS, COUNTS, COUNTS, st.sampled_from(Unit))
def test_a_later_start_or_a_longer_limit_never_ends_earlier(
    a: date, b: date, n: int, m: int, unit: Unit
) -> None:
    first = OFFICIAL.after(min(a, b), Duration(min(n, m), unit)).on
    assert min(a, b) <= first
    assert first <= OFFICIAL.after(max(a, b), Duration(min(n, m), unit)).on
    assert first <= OFFICIAL.after(min(a, b), Duration(max(n, m), unit)).on


@given(DAYS, st.integers(0, 30))
def test_a_year_is_twelve_months(start: date, n: int) -> None:
    months = OFFICIAL.after(start, Duration(12 * n, Unit.MONTH))
    assert OFFICIAL.after(start, Duration(n, Unit.YEAR)) == months
