"""`credit evaluation`: scores and grades from outside."""

from credit_cli.commands.importing import Read, add_import
from credit_cli.commands.leaf import group
from credit_cli.text import say

app = group("evaluation")


def _read() -> Read:
    from credit_cli.actions.evaluation_imports import read  # noqa: PLC0415 - help loads no database

    return read


add_import(app, say("help.evaluation.import"), _read)
