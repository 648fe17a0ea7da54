"""`credit subject`: who bears which code, by the registers."""

from typing import TYPE_CHECKING

import typer

from credit_cli.commands.importing import add_import
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import Purpose, SubjectArgument
from credit_cli.commands.session import show, work
from credit_cli.text import say

if TYPE_CHECKING:
    from credit_cli.actions.mapped_imports import Read

app = group("subject")


def _read() -> "Read":
    from credit_cli.actions.subject_imports import read  # noqa: PLC0415 - help loads no database

    return read


add_import(app, "subject", _read)


@app.command("show", cls=Leaf, help=say("help.subject.show"))
def show_subject(ctx: typer.Context, subject: SubjectArgument, purpose: Purpose = "") -> None:
    """One subject with what each register says of it, and said before."""
    from credit_cli.actions import registers  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True) as opened:
        view = registers.show(opened, subject, purpose=purpose)
    show(ctx, view)
