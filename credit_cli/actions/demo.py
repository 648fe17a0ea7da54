"""Play the stories through the real commands and check what each step comes to."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from credit_cli.actions.wording import View
from credit_cli.intake.stories import Step, Story
from credit_cli.rules.money import yuan_text
from credit_cli.text import find, say


class Ran(Protocol):
    """What a command left behind."""

    @property
    def exit_code(self) -> int:
        """Its exit code."""

    @property
    def stdout(self) -> str:
        """What it wrote."""

    @property
    def stderr(self) -> str:
        """What it told."""


Run = Callable[[Sequence[str], Mapping[str, str], str | None], Ran]


class Stage(NamedTuple):
    """How commands are run: in a sandbox, with the settings of the user."""

    run: Run
    environ: Mapping[str, str]


class Played(NamedTuple):
    """One step as it went: the words, the command as typed, its data, and what differs."""

    words: str
    command: str
    data: Any
    differences: list[str]


def prepare(stage: Stage, at: str) -> None:
    """Make the sandbox ready; a store that cannot be made is told like any other fault."""
    ran = stage.run(["init", "--sandbox"], _environ(stage, at), None)
    if ran.exit_code:
        raise RuntimeError(ran.stderr)


def play(stage: Stage, story: Story, told: dict[str, Any]) -> Iterator[Played]:
    """Play a story step by step; `told` collects what its closing line needs."""
    at = story.shape.at
    for step in story.shape.step:
        at = step.at or at
        argv = [part.format(folder=story.folder, **told) for part in step.run]
        ran = stage.run(argv, _environ(stage, at), step.stdin)
        data = _data(ran)
        for name, path in step.save.items():
            told[name] = value_at(data, path)
        yield Played(
            words=step.say.now(),
            command=_command(story, argv, step),
            data=data,
            differences=_differences(ran, step, data),
        )


def closing(story: Story, told: Mapping[str, Any], *, passed: bool) -> View:
    """The story in one row: before, now."""
    words = {name: _worded(name, value) for name, value in told.items()}
    return {
        "story": story.code,
        "title": story.shape.title.now(),
        "place": story.shape.place.now(),
        "before": story.shape.before.now().format(**words),
        "now": story.shape.now.now().format(**words) if passed else "",
        "result": "passed" if passed else "failed",
    }


def _environ(stage: Stage, at: str) -> dict[str, str]:
    return {**stage.environ, "CREDIT_NOW": at, "CREDIT_OUTPUT": "json"}


def _data(ran: Ran) -> Any:  # noqa: ANN401 - whatever the command gives
    text = ran.stdout.strip() or (ran.stderr.strip().splitlines() or ["null"])[-1]
    try:
        return json.loads(text)
    except ValueError:
        return None


def _command(story: Story, argv: Sequence[str], step: Step) -> str:
    typed = " ".join(part.replace(f"{story.folder}/", "") for part in argv)
    return f"credit {typed}" + (" < stdin" if step.stdin is not None else "")


def _differences(ran: Ran, step: Step, data: Any) -> list[str]:  # noqa: ANN401 - as above
    found = list(_compare(step.expect, data, "")) if step.expect else []
    if ran.exit_code != step.exit:
        found.insert(0, f"exit: {step.exit} -> {ran.exit_code}")
    return found


def _compare(expected: Any, seen: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - JSON values
    """Each place where `seen` does not hold what is expected; more may be there."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        for key, value in expected.items():
            yield from _compare(value, seen.get(key), f"{path}.{key}" if path else key)
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        for n, (left, right) in enumerate(zip(expected, seen, strict=True)):
            yield from _compare(left, right, f"{path}.{n}")
    elif str(expected) != str(seen) if not isinstance(expected, bool) else expected is not seen:
        yield f"{path}: {expected} -> {seen}"


def value_at(data: Any, path: str) -> Any:  # noqa: ANN401 - JSON values
    """What stands at a dotted path; None for nothing."""
    for part in path.split("."):
        if isinstance(data, list):
            data = data[int(part)] if part.isdecimal() and int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def _worded(name: str, value: Any) -> str:  # noqa: ANN401 - JSON values
    if name.endswith("_fen"):
        return say("value.money", yuan=yuan_text(value or 0))
    match value:
        case {"n": int(n), "unit": unit}:
            own = find(f"value.duration.{unit}.{n}")
            return own or say(f"value.duration.{unit}", n=n)
        case bool():
            return say("value.yes" if value else "value.no")
        case int():
            return f"{value:,}"
        case _:
            words = find(f"value.tier.{value}") or find(f"value.route.{value}")
            return words or str(value)
