"""Rows that no code links to a subject (未关联数据): who they may be about, what was decided."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, or_, text
from sqlmodel import Session, col, func, select, update

from credit_cli.errors import BatchWithdrawn, RowNotQuestioned, RowNotUnlinked, RowSettled
from credit_cli.rules.text_forms import key_form
from credit_cli.rules.values import BatchState, RowState, SubjectKind
from credit_cli.store.batches import get_finished
from credit_cli.store.names import every_name
from credit_cli.store.questioned import Settlement
from credit_cli.store.subjects import list_subjects
from credit_cli.tables.batches import Batch, BatchKind, QuestionedRow, RowOutcome
from credit_cli.tables.links import LinkDecision, LinkReliance
from credit_cli.tables.subjects import Subject

_PAGE = 5_000
# In these words, because a partial index is found by them.
_WAITS = text("questioned_row.outcome = 'unlinked' AND questioned_row.state = 'open'")
_BY_HAND = text("questioned_row.reason <> ''")
_COUNTS = col(Batch.state) == BatchState.FINISHED


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
        .where(_WAITS, _COUNTS)
        .order_by(col(QuestionedRow.batch_id), col(QuestionedRow.line))
    )
    if batch_id is not None:
        query = query.where(col(QuestionedRow.batch_id) == batch_id)
    if source is not None:
        query = query.where(col(Batch.source) == source)
    for page in session.exec(query.execution_options(yield_per=_PAGE)).partitions():
        yield [Waiting(*each) for each in page]


def get_waiting(session: Session, batch_id: int, line: int) -> Waiting:
    """The row of this line.

    What `get_finished` raises; RowNotQuestioned, RowNotUnlinked, RowSettled.
    """
    batch = get_finished(session, batch_id)
    its_own = (col(QuestionedRow.batch_id) == batch_id, col(QuestionedRow.line) == line)
    found = session.exec(select(QuestionedRow).where(*its_own)).first()
    if found is None:
        raise RowNotQuestioned(batch=batch_id, line=line)
    if found.outcome is not RowOutcome.UNLINKED:
        raise RowNotUnlinked(batch=batch_id, line=line)
    if found.state is not RowState.OPEN:
        raise RowSettled(batch=batch_id, line=line, state=found.state)
    return Waiting(found, batch)


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


def list_decisions(session: Session, source: str) -> dict[int, LinkDecision]:
    """By row key, what was decided last of a source's rows."""
    query = (
        select(LinkDecision)
        .where(col(LinkDecision.source) == source, col(LinkDecision.withdrawn_at).is_(None))
        .order_by(col(LinkDecision.batch_id))
    )
    return {one.row_key: one for one in session.exec(query)}


def hold_decisions(session: Session, batch_ids: Collection[int]) -> None:
    """See to it that what was decided with batches holds until the commit; BatchWithdrawn."""
    held = col(Batch.id).in_(batch_ids)
    session.exec(select(Batch.id).where(held).order_by(col(Batch.id)).with_for_update(read=True))
    holding = (col(LinkDecision.batch_id).in_(batch_ids), col(LinkDecision.withdrawn_at).is_(None))
    found = session.exec(select(LinkDecision.batch_id).where(*holding))
    for number in set(batch_ids).difference(found):
        raise BatchWithdrawn(batch=number)


def rely(session: Session, batch_id: int, decided_in: Iterable[int]) -> None:
    """Keep with which batches it was decided whose the rows of a batch are."""
    session.add_all(LinkReliance(decision_batch_id=one, batch_id=batch_id) for one in decided_in)
    session.flush()


def list_relied(session: Session, batch_id: int) -> list[int]:
    """The batches with which it was decided whose the rows of a batch are, by number."""
    deciding = col(LinkReliance.decision_batch_id)
    query = select(deciding).where(col(LinkReliance.batch_id) == batch_id).order_by(deciding)
    return list(session.exec(query))


def withdraw_decisions(session: Session, batch_id: int, at: datetime) -> int:
    """From the commit on, what was decided with a batch holds no more; how many decisions."""
    holding = (col(LinkDecision.batch_id) == batch_id, col(LinkDecision.withdrawn_at).is_(None))
    count = session.exec(select(func.count()).where(*holding)).one()
    ending = update(LinkDecision).where(*holding).values(withdrawn_at=at)
    session.exec(ending.execution_options(synchronize_session=False))
    return count


def lock_resting(session: Session, batch_id: int) -> list[Batch]:
    """The batches that rest on one, held until the commit, by number.

    They linked rows that it brought, or rows of others as was decided with it.
    """
    own, others = col(QuestionedRow.batch_id), col(LinkReliance.decision_batch_id)
    linked = select(col(QuestionedRow.answer_batch_id)).where(own == batch_id)
    relying = select(col(LinkReliance.batch_id)).where(others == batch_id)
    query = (
        select(Batch)
        .where(or_(col(Batch.id).in_(linked), col(Batch.id).in_(relying)))
        .where(_COUNTS, col(Batch.kind) == BatchKind.LINK)
        .order_by(col(Batch.id))
    )
    return list(session.exec(query.with_for_update()))


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
