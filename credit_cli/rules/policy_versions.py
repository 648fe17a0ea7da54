"""Which version of a policy is in force on which day, and from which day one may be."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Standing(StrEnum):
    """What has been decided about a version."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Approval(StrEnum):
    """Who may approve a proposal: only somebody else, or anyone, as long as it is recorded."""

    SECOND_PERSON = "second_person"
    RECORDED = "recorded"


class ActivationKind(StrEnum):
    """Whether a version was put in force or put back."""

    ACTIVATE = "activate"
    ROLLBACK = "rollback"


class Stage(StrEnum):
    """Where an activation stands on a day."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Step(NamedTuple):
    """One activation, in the order of numbers, that was not withdrawn."""

    number: int
    version: int
    from_on: date
    kind: ActivationKind


def in_force(steps: Iterable[Step], day: date) -> Step | None:
    """The step that governs a day: begun last; of those of one day the one activated last."""
    begun = [one for one in steps if one.from_on <= day]
    return max(begun, key=_order, default=None)


def step_before(steps: Sequence[Step], day: date) -> Step | None:
    """The step of another version that governed before the one of `day`."""
    now = in_force(steps, day)
    if now is None:
        return None
    earlier = (one for one in steps if _order(one) < _order(now) and one.version != now.version)
    return max(earlier, key=_order, default=None)


def step_after(steps: Iterable[Step], day: date) -> Step | None:
    """The step that will end the one of `day`; None if nothing is scheduled."""
    coming = [one for one in steps if one.from_on > day]
    if not coming:
        return None
    return in_force(coming, min(one.from_on for one in coming))


def stage(steps: Iterable[Step], number: int, day: date) -> Stage:
    """Where the activation of this number stands on a day."""
    held = list(steps)
    own = next((one for one in held if one.number == number), None)
    if own is None:
        return Stage.WITHDRAWN
    if in_force(held, max(day, own.from_on)) is not own:
        return Stage.SUPERSEDED
    return Stage.SCHEDULED if own.from_on > day else Stage.ACTIVE


def earliest_day(steps: Sequence[Step], starts: date, today: date) -> date:
    """From which day on a version that `starts` may govern; a later one never the past.

    The first version of a store has no past to change.
    """
    return max(starts, today) if steps else starts


def _order(step: Step) -> tuple[date, int]:
    return step.from_on, step.number
