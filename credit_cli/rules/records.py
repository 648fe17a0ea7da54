"""Which records weigh on a subject on a day, and why (信用记录的计入).

A record is judged by the period in force on that day, counted from the day of
its document; its last day is the maximum's corresponding day (Civil Code,
art. 201-202). An entry of a list weighs no longer from the day it was taken
off. A disputed record is frozen, a revoked one has no effect.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from credit_cli.rules.calendar import WorkingCalendar
from credit_cli.rules.packs import Pack, Period, in_force
from credit_cli.rules.values import Reason, RecordState, Severity

CALENDAR = WorkingCalendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What the rules need to know of one record; `details` are further fields by name."""

    id: str
    record_type: str
    severity: Severity | None
    state: RecordState
    decided_on: date
    valid_until: date | None = None
    amount_fen: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedRecord:
    """A record with whether it counts, and why or why not."""

    record: RecordFacts
    counts: bool
    reason: Reason


def weigh(record: RecordFacts, pack: Pack, as_of: date) -> WeighedRecord:
    """Whether the record counts on `as_of`."""
    counts, reason = _judge(record, pack, as_of)
    return WeighedRecord(record=record, counts=counts, reason=reason)


def weigh_all(records: Iterable[RecordFacts], pack: Pack, as_of: date) -> tuple[WeighedRecord, ...]:
    """Every record, judged."""
    return tuple(weigh(record, pack, as_of) for record in records)


def _judge(record: RecordFacts, pack: Pack, as_of: date) -> tuple[bool, Reason]:
    kind = pack.record_types.get(record.record_type)
    if kind is None or not kind.counts:
        return False, Reason(code="neutral_type")
    if record.decided_on > as_of:
        return False, Reason(code="not_yet_decided")
    if record.state in (RecordState.REVOKED, RecordState.DISPUTED):
        return False, Reason(code=f"record_{record.state.value}")
    if kind.exits and record.valid_until is not None and record.valid_until <= as_of:
        return False, Reason(code="taken_off", params={"on": record.valid_until})
    if record.severity is None:
        return False, Reason(code="no_severity")
    return _within(record.decided_on, _period(pack, record.severity, as_of), as_of)


def _period(pack: Pack, severity: Severity, as_of: date) -> Period | None:
    for period in pack.periods:
        if period.severity is severity and in_force(period.starts, period.ends, as_of):
            return period
    return None


def _within(decided_on: date, period: Period | None, as_of: date) -> tuple[bool, Reason]:
    if period is None:
        return False, Reason(code="no_period")
    last = CALENDAR.after(decided_on, period.maximum).on
    params = {"until": last, "basis": period.basis}
    if as_of <= last:
        return True, Reason(code="counts_until", params=params)
    return False, Reason(code="period_over", params=params)
