"""Batches (归集批次): what came in, how good it was, and how to take it back."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from credit_cli.actions.wording import View
from credit_cli.errors import BatchIsWriteBack, BatchWithdrawn
from credit_cli.rules.drafts import QuestionedRow
from credit_cli.rules.quality import bad_permille, figures, good_permille
from credit_cli.rules.values import BatchState, RowState
from credit_cli.store import batches, links, questioned
from credit_cli.store.work import Desk, Work
from credit_cli.tables.batches import Batch, BatchKind

_OUTCOMES = ("added", "changed", "same", "rejected", "unlinked")


def list_(work: Work, *, source: str | None, state: BatchState | None) -> list[View]:
    """Batches, the newest first, with how many questioned rows are open."""
    found = batches.list_batches(work.session, source=source, state=state)
    return [
        _head(batch) | {"started_at": batch.started_at, **_counts(batch), "open": open_rows}
        for batch, open_rows in found
    ]


def show(work: Work, number: int) -> View:
    """All that is known of a batch. Times are milliseconds, shares permille."""
    batch = batches.get_batch(work.session, number)
    late = batch.issues.get("reported_late", 0)
    return {
        **_head(batch),
        "actor": batch.actor,
        "sha256": batch.mapping["file_sha256"] if batch.mapping else batch.file_sha256,
        "mapping": batch.mapping["name"] if batch.mapping else None,
        "layout": batch.layout,
        "edition": batch.edition,
        "started_at": batch.started_at,
        "finished_at": batch.finished_at,
        "withdrawn_at": batch.withdrawn_at,
        "read_ms": batch.read_ms,
        "merge_ms": batch.merge_ms,
        **_counts(batch),
        "skipped": batch.skipped,
        "rests_on": links.list_relied(work.session, number),
        "questioned": dict(questioned.count_states(work.session, number)),
        "compliance_permille": good_permille(batch.read - batch.rejected, batch.read),
        "late_permille": bad_permille(late, batch.read),
        "quality": [one._asdict() for one in figures(batch.read, batch.flawed)],
        "issues": dict(sorted(batch.issues.items())),
    }


def _head(batch: Batch) -> View:
    return {
        "batch": batch.id,
        "state": batch.state,
        "kind": batch.kind,
        "source": batch.source,
        "file": batch.file_name,
    }


def _counts(batch: Batch) -> View:
    return {"read": batch.read, **{name: getattr(batch, name) for name in _OUTCOMES}}


def withdraw(work: Work, number: int) -> View:
    """Take back all that a batch did, finished or abandoned; BatchIsWriteBack, BatchWithdrawn.

    The rows that came back with it are open again; what somebody decided with it
    holds no more, even if it was withdrawn with the file whose rows it linked.
    """
    batch = batches.lock_any_batch(work.session, number)
    if batch.kind is BatchKind.REVIEW:
        raise BatchIsWriteBack(batch=number)
    was = batch.state
    decided = links.withdraw_decisions(work.session, number, work.terms.now)
    if was is BatchState.WITHDRAWN and not decided:
        raise BatchWithdrawn(batch=number)
    reopened = take_back(work, batch)
    work.audit("batch.undo", batch=number, source=batch.source, was=was.value)
    return {**_head(batch), "was": was, **_counts(batch), "reopened": reopened}


def take_back(work: Work, batch: Batch) -> int:
    """Let no read see what a batch brought, and open the rows that it closed; how many."""
    batches.withdraw_batch(batch, work.terms.now)
    work.session.flush()
    return questioned.reopen_answered(work.session, batch.id)


class Headings(NamedTuple):
    """The sender's headings, the layout's codes of the columns under them, the batch's state."""

    cells: tuple[str, ...]
    columns: tuple[str, ...]
    state: BatchState


def headings(work: Work, number: int) -> Headings:
    """Under which headings a batch was sent, and whether it counts."""
    batch = batches.get_batch(work.session, number)
    return Headings(tuple(batch.headings), tuple(batch.columns), batch.state)


def give_back(desk: Desk, number: int, keep: Callable[[Sequence[QuestionedRow]], None]) -> View:
    """Hand the open rows of a batch to `keep`, as they were sent; that they went out is logged."""
    count = 0
    with desk.open(writing=False) as work:
        for rows in questioned.list_open(work.session, number):
            keep(rows)
            count += len(rows)
    if count:
        with desk.open(writing=True) as work:
            work.audit("batch.rejects", batch=number, rows=count)
    return {"batch": number, "rows": count}


def settle(work: Work, number: int, line: int, state: RowState, reason: str) -> View:
    """Close a questioned row that will not come back.

    What `get_finished` raises; RowNotQuestioned, RowSettled.
    """
    batches.get_finished(work.session, number)
    terms = work.terms
    settled = questioned.Settlement(state, reason, terms.actor, terms.now)
    questioned.settle_row(work.session, number, line, settled)
    work.audit("batch.fix", batch=number, line=line, state=state.value)
    return {"batch": number, "line": line, "state": state, "reason": reason}
