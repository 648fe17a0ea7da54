"""Alerts (预警): counters that say when something has come about too often.

Events are counted in the order of their day, each counter with the events that
share its key. An event is not counted that lies in the future, that has no day
or no value for the key, that the policy leaves out, or that comes too soon
after a hit. Another alert's hits are events too: the last event of the hit, `on`
the day of the hit.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from credit_cli.rules.conditions import AnyOf, Condition, Facts, end_of, holds, is_missing
from credit_cli.rules.durations import Duration
from credit_cli.rules.measurements import Measurement
from credit_cli.rules.windows import Window

PREFIX = "alert."  # of the list that an alert's hits are
DAY_OF_HIT = "on"
NEVER = AnyOf(())


class Repeat(StrEnum):
    """What follows a hit: the counter begins anew, each further event hits too, or none does."""

    RESET = "reset"
    EACH = "each"
    ONCE = "once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """For so long after a hit, events equal to its last one in these fields do not count."""

    length: Duration
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert rule. `events` measures the list that it counts, dated by its clock.

    No `key` is one counter for all; no `window` counts for ever. `once` is once
    in a window. The threshold is one of events, of the `sum` of a field, or of
    its `distinct` values.
    """

    code: str
    events: Measurement
    key: tuple[str, ...] = ()
    window: Window | None = None
    threshold: int
    sum: str = ""
    distinct: str = ""
    repeat: Repeat = Repeat.RESET
    exclude: Condition = NEVER
    suppress: Suppression | None = None
    title: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An alert raised on a day by the last of `events`: their ids, or places in their list."""

    alert: str
    on: date
    key: Mapping[str, Any]
    events: tuple[Any, ...]
    element: Mapping[str, Any]

    @property
    def count(self) -> int:
        """How many events stood in the counter."""
        return len(self.events)


def count_alerts(alerts: tuple[Alert, ...], facts: Facts) -> tuple[Hit, ...]:
    """Every hit up to the fact `as_of`, by day and then in the order of `alerts`.

    An alert over another's hits stands after it. Of a list that is unknown or
    not authorised nothing is counted.
    """
    known = dict(facts)
    found: list[Hit] = []
    for alert in alerts:
        hits = tuple(_hits(alert, known))
        known[PREFIX + alert.code] = tuple(hit.element for hit in hits)
        found.extend(hits)
    return tuple(sorted(found, key=lambda hit: hit.on))


def _hits(alert: Alert, facts: Facts) -> Iterator[Hit]:
    counters: dict[Any, deque[Facts]] = defaultdict(deque)
    hit_on: dict[Any, date] = {}
    quiet: dict[Any, date] = {}
    same = alert.suppress.same if alert.suppress else ()
    for event in _events(alert, facts):
        on, key, equal = _day(alert, event), _values(event, alert.key), _values(event, same)
        if alert.suppress and equal in quiet and on <= quiet[equal]:
            continue
        counter, today = counters[key], {**facts, "as_of": on}
        counter.append(event)
        while counter and not _still_counts(alert, _day(alert, counter[0]), today):
            counter.popleft()
        once = alert.repeat is Repeat.ONCE and key in hit_on
        if _size(alert, counter) < alert.threshold or (
            once and _still_counts(alert, hit_on[key], today)
        ):
            continue
        yield _hit(alert, tuple(counter))
        hit_on[key] = on
        if alert.suppress and not any(map(is_missing, equal)):
            quiet[equal] = end_of(on, alert.suppress.length)
        if alert.repeat is Repeat.RESET:
            counter.clear()


def _events(alert: Alert, facts: Facts) -> list[Facts]:
    """What is counted of the list, in order of time; each with an `id`."""
    listed = facts.get(alert.events.over)
    if not isinstance(listed, tuple):
        return []
    numbered = tuple({"id": n, **one} for n, one in enumerate(listed))
    counted = [
        one
        for one in alert.events.elements({**facts, alert.events.over: numbered})
        if isinstance(one.get(alert.events.by), date)
        and not any(is_missing(one.get(name)) for name in alert.key)
        and not holds(alert.exclude, one)
    ]
    return sorted(counted, key=lambda one: _day(alert, one))


def _size(alert: Alert, counter: Iterable[Facts]) -> int | Decimal:
    if alert.sum:
        return sum(one.get(alert.sum) or 0 for one in counter)
    if alert.distinct:
        return len({one.get(alert.distinct) for one in counter})
    return sum(1 for _ in counter)


def _day(alert: Alert, event: Facts) -> date:
    day: date = event[alert.events.by]
    return day


def _values(event: Facts, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(event.get(name) for name in names)


def _still_counts(alert: Alert, day: date, facts: Facts) -> bool:
    return alert.window is None or alert.window.covers(day, facts)


def _hit(alert: Alert, events: tuple[Facts, ...]) -> Hit:
    last, on = events[-1], _day(alert, events[-1])
    element = {name: value for name, value in last.items() if name not in ("as_of", "outer")}
    return Hit(
        alert=alert.code,
        on=on,
        key={name: last[name] for name in alert.key},
        events=tuple(one["id"] for one in events),
        element={**element, DAY_OF_HIT: on},
    )
