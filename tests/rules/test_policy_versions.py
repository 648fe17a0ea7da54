"""Each day has one version, the one begun last; nothing done later changes a past day."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from credit_cli.rules.policy_versions import (
    ActivationKind,
    Stage,
    Step,
    earliest_day,
    in_force,
    stage,
    step_after,
    step_before,
)

START = date(2026, 1, 1)
LENGTH = 12
DAYS = [START + timedelta(days=n) for n in range(LENGTH)]


def steps_of(drawn: Sequence[tuple[int, int]]) -> list[Step]:
    return [
        Step(number, version, DAYS[day], ActivationKind.ACTIVATE)
        for number, (version, day) in enumerate(drawn, 1)
    ]


STEPS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, LENGTH - 1)), max_size=8).map(steps_of)
DAY = st.sampled_from(DAYS)


def calendar(steps: Sequence[Step]) -> list[Step | None]:
    """The model: day by day, each activation that begins takes over from the one before."""
    now, found = None, []
    for day in DAYS:
        for step in steps:
            now = step if step.from_on == day else now
        found.append(now)
    return found


@given(STEPS)
def test_the_version_begun_last_governs_and_of_one_day_the_one_activated_last(
    steps: list[Step],
) -> None:
    assert [in_force(steps, day) for day in DAYS] == calendar(steps)


@given(STEPS, STEPS, DAY, st.integers(0, LENGTH - 1))
def test_a_new_activation_changes_no_day_before_the_one_it_was_made_on(
    steps: list[Step], news: list[Step], starts: date, day: int
) -> None:
    today = DAYS[day]
    later = [
        one._replace(number=len(steps) + number, from_on=max(one.from_on, today))
        for number, one in enumerate(news, 1)
    ]
    before = [one for one in DAYS if one < today]
    changed = [in_force(steps + later, one) for one in before]
    assert changed == [in_force(steps, one) for one in before]
    assert earliest_day([*steps, *later] or steps_of([(1, 0)]), starts, today) >= today


@given(DAY, DAY)
def test_the_first_version_of_a_store_begins_on_its_own_day(starts: date, today: date) -> None:
    assert earliest_day([], starts, today) == starts
    assert earliest_day(steps_of([(1, 0)]), starts, today) == max(starts, today)


@given(STEPS, DAY)
def test_the_version_before_is_the_last_other_one(steps: list[Step], day: date) -> None:
    order = sorted(steps, key=lambda one: (one.from_on, one.number))
    begun = [one for one in order if one.from_on <= day]
    others = [one for one in begun if one.version != begun[-1].version]
    assert step_before(steps, day) == (others[-1] if others else None)


@given(STEPS, DAY)
def test_what_follows_is_the_next_day_that_has_another_step(steps: list[Step], day: date) -> None:
    coming = [one for one in calendar(steps)[DAYS.index(day) :] if one is not in_force(steps, day)]
    assert step_after(steps, day) == (coming[0] if coming else None)


@given(STEPS, DAY)
def test_exactly_one_activation_is_in_force_once_any_has_begun(
    steps: list[Step], day: date
) -> None:
    told = {one.number: stage(steps, one.number, day) for one in steps}
    active = [number for number, at in told.items() if at is Stage.ACTIVE]
    now = in_force(steps, day)
    assert active == ([now.number] if now else [])
    scheduled = {number for number, at in told.items() if at is Stage.SCHEDULED}
    coming = {one.number for one in calendar(steps)[DAYS.index(day) :] if one is not None}
    assert scheduled == coming - set(active)


def test_what_is_no_step_any_more_was_withdrawn() -> None:
    assert stage(steps_of([(1, 0)]), 2, START) is Stage.WITHDRAWN
