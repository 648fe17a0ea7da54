"""One record and its versions, with the batches that brought and ended them."""

from typing import NamedTuple

from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from credit_cli.errors import RecordNotFound
from credit_cli.rules.values import BatchState
from credit_cli.store.records import seen
from credit_cli.tables.batches import Batch
from credit_cli.tables.records import Record, RecordContent

_CONTENT = ("batch_id", "line", "subject_id")


class Version(NamedTuple):
    """A version of a record, the batch that brought it, and the one that ended it if any."""

    record: Record
    brought: Batch
    ended: Batch | None


def get_record(session: Session, batch_id: int, line: int) -> tuple[Record, RecordContent]:
    """The visible version of the document on a line of a batch once seen; RecordNotFound."""
    asked = aliased(Record)
    named = and_(col(RecordContent.batch_id) == batch_id, col(RecordContent.line) == line)
    document = (
        select(asked.subject_id, asked.document_key)
        .join(RecordContent, col(RecordContent.subject_id) == asked.subject_id)
        .join(Batch, col(Batch.id) == asked.batch_id)
        .where(named, asked.batch_id == batch_id, asked.line == line)
        .where(col(Batch.finished_at).is_not(None))
        .subquery()
    )
    query = (
        select(Record, RecordContent)
        .where(col(Record.subject_id) == document.c.subject_id)
        .where(col(Record.document_key) == document.c.document_key, seen(Record))
        .where(*(getattr(RecordContent, key) == getattr(Record, key) for key in _CONTENT))
    )
    found = session.exec(query).first()
    if found is None:
        raise RecordNotFound(record=f"{batch_id}-{line}")
    return found


def list_versions(session: Session, record: Record) -> list[Version]:
    """Every version that was ever seen, a withdrawn one too, oldest first."""
    ending = aliased(Batch)
    ended = and_(
        col(ending.id) == col(Record.ended_batch_id), col(ending.state) == BatchState.FINISHED
    )
    query = (
        select(Record, Batch, ending)
        .where(col(Record.subject_id) == record.subject_id)
        .where(col(Record.document_key) == record.document_key)
        .join(
            Batch, and_(col(Batch.id) == col(Record.batch_id), col(Batch.finished_at).is_not(None))
        )
        .outerjoin(ending, ended)
        .order_by(col(Record.version))
    )
    return [Version(*each) for each in session.exec(query)]
