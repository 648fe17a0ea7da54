"""Windows of time that measurements and alerts look at, as a policy writes them.

`12m` (back from today, the corresponding day included), `this year`, `last
quarter`, `last 3 years` (whole calendar periods before this one: day, week,
month, quarter, half, year), `today`, `since 2024-01-01`, `since FACT` (a fact that is a date).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from credit_cli.rules.conditions import Derived, Facts, end_of, is_missing, value_of
from credit_cli.rules.durations import Duration, parse_duration


class Period(StrEnum):
    """A calendar period; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


_DAYS = {Period.DAY: 1, Period.WEEK: 7}
_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF: 6, Period.YEAR: 12}
_CALENDAR = re.compile(r"(this|last)(?: ([1-9][0-9]?))? (day|week|month|quarter|half|year)s?")
_SINCE = re.compile(r"since (\S+)")


def day_of(value: object) -> date | None:
    """The day of an element's date; of the mere number of a year its first day."""
    if isinstance(value, int) and date.min.year <= value <= date.max.year:
        return date(value, 1, 1)
    return value if isinstance(value, date) else None


def period_of(day: date, period: Period) -> int:
    """The running number of the calendar period in which a day lies."""
    if period in _DAYS:
        return (day.toordinal() - 1) // _DAYS[period]  # the first day of all was a Monday
    return (12 * day.year + day.month - 1) // _MONTHS[period]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window as written; one of `last`, `period`, `since` and `fact` says what it is."""

    written: str
    last: Duration | None = None
    period: Period = Period.YEAR
    back: int = 0  # whole periods before this one; 0 is this one
    since: date | None = None
    fact: str = ""
    derived: Derived | None = None  # what works that fact out

    def is_known(self, facts: Facts) -> bool:
        """Whether the facts say from when to when the window reaches."""
        since = self.since or self.fact
        return not is_missing(self._begun(facts) if since else facts.get("as_of"))

    def covers(self, on: Any, facts: Facts) -> bool:  # noqa: ANN401 - a date or none
        """Whether a day lies in the window, looked at from the fact `as_of`."""
        if not isinstance(on, date):
            return False
        if self.since or self.fact:
            begun = self._begun(facts)
            return isinstance(begun, date) and begun <= on
        today = facts["as_of"]
        if self.last is not None:
            return bool(on <= today <= end_of(on, self.last))
        ago = period_of(today, self.period) - period_of(on, self.period)
        return 1 <= ago <= self.back if self.back else ago == 0

    def _begun(self, facts: Facts) -> Any:  # noqa: ANN401 - a date or why there is none
        return value_of(self.fact, self.derived, facts) if self.fact else self.since


def parse_window(text: str) -> Window:
    """The window written so; ValueError for anything else."""
    if text == "today":
        return Window(written=text, period=Period.DAY)
    if match := _CALENDAR.fullmatch(text):
        which, count, period = match.groups()
        if which == "this" and count:
            raise ValueError(text)
        back = int(count or 1) if which == "last" else 0
        return Window(written=text, period=Period(period), back=back)
    if match := _SINCE.fullmatch(text):
        try:
            return Window(written=text, since=date.fromisoformat(match[1]))
        except ValueError:
            return Window(written=text, fact=match[1])
    return Window(written=text, last=parse_duration(text))
