"""`credit case`: applications taken in."""

from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf, DryRun, Missing, SubjectOption
from credit_cli.commands.session import checked, say_dry, show, work
from credit_cli.text import say

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
