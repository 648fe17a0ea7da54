"""工作日历: which days offices work, and when a time limit ends.

Official days are those of the State Council's yearly notices as carried by
chinesecalendar. In years without a notice only weekends are taken as free,
and a result that rests on such a year is provisional.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from chinese_calendar import holidays, workdays

from credit_cli.rules.durations import Duration, Unit

# The library's own test of a day searches all holidays for the years each time.
_FIRST_YEAR, _LAST_YEAR = min(holidays).year, max(holidays).year
_SATURDAY = 5
_DAY = timedelta(days=1)


class Day(NamedTuple):
    """A day reckoned; provisional while a notice that may move it is still to come."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The official calendar with `overrides` (imported notices, local days; True: offices work)."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`, as far as known."""
        known = self.overrides.get(day)
        if known is not None:
            return known
        return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)

    def is_provisional(self, day: date) -> bool:
        """Whether `day` lies in a year without an official notice."""
        return not _FIRST_YEAR <= day.year <= _LAST_YEAR

    def after(self, start: date, duration: Duration) -> Day:
        """The last day of a limit that began on `start`; the count opens the day after.

        Calendar days, months and years end where they end, working day or not;
        a month without that day ends on its last. ValueError or OverflowError
        beyond the year 9999.
        """
        if duration.unit is Unit.WORKING_DAY:
            return self._working_days_after(start, duration.n)
        if duration.unit is Unit.CALENDAR_DAY:
            return Day(start + timedelta(days=duration.n), provisional=False)
        months = 12 * duration.n if duration.unit is Unit.YEAR else duration.n
        return Day(_months_after(start, months), provisional=False)

    def before(self, start: date, working_days: int) -> date:
        """The day from which `working_days` pass until `start`; nought is `start` itself."""
        return self._step(start, working_days, -_DAY)

    def ahead(self, start: date, duration: Duration) -> date:
        """The day so long before `start`; in months without that day their last one.

        ValueError or OverflowError before the year 1.
        """
        if duration.unit is Unit.WORKING_DAY:
            return self.before(start, duration.n)
        if duration.unit is Unit.CALENDAR_DAY:
            return start - timedelta(days=duration.n)
        months = 12 * duration.n if duration.unit is Unit.YEAR else duration.n
        return _months_after(start, -months)

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` comes first."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working(a + n * _DAY) for n in range(1, (b - a).days + 1))

    def _working_days_after(self, start: date, working_days: int) -> Day:
        end = self._step(start, working_days, _DAY)
        # Covered years have no gap, so the ends of the days counted speak for all of them.
        counted = end > start
        return Day(end, counted and (self.is_provisional(start + _DAY) or self.is_provisional(end)))

    def _step(self, day: date, working_days: int, step: timedelta) -> date:
        while working_days > 0:
            day += step
            working_days -= self.is_working(day)
        return day


def _months_after(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
