"""Where, for what and when a scenario applies."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import UNKNOWN, FactType, Kind
from credit_cli.rules.scopes import Scope, in_scope, parse_season, parse_weekly

TUESDAY, FRIDAY, SATURDAY = date(2026, 3, 10), date(2026, 3, 13), date(2026, 3, 14)
MAKE_UP_SATURDAY, HOLIDAY_MONDAY = date(2026, 2, 28), date(2026, 2, 16)
NIGHT, NOON = 23 * 60, 12 * 60


def applies(scope: Scope, as_of: date = TUESDAY, /, **facts: Any) -> bool:  # noqa: ANN401 - facts
    return in_scope(scope, {"as_of": as_of, **facts})


def weekly(*texts: str) -> Scope:
    return Scope(weekly=tuple(map(parse_weekly, texts)))


def test_scope_that_asks_for_nothing_holds_for_everybody() -> None:
    assert applies(Scope())


@pytest.mark.parametrize(
    ("region", "inside"),
    [
        ("460000", True),
        ("460100", True),
        ("460106", True),
        ("469005", True),
        ("330100", False),
        (None, False),
        (UNKNOWN, False),
    ],
)
def test_province_holds_its_cities_and_counties(region: Any, *, inside: bool) -> None:  # noqa: ANN401
    assert applies(Scope(regions=("460000",)), region=region) is inside


@pytest.mark.parametrize(
    ("wider", "region", "inside"),
    [
        ("460100", "460106", True),
        ("460100", "460200", False),
        ("460106", "460100", False),
        ("460106", "460106", True),
        ("460106", "460106003", True),
        ("100000", "100000", True),
        ("free_trade_port", "free_trade_port", True),
        ("free", "free_trade_port", False),
    ],
)
def test_division_lies_in_itself_and_in_the_wider_one(
    wider: str, region: str, *, inside: bool
) -> None:
    assert applies(Scope(regions=("330000", wider)), region=region) is inside


def test_excepted_region_is_outside_with_all_that_lies_in_it() -> None:
    scope = Scope(regions=("460000",), except_regions=("460100",))
    seen = [applies(scope, region=one) for one in ("460200", "460100", "460106")]
    assert seen == [True, False, False]
    # Where only exceptions are named, an unknown place is not one of them.
    assert applies(Scope(except_regions=("460100",)))


@pytest.mark.parametrize("fact", ["item", "provider"])
def test_item_and_provider_must_be_named(fact: str) -> None:
    scopes = {"item": Scope(items=("a", "b")), "provider": Scope(providers=("a", "b"))}
    scope = scopes[fact]
    assert [applies(scope, **{fact: one}) for one in ("a", "b", "c")] == [True, True, False]
    assert not applies(scope)


def test_item_needs_every_attribute() -> None:
    scope = Scope(attributes=("online", "no_site_visit"))
    both, one = frozenset({"online", "no_site_visit", "x"}), frozenset({"online"})
    assert applies(scope, **{"item.attributes": both})
    assert not applies(scope, **{"item.attributes": one})
    assert not applies(scope, **{"item.attributes": UNKNOWN})
    assert applies(Scope())


def test_further_condition_must_be_true() -> None:
    when = read_condition({"channel": "online"}, {"channel": FactType(kind=Kind.TEXT)})
    seen = [applies(Scope(when=when), channel=one) for one in ("online", "hall", None)]
    assert seen == [True, False, False]


@pytest.mark.parametrize(
    ("text", "as_of", "inside"),
    [
        ("tue", TUESDAY, True),
        ("wed", TUESDAY, False),
        ("mon-fri", FRIDAY, True),
        ("mon-fri", SATURDAY, False),
        ("fri-mon", SATURDAY, True),
        ("fri-mon", FRIDAY, True),
        ("fri-mon", TUESDAY, False),
        ("workdays", TUESDAY, True),
        ("workdays", SATURDAY, False),
        ("workdays", MAKE_UP_SATURDAY, True),
        ("workdays", HOLIDAY_MONDAY, False),
        ("restdays", MAKE_UP_SATURDAY, False),
        ("restdays", HOLIDAY_MONDAY, True),
        ("sat", MAKE_UP_SATURDAY, True),
    ],
)
def test_days_are_those_of_the_week_or_of_the_official_calendar(
    text: str, as_of: date, *, inside: bool
) -> None:
    assert applies(weekly(text), as_of) is inside


def test_one_of_several_hours_is_enough() -> None:
    scope = weekly("sat-sun", "mon-fri 12:00-13:00")
    assert applies(scope, SATURDAY)
    assert applies(scope, TUESDAY, time=NOON)
    assert not applies(scope, TUESDAY, time=13 * 60)


@pytest.mark.parametrize(("time", "inside"), [(719, False), (720, True), (779, True), (780, False)])
def test_hours_begin_with_their_first_minute_and_end_before_their_last(
    time: int, *, inside: bool
) -> None:
    assert applies(weekly("tue 12:00-13:00"), time=time) is inside


@pytest.mark.parametrize("time", [None, UNKNOWN])
def test_without_a_time_of_day_no_hours_are_kept(time: Any) -> None:  # noqa: ANN401
    assert not applies(weekly("tue 00:00-24:00"), time=time)
    assert applies(weekly("tue"), time=time)


@pytest.mark.parametrize(
    ("as_of", "time", "inside"),
    [
        (FRIDAY, 22 * 60 - 1, False),
        (FRIDAY, 22 * 60, True),
        (SATURDAY, 0, True),
        (SATURDAY, 7 * 60 - 1, True),
        (SATURDAY, 7 * 60, False),
        (SATURDAY, NIGHT, False),
        (FRIDAY, 0, False),
    ],
)
def test_hours_past_midnight_belong_to_the_evening_before(
    as_of: date, time: int, *, inside: bool
) -> None:
    assert applies(weekly("fri 22:00-07:00"), as_of, time=time) is inside


def test_morning_after_a_working_day_is_still_its_night() -> None:
    # Saturday 28 February is worked: its night reaches into the free Sunday.
    sunday = MAKE_UP_SATURDAY + timedelta(1)
    assert applies(weekly("workdays 22:00-06:00"), sunday, time=60)
    assert not applies(weekly("workdays 22:00-06:00"), sunday, time=NIGHT)


def test_day_of_the_week_that_is_told_counts_over_the_calendar() -> None:
    assert applies(weekly("sat"), TUESDAY, weekday=6)
    assert not applies(weekly("tue"), TUESDAY, weekday=6)
    # ... but only for the day itself, not for the evening before.
    assert applies(weekly("mon 22:00-07:00"), TUESDAY, weekday=6, time=0)


@pytest.mark.parametrize(
    "text",
    ["", "monday", "mon-", "mon fri", "mon 9:00-17:00", "mon 09:00", "mon 25:00-26:00", "tue 1:60"],
)
def test_hours_written_otherwise_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^" + text):
        parse_weekly(text)


@pytest.mark.parametrize(
    ("season", "day", "inside"),
    [
        ("06-01..09-30", (5, 31), False),
        ("06-01..09-30", (6, 1), True),
        ("06-01..09-30", (9, 30), True),
        ("06-01..09-30", (10, 1), False),
        ("11-15..03-15", (11, 14), False),
        ("11-15..03-15", (11, 15), True),
        ("11-15..03-15", (12, 31), True),
        ("11-15..03-15", (1, 1), True),
        ("11-15..03-15", (3, 15), True),
        ("11-15..03-15", (3, 16), False),
        ("02-29..02-29", (2, 28), False),
    ],
)
def test_season_recurs_every_year_and_may_reach_over_the_new_year(
    season: str, day: tuple[int, int], *, inside: bool
) -> None:
    scope = Scope(yearly=(parse_season(season),))
    assert applies(scope, date(2026, *day)) is inside


@pytest.mark.parametrize("text", ["", "06-01", "6-1..9-30", "02-30..03-01", "13-01..12-31"])
def test_season_of_days_that_no_year_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_season(text)


DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@given(DAYS, st.integers(0, 24 * 60 - 1))
def test_a_day_is_either_worked_or_free_at_any_hour(day: date, time: int) -> None:
    kinds = [
        applies(weekly(f"{one} 22:00-22:00"), day, time=time) for one in ("workdays", "restdays")
    ]
    whole = [applies(weekly(one), day) for one in ("workdays", "restdays")]
    assert sum(kinds) == sum(whole) == 1


@given(DAYS, DAYS, DAYS)
def test_a_season_and_the_rest_of_the_year_share_only_their_ends(
    first: date, last: date, day: date
) -> None:
    one = parse_season(f"{first:%m-%d}..{last:%m-%d}")
    rest = parse_season(f"{last:%m-%d}..{first:%m-%d}")
    ends = (one.first, one.last)
    both = one.covers(day) and rest.covers(day)
    if first.strftime("%m-%d") != last.strftime("%m-%d"):
        assert both == ((day.month, day.day) in ends)
        assert one.covers(day) or rest.covers(day)
