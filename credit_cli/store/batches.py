"""Batches: opened, moved on, finished, withdrawn."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from credit_cli.errors import BatchNotFound, BatchUnfinished, BatchWithdrawn
from credit_cli.rules.values import BatchState, RowState
from credit_cli.store.numbers import take_numbers
from credit_cli.tables.batches import Batch, BatchKind, QuestionedRow


def find_batch(session: Session, kind: BatchKind, source: str, sha256: str) -> Batch | None:
    """The batch of this file of this source that was not withdrawn."""
    query = select(Batch).where(
        col(Batch.kind) == kind,
        col(Batch.source) == source,
        col(Batch.file_sha256) == sha256,
        col(Batch.state) != BatchState.WITHDRAWN,
    )
    return session.exec(query).first()


def find_before(session: Session, kind: BatchKind, source: str, layout: str) -> Batch | None:
    """The last batch of a source's files of one layout that is seen."""
    query = (
        select(Batch)
        .where(col(Batch.kind) == kind, col(Batch.source) == source, col(Batch.layout) == layout)
        .where(col(Batch.state) == BatchState.FINISHED)
        .order_by(col(Batch.id).desc())
    )
    return session.exec(query.limit(1)).first()


def get_batch(session: Session, number: int) -> Batch:
    """The batch of this number; BatchNotFound."""
    found = session.exec(select(Batch).where(col(Batch.id) == number)).first()
    if found is None:
        raise BatchNotFound(batch=number)
    return found


def get_finished(session: Session, number: int) -> Batch:
    """The batch of this number, if it counts; BatchNotFound, BatchWithdrawn, BatchUnfinished."""
    found = get_batch(session, number)
    if found.state is BatchState.WITHDRAWN:
        raise BatchWithdrawn(batch=number)
    if found.state is BatchState.RUNNING:
        raise BatchUnfinished(batch=number)
    return found


def list_batches(
    session: Session, *, source: str | None = None, state: BatchState | None = None
) -> list[tuple[Batch, int]]:
    """Batches with how many of their questioned rows are open, the newest first."""
    open_rows = (
        select(col(QuestionedRow.batch_id), func.count().label("n"))
        .where(col(QuestionedRow.state) == RowState.OPEN)
        .group_by(col(QuestionedRow.batch_id))
        .subquery()
    )
    query = (
        select(Batch, func.coalesce(open_rows.c.n, 0))
        .outerjoin(open_rows, open_rows.c.batch_id == col(Batch.id))
        .order_by(col(Batch.id).desc())
    )
    if source is not None:
        query = query.where(col(Batch.source) == source)
    if state is not None:
        query = query.where(col(Batch.state) == state)
    return list(session.exec(query))


def add_batch(session: Session, **given: Any) -> Batch:  # noqa: ANN401 - the table's columns
    """Open a batch, with the next number unless one was taken for it."""
    number = given.pop("id", None) or take_numbers(session, "batch")
    opened = Batch(**given, id=number, state=BatchState.RUNNING)
    session.add(opened)
    session.flush()
    return opened


def lock_batch(session: Session, number: int) -> Batch:
    """The batch's row, held until the commit, so that it moves once at a time.

    BatchNotFound; BatchWithdrawn, because nothing can be done with it any more.
    """
    found = lock_any_batch(session, number)
    if found.state is BatchState.WITHDRAWN:
        raise BatchWithdrawn(batch=number)
    return found


def lock_any_batch(session: Session, number: int) -> Batch:
    """As `lock_batch`, of one that may have been withdrawn too; BatchNotFound."""
    query = select(Batch).where(col(Batch.id) == number).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise BatchNotFound(batch=number)
    return found


def finish_batch(batch: Batch, at: datetime) -> None:
    """From the commit on, all that the batch brought is seen by every read."""
    batch.state, batch.finished_at = BatchState.FINISHED, at


def withdraw_batch(batch: Batch, at: datetime) -> None:
    """From the commit on, no read sees what the batch brought, nor that it ended anything."""
    batch.state, batch.withdrawn_at = BatchState.WITHDRAWN, at
