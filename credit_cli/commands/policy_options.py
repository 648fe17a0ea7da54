"""Arguments and options of the policy commands, as annotated types."""

from pathlib import Path
from typing import Annotated

import typer

from credit_cli.errors import MalformedValue
from credit_cli.text import say

_LONGEST_NOTE = 400  # characters, as the store keeps them


def _note(text: str) -> str:
    if text.isprintable() and len(text) <= _LONGEST_NOTE:
        return text.strip()
    raise MalformedValue(option="--note", expected=f"TEXT (0-{_LONGEST_NOTE})")


Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help=say("help.argument.folder"))]
Pack = Annotated[Path, typer.Argument(metavar="PACK", help=say("help.argument.pack"))]
Version = Annotated[str, typer.Argument(metavar="VERSION", help=say("help.argument.version"))]
VersionOrPack = Annotated[
    str, typer.Argument(metavar="VERSION|PACK", help=say("help.argument.version_or_pack"))
]
Earlier = Annotated[
    str | None,
    typer.Argument(metavar="[VERSION]", show_default=False, help=say("help.argument.earlier")),
]
Coverage = Annotated[bool, typer.Option("--coverage", help=say("help.option.coverage"))]
Note = Annotated[
    str, typer.Option("--note", parser=_note, metavar="TEXT", help=say("help.option.note"))
]
Part = Annotated[
    str | None,
    typer.Argument(metavar="[WHAT]", show_default=False, help=say("help.argument.policy_part")),
]
PackOption = Annotated[
    Path | None, typer.Option("--pack", metavar="PATH", help=say("help.option.pack"))
]
LikeOption = Annotated[
    str, typer.Option("--like", metavar="SCENARIO", help=say("help.option.like_scenario"))
]
NewScenario = Annotated[
    str, typer.Argument(metavar="SCENARIO", help=say("help.argument.new_scenario"))
]
StartTo = Annotated[
    Path,
    typer.Option(
        "--to", "-o", metavar="FILE", show_default=False, help=say("help.option.start_to")
    ),
]
Before = Annotated[
    str, typer.Argument(metavar="VERSION|PACK", help=say("help.argument.diff_before"))
]
After = Annotated[str, typer.Argument(metavar="VERSION|PACK", help=say("help.argument.diff_after"))]
