"""Events that tasks wait for: one with a dot must come of a task or an alert of the pack."""

from collections.abc import Iterable, Iterator

from credit_cli.intake.policy_names import Found, Path, known_name
from credit_cli.intake.policy_shapes import PackShape
from credit_cli.intake.scenario_shapes import FollowShape

_ALERT = "alert."
_ENDS = ("done", "late")


def event_faults(shape: PackShape) -> Found:
    """Each event that cannot come about, with the nearest that can.

    A task that names none of its outcomes may have any.
    """
    alerts = {_ALERT + code for code in shape.alert}
    for code, scenario in shape.scenario.items():
        known = alerts | set(_brought_about(scenario.follow))
        free = {task.id for task in scenario.follow if not task.outcome}
        for n, task in enumerate(scenario.follow):
            for path, event in _awaited(task):
                if "." in event and event.partition(".")[0] not in free:
                    yield from known_name(("scenario", code, "follow", n, *path), event, known)


def _brought_about(tasks: Iterable[FollowShape]) -> Iterator[str]:
    for task in tasks:
        yield from (f"{task.id}.{end}" for end in (*_ENDS, *task.outcome))


def _awaited(task: FollowShape) -> Iterator[tuple[Path, str]]:
    yield ("on",), task.on
    if task.extend:
        yield ("extend", "on"), task.extend.on
    yield from ((("pause", n), one) for n, one in enumerate(task.pause or ()))
