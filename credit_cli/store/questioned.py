"""Questioned rows (疑问数据): kept as sent, given back, settled."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, insert, not_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select, update

from credit_cli.errors import RowNotQuestioned, RowSettled
from credit_cli.rules.drafts import Issue, Level
from credit_cli.rules.drafts import QuestionedRow as Questioned
from credit_cli.rules.values import RowState
from credit_cli.tables.batches import Batch, QuestionedRow

_PAGE = 500


class Settlement(NamedTuple):
    """How, why, by whom and when a row was settled."""

    state: RowState
    reason: str
    by: str
    at: datetime


class Answer(NamedTuple):
    """A row that came back: its line, and the batch and line it was questioned in."""

    line: int
    batch: int
    batch_line: int


def add_questioned(session: Session, batch_id: int, rows: Iterable[Questioned]) -> None:
    """Keep rows that became no record, with their cells as sent."""
    values = [
        {
            "batch_id": batch_id,
            "line": row.line,
            "outcome": row.outcome,
            "issues": [list(issue) for issue in row.issues],
            "cells": list(row.cells),
            "state": RowState.OPEN,
            "reason": "",
        }
        for row in rows
    ]
    if values:
        session.connection().execute(insert(QuestionedRow), values)


def list_open(session: Session, batch_id: int) -> Iterator[list[Questioned]]:
    """The open rows of a batch in the order of their lines, some hundred at a time."""
    query = (
        select(QuestionedRow)
        .where(col(QuestionedRow.batch_id) == batch_id, col(QuestionedRow.state) == RowState.OPEN)
        .order_by(col(QuestionedRow.line))
    )
    found = session.exec(query.execution_options(yield_per=_PAGE))
    for rows in found.partitions():
        yield [_as_sent(row) for row in rows]


def _as_sent(row: QuestionedRow) -> Questioned:
    issues = tuple(Issue(Level(level), *rest) for level, *rest in row.issues)
    return Questioned(row.line, row.outcome.value, issues, tuple(row.cells), row.batch_id)


def count_states(session: Session, batch_id: int) -> dict[RowState, int]:
    """How many questioned rows of a batch are in each state, nought included."""
    query = (
        select(QuestionedRow.state, func.count())
        .where(col(QuestionedRow.batch_id) == batch_id)
        .group_by(col(QuestionedRow.state))
    )
    counts = {RowState(state): count for state, count in session.exec(query)}
    return {state: counts.get(state, 0) for state in RowState}


def settle_row(session: Session, batch_id: int, line: int, settled: Settlement) -> None:
    """Close an open row; RowSettled if it is not open, RowNotQuestioned if there is none."""
    its_own = (col(QuestionedRow.batch_id) == batch_id, col(QuestionedRow.line) == line)
    closing = (
        update(QuestionedRow)
        .where(*its_own, col(QuestionedRow.state) == RowState.OPEN)
        .values(
            state=settled.state,
            reason=settled.reason,
            settled_by=settled.by,
            settled_at=settled.at,
        )
        .returning(col(QuestionedRow.line))
    )
    if session.exec(closing).first() is not None:
        return
    state = session.exec(select(QuestionedRow.state).where(*its_own)).first()
    if state is None:
        raise RowNotQuestioned(batch=batch_id, line=line)
    raise RowSettled(batch=batch_id, line=line, state=state)


def claim_rows(session: Session, batch: Batch, answers: Iterable[Answer]) -> None:
    """Note on open rows that they came back in `batch`, if their own unit sent it.

    They stay open until `settle_claimed`, so an unfinished batch settles nothing.
    """
    own = select(Batch.id).where(
        col(Batch.source) == batch.source, col(Batch.kind) == batch.kind, col(Batch.id) != batch.id
    )
    claiming = (
        update(QuestionedRow)
        .where(col(QuestionedRow.batch_id) == bindparam("b_batch"))
        .where(col(QuestionedRow.line) == bindparam("b_batch_line"))
        .where(col(QuestionedRow.state) == RowState.OPEN, col(QuestionedRow.batch_id).in_(own))
        .values(answer_batch_id=batch.id, answer_line=bindparam("b_line"))
    )
    values = [{f"b_{name}": value for name, value in one._asdict().items()} for one in answers]
    session.connection().execute(claiming, values)


def settle_claimed(session: Session, batch_id: int, by: str, at: datetime) -> None:
    """Settle the open rows that came back in a batch.

    What was taken in is fixed; what is questioned once more is handled, because
    it goes on in the new batch.
    """
    again = aliased(QuestionedRow)
    still = (
        select(again.line)
        .where(again.batch_id == batch_id, again.line == col(QuestionedRow.answer_line))
        .exists()
    )
    session.exec(
        update(QuestionedRow)
        .where(*_claimed(batch_id), col(QuestionedRow.state) == RowState.OPEN)
        .values(
            state=case((still, RowState.HANDLED.value), else_=RowState.FIXED.value),
            settled_by=by,
            settled_at=at,
        )
    )


def count_answered(session: Session, batch_id: int) -> int:
    """How many rows of earlier batches were settled by coming back in this one."""
    query = select(func.count()).where(
        *_claimed(batch_id), col(QuestionedRow.state) != RowState.OPEN
    )
    return session.exec(query).one()


def list_answered(session: Session, batch_id: int) -> list[tuple[int, int]]:
    """Batch and line of the rows that were settled by coming back in a batch."""
    query = select(col(QuestionedRow.batch_id), col(QuestionedRow.line))
    return list(session.exec(query.where(*_claimed(batch_id))))


def reopen_answered(session: Session, batch_id: int) -> int:
    """Open the rows again that came back in a batch; how many."""
    count = count_answered(session, batch_id)
    session.exec(
        update(QuestionedRow)
        .where(*_claimed(batch_id))
        .values(
            state=RowState.OPEN,
            answer_batch_id=None,
            answer_line=None,
            settled_by=None,
            settled_at=None,
        )
    )
    return count


def _claimed(batch_id: int) -> tuple[ColumnElement[bool], ...]:
    """Rows noted as come back and not settled in another way meanwhile."""
    by_hand = col(QuestionedRow.reason) != ""
    return (col(QuestionedRow.answer_batch_id) == batch_id, not_(by_hand))
