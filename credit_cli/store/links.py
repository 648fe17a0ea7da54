"""Rows that no code links to a subject (未关联数据): who they may be about, what was decided."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select, update

from credit_cli.errors import RowNotQuestioned, RowSettled
from credit_cli.rules.text_forms import key_form
from credit_cli.rules.values import BatchState, RowState, SubjectKind
from credit_cli.store.names import every_name
from credit_cli.store.questioned import Settlement
from credit_cli.store.records import FINISHED
from credit_cli.store.subjects import list_subjects
from credit_cli.tables.batches import Batch, BatchKind, QuestionedRow, RowOutcome
from credit_cli.tables.links import LinkDecision
from credit_cli.tables.subjects import Subject

_PAGE = 5_000
# In these words, because a partial index is found by them.
_WAITS = text("questioned_row.outcome = 'unlinked' AND questioned_row.state = 'open'")
_BY_HAND = text("questioned_row.reason <> ''")
_OF_RECORDS = (col(Batch.state) == BatchState.FINISHED, col(Batch.kind) == BatchKind.RECORDS)


class Waiting(NamedTuple):
    """A row that waits, and the batch that brought it."""

    row: QuestionedRow
    batch: Batch


def list_waiting(
    session: Session, *, batch_id: int | None = None, source: str | None = None
) -> Iterator[list[Waiting]]:
    """The rows that wait for a subject, in the order they came, some thousand at a time."""
    query = (
        select(QuestionedRow, Batch)
        .join(Batch, col(Batch.id) == col(QuestionedRow.batch_id))
        .where(_WAITS, *_OF_RECORDS)
        .order_by(col(QuestionedRow.batch_id), col(QuestionedRow.line))
    )
    if batch_id is not None:
        query = query.where(col(QuestionedRow.batch_id) == batch_id)
    if source is not None:
        query = query.where(col(Batch.source) == source)
    for page in session.exec(query.execution_options(yield_per=_PAGE)).partitions():
        yield [Waiting(*each) for each in page]


def get_waiting(session: Session, batch_id: int, line: int) -> Waiting:
    """The row of this line; RowNotQuestioned if it never lacked a subject, RowSettled."""
    query = (
        select(QuestionedRow, Batch)
        .join(Batch, col(Batch.id) == col(QuestionedRow.batch_id))
        .where(col(QuestionedRow.batch_id) == batch_id, col(QuestionedRow.line) == line)
        .where(col(QuestionedRow.outcome) == RowOutcome.UNLINKED, *_OF_RECORDS)
    )
    found = session.exec(query).first()
    if found is None:
        raise RowNotQuestioned(batch=batch_id, line=line)
    if found[0].state is not RowState.OPEN:
        raise RowSettled(batch=batch_id, line=line, state=found[0].state)
    return Waiting(*found)


def list_namesakes(session: Session, names: Collection[str]) -> dict[str, list[Subject]]:
    """By key form, the organisations and businesses that bear one of the names, or bore it.

    One pass over the pool's names: the queue is looked at seldom, and a column
    for it would cost every import. A person is never proposed by name.
    """
    if not names:
        return {}
    keyed: dict[int, set[str]] = {}
    for page in every_name(session, col(Subject.kind) != SubjectKind.PERSON):
        for (number, _), key in zip(page, _keys([name for _, name in page]), strict=True):
            if key in names:
                keyed.setdefault(number, set()).add(key)
    namesakes: dict[str, list[Subject]] = {}
    for subject in list_subjects(session, keyed):
        for key in keyed[subject.id]:
            namesakes.setdefault(key, []).append(subject)
    return namesakes


def _keys(names: Sequence[str]) -> list[str]:
    """The key form of every name: of all at once, unless one holds a bar."""
    forms = key_form("|".join(names)).split("|")
    return forms if len(forms) == len(names) else [key_form(name) for name in names]


def settle_linked(
    session: Session, batch_id: int, lines: Collection[int], answer: int, settled: Settlement
) -> None:
    """Close rows as linked by the batch `answer`; RowSettled if one is not open any more."""
    its_own = (col(QuestionedRow.batch_id) == batch_id, col(QuestionedRow.line).in_(lines))
    locked = select(QuestionedRow.line, QuestionedRow.state).where(*its_own).with_for_update()
    for line, state in session.exec(locked):
        if state is not RowState.OPEN:
            raise RowSettled(batch=batch_id, line=line, state=state)
    closing = (
        update(QuestionedRow)
        .where(*its_own)
        .values(
            state=settled.state,
            settled_by=settled.by,
            settled_at=settled.at,
            answer_batch_id=answer,
            answer_line=QuestionedRow.line,
        )
    )
    session.exec(closing.execution_options(synchronize_session=False))


def add_decision(session: Session, decision: LinkDecision) -> None:
    """Keep what a person decided."""
    session.add(decision)
    session.flush()


def list_decisions(session: Session, source: str) -> dict[int, int]:
    """By row key, the number of the subject that a source's rows are about; the last one holds."""
    query = (
        select(LinkDecision.row_key, LinkDecision.subject_id)
        .where(col(LinkDecision.source) == source, col(LinkDecision.batch_id).in_(FINISHED))
        .order_by(col(LinkDecision.batch_id))
    )
    return dict(session.exec(query).all())


def list_by_hand(session: Session, batch: Batch) -> list[QuestionedRow]:
    """Rows under the same columns that somebody settled with a reason in another batch.

    A withdrawn batch counts too: what was said of its rows is still true of them.
    """
    query = (
        select(QuestionedRow, Batch.columns)
        .join(Batch, col(Batch.id) == col(QuestionedRow.batch_id))
        .where(_BY_HAND, col(QuestionedRow.state) != RowState.OPEN)
        .where(col(Batch.source) == batch.source, col(Batch.layout) == batch.layout)
        .where(col(Batch.id) != batch.id)
        .order_by(col(QuestionedRow.batch_id), col(QuestionedRow.line))
    )
    return [row for row, columns in session.exec(query) if columns == batch.columns]


def settle_again(
    session: Session, batch_id: int, rows: Iterable[tuple[int, QuestionedRow]], at: datetime
) -> int:
    """Settle open rows, by line, as the like of them were settled before; how many."""
    values = [
        {
            "b_line": line,
            "b_state": before.state,
            "b_reason": before.reason,
            "b_by": before.settled_by,
        }
        for line, before in rows
    ]
    closing = (
        update(QuestionedRow)
        .where(col(QuestionedRow.batch_id) == batch_id)
        .where(col(QuestionedRow.line) == bindparam("b_line"))
        .where(col(QuestionedRow.state) == RowState.OPEN)
        .values(
            state=bindparam("b_state"),
            reason=bindparam("b_reason"),
            settled_by=bindparam("b_by"),
            settled_at=at,
        )
    )
    if values:
        session.connection().execute(closing, values)
    return len(values)
