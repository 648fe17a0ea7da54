"""What follows a decision: tasks with a deadline from an event, gates, lateness and outcomes.

A task starts with an event: one of the case (`decided`, `materials_complete`),
or one that another task brings about: `TASK.done`, `TASK.OUTCOME`, `TASK.late`.
It ends with the event `done` (by itself `TASK`), if need be with an outcome.
One that ends late with an outcome brings what lateness brings, then what the
outcome brings. A repeating one begins anew when it ends; the outcome of the
round before stands until the next.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from credit_cli.rules.calendar import Day
from credit_cli.rules.conditions import ALWAYS, CALENDAR, Condition, Facts, end_of, holds
from credit_cli.rules.durations import Duration, Unit

_DAY = timedelta(days=1)


class FollowState(StrEnum):
    """How far a task is on a day."""

    WAITING = "waiting"
    PAUSED = "paused"
    OPEN = "open"
    DONE = "done"
    DONE_LATE = "done_late"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What is then to be done, the type of record written, and what is denied from then on."""

    do: tuple[str, ...] = ()
    record: str = ""
    deny: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One task. `within` is a duration or a formula of one, `due` a formula of the last day.

    Without either there is no deadline. In a formula `as_of` is the day of the
    event. An `every` repeats until `until` after the event, if that is said.

    `granted` are measures (with the words they must contain) without which the
    task does not arise; `gate` is what waits until the task is done. The event
    `extend_on` in time moves the deadline by `extend_by`, once; between the two
    events of `pause` the time stands still.
    """

    id: str
    on: str
    basis: str
    within: Any = None
    due: Any = None
    every: Duration | None = None
    until: Duration | None = None
    when: Condition = ALWAYS
    granted: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    do: tuple[str, ...] = ()
    gate: str = ""
    done: str = ""
    extend_on: str = ""
    extend_by: Duration | None = None
    pause: tuple[str, str] | None = None
    each: bool = False
    late: Consequence = Consequence()
    outcomes: Mapping[str, Consequence] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as it stands on a day.

    `records` are all that are written, that of lateness first; `record` is the
    outcome's if it has one. `before` is when the round before this ended.
    """

    id: str
    state: FollowState
    starts: date | None
    due: Day | None
    ended: date | None
    outcome: str | None
    do: tuple[str, ...]
    record: str
    records: tuple[str, ...]
    deny: Mapping[str, Any]
    gates: str
    by: str
    basis: str
    before: date | None = None


def tasks_of(
    follow: Iterable[FollowUp], grant: Mapping[str, Any], facts: Facts
) -> tuple[Task, ...]:
    """Every task that arises, as of the fact `as_of`.

    `facts["event_days"]` maps events to days, `facts["task_outcomes"]` tasks to outcomes.
    """
    facts = {**facts, **{code: one for code, one in grant.items() if isinstance(one, Duration)}}
    arising = [one for one in follow if _arises(one, grant, facts)]
    days: dict[str, date] = {
        name: day for name, day in facts.get("event_days", {}).items() if day <= facts["as_of"]
    }
    days |= dict(_alerted(facts))
    tasks: dict[str, Task] = {}
    # A task may wait for one written after it, so go round until nothing more starts.
    for _ in arising:
        for one in arising:
            task = _stand(one, days, facts)
            tasks[one.id] = task
            days |= _events(one, task)
    return tuple(tasks[one.id] for one in arising)


def of_elements(
    follow: Iterable[FollowUp], by_element: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[FollowUp, Mapping[str, Any]]]:
    """The tasks that arise for each element apart, `TASK.CODE`, with what it was granted."""
    for one in follow:
        for code, grant in by_element.items() if one.each else ():
            yield replace(one, id=f"{one.id}.{code}", each=False), grant


def _alerted(facts: Facts) -> Iterator[tuple[str, date]]:
    """The day of each alert's latest hit is an event too."""
    for name, hits in facts.items():
        if name.startswith("alert.") and isinstance(hits, tuple) and hits:
            yield name, max(hit["on"] for hit in hits)


def _arises(one: FollowUp, grant: Mapping[str, Any], facts: Facts) -> bool:
    return holds(one.when, facts) and all(
        code in grant
        and (
            words is True
            or (isinstance(words, frozenset) and _has_word(grant[code], words))
            or grant[code] == words
        )
        for code, words in one.granted.items()
    )


def _has_word(granted: Any, words: frozenset[str]) -> bool:  # noqa: ANN401 - a measure's value
    """Whether one of the words was granted, by any of several rows; an open size has none."""
    several = granted if isinstance(granted, tuple) else (granted,)
    return any(isinstance(one, frozenset) and bool(words & one) for one in several)


