"""`credit case`: applications taken in, and those that departments dealt with elsewhere."""

from typing import TYPE_CHECKING, Annotated

import typer

from credit_cli.commands.importing import add_import
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import (
    AsOf,
    DryRun,
    Missing,
    Purpose,
    SubjectArgument,
    SubjectOption,
)
from credit_cli.commands.session import checked, say_dry, show, work
from credit_cli.text import say

if TYPE_CHECKING:
    from credit_cli.actions.mapped_imports import Read

app = group("case")

Item = Annotated[str, typer.Option("--item", metavar="CODE", help=say("help.option.item"))]
Route = Annotated[
    str | None, typer.Option("--route", metavar="CODE", help=say("help.option.route"))
]


@app.command("open", cls=Leaf, help=say("help.case.open"))
def open_(
    ctx: typer.Context,
    subject: SubjectOption,
    item: Item,
    missing: Missing = None,
    route: Route = None,
    as_of: AsOf = None,
    dry_run: DryRun = False,
) -> None:
    """Open a case on the best route granted, or on the one chosen."""
    from credit_cli.actions import cases, routes  # noqa: PLC0415 - help loads no database

    application = routes.Application([item], missing or (), route)
    with work(ctx, writing=True, as_of=as_of, dry_run=dry_run) as opened:
        view = checked(ctx, cases.open_case(opened, subject, application))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)


def _read() -> "Read":
    from credit_cli.actions.case_imports import read  # noqa: PLC0415 - help loads no database

    return read


add_import(app, "case", _read)


@app.command("history", cls=Leaf, help=say("help.case.history"))
def history(ctx: typer.Context, subject: SubjectArgument, purpose: Purpose = "") -> None:
    """What departments' files say of a subject's cases."""
    from credit_cli.actions import past_cases  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True) as opened:
        view = past_cases.history(opened, subject, purpose=purpose)
    show(ctx, view)
