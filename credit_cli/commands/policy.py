"""`credit policy`: the rules as data."""

from pathlib import Path
from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import DryRun
from credit_cli.commands.session import checked, say_dry, show, work
from credit_cli.text import say

app = group("policy")

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help=say("help.argument.folder"))]


@app.command("check", cls=Leaf, help=say("help.policy.check"))
def check(ctx: typer.Context, folder: Folder) -> None:
    """Find every fault of a pack at once; needs no store."""
    from credit_cli.actions import policies  # noqa: PLC0415 - help loads no database

    show(ctx, policies.check(folder))


@app.command("activate", cls=Leaf, help=say("help.policy.activate"))
def activate(ctx: typer.Context, folder: Folder, dry_run: DryRun = False) -> None:
    """Make a pack the version in force from its own first day."""
    from credit_cli.actions import policies  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, dry_run=dry_run) as opened:
        view = checked(ctx, policies.activate(opened, folder))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)
