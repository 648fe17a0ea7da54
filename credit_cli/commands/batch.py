"""`credit batch`: what came in, and how to take it back."""

import sys
from pathlib import Path
from typing import Any

import typer

from credit_cli.commands.batch_options import (
    Line,
    LinkedSubject,
    Number,
    OneBatch,
    Reason,
    Settled,
    Source,
    State,
    To,
)
from credit_cli.commands.importing import issues_in_words
from credit_cli.commands.leaf import Leaf, group
from credit_cli.commands.options import DryRun, FailIfEmpty
from credit_cli.commands.pouring import poured
from credit_cli.commands.session import checked, desk, recorded, request, say_dry, show, work
from credit_cli.errors import Exit, RowSettled
from credit_cli.output import Format, notice
from credit_cli.rules.values import BatchState
from credit_cli.text import say

app = group("batch")


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
    """Withdraw a batch and what rests on it; then, out of everybody's way, what depended on it."""
    from credit_cli.actions import withdrawals  # noqa: PLC0415 - help loads no database

    with desk(ctx, dry_run=dry_run) as opened, recorded(opened, []):
        view = withdrawals.undo(opened, batch, lambda told: checked(ctx, told))
    show(ctx, view)
    if view["withdrawn_with"]:
        notice("links_withdrawn", quiet=request(ctx).quiet, batch=batch, **_resting(view))
    if view["cases"] or view["coupons"]:
        notice("decided_meanwhile", quiet=request(ctx).quiet, batch=batch)
    say_dry(ctx, dry_run=dry_run)


def _resting(view: dict[str, Any]) -> dict[str, int]:
    rows = sum(one["rows"] for one in view["withdrawn_with"])
    return {"rows": rows, "reopened": view["reopened"], "relinked": view["relinked"]}


@app.command("rejects", cls=Leaf, help=say("help.batch.rejects"))
def rejects(ctx: typer.Context, batch: Number, to: To = None) -> None:
    """The open questioned rows as a file to correct."""
    from credit_cli.actions import batches  # noqa: PLC0415 - help loads no database
    from credit_cli.intake.rejects import RejectsFile  # noqa: PLC0415 - as above

    target = to or Path(f"batch-{batch}.rejects.csv")
    with desk(ctx) as opened, poured(target) as path:
        with opened.open(writing=False) as reading:
            headings = batches.headings(reading, batch)
        with RejectsFile(path, headings.cells, headings.columns) as kept:
            view = batches.give_back(opened, batch, kept.add)
    quiet, to_file = request(ctx).quiet, str(target) != "-"
    if to_file:
        show(ctx, view | {"file": str(target) if view["rows"] else None})
    if headings.state is not BatchState.FINISHED:
        notice("batch_uncounted", quiet=quiet, batch=batch, state=headings.state)
    if not view["rows"]:
        notice("nothing_open", quiet=quiet, batch=batch)
    elif to_file:
        notice("rows_given_back", quiet=quiet, batch=batch, count=view["rows"], path=str(target))


@app.command("unlinked", cls=Leaf, help=say("help.batch.unlinked"))
def unlinked(
    ctx: typer.Context,
    batch: OneBatch = None,
    source: Source = None,
    fail_if_empty: FailIfEmpty = False,
) -> None:
    """Rows that wait for a subject, with candidates of the same name."""
    from credit_cli.actions import links  # noqa: PLC0415 - help loads no database

    with work(ctx, writing=False) as opened:
        found = links.list_waiting(opened, batch=batch, source=source)
    show(ctx, found)
    if fail_if_empty and not found:
        raise typer.Exit(Exit.FINDINGS)


@app.command("link", cls=Leaf, help=say("help.batch.link"))
def link(
    ctx: typer.Context,
    batch: Number,
    line: Line,
    subject: LinkedSubject,
    dry_run: DryRun = False,
) -> None:
    """Make a row that waits a record of a subject."""
    from credit_cli.actions import links  # noqa: PLC0415 - help loads no database

    written = sys.stdin.readline() if subject == "-" else subject
    try:
        with desk(ctx, dry_run=dry_run) as opened, recorded(opened, []):
            view = links.link(opened, batch, line, written, lambda made: checked(ctx, made))
    except RowSettled:
        if not dry_run:  # perhaps by a command that was killed before it came to the others
            _link_like(ctx, batch)
        raise
    like = {} if dry_run else _link_like(ctx, batch)
    asked = request(ctx)
    for_eyes = asked.format is Format.TABLE and not asked.fields
    show(ctx, view | {"issues": issues_in_words(view["issues"])} if for_eyes else view)
    if any(like.values()):
        notice("rows_known", quiet=asked.quiet, **like)
    say_dry(ctx, dry_run=dry_run)


def _link_like(ctx: typer.Context, batch: int) -> dict[str, int]:
    """Link the rows for which the same was just decided."""
    from credit_cli.actions.known_rows import link_like  # noqa: PLC0415 - as above

    with desk(ctx) as opened:
        return link_like(opened, batch)


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
