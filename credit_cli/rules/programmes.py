"""Whether a subject may claim a coupon of a programme on a day."""

from collections.abc import Mapping
from datetime import date

from credit_cli.errors import NotEligible, ProgrammeClosed
from credit_cli.rules.calendar import Day, WorkingCalendar
from credit_cli.rules.conditions import Fact, holds, results
from credit_cli.rules.packs import Programme, in_force


def check_claim(programme: Programme, facts: Mapping[str, Fact], as_of: date) -> None:
    """Raises ProgrammeClosed or NotEligible; the share and the budget are the store's to guard."""
    if not in_force(programme.starts, programme.ends, as_of):
        raise ProgrammeClosed(programme=programme.code)
    if not holds(programme.when, facts):
        tests = results(programme.when, facts)
        needed = ", ".join(f"{one.fact} {one.test}" for one in tests)
        raise NotEligible(programme=programme.code, needed=needed)


def valid_until(programme: Programme, as_of: date, calendar: WorkingCalendar) -> Day:
    """The coupon's last day, counted from the day of issue."""
    return calendar.after(as_of, programme.valid)
