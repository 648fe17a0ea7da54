"""`credit demo`: the stories, played in a sandbox through the real commands."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.session import request, show
from credit_cli.errors import Exit
from credit_cli.output import Format, emit, notice
from credit_cli.output.harmless import put
from credit_cli.text import say

if TYPE_CHECKING:
    from credit_cli.actions.demo import Played, Stage
    from credit_cli.intake.stories import Story

app = group("demo")

Name = Annotated[
    str | None,
    typer.Argument(metavar="STORY", show_default=False, help=say("help.argument.story")),
]
Auto = Annotated[bool, typer.Option("--auto", help=say("help.option.auto"))]


@app.command("list", cls=Leaf, help=say("help.demo.list"))
def list_(ctx: typer.Context) -> None:
    """The stories in their order."""
    from credit_cli.intake.stories import load_stories  # noqa: PLC0415 - loads pydantic

    rows = [{"story": one.code, "title": one.shape.title.now()} for one in load_stories()]
    show(ctx, rows)


@app.command("play", cls=Leaf, help=say("help.demo.play"))
def play(ctx: typer.Context, story: Name = None, auto: Auto = False) -> None:
    """Play stories from a fresh sandbox; exit 4 when a step differs from what it must give."""
    from credit_cli.intake.stories import find_stories  # noqa: PLC0415 - loads pydantic

    stories = find_stories(story)
    stage = _stage(ctx, at=stories[0].shape.at)
    waiting = not auto and sys.stdin.isatty() and sys.stdout.isatty()
    rows = [_play_one(ctx, stage, one, waiting=waiting) for one in stories]
    notice("stories_played", quiet=request(ctx).quiet)
    show(ctx, rows)
    if any(row["result"] == "failed" for row in rows):
        raise typer.Exit(Exit.FINDINGS)


@app.command("reset", cls=Leaf, help=say("help.demo.reset"))
def reset(ctx: typer.Context) -> None:
    """Remove the sandbox."""
    from credit_cli.store.sandboxes import remove_sandbox  # noqa: PLC0415 - loads sqlalchemy

    remove_sandbox(request(ctx).db)
    notice("sandbox_removed", quiet=request(ctx).quiet)


def _stage(ctx: typer.Context, *, at: str) -> "Stage":
    """A fresh sandbox beside the user's store, and the way to run commands in it."""
    from credit_cli.actions.demo import Stage  # noqa: PLC0415 - loads pydantic
    from credit_cli.store.sandboxes import fresh_sandbox  # noqa: PLC0415 - loads sqlalchemy

    asked = request(ctx)
    environ = {**asked.settings.environ, "CREDIT_DB": fresh_sandbox(asked.db)}
    stage = Stage(ctx.find_root().obj.run, environ | {"CREDIT_OPERATOR": "demo"})
    made = stage.perform(["init", "--sandbox"], at)
    if made.exit_code:  # told as the command itself tells it
        put(sys.stderr, made.stderr)
        raise typer.Exit(made.exit_code)
    return stage


def _play_one(
    ctx: typer.Context, stage: "Stage", story: "Story", *, waiting: bool
) -> dict[str, Any]:
    from credit_cli.actions import demo  # noqa: PLC0415 - loads pydantic

    quiet = request(ctx).quiet
    notice("story", quiet=quiet, title=story.shape.title.now())
    told: dict[str, str] = {}
    passed = True
    for played in demo.play(stage, story, told):
        if not quiet:
            _tell(played, result=not waiting)
        for difference in played.differences:
            notice("step_differs", difference=difference)
        passed = passed and not played.differences
        if waiting:
            _show_whole(played)
    return demo.closing(story, told, passed=passed)


def _tell(played: "Played", *, result: bool) -> None:
    """A step for a person: what it is for, what is typed, and what came of it in short."""
    told = {"step": played.words, "command": played.command}
    brief = {"result": _brief(played.checked)} if result and played.checked else {}
    emit(told | brief, format=Format.TABLE, stream=sys.stderr)
    put(sys.stderr, "\n")


def _brief(checked: Any) -> str:  # noqa: ANN401 - JSON values
    """Values with their titles on one line; a sentence as it is."""
    from credit_cli.output.wording import marked, phrase, title  # noqa: PLC0415 - only for people

    told = marked(checked, keep_flag=False)
    if isinstance(told, dict):
        pairs = [(title(key), phrase(key, value)) for key, value in told.items()]
        words = " | ".join(say("notice.checked", title=key, value=value) for key, value in pairs)
    else:
        words = phrase("result", told)
    return words.replace("\n", " / ")


def _show_whole(played: "Played") -> None:
    """All that a step gave, until the reader goes on."""
    if played.data:
        emit(played.data, format=Format.TABLE)
    notice("press_enter")
    sys.stdin.readline()
