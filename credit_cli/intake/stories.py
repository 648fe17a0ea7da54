"""Demo stories from `fixtures/stories/*/story.toml`: steps, and what each must come to."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from credit_cli.errors import StoryNotFound
from credit_cli.folders import packaged
from credit_cli.text import language


class Shape(BaseModel):
    """Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Shape):
    """A sentence in both languages; `{name}` stands for a value saved before."""

    en: str
    zh_CN: str  # noqa: N815 - the language's code

    def now(self) -> str:
        """The sentence in the language spoken."""
        return str(getattr(self, language()))


class Step(Shape):
    """One command: what it is for, its words, its clock, its result, and what to keep of it.

    `run` stands after `credit`; `{name}` in it is a saved value, `{folder}/`
    the story's folder. `stdin` names a file there. `expect` is a part of the
    JSON result or error; `save` keeps values by dotted path.
    """

    say: Words
    run: str
    stdin: str | None = None
    at: str | None = None
    exit: int = 0
    expect: dict[str, Any] | list[Any] | None = None
    save: dict[str, str] = {}


class StoryShape(Shape):
    """What a story's file holds; `at` is the clock that its steps start with."""

    title: Words
    before: Words
    now: Words
    at: str
    step: list[Step]


class Story(NamedTuple):
    """A story with its code (the folder's name without its number) and its folder."""

    code: str
    folder: Path
    shape: StoryShape


def load_stories() -> list[Story]:
    """Every story, in the order of the folders' numbers."""
    return [_load(path) for path in sorted(packaged("fixtures").glob("stories/*/story.toml"))]


def find_stories(code: str | None) -> list[Story]:
    """One story by its code, or all; StoryNotFound."""
    stories = load_stories()
    chosen = [story for story in stories if code in (None, story.code)]
    if not chosen:
        raise StoryNotFound(story=code, known=[story.code for story in stories])
    return chosen


def _load(path: Path) -> Story:
    shape = StoryShape.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    return Story(path.parent.name.partition("-")[2], path.parent, shape)
