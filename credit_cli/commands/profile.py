"""`credit profile`: who a subject is to the rules, and why."""

import sys

import typer

from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf, Explain, Purpose, SubjectArgument
from credit_cli.commands.session import report_line, show, show_lines, work
from credit_cli.errors import CreditError, Exit
from credit_cli.text import say

app = group("profile")


@app.command("show", cls=Leaf, help=say("help.profile.show"))
def show_profile(
    ctx: typer.Context,
    subject: SubjectArgument,
    purpose: Purpose = "",
    as_of: AsOf = None,
    explain: Explain = False,
) -> None:
    """One subject's profile, or with `-` that of each subject on stdin."""
    from credit_cli.actions import profiles  # noqa: PLC0415 - help loads no database

    if subject != "-":
        with work(ctx, writing=True, as_of=as_of) as opened:
            view = profiles.show(opened, subject, purpose=purpose, explain=explain)
        show(ctx, view)
        return
    views, faults = [], []
    # Read to the end first: the store is not locked while somebody still types.
    lines = [line.decode(errors="replace") for line in sys.stdin.buffer]
    with work(ctx, writing=True, as_of=as_of) as opened:
        for line, written in enumerate(lines, 1):
            try:
                if written.strip():
                    view = profiles.show(opened, written, purpose=purpose, explain=explain)
                    views.append(view)
            except CreditError as error:
                faults.append((error, line))
    show_lines(ctx, views)
    for fault, line in faults:
        report_line(ctx, fault, line)
    if faults:
        raise typer.Exit(Exit.PARTLY)
