"""Batches: opened, moved on, finished; the rows they questioned."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from credit_cli.rules.drafts import QuestionedRow as Questioned
from credit_cli.store.numbers import take_numbers
from credit_cli.tables.batches import Batch, BatchKind, BatchState, QuestionedRow


def find_batch(session: Session, kind: BatchKind, source: str, sha256: str) -> Batch | None:
    """The batch of this file of this source that was not withdrawn."""
    query = select(Batch).where(
        col(Batch.kind) == kind,
        col(Batch.source) == source,
        col(Batch.file_sha256) == sha256,
        col(Batch.state) != BatchState.WITHDRAWN,
    )
    return session.exec(query).first()


def add_batch(session: Session, **given: Any) -> Batch:  # noqa: ANN401 - the table's columns
    """Open a batch, with the next number unless one was taken for it."""
    number = given.pop("id", None) or take_numbers(session, "batch")
    opened = Batch(**given, id=number, state=BatchState.RUNNING)
    session.add(opened)
    session.flush()
    return opened


def lock_batch(session: Session, number: int) -> Batch:
    """The batch's row, held until the commit, so that its checkpoint moves once at a time."""
    query = select(Batch).where(col(Batch.id) == number).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def finish_batch(batch: Batch, at: datetime) -> None:
    """From the commit on, all that the batch brought is seen by every read."""
    batch.state, batch.finished_at = BatchState.FINISHED, at


def add_questioned(session: Session, batch_id: int, rows: Iterable[Questioned]) -> None:
    """Keep rows that became no record, with their cells as sent."""
    values = [
        {
            "batch_id": batch_id,
            "line": row.line,
            "outcome": row.outcome,
            "issues": [list(issue) for issue in row.issues],
            "cells": list(row.cells),
        }
        for row in rows
    ]
    if values:
        session.connection().execute(insert(QuestionedRow), values)
