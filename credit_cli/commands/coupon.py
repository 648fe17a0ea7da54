"""`credit coupon`: benefits for good credit."""

from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf, DryRun, SubjectOption
from credit_cli.commands.session import checked, say_dry, show, work
from credit_cli.text import say

app = group("coupon")

Programme = Annotated[
    str, typer.Option("--programme", metavar="CODE", help=say("help.option.programme"))
]


@app.command("issue", cls=Leaf, help=say("help.coupon.issue"))
def issue(
    ctx: typer.Context,
    programme: Programme,
    subject: SubjectOption,
    as_of: AsOf = None,
    dry_run: DryRun = False,
) -> None:
    """Issue one coupon, if the score, the share and the budget allow it."""
    from credit_cli.actions import coupons  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, as_of=as_of, dry_run=dry_run) as opened:
        view = checked(ctx, coupons.issue(opened, programme, subject))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)
