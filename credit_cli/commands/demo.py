"""`credit demo`: the stories, played in a sandbox through the real commands."""

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.session import request, show
from credit_cli.errors import Exit
from credit_cli.output import Format, emit, notice
from credit_cli.text import say

if TYPE_CHECKING:
    from credit_cli.actions.demo import Stage
    from credit_cli.intake.stories import Story

app = group("demo")

Name = Annotated[
    str | None,
    typer.Argument(metavar="STORY", show_default=False, help=say("help.argument.story")),
]
Auto = Annotated[bool, typer.Option("--auto", help=say("help.option.auto"))]


@app.command("list", cls=Leaf, help=say("help.demo.list"))
def list_(ctx: typer.Context) -> None:
    """The stories with their places."""
    from credit_cli.intake.stories import load_stories  # noqa: PLC0415 - loads pydantic

    rows = [
        {
            "story": story.code,
            "title": story.shape.title.now(),
            "place": story.shape.place.now(),
            "steps": len(story.shape.step),
        }
        for story in load_stories()
    ]
    show(ctx, rows)


@app.command("play", cls=Leaf, help=say("help.demo.play"))
def play(ctx: typer.Context, story: Name = None, auto: Auto = False) -> None:
    """Play stories from a fresh sandbox; exit 4 when a step differs from what it must give."""
    from credit_cli.actions import demo  # noqa: PLC0415 - loads pydantic
    from credit_cli.intake.stories import find_stories  # noqa: PLC0415 - loads pydantic

    stories = find_stories(story)
    stage = _stage(ctx)
    demo.prepare(stage, stories[0].shape.at)
    waiting = not auto and sys.stdin.isatty() and sys.stdout.isatty()
    rows = [_play_one(ctx, stage, one, waiting=waiting) for one in stories]
    show(ctx, rows)
    if any(row["result"] == "failed" for row in rows):
        raise typer.Exit(Exit.FINDINGS)


@app.command("reset", cls=Leaf, help=say("help.demo.reset"))
def reset(ctx: typer.Context) -> None:
    """Remove the sandbox."""
    from credit_cli.store.sandboxes import remove_sandbox  # noqa: PLC0415 - loads sqlalchemy

    remove_sandbox(request(ctx).db)
    notice("sandbox_removed", quiet=request(ctx).quiet)


def _stage(ctx: typer.Context) -> "Stage":
    """A fresh sandbox beside the user's store, and the way to run commands in it."""
    from credit_cli.actions.demo import Stage  # noqa: PLC0415 - loads pydantic
    from credit_cli.store.sandboxes import fresh_sandbox  # noqa: PLC0415 - loads sqlalchemy

    asked = request(ctx)
    environ = {**asked.settings.environ, "CREDIT_DB": fresh_sandbox(asked.db)}
    return Stage(ctx.find_root().obj.run, environ | {"CREDIT_OPERATOR": "demo"})


def _play_one(
    ctx: typer.Context, stage: "Stage", story: "Story", *, waiting: bool
) -> dict[str, Any]:
    from credit_cli.actions import demo  # noqa: PLC0415 - loads pydantic

    tell = partial(notice, quiet=request(ctx).quiet)
    tell("story", title=story.shape.title.now(), place=story.shape.place.now())
    told: dict[str, Any] = {}
    passed = True
    for played in demo.play(stage, story, told):
        tell("step", words=played.words, command=played.command)
        if waiting and played.data is not None:
            emit(played.data, format=Format.TABLE)
            notice("press_enter")
            sys.stdin.readline()
        for difference in played.differences:
            notice("step_differs", difference=difference)
        passed = passed and not played.differences
    return demo.closing(story, told, passed=passed)
