"""`credit record`: credit records in."""

import typer

from credit_cli.commands.importing import import_from
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import AsOf, DryRun, Encoding, File, Rejects, SourceOption
from credit_cli.text import say

app = group("record")


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
