"""Arguments and options of the batch commands, as annotated types."""

from pathlib import Path
from typing import Annotated

import typer

from credit_cli.commands.options import number
from credit_cli.errors import MalformedValue
from credit_cli.rules.values import BatchState, RowState
from credit_cli.text import say

_SETTLED = (RowState.HANDLED, RowState.IGNORED)
_LONGEST_REASON = 400  # characters, as the store keeps them


def _line(text: str | int) -> int:
    try:
        return number(text)
    except MalformedValue as fault:
        raise MalformedValue(option="--line", expected=fault.params["expected"]) from None


def _settled(text: str) -> RowState:
    if text in _SETTLED:
        return RowState(text)
    raise MalformedValue(option="--state", expected=", ".join(_SETTLED))


def _reason(text: str) -> str:
    if text.strip() and text.isprintable() and len(text) <= _LONGEST_REASON:
        return text.strip()
    raise MalformedValue(option="--reason", expected=f"TEXT (1-{_LONGEST_REASON})")


Number = Annotated[
    int, typer.Argument(parser=number, metavar="ID", help=say("help.argument.batch"))
]
Source = Annotated[
    str | None, typer.Option("--source", metavar="CODE", help=say("help.option.batch_source"))
]
State = Annotated[BatchState | None, typer.Option("--state", help=say("help.option.batch_state"))]
To = Annotated[Path | None, typer.Option("-o", "--to", metavar="FILE", help=say("help.option.to"))]
Line = Annotated[
    int, typer.Option("--line", parser=_line, metavar="N", help=say("help.option.line"))
]
OneBatch = Annotated[
    int | None,
    typer.Argument(
        parser=number, metavar="[ID]", help=say("help.argument.batch"), show_default=False
    ),
]
LinkedSubject = Annotated[
    str, typer.Option("--subject", metavar="ID", help=say("help.option.linked_subject"))
]
Settled = Annotated[
    RowState,
    typer.Option(
        "--state", parser=_settled, metavar="|".join(_SETTLED), help=say("help.option.row_state")
    ),
]
Reason = Annotated[
    str,
    typer.Option("--reason", parser=_reason, metavar="TEXT", help=say("help.option.settle_reason")),
]
