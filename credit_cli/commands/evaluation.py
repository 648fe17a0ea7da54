"""`credit evaluation`: scores and grades from outside."""

from typing import TYPE_CHECKING

from credit_cli.commands.importing import add_import
from credit_cli.commands.leaf import group

if TYPE_CHECKING:
    from credit_cli.actions.mapped_imports import Read

app = group("evaluation")


def _read() -> "Read":
    from credit_cli.actions.evaluation_imports import read  # noqa: PLC0415 - help loads no database

    return read


add_import(app, "evaluation", _read)
