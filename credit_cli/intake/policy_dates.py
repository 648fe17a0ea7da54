"""Values and rows of a policy pack that hold from and until days (both included).

A dated value is a list of tables, each with the `value` that holds in its
days: `promised = [{ value = "10wd", until = 2025-12-31 }, { value = "8wd" }]`.
Rows of a list may be dated as well. A pack is the same on every day of an
epoch, which begins where any of these changes. What is dated within an entry
that has days of its own matters only in those. Days are dates or ISO text.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from credit_cli.intake.policy_basis import PART_LISTS
from credit_cli.intake.policy_names import Path
from credit_cli.intake.policy_toml import Raw

# The lists of which a pack holds, on a day, only what is in force then.
DATED_PARTS = frozenset({*PART_LISTS, "bands"})
_DATED_KEYS = frozenset({"value", "from", "until", "basis"})


class Span(NamedTuple):
    """The days from and until which something holds, both included."""

    starts: date
    ends: date

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.starts <= day <= self.ends

    def nearest(self, day: date) -> date:
        """The day, or the one of its own days that is nearest to it."""
        return min(max(day, self.starts), self.ends)


def span_of(table: Any) -> Span:  # noqa: ANN401 - TOML, whose shapes are checked later
    """The days of a table; for ever, where it names none."""
    if not _has_days(table):
        return _EVER
    starts = day_of(table.get("from")) or date.min
    return Span(starts, max(day_of(table.get("until")) or date.max, starts))


_EVER = Span(date.min, date.max)


def day_of(value: Any) -> date | None:  # noqa: ANN401 - TOML
    """A date, or a date as ISO text; None for anything else."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def is_dated(key: str, value: Any) -> bool:  # noqa: ANN401 - TOML
    """Whether the value under a key is a dated one."""
    if not isinstance(value, list) or not value or key in DATED_PARTS:
        return False
    return all(_says_value(one) for one in value)


def _says_value(one: Any) -> bool:  # noqa: ANN401 - TOML
    return isinstance(one, dict) and "value" in one and one.keys() <= _DATED_KEYS


def anything_dated(tables: Raw) -> bool:
    """Whether a pack has dated values or rows at all; most have none, and need no more."""
    return _holds_dated("", tables)


def _holds_dated(key: str, value: Any) -> bool:  # noqa: ANN401 - TOML
    if isinstance(value, dict):
        return any(
            _holds_dated(name, one)
            for name, one in value.items()
            if one.__class__ in (dict, list)  # most are texts, and this is asked of all
        )
    if is_dated(key, value) or (key in DATED_PARTS and any(map(_has_days, value))):
        return True
    return any(_holds_dated("", one) for one in value if isinstance(one, (dict, list)))


def _has_days(part: Any) -> bool:  # noqa: ANN401 - TOML
    return isinstance(part, dict) and ("from" in part or "until" in part)


def at_day(tables: Raw, day: date) -> Raw:
    """The pack as it is on a day: one value for each dated one, and the rows in force."""
    if not anything_dated(tables):
        return tables
    return _table(tables, span_of(tables.get("pack")).nearest(day))


def _table(table: Raw, day: date) -> Raw:
    day = span_of(table).nearest(day)
    held = {}
    for key, value in table.items():
        if not isinstance(value, (dict, list)):
            held[key] = value
        elif not is_dated(key, value):
            held[key] = _inner(key, value, day)
        elif isinstance(value, list) and (n := _in_force(value, day)) is not None:
            held[key] = _inner("", value[n]["value"], day)
    return held


def _inner(key: str, value: Any, day: date) -> Any:  # noqa: ANN401 - TOML
    if isinstance(value, dict):
        return _table(value, day)
    if not isinstance(value, list):
        return value
    if key not in DATED_PARTS:
        return [_inner("", one, day) for one in value]
    return [_undated(_inner("", value[n], day)) for n in _kept(value, day)]


def _undated(part: Any) -> Any:  # noqa: ANN401 - TOML
    """A part without its days; what is no day stays, to be told."""
    if not isinstance(part, dict):
        return part
    return {k: v for k, v in part.items() if k not in {"from", "until"} or not day_of(v)}


def _in_force(values: list[Raw], day: date) -> int | None:
    return next((n for n, one in enumerate(values) if span_of(one).holds(day)), None)


def _kept(parts: list[Any], day: date) -> list[int]:
    return [n for n, one in enumerate(parts) if span_of(one).holds(day)]


def path_at(tables: Raw, day: date, path: Path) -> Path:
    """The key path in the pack of what has a path in the pack as it is on a day."""
    day = span_of(tables.get("pack")).nearest(day)
    value: Any = tables
    key, done = "", list[str | int]()
    for n, part in enumerate(path):
        day = span_of(value).nearest(day) if isinstance(value, dict) else day
        at: Any = part
        try:
            if isinstance(value, list) and key in DATED_PARTS:
                at = _kept(value, day)[at]
            value = value[at]
        except (KeyError, IndexError, TypeError):
            return (*done, *path[n:])
        done.append(at)
        key = str(part)
        if is_dated(key, value) and (m := _in_force(value, day)) is not None:
            done += [m, "value"]
            value = value[m]["value"]
    return tuple(done)


def first_day(tables: Raw) -> date:
    """The pack's first day, or where none is given the last on which anything changes."""
    header = tables.get("pack")
    starts = day_of(header.get("from")) if isinstance(header, dict) else None
    return starts or max(change_days(tables), default=date.min)


def epochs(tables: Raw) -> tuple[date, ...]:
    """The first days of the stretches of days on which the pack is the same."""
    first, last = first_day(tables), span_of(tables.get("pack")).ends
    return (first, *(day for day in change_days(tables) if first < day <= last))


def epoch_of(days: tuple[date, ...], day: date | None) -> date:
    """The first day of the epoch in which a day lies; of the first, before that or for none."""
    return max((one for one in days if day and one <= day), default=days[0])


def change_days(tables: Raw) -> tuple[date, ...]:
    """Every day on which a dated value or row begins, or has ended the day before."""
    if not anything_dated(tables):
        return ()
    return tuple(sorted(set(_changes("", tables))))


def _changes(key: str, value: Any) -> Iterator[date]:  # noqa: ANN401 - TOML
    if isinstance(value, dict):
        for name, one in value.items():
            if isinstance(one, (dict, list)):
                yield from _changes(name, one)
    elif isinstance(value, list):
        dated = key in DATED_PARTS or is_dated(key, value)
        for one in value:
            if dated:
                starts, ends = span_of(one)
                yield from (starts,) if starts > date.min else ()
                yield from (ends + timedelta(days=1),) if ends < date.max else ()
            if isinstance(one, (dict, list)):
                yield from _changes("", one)
