"""The only reader of the calendar and the time.

Hainan keeps Beijing time and has had no summer time since 1991, so a fixed
offset is exact and needs no time-zone files on the machine.
"""

import time
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def ticks() -> int:
    """Milliseconds that only ever grow, to measure how long something took."""
    return time.monotonic_ns() // 1_000_000


def pause(milliseconds: int) -> None:
    """Do nothing for a while."""
    time.sleep(milliseconds / 1_000)


def business_day(moment: datetime) -> date:
    """The day in Hainan on which `moment` (aware) falls."""
    return moment.astimezone(BEIJING).date()
