"""`credit subject`: who bears which code, by the registers."""

import typer

from credit_cli.commands.importing import import_from
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import (
    Accept,
    AsOf,
    DryRun,
    Encoding,
    File,
    MaxRejects,
    Purpose,
    Rejects,
    SourceOption,
    SubjectArgument,
)
from credit_cli.commands.session import show, work
from credit_cli.rules.deliveries import Conditions
from credit_cli.text import say

app = group("subject")


@app.command("import", cls=Leaf, help=say("help.subject.import"))
def import_(
    ctx: typer.Context,
    file: File,
    source: SourceOption,
    encoding: Encoding = None,
    rejects: Rejects = None,
    max_rejects: MaxRejects = None,
    accept: Accept = False,
    as_of: AsOf = None,
    dry_run: DryRun = False,
) -> None:
    """Import a register of subjects; a changed name or kind is a new version."""
    from credit_cli.actions.subject_imports import read  # noqa: PLC0415 - as for records

    conditions = Conditions(max_rejects, accept)
    import_from(ctx, read, file, source, encoding, rejects, as_of, dry_run, conditions)


@app.command("show", cls=Leaf, help=say("help.subject.show"))
def show_subject(ctx: typer.Context, subject: SubjectArgument, purpose: Purpose = "") -> None:
    """One subject with what each register says of it, and said before."""
    from credit_cli.actions import registers  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True) as opened:
        view = registers.show(opened, subject, purpose=purpose)
    show(ctx, view)
