"""`credit listing`: entries of lists, which are records with a file of their own."""

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
    Rejects,
    SourceOption,
)
from credit_cli.rules.deliveries import Conditions
from credit_cli.text import say

app = group("listing")


@app.command("import", cls=Leaf, help=say("help.listing.import"))
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
    """Import entries and exits; a file of another kind is refused by its heading."""
    from credit_cli.actions.record_imports import read_listings  # noqa: PLC0415 - as for records

    conditions = Conditions(max_rejects, accept)
    import_from(ctx, read_listings, file, source, encoding, rejects, as_of, dry_run, conditions)
