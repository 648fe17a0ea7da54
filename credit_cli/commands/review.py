"""`credit review`: what must be checked after approval."""

from typing import Annotated

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf, DryRun, DueBefore, FailIfEmpty, number
from credit_cli.commands.session import checked, say_dry, show, work
from credit_cli.errors import Exit
from credit_cli.rules.values import ReviewOutcome
from credit_cli.text import say

app = group("review")

Overdue = Annotated[bool, typer.Option("--overdue", help=say("help.option.overdue"))]
FailIfOverdue = Annotated[
    bool, typer.Option("--fail-if-overdue", help=say("help.option.fail_if_overdue"))
]
Number = Annotated[
    int, typer.Argument(parser=number, metavar="ID", help=say("help.argument.review"))
]
Outcome = Annotated[ReviewOutcome, typer.Option("--outcome", help=say("help.option.outcome"))]


@app.command("list", cls=Leaf, help=say("help.review.list"))
def list_(
    ctx: typer.Context,
    overdue: Overdue = False,
    due_before: DueBefore = None,
    as_of: AsOf = None,
    fail_if_overdue: FailIfOverdue = False,
    fail_if_empty: FailIfEmpty = False,
) -> None:
    """Pending reviews, the first due first."""
    from credit_cli.actions import reviews  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=False, as_of=as_of) as opened:
        found = reviews.list_pending(opened, overdue=overdue, due_before=due_before)
    show(ctx, found)
    late = any(one["state"] == "overdue" for one in found)
    if (fail_if_overdue and late) or (fail_if_empty and not found):
        raise typer.Exit(Exit.FINDINGS)


@app.command("complete", cls=Leaf, help=say("help.review.complete"))
def complete(
    ctx: typer.Context,
    review: Number,
    outcome: Outcome,
    as_of: AsOf = None,
    dry_run: DryRun = False,
) -> None:
    """Close a review; a breach lowers the tier at once."""
    from credit_cli.actions import reviews  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, as_of=as_of, dry_run=dry_run) as opened:
        view = checked(ctx, reviews.complete(opened, review, outcome))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)