def _stand(one: FollowUp, days: Mapping[str, date], facts: Facts) -> Task:
    starts = days.get(one.on)
    ended = days.get(one.done or one.id)
    if one.done and starts is None and "." in one.on:
        ended = None  # another task's end is not that of a task which never began
    outcome = facts.get("task_outcomes", {}).get(one.id) if ended else None
    before = last = None
    if one.every is not None and starts is not None and ended is not None:
        last = end_of(starts, one.until) if one.until else date.max
        if end_of(ended, one.every) <= last:
            starts, ended, before = ended, None, ended  # the next round counts from this one's end
    due = Day(last, provisional=False) if last and ended else _due(one, starts, facts)
    if due is not None:
        due = _moved(one, due, days, facts["as_of"])
    state = _state(starts, due, ended, facts["as_of"])
    if state is FollowState.OPEN and _is_paused(one, days):
        state = FollowState.PAUSED
    brings = _brings(one, state, outcome)
    records = tuple(then.record for then in brings if then.record)
    is_done = state in (FollowState.DONE, FollowState.DONE_LATE)
    return Task(
        id=one.id,
        state=state,
        starts=starts,
        due=due,
        ended=ended,
        outcome=outcome,
        do=tuple(dict.fromkeys(word for then in brings for word in then.do)),
        record=records[-1] if records else "",
        records=records,
        deny=_denied(brings),
        before=before,
        gates="" if is_done else one.gate,
        by=one.by,
        basis=one.basis,
    )


def _due(one: FollowUp, starts: date | None, facts: Facts) -> Day | None:
    within = one.every or one.within
    if starts is not None and one.due is not None:
        last = one.due.value({**facts, "as_of": starts})
        return Day(last, CALENDAR.is_provisional(last)) if isinstance(last, date) else None
    if starts is None or within is None:
        return None
    reckon = getattr(within, "value", None)
    length = reckon({**facts, "as_of": starts}) if reckon else within
    # Of a limit that is missing or left open there is no deadline.
    return CALENDAR.after(starts, length) if isinstance(length, Duration) else None


def _moved(one: FollowUp, due: Day, days: Mapping[str, date], as_of: date) -> Day:
    """The deadline after a pause and an extension that was granted in time."""
    if one.pause is not None and (began := days.get(one.pause[0])) and began <= due.on:
        stood = ((_resumed(one, days) or as_of) - began).days
        due = Day(due.on + stood * _DAY, due.provisional)
        if isinstance(one.within, Duration) and one.within.unit is Unit.WORKING_DAY:
            lost = CALENDAR.working_days_between(began, began + stood * _DAY)
            before = due.on - stood * _DAY
            due = CALENDAR.after(before, Duration(lost, Unit.WORKING_DAY))
    extended = days.get(one.extend_on)
    if extended is not None and one.extend_by is not None and extended <= due.on:
        later = CALENDAR.after(due.on, one.extend_by)
        due = Day(later.on, later.provisional or due.provisional)
    return due


def _is_paused(one: FollowUp, days: Mapping[str, date]) -> bool:
    return one.pause is not None and one.pause[0] in days and _resumed(one, days) is None


def _resumed(one: FollowUp, days: Mapping[str, date]) -> date | None:
    """When the pause ended; an end before its beginning was that of an earlier one."""
    began, ended = (days.get(name) for name in one.pause or ("", ""))
    return ended if began and ended and began <= ended else None


def _state(starts: date | None, due: Day | None, ended: date | None, as_of: date) -> FollowState:
    if ended is not None:
        late = due is not None and ended > due.on
        return FollowState.DONE_LATE if late else FollowState.DONE
    if starts is None:
        return FollowState.WAITING
    return FollowState.LATE if due is not None and as_of > due.on else FollowState.OPEN


def _brings(one: FollowUp, state: FollowState, outcome: str | None) -> list[Consequence]:
    """What is to be done and written: of lateness, of the outcome, or the task itself."""
    was_late = state in (FollowState.LATE, FollowState.DONE_LATE) and one.late != Consequence()
    found = [one.late] if was_late else []
    if outcome:
        found.append(one.outcomes.get(outcome, Consequence()))
    running = state in (FollowState.OPEN, FollowState.PAUSED)
    if running or (state is FollowState.LATE and not was_late):
        found.append(Consequence(do=one.do))
    return found


def _denied(brings: Iterable[Consequence]) -> dict[str, Any]:
    denied: dict[str, Any] = {}
    for then in brings:
        for code, words in then.deny.items():
            held = denied.get(code, frozenset())
            denied[code] = True if True in (held, words) else held | words
    return denied


def _events(one: FollowUp, task: Task) -> dict[str, date]:
    events: dict[str, date] = {}
    if ended := task.ended or task.before:
        events[f"{one.id}.done"] = ended
        if task.outcome:
            events[f"{one.id}.{task.outcome}"] = ended
    if task.due and task.state in (FollowState.LATE, FollowState.DONE_LATE):
        events[f"{one.id}.late"] = task.due.on + _DAY
    return events
