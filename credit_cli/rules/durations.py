"""期限: how long something may take, as the trade writes it (`30wd`, `15d`, `3m`, `1y`)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Rounding = Literal["floor", "ceil", "half_up"]


class Unit(StrEnum):
    """工作日, 自然日 (日历日), 月, 年."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration:
    """`n` whole units, nought or more; durations of different units have no order."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError(self.n)

    def __str__(self) -> str:
        return f"{self.n}{_SUFFIXES[self.unit]}"


_SUFFIXES = {Unit.WORKING_DAY: "wd", Unit.CALENDAR_DAY: "d", Unit.MONTH: "m", Unit.YEAR: "y"}
_UNITS = {suffix: unit for unit, suffix in _SUFFIXES.items()}
# No leading noughts: a duration has one spelling.
_SPELLING = re.compile(r"(0|[1-9][0-9]*)(wd|d|m|y)")
_HUNDREDTHS_ADDED: dict[Rounding, int] = {"floor": 0, "half_up": 50, "ceil": 99}


def parse_duration(text: str) -> Duration:
    """The duration that `str` would spell so; ValueError for anything else."""
    match = _SPELLING.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Duration(int(match[1]), _UNITS[match[2]])


def reduced(duration: Duration, percent: int, *, rounding: Rounding, minimum: int) -> Duration:
    """`duration` less `percent` (0 to 100), in whole units by `rounding`.

    Never below `minimum` units, and never above the original for its sake.
    ValueError for a percentage that is none.
    """
    if not 0 <= percent <= 100:  # noqa: PLR2004 - the meaning of per cent
        raise ValueError(percent)
    hundredths = duration.n * (100 - percent) + _HUNDREDTHS_ADDED[rounding]
    return Duration(max(hundredths // 100, min(minimum, duration.n)), duration.unit)
