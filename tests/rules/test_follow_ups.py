"""What follows a decision: deadlines, lateness, outcomes, gates, repeats and pauses."""

from datetime import date, timedelta
from typing import Any

import pytest

from credit_cli.rules.conditions import UNKNOWN
from credit_cli.rules.follow_ups import FollowState, Task
from tests.rules.scenes import DAY, Scene, table

ROW = 'a | | modes = ["commitment", "exempt"], supplement = "10wd", hours = 2'


def following(*tasks: str, row: str = ROW) -> Scene:
    """A scenario that grants, and what follows; each task starts when it is decided."""
    written = []
    for n, task in enumerate(tasks):
        lines = [line.strip() for line in task.strip().splitlines()]
        keys = {line.partition(" ")[0] for line in lines}
        said = {"id": f'id = "t{n}"', "on": 'on = "decided"'}
        lines = [text for key, text in said.items() if key not in keys] + lines
        written.append("[[scenario.x.follow]]\n" + "\n".join(lines))
    return table(row, more="\n".join(written))


def on(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


def tasks(
    scene: Scene, as_of: date, outcomes: dict[str, str] | None = None, /, **events: date
) -> Any:  # noqa: ANN401
    """The tasks on a day, by id; decided on DAY unless it is said otherwise."""
    days = {"decided": DAY} | {name.replace("__", "."): day for name, day in events.items()}
    return scene.tasks(as_of=as_of, event_days=days, task_outcomes=outcomes or {})


def stands(task: Task) -> tuple[str, date | None]:
    return task.state.value, task.due and task.due.on


REVIEW = """
id = "review"
within = "5wd"
do = ["check"]
by = "department"
gate = "certificate"
late = { do = ["supervise"], record = "overdue" }
outcome.kept = { do = ["close"] }
outcome.breached = { do = ["order"], record = "breach", deny = { modes = ["commitment"] } }
"""


@pytest.mark.parametrize(
    ("as_of", "done", "state", "do"),
    [
        (on(3, 10), None, "open", ("check",)),
        (on(3, 17), None, "open", ("check",)),
        (on(3, 18), None, "late", ("supervise",)),
        (on(3, 18), on(3, 17), "done", ()),
        (on(3, 18), on(3, 18), "done_late", ("supervise",)),
        (on(3, 17), on(3, 18), "open", ("check",)),
    ],
)
def test_task_is_late_the_day_after_its_last_working_day(
    as_of: date, done: date | None, state: str, do: tuple[str, ...]
) -> None:
    one = tasks(following(REVIEW), as_of, **({"review": done} if done else {}))["review"]
    assert stands(one) == (state, on(3, 17))
    assert (one.do, one.by, one.starts) == (do, "department", DAY)


def test_task_waits_for_its_event() -> None:
    scene = following(REVIEW)
    before = scene.tasks(as_of=on(3, 9), event_days={"decided": DAY})["review"]
    assert (stands(before), before.starts, before.do) == (("waiting", None), None, ())
    assert scene.tasks()["review"].state is FollowState.WAITING


@pytest.mark.parametrize(
    ("within", "begun", "last"),
    [
        ("1m", on(1, 31), on(2, 28)),
        ("1y", on(2, 29, 2024), on(2, 28, 2025)),
        ("15d", on(3, 10), on(3, 25)),
        ("5wd", on(2, 13), on(2, 27)),
        ("0wd", on(3, 10), on(3, 10)),
    ],
)
def test_limit_ends_by_the_calendar(within: str, begun: date, last: date) -> None:
    """A month ends on its last day, and holidays of spring do not count."""
    scene = following(f'within = "{within}"')
    seen = [tasks(scene, last + timedelta(n), decided=begun)["t0"] for n in (0, 1)]
    assert [stands(one) for one in seen] == [("open", last), ("late", last)]


def test_without_a_limit_a_task_is_never_late() -> None:
    assert stands(tasks(following('do = ["x"]'), on(12, 31, 2029))["t0"]) == ("open", None)


def test_late_task_without_consequences_is_still_to_be_done() -> None:
    scene = following('within = "5d"\ndo = ["check"]')
    assert tasks(scene, on(3, 16))["t0"].do == ("check",)
    assert tasks(scene, on(3, 17), t0=on(3, 17))["t0"].do == ()


# Outcomes


def test_outcome_brings_its_own_consequences() -> None:
    one = tasks(following(REVIEW), on(4, 1), {"review": "breached"}, review=on(3, 17))["review"]
    assert (one.do, one.record, one.records) == (("order",), "breach", ("breach",))
    assert one.deny == {"modes": frozenset({"commitment"})}
    assert one.outcome == "breached"
    kept = tasks(following(REVIEW), on(4, 1), {"review": "kept"}, review=on(3, 17))["review"]
    assert (kept.do, kept.records, kept.deny) == (("close",), (), {})


def test_outcome_that_comes_late_brings_what_lateness_brings_too() -> None:
    one = tasks(following(REVIEW), on(4, 1), {"review": "breached"}, review=on(3, 18))["review"]
    assert (one.do, one.record) == (("supervise", "order"), "breach")
    assert one.records == ("overdue", "breach")


def test_outcome_of_a_task_that_has_not_ended_is_not_heard() -> None:
    one = tasks(following(REVIEW), on(3, 11), {"review": "breached"})["review"]
    assert (one.outcome, one.do) == (None, ("check",))


def test_outcome_without_consequences_brings_nothing() -> None:
    one = tasks(following(REVIEW), on(4, 1), {"review": "unreachable"}, review=on(3, 17))["review"]
    assert (one.outcome, one.do, one.records) == ("unreachable", (), ())


@pytest.mark.parametrize("late", ['["commitment"]', "true"])
def test_what_lateness_or_the_outcome_denies_is_denied(late: str) -> None:
    task = f"""
    within = "5d"
    late = {{ deny = {{ modes = {late} }} }}
    outcome.bad = {{ deny = {{ modes = ["exempt"] }} }}
    """
    one = tasks(following(task), on(4, 1), {"t0": "bad"}, t0=on(4, 1))["t0"]
    whole = late == "true" or frozenset({"commitment", "exempt"})
    assert one.deny == {"modes": whole}


# Chains


def test_task_follows_the_outcome_or_the_lateness_of_another() -> None:
    # Written before what they wait for: the order does not matter.
    scene = following(
        'id = "second"\non = "correction.late"\nwithin = "1d"',
        'id = "correction"\non = "review.breached"\nwithin = "15d"',
        'id = "closing"\non = "review.done"',
        'id = "hurry"\non = "review.late"\nwithin = "3d"',
        REVIEW,
    )
    seen = tasks(scene, on(4, 2), {"review": "breached"}, review=on(3, 17))
    assert {name: stands(one) for name, one in seen.items()} == {
        "second": ("open", on(4, 3)),
        "correction": ("late", on(4, 1)),
        "closing": ("open", None),
        "hurry": ("waiting", None),
        "review": ("done", on(3, 17)),
    }
    late = tasks(scene, on(3, 18))
    assert stands(late["hurry"]) == ("open", on(3, 21))  # lateness begins the day after
    assert late["correction"].state is FollowState.WAITING


def test_another_tasks_end_is_not_that_of_a_task_which_never_began() -> None:
    scene = following(REVIEW, 'id = "correction"\non = "review.breached"\ndone = "corrected"')
    events = {"review": on(3, 17), "corrected": on(3, 16)}
    kept = tasks(scene, on(4, 1), {"review": "kept"}, **events)["correction"]
    assert kept.state is FollowState.WAITING
    alone = following('id = "filing"\non = "materials_complete"\ndone = "filed"')
    assert tasks(alone, on(4, 1), filed=on(3, 11))["filing"].state is FollowState.DONE


def test_what_is_gated_waits_until_the_task_is_done() -> None:
    scene = following(REVIEW)
    gates = [tasks(scene, on(3, 18), **done)["review"].gates for done in ({}, {"review": DAY})]
    assert gates == ["certificate", ""]
    assert tasks(scene, on(3, 18), review=on(3, 18))["review"].gates == ""


# Deadlines that are reckoned or moved


def test_limit_may_be_what_was_granted_or_reckoned_from_it() -> None:
    scene = following('within = "supplement"', 'within = "max(supplement - 50%, 1wd)"')
    seen = tasks(scene, DAY)
    assert [one.due.on for one in seen.values()] == [on(3, 24), on(3, 17)]


def test_limit_that_is_not_granted_sets_no_deadline() -> None:
    scene = following('within = "review"', 'due = "next(06-30)"')
    seen = tasks(scene, on(7, 2))
    assert [stands(one) for one in seen.values()] == [("open", None), ("late", on(6, 30))]
    waiting = scene.tasks()
    assert [stands(one) for one in waiting.values()] == [("waiting", None)] * 2


def test_last_day_may_be_a_fact_and_is_none_without_it() -> None:
    scene = table(
        ROW,
        more="""
        [fact.expiry]
        type = "date"
        [[scenario.x.follow]]
        id = "renew"
        on = "decided"
        due = "expiry"
        """,
    )
    for expiry, last in ((on(5, 1), on(5, 1)), (UNKNOWN, None), (None, None)):
        one = scene.tasks(expiry=expiry, event_days={"decided": DAY})["renew"]
        assert stands(one) == ("open", last)


EXTENDED = 'within = "5wd"\nextend = { on = "extended", by = "5wd" }'


@pytest.mark.parametrize(
    ("extended", "last"), [(on(3, 11), on(3, 24)), (on(3, 17), on(3, 24)), (on(3, 18), on(3, 17))]
)
def test_extension_counts_only_if_granted_before_the_deadline_is_over(
    extended: date, last: date
) -> None:
    one = tasks(following(EXTENDED), on(3, 18), extended=extended)["t0"]
    assert stands(one) == ("open" if last > on(3, 18) else "late", last)


def paused(within: str) -> Scene:
    return following(f'within = "{within}"\npause = ["suspended", "resumed"]')


@pytest.mark.parametrize(
    ("within", "last"),
    [
        ("5wd", on(3, 19)),  # two working days lost: Friday 13 and Monday 16
        ("10d", on(3, 24)),  # four days lost
        ("1m", on(4, 14)),
    ],
)
def test_time_stands_still_during_a_pause(within: str, last: date) -> None:
    events = {"suspended": on(3, 12), "resumed": on(3, 16)}
    assert stands(tasks(paused(within), on(3, 17), **events)["t0"]) == ("open", last)
    assert stands(tasks(paused(within), on(4, 20), **events)["t0"]) == ("late", last)


def test_paused_task_is_never_late_and_a_late_one_cannot_be_paused() -> None:
    seen = tasks(paused("5wd"), on(6, 1), suspended=on(3, 17))["t0"]
    assert seen.state is FollowState.PAUSED
    assert stands(tasks(paused("5wd"), on(6, 1), suspended=on(3, 18))["t0"]) == ("late", on(3, 17))


def test_pause_that_begins_after_an_earlier_end_still_runs() -> None:
    """The end of a pause before its beginning is that of another one."""
    seen = tasks(paused("5wd"), on(6, 1), resumed=on(3, 11), suspended=on(3, 16))["t0"]
    assert seen.state is FollowState.PAUSED


# Repeats

YEARLY = """
id = "yearly"
every = "1y"
do = ["inspect"]
done = "inspected"
outcome.bad = { do = ["order"] }
"""


def test_repeating_task_begins_anew_when_it_ends() -> None:
    scene = following(YEARLY, 'id = "again"\non = "yearly.done"\nwithin = "1m"')
    first = tasks(scene, on(3, 10, 2027))
    assert stands(first["yearly"]) == ("open", on(3, 10, 2027))
    late = tasks(scene, on(3, 11, 2027))["yearly"]
    assert stands(late) == ("late", on(3, 10, 2027))
    second = tasks(scene, on(3, 1, 2027), {"yearly": "bad"}, inspected=on(2, 1, 2027))
    one = second["yearly"]
    assert stands(one) == ("open", on(2, 1, 2028))
    assert (one.starts, one.before, one.ended) == (on(2, 1, 2027), on(2, 1, 2027), None)
    assert (one.outcome, one.do) == ("bad", ("order", "inspect"))
    assert stands(second["again"]) == ("open", on(3, 1, 2027))


@pytest.mark.parametrize("limit", ['until = "2y"', "times = 2"])
def test_repeating_task_ends_with_its_last_round(limit: str) -> None:
    scene = following(f"{YEARLY}\n{limit}".replace('outcome.bad = { do = ["order"] }\n', ""))
    again = tasks(scene, on(4, 1, 2027), inspected=on(3, 10, 2027))["yearly"]
    assert stands(again) == ("open", on(3, 10, 2028))
    over = tasks(scene, on(4, 1, 2027), inspected=on(3, 11, 2027))["yearly"]
    assert (over.state, over.ended) == (FollowState.DONE, on(3, 11, 2027))


# When a task arises


@pytest.mark.parametrize(
    ("asked", "arises"),
    [
        ('for = { modes = "commitment" }', True),
        ('for = { modes = ["instant", "exempt"] }', True),
        ('for = { modes = "instant" }', False),
        ("for = { modes = true, hours = true }", True),
        ("for = { quota = true }", False),
        ("for = { hours = 2 }", True),
        ("for = { hours = 3 }", False),
        ('for = { supplement = "10wd" }', True),
        ("when = { bad = true }", False),
    ],
)
def test_task_arises_only_from_what_was_granted(asked: str, *, arises: bool) -> None:
    assert bool(tasks(following(asked), DAY)) is arises


def test_words_left_open_are_not_among_those_granted() -> None:
    scene = following('for = { modes = "commitment" }', row='a | | modes = { open = "未公布" }')
    assert tasks(scene, DAY) == {}


def test_words_of_any_row_of_an_ordered_table_are_granted() -> None:
    rows = ('a | | modes = ["instant"]', 'b | | modes = ["commitment"]')
    for word, arises in (("commitment", True), ("instant", True), ("exempt", False)):
        more = f'[[scenario.x.follow]]\nid = "t"\non = "decided"\nfor = {{ modes = "{word}" }}'
        assert bool(table(*rows, hit="ordered", more=more).tasks()) is arises


def test_each_element_has_a_task_with_its_own_limit() -> None:
    more = """
    [[scenario.x.row]]
    id = "slow"
    each = "materials"
    when = { "materials.kind" = "slow" }
    grant = { supplement = "20wd" }
    [[scenario.x.row]]
    id = "fast"
    each = "materials"
    grant = { supplement = "5wd" }
    [[scenario.x.follow]]
    id = "hand_in"
    on = "accepted"
    each = true
    within = "supplement"
    """
    materials = ({"code": "plan", "kind": "slow"}, {"code": "form"})
    events = {"accepted": DAY, "hand_in.form": on(3, 18)}
    seen = table(more=more).tasks(as_of=on(3, 18), materials=materials, event_days=events)
    assert {name: stands(one) for name, one in seen.items()} == {
        "hand_in.plan": ("open", on(4, 8)),
        "hand_in.form": ("done_late", on(3, 17)),
    }


def test_alert_starts_a_task_on_the_day_of_its_latest_hit() -> None:
    alert = """
    [alert.overdue]
    over = "reviews"
    where = { overdue = true }
    key = ["unit"]
    clock = "due_on"
    window = "this year"
    threshold = 2
    repeat = "each"
    [[scenario.x.follow]]
    id = "talk"
    on = "alert.overdue"
    within = "5wd"
    """
    late = [{"unit": "甲局", "overdue": True, "due_on": on(1, n)} for n in (5, 6, 7)]
    scene = table(ROW, more=alert)
    assert scene.tasks(reviews=tuple(late))["talk"].starts == on(1, 7)
    assert scene.tasks(reviews=tuple(late[:1]))["talk"].starts is None
