"""`credit listing`: entries of lists, which are records with a file of their own."""

from credit_cli.commands.importing import Read, add_import
from credit_cli.commands.leaf import group
from credit_cli.text import say

app = group("listing")


def _read() -> Read:
    from credit_cli.actions.record_imports import read_listings  # noqa: PLC0415 - help loads no database

    return read_listings


add_import(app, say("help.listing.import"), _read)
