"""`credit batch`: what came in, and how to take it back."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from credit_cli.commands.importing import issues_in_words
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import DryRun, FailIfEmpty, number
from credit_cli.commands.session import checked, desk, request, say_dry, show, work
from credit_cli.errors import Exit, MalformedValue
from credit_cli.output import Format, notice, pour
from credit_cli.rules.values import BatchState, RowState
from credit_cli.text import say

app = group("batch")

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


@app.command("list", cls=Leaf, help=say("help.batch.list"))
def list_(
    ctx: typer.Context,
    source: Source = None,
    state: State = None,
    fail_if_empty: FailIfEmpty = False,
) -> None:
    """Batches, the newest first."""
    from credit_cli.actions import batches  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=False) as opened:
        found = batches.list_(opened, source=source, state=state)
    show(ctx, found)
    if fail_if_empty and not found:
        raise typer.Exit(Exit.FINDINGS)


@app.command("show", cls=Leaf, help=say("help.batch.show"))
def show_batch(ctx: typer.Context, batch: Number) -> None:
    """All that is known of a batch."""
    from credit_cli.actions import batches  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=False) as opened:
        view = batches.show(opened, batch)
    asked = request(ctx)
    for_eyes = asked.format is Format.TABLE and not asked.fields
    show(ctx, view | {"issues": issues_in_words(view["issues"])} if for_eyes else view)


@app.command("undo", cls=Leaf, help=say("help.batch.undo"))
def undo(ctx: typer.Context, batch: Number, dry_run: DryRun = False) -> None:
    """Withdraw a batch; then, out of everybody's way, find what depended on it."""
    from credit_cli.actions import batches  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, dry_run=dry_run) as opened:
        view = checked(ctx, batches.withdraw(opened, batch))
    with work(ctx, writing=False) as opened:
        view |= batches.dependents(opened, batch)
    show(ctx, view)
    if view["cases"] or view["coupons"]:
        notice("decided_meanwhile", quiet=request(ctx).quiet, batch=batch)
    say_dry(ctx, dry_run=dry_run)


@app.command("rejects", cls=Leaf, help=say("help.batch.rejects"))
def rejects(ctx: typer.Context, batch: Number, to: To = None) -> None:
    """The open questioned rows as a file to correct."""
    from credit_cli.actions import batches  # noqa: PLC0415 - help loads no database
    from credit_cli.intake.rejects import RejectsFile  # noqa: PLC0415 - as above

    target = to or Path(f"batch-{batch}.rejects.csv")
    with desk(ctx) as opened, _poured(target) as path:
        with opened.open(writing=False) as reading:
            headings = batches.headings(reading, batch)
        with RejectsFile(path, headings.cells, headings.columns) as kept:
            view = batches.give_back(opened, batch, kept.add)
    quiet, to_file = request(ctx).quiet, str(target) != "-"
    if to_file:
        show(ctx, view | {"file": str(target) if view["rows"] else None})
    if not view["rows"]:
        notice("nothing_open", quiet=quiet, batch=batch)
    elif to_file:
        notice("rows_given_back", quiet=quiet, batch=batch, count=view["rows"], path=str(target))


@contextmanager
def _poured(target: Path) -> Iterator[Path]:
    """The file itself, or one of our own that goes to stdout."""
    if str(target) != "-":
        yield target
        return
    with tempfile.TemporaryDirectory(prefix="credit-") as folder:
        path = Path(folder) / "rejects.csv"
        yield path
        if path.exists():
            pour(path)


@app.command("fix", cls=Leaf, help=say("help.batch.fix"))
def fix(
    ctx: typer.Context,
    batch: Number,
    line: Line,
    state: Settled,
    reason: Reason,
    dry_run: DryRun = False,
) -> None:
    """Settle one questioned row."""
    from credit_cli.actions import batches  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=True, dry_run=dry_run) as opened:
        view = checked(ctx, batches.settle(opened, batch, line, state, reason))
    show(ctx, view)
    say_dry(ctx, dry_run=dry_run)
