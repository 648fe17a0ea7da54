"""Where, for what and when a scenario applies (适用范围)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from credit_cli.rules.conditions import ALWAYS, CALENDAR, Condition, Facts, holds, is_missing

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "(" + "|".join(_DAYS) + ")"
_KINDS = ("workdays", "restdays")  # by the official calendar, make-up days and holidays included
_TIME = "([01][0-9]|2[0-4]):([0-5][0-9])"
_WEEKLY = re.compile(rf"(?:{_DAY}(?:-{_DAY})?|({'|'.join(_KINDS)}))(?: {_TIME}-{_TIME})?")
_SEASON = re.compile(r"([0-9]{2}-[0-9]{2})\.\.([0-9]{2}-[0-9]{2})")
_LEAP_YEAR = "2024"  # has every day that a year may have
_MINUTES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Days of the week (1 to 7, both included) and minutes of the day (start in, end out).

    `working` are all working days, or all others. An end before the start lies
    on the next day.
    """

    written: str
    first: int = 1
    last: int = len(_DAYS)
    working: bool | None = None
    starts: int | None = None
    ends: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Days of every year, both ends included, as (month, day); it may reach over the new year."""

    written: str
    first: tuple[int, int]
    last: tuple[int, int]

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        here = (day.month, day.day)
        if self.last < self.first:
            return here >= self.first or here <= self.last
        return self.first <= here <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A scenario's scope: whatever is empty is not asked for."""

    regions: tuple[str, ...] = ()
    except_regions: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    weekly: tuple[Weekly, ...] = ()
    yearly: tuple[Season, ...] = ()
    when: Condition = ALWAYS


def parse_season(text: str) -> Season:
    """`06-01..09-30`, `11-15..03-15`; ValueError."""
    match = _SEASON.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first, last = (date.fromisoformat(f"{_LEAP_YEAR}-{one}") for one in match.groups())
    return Season(written=text, first=(first.month, first.day), last=(last.month, last.day))


def parse_weekly(text: str) -> Weekly:
    """`sat-sun`, `mon-fri 09:00-17:00`, `workdays`, `restdays 22:00-07:00`; ValueError."""
    match = _WEEKLY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first, last, kind, *clock = match.groups()
    hours = [int(one) for one in clock if one is not None]
    starts, ends = None, None
    if hours:
        starts, ends = hours[0] * _MINUTES + hours[1], hours[2] * _MINUTES + hours[3]
    if kind:
        return Weekly(written=text, working=kind == _KINDS[0], starts=starts, ends=ends)
    one, two = _DAYS.index(first) + 1, _DAYS.index(last or first) + 1
    return Weekly(written=text, first=one, last=two, starts=starts, ends=ends)


def in_scope(scope: Scope, facts: Facts) -> bool:
    """Whether the case lies in the scope; what is asked for and not known does not."""
    attributes = facts.get("item.attributes")
    held = attributes if isinstance(attributes, frozenset) else frozenset[str]()
    return (
        (not scope.regions or any(_lies_in(facts.get("region"), one) for one in scope.regions))
        and not any(_lies_in(facts.get("region"), one) for one in scope.except_regions)
        and (not scope.items or facts.get("item") in scope.items)
        and (not scope.providers or facts.get("provider") in scope.providers)
        and held.issuperset(scope.attributes)
        and (not scope.weekly or any(_within_hours(one, facts) for one in scope.weekly))
        and (not scope.yearly or any(one.covers(facts["as_of"]) for one in scope.yearly))
        and holds(scope.when, facts)
    )


def _lies_in(region: object, wider: str) -> bool:
    """Divisions are coded by pairs of digits; trailing noughts stand for the whole."""
    if is_missing(region):
        return False
    stem = wider
    while len(stem) > 2 and stem.endswith("00"):  # noqa: PLR2004 - a pair of digits
        stem = stem[:-2]
    return str(region) == wider or (wider.isdigit() and str(region).startswith(stem))


def _within_hours(weekly: Weekly, facts: Facts) -> bool:
    today: date = facts["as_of"]
    if weekly.starts is None or weekly.ends is None:
        return _is_day(weekly, facts, today)
    time = facts.get("time")
    if not isinstance(time, int):
        return False
    if weekly.starts < weekly.ends:
        return weekly.starts <= time < weekly.ends and _is_day(weekly, facts, today)
    # Past midnight it is still the night of the day before.
    begun = today if time >= weekly.starts else today - timedelta(days=1)
    return not weekly.ends <= time < weekly.starts and _is_day(weekly, facts, begun)


def _is_day(weekly: Weekly, facts: Facts, on: date) -> bool:
    if weekly.working is not None:
        return CALENDAR.is_working(on) is weekly.working
    told = facts.get("weekday") if on == facts["as_of"] else None
    day = told if isinstance(told, int) else on.isoweekday()
    if weekly.last < weekly.first:
        return day >= weekly.first or day <= weekly.last
    return weekly.first <= day <= weekly.last
