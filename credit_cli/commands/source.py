"""`credit source`: the reporting units of the policy in force."""

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf
from credit_cli.commands.session import show, work
from credit_cli.text import say

app = group("source")


@app.command("list", cls=Leaf, help=say("help.source.list"))
def list_(ctx: typer.Context, as_of: AsOf = None) -> None:
    """Every reporting unit."""
    from credit_cli.actions import catalogue  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=False, as_of=as_of) as opened:
        found = catalogue.sources(opened)
    show(ctx, found)
