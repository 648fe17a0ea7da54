"""Play the stories through the real commands and check what each step comes to."""

import json
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
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
Json = Any  # what json.loads gives, with days
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Stage(NamedTuple):
    """How commands are run: in a sandbox, with the settings of the user."""

    run: Run
    environ: Mapping[str, str]

    def perform(self, argv: Sequence[str], at: str, stdin: str | None = None) -> Ran:
        """Run one command with its clock at `at`; JSON out."""
        return self.run(argv, {**self.environ, "CREDIT_NOW": at, "CREDIT_OUTPUT": "json"}, stdin)


class Played(NamedTuple):
    """One step as it went.

    What it is for, the command as it would be typed, all it gave, the checked
    part of that, and each difference from what was expected.
    """

    words: str
    command: str
    data: Json
    checked: Json
    differences: list[str]


def play(stage: Stage, story: Story, told: dict[str, str]) -> Iterator[Played]:
    """Play a story step by step; `told` collects what it saves, in words.

    The commands work on a copy of the story's files, so what they write beside
    them is gone afterwards.
    """
    at = story.shape.at
    with tempfile.TemporaryDirectory(prefix="credit-demo-") as folder:
        for file in story.folder.iterdir():
            shutil.copyfile(file, Path(folder) / file.name)
        for step in story.shape.step:
            at = step.at or at
            yield _play_step(stage, step, Path(folder), told, at)


def _play_step(stage: Stage, step: Step, folder: Path, told: dict[str, str], at: str) -> Played:
    argv = [part.format(folder=folder, **told) for part in shlex.split(step.run)]
    words = step.say.now().format(**told)
    stdin = (folder / step.stdin).read_text(encoding="utf-8") if step.stdin else None
    ran = stage.perform(argv, at, stdin)
    data = _data(ran)
    told |= {name: _in_words(path, value_at(data, path)) for name, path in step.save.items()}
    checked = None if step.expect is None else _part(step.expect, data)
    differences = [] if step.expect is None else list(_compare(step.expect, data, ""))
    if ran.exit_code != step.exit:
        differences.insert(0, f"exit: {step.exit} -> {ran.exit_code}")
    return Played(words, _typed(argv, folder, step), data, checked, differences)


def closing(story: Story, told: Mapping[str, str], *, passed: bool) -> View:
    """The story in one row: before, now."""
    return {
        "story": story.code,
        "title": story.shape.title.now(),
        "before": story.shape.before.now().format(**told) if passed else None,
        "now": story.shape.now.now().format(**told) if passed else None,
        "result": "passed" if passed else "failed",
    }


def _typed(argv: Sequence[str], folder: Path, step: Step) -> str:
    """The command as it is typed in the story's folder."""
    names = [part.replace(f"{folder}/", "") for part in argv]
    return shlex.join(["credit", *names]) + (f" < {step.stdin}" if step.stdin else "")


def _data(ran: Ran) -> Json:
    """The result, one value or JSON Lines; or else the error, the last line of stderr."""
    text = ran.stdout or ran.stderr.strip().rpartition("\n")[2]
    try:
        return json.loads(text, object_hook=_with_days)
    except ValueError:
        return [json.loads(line, object_hook=_with_days) for line in text.splitlines()]


def _with_days(given: dict[str, Json]) -> dict[str, Json]:
    """Days as days again, so that they are shown as the commands show them."""
    return {key: _day(value) for key, value in given.items()}


def _day(value: Json) -> Json:
    is_day = isinstance(value, str) and _DAY.fullmatch(value)
    return date.fromisoformat(value) if is_day else value


def _compare(expected: Json, seen: Json, path: str) -> Iterator[str]:
    """Each place where `seen` does not hold what is expected; an object may hold more."""
    pairs = _pairs(expected, seen)
    if pairs is not None:
        for key, left, right in pairs:
            yield from _compare(left, right, f"{path}.{key}" if path else key)
    elif _told(expected) != _told(seen):
        yield f"{path}: {_told(expected)} -> {_told(seen)}"


def _part(expected: Json, seen: Json) -> Json:
    """What of `seen` stands where something is expected; of what has a sentence, that."""
    if isinstance(seen, dict) and "message" in seen:
        return seen["message"]
    pairs = _pairs(expected, seen)
    if pairs is None:
        return seen
    parts = {key: _part(left, right) for key, left, right in pairs}
    return parts if isinstance(expected, dict) else list(parts.values())


def _pairs(expected: Json, seen: Json) -> list[tuple[str, Json, Json]] | None:
    """What is expected inside, with its key and what is seen; None where there is no inside."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        return [(key, value, seen.get(key)) for key, value in expected.items()]
    if isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        return [(str(n), *both) for n, both in enumerate(zip(expected, seen, strict=True))]
    return None


def _told(value: Json) -> str:
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False, default=str)


def value_at(data: Json, path: str) -> Json:
    """What stands at a dotted path; None for nothing."""
    for part in path.split("."):
        if isinstance(data, list):
            data = data[int(part)] if part.isdecimal() and int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def _in_words(path: str, value: Json) -> str:
    """A saved value as a sentence says it: by the last key of its path."""
    key = path.rpartition(".")[2]
    if key.endswith("_fen"):
        return say("value.money", yuan=yuan_text(value or 0))
    match value:
        case {"n": int(n), "unit": unit}:
            own = find(f"value.duration.{unit}.{n}")
            return own or say(f"value.duration.{unit}", n=n)
        case bool():
            return say("value.yes" if value else "value.no")
        case _:
            return find(f"value.{key}.{value}") or str(value)
