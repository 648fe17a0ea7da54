"""Records and evaluations of a subject, as the rules want them."""

from typing import Any

from sqlalchemy import ColumnElement, and_, not_
from sqlmodel import Session, col, func, select

from credit_cli.rules.profiles import EvaluationFacts
from credit_cli.rules.records import RecordFacts
from credit_cli.tables.batches import Batch, BatchState
from credit_cli.tables.records import Evaluation, Record


def seen(batch_id: Any, ended_batch_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns
    """The one predicate of visibility: brought by a finished batch, not ended by one."""
    finished = select(Batch.id).where(col(Batch.state) == BatchState.FINISHED)
    ended = and_(ended_batch_id.is_not(None), ended_batch_id.in_(finished))
    return and_(batch_id.in_(finished), not_(ended))


def list_records(session: Session, subject_id: int) -> list[Record]:
    """The visible version of every record of a subject, newest decision first."""
    query = (
        select(Record)
        .where(col(Record.subject_id) == subject_id)
        .where(seen(col(Record.batch_id), col(Record.ended_batch_id)))
        .order_by(col(Record.decided_on).desc(), col(Record.document_no))
    )
    return list(session.exec(query))


def record_facts(record: Record) -> RecordFacts:
    """A record as the rules want it."""
    return RecordFacts(
        id=record.public_id,
        record_type=record.record_type,
        severity=record.severity,
        state=record.state,
        decided_on=record.decided_on,
    )


def list_evaluation_facts(session: Session, subject_id: int) -> list[EvaluationFacts]:
    """The visible evaluations of a subject, oldest first (of one day: by source)."""
    query = (
        select(Evaluation)
        .where(col(Evaluation.subject_id) == subject_id)
        .where(seen(col(Evaluation.batch_id), col(Evaluation.ended_batch_id)))
    )
    held = sorted(session.exec(query), key=lambda one: (one.evaluated_on, one.scale, one.source))
    return [
        EvaluationFacts(
            scale=one.scale,
            grade=one.grade,
            score=one.score,
            evaluated_on=one.evaluated_on,
            valid_until=one.valid_until,
        )
        for one in held
    ]


def add_record(session: Session, record: Record) -> Record:
    """Store one record under its subject's next document number; lock the subject before."""
    query = select(func.max(Record.document_no)).where(col(Record.subject_id) == record.subject_id)
    record.document_no = (session.exec(query).one() or 0) + 1
    session.add(record)
    session.flush()
    return record
