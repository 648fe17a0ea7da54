"""Days as people and spreadsheets write them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

NO_END = "2099-12-31"  # how the standard writes a day that never comes
_TIME = r"(?:[ T]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DAY = re.compile(
    rf"([0-9]{{4}})(?:([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}"
    rf"|年([0-9]{{1,2}})月([0-9]{{1,2}})日{_TIME}|([0-9]{{2}})([0-9]{{2}})(?:[0-9]{{6}})?)"
)
_YEAR_LAST = re.compile(
    rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}"
    r"|([0-9]{2})([0-9]{2})([0-9]{4})"
)
# What a spreadsheet shows when a day has lost its format: days since 1899-12-30.
_SERIAL = re.compile(r"([2-6][0-9]{4})(?:\.[0-9]+)?")
_SERIAL_START = date(1899, 12, 30)
# Moments as programs write them: seconds or milliseconds since 1970, or with a time zone.
_STAMP = re.compile(r"(1[0-9]{9})(?:[0-9]{3})?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})"
)
_BEIJING = timezone(timedelta(hours=8))
_FIRST_YEAR = 1949
_MONTHS = 12


class Day(NamedTuple):
    """A day as ISO text; `fault` rejects it, `note` says that it was mended."""

    value: str
    fault: str = ""
    note: str = ""


def read_day(text: str, no_end: frozenset[str]) -> Day:
    """The day in a normalised text: 2026-01-05, 2026/1/5, 2026.1.5, 20260105, 2026年1月5日.

    Also a spreadsheet's number of a day, and a moment as programs write it.

    A word or day of `no_end` is NO_END. Before 1949 is a fault.
    """
    joined = "".join(text.split()) if "年" in text else text
    if joined in no_end:
        return Day(NO_END)
    serial = _SERIAL.fullmatch(joined)
    if serial is not None:
        day = _SERIAL_START + timedelta(days=int(serial[1]))
        return Day(day.isoformat(), note="excel_serial_day")
    match = _DAY.fullmatch(joined)
    if match is None:
        return _of_moment(joined, no_end)
    year, month, day_of_month = (int(part) for part in match.groups() if part and part.isdigit())
    return _checked(year, month, day_of_month, no_end)


def _of_moment(text: str, no_end: frozenset[str]) -> Day:
    """The day in Beijing at a moment."""
    stamp = _STAMP.fullmatch(text)
    try:
        if stamp is not None:
            moment = datetime.fromtimestamp(int(stamp[1]), _BEIJING)
        elif _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text).astimezone(_BEIJING)
        else:
            return Day("", fault="bad_day")
    except (ValueError, OverflowError):
        return Day("", fault="impossible_date")
    day = _checked(moment.year, moment.month, moment.day, no_end)
    return day._replace(note="" if day.fault else "moment_day")


def in_order(text: str, order: str) -> str:
    """A day that is written in another order (dmy, mdy) with its year first; other texts as is."""
    match = None if order == "ymd" else _YEAR_LAST.fullmatch(text)
    if match is None:
        return text
    first, second, year = (part for part in match.groups() if part and part.isdigit())
    return f"{year}-{first}-{second}" if order == "mdy" else f"{year}-{second}-{first}"


def order_of(texts: Iterable[str]) -> str | None:
    """In which order days are written: ymd, dmy, mdy; None if the year is last and none tells."""
    matches = [match for match in map(_YEAR_LAST.fullmatch, texts) if match]
    pairs = [[int(part) for part in m.groups() if part and part.isdigit()][:2] for m in matches]
    if not pairs:
        return "ymd"
    if any(first > _MONTHS for first, _ in pairs):
        return "dmy"
    return "mdy" if any(second > _MONTHS for _, second in pairs) else None


def _checked(year: int, month: int, day: int, no_end: frozenset[str]) -> Day:
    try:
        value = date(year, month, day).isoformat()
    except ValueError:
        return Day("", fault="impossible_date")
    if value in no_end:
        return Day(NO_END)
    return Day(value) if year >= _FIRST_YEAR else Day("", fault="day_too_early")
