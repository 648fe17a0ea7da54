"""`credit record`: credit records in, and one of them looked at."""

from typing import Annotated

import typer

from credit_cli.commands.importing import import_from
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import (
    AsOf,
    DryRun,
    Encoding,
    File,
    Purpose,
    Rejects,
    SourceOption,
)
from credit_cli.commands.session import show, work
from credit_cli.text import say

app = group("record")

RecordId = Annotated[str, typer.Argument(metavar="ID", help=say("help.argument.record"))]
Provenance = Annotated[bool, typer.Option("--source", help=say("help.option.provenance"))]


@app.command("import", cls=Leaf, help=say("help.record.import"))
def import_(
    ctx: typer.Context,
    file: File,
    source: SourceOption,
    encoding: Encoding = None,
    rejects: Rejects = None,
    as_of: AsOf = None,
    dry_run: DryRun = False,
) -> None:
    """Import licences and penalties; good rows in, bad rows into a rejects file."""
    from credit_cli.actions.record_imports import read  # noqa: PLC0415 - help loads no database

    import_from(ctx, read, file, source, encoding, rejects, as_of=as_of, dry_run=dry_run)


@app.command("show", cls=Leaf, help=say("help.record.show"))
def show_record(
    ctx: typer.Context,
    record: RecordId,
    purpose: Purpose = "",
    source: Provenance = False,
    as_of: AsOf = None,
) -> None:
    """One record with its versions, and where it came from."""
    from credit_cli.actions import records  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, as_of=as_of) as opened:
        view = records.show(opened, record, purpose=purpose, source=source)
    show(ctx, view)
