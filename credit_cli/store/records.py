"""Records and evaluations of a subject, as the rules want them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, inspect, not_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from credit_cli.rules.profiles import EvaluationFacts
from credit_cli.rules.records import RecordFacts
from credit_cli.rules.values import BatchState
from credit_cli.tables.batches import Batch
from credit_cli.tables.past_cases import PastCase
from credit_cli.tables.records import Evaluation, Record, RecordContent
from credit_cli.tables.registers import RegisterEntry
from credit_cli.tables.relations import Link

Versioned = type[Record] | type[Evaluation] | type[RegisterEntry] | type[Link] | type[PastCase]

FINISHED = select(Batch.id).where(col(Batch.state) == BatchState.FINISHED)


@cache
def seen(table: Versioned) -> ColumnElement[bool]:
    """The one predicate of visibility: brought by a finished batch and not superseded by one.

    A version may have been ended by a batch that never finished, and superseded
    once more by one that did; most were never ended and need no second look.
    """
    later = aliased(table)
    keys = [key.name for key in inspect(table).primary_key if key.name != "version"]
    superseded = (
        select(later.version)
        .where(*(getattr(later, key) == getattr(table, key) for key in keys))
        .where(col(later.version) > col(table.version), col(later.batch_id).in_(FINISHED))
        .exists()
    )
    ended = or_(col(table.ended_batch_id).in_(FINISHED), superseded)
    return and_(
        col(table.batch_id).in_(FINISHED),
        or_(col(table.ended_batch_id).is_(None), not_(ended)),
    )


def list_records(session: Session, subject_id: int) -> list[Record]:
    """The visible version of every record of a subject, newest decision first."""
    query = (
        select(Record)
        .where(col(Record.subject_id) == subject_id)
        .where(seen(Record))
        .order_by(col(Record.decided_on).desc(), col(Record.batch_id), col(Record.line))
    )
    return list(session.exec(query))


def list_contents(session: Session, subject_id: int) -> dict[tuple[int, int], RecordContent]:
    """What the documents of a subject say, by batch and line; of ended versions too."""
    query = select(RecordContent).join(
        Record,
        and_(
            col(Record.batch_id) == col(RecordContent.batch_id),
            col(Record.line) == col(RecordContent.line),
            col(Record.subject_id) == col(RecordContent.subject_id),
        ),
    )
    found = session.exec(query.where(col(Record.subject_id) == subject_id))
    return {(one.batch_id, one.line): one for one in found}


def record_facts(record: Record, details: Mapping[str, Any] | None = None) -> RecordFacts:
    """A record as the rules want it, with what its document says if it is looked up."""
    return RecordFacts(
        id=record.public_id,
        record_type=record.record_type,
        severity=record.severity,
        state=record.state,
        decided_on=record.decided_on,
        valid_until=record.valid_until,
        amount_fen=record.amount_fen,
        details=details or {},
    )


def list_evaluation_facts(session: Session, subject_id: int) -> list[EvaluationFacts]:
    """The visible evaluations of a subject, oldest first (of one day: by source)."""
    query = (
        select(Evaluation).where(col(Evaluation.subject_id) == subject_id).where(seen(Evaluation))
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


def add_record(session: Session, record: Record, content: RecordContent) -> Record:
    """Store one record, the first version of its document."""
    session.add_all([record, content])
    session.flush()
    return record
