"""`credit route`: what a subject may have for an item."""

from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf, Explain, Missing, Purpose, SubjectOption
from credit_cli.commands.session import show, work
from credit_cli.text import say

app = group("route")

Items = Annotated[
    list[str],
    typer.Option("--item", metavar="CODE", show_default=False, help=say("help.option.items")),
]


@app.command("simulate", cls=Leaf, help=say("help.route.simulate"))
def simulate(
    ctx: typer.Context,
    subject: SubjectOption,
    item: Items,
    missing: Missing = None,
    purpose: Purpose = "",
    as_of: AsOf = None,
    explain: Explain = False,
) -> None:
    """Simulate an application; nothing but the reading is recorded."""
    from credit_cli.actions import routes  # noqa: PLC0415 - help loads no database

    application = routes.Application(item, missing or ())
    with work(ctx, writing=True, as_of=as_of) as opened:
        view = routes.simulate(opened, subject, application, purpose=purpose, explain=explain)
    show(ctx, view)
