"""`credit listing`: entries of lists, which are records with a file of their own."""

from typing import TYPE_CHECKING

from credit_cli.commands.importing import add_import
from credit_cli.commands.leaf import group

if TYPE_CHECKING:
    from credit_cli.actions.mapped_imports import Read

app = group("listing")


def _read() -> "Read":
    from credit_cli.actions.record_imports import read_listings  # noqa: PLC0415 - help loads no database

    return read_listings


add_import(app, "listing", _read)
