"""Demo stories from `fixtures/stories/*/story.toml`: steps, and what each must come to."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from credit_cli.errors import StoryNotFound
from credit_cli.folders import packaged
from credit_cli.text import language


class Words(BaseModel):
    """A sentence in both languages; `{name}` stands for a saved value."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str
    zh_CN: str  # noqa: N815 - the language's code

    def now(self) -> str:
        """The sentence in the language spoken."""
        return str(getattr(self, language()))


class Step(BaseModel):
    """One command: its arguments, stdin and clock; what it must give; what to keep of it.

    `expect` is a part of the JSON result; `save` keeps values by dotted path.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    say: Words
    run: list[str]
    stdin: str | None = None
    at: str | None = None
    exit: int = 0
    expect: dict[str, Any] = {}
    save: dict[str, str] = {}


class StoryShape(BaseModel):
    """What a story's file holds; `at` is the clock that its steps start with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Words
    place: Words
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
