"""One record and its versions, with the batches that brought and ended them."""

from typing import NamedTuple

from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from credit_cli.errors import RecordNotFound
from credit_cli.rules.values import BatchState
from credit_cli.store.records import seen
from credit_cli.tables.batches import Batch
from credit_cli.tables.records import Record


class Version(NamedTuple):
    """A version of a record, the batch that brought it, and the one that ended it if any."""

    record: Record
    brought: Batch
    ended: Batch | None


def get_record(session: Session, subject_id: int, document_no: int) -> tuple[Record, Batch]:
    """The visible version of a record and the batch that brought it; RecordNotFound."""
    query = (
        select(Record, Batch)
        .where(col(Record.subject_id) == subject_id, col(Record.document_no) == document_no)
        .where(col(Batch.id) == col(Record.batch_id), seen(Record))
    )
    found = session.exec(query).first()
    if found is None:
        raise RecordNotFound(record=f"{subject_id}-{document_no}")
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
        .where(col(Record.document_no) == record.document_no)
        .join(
            Batch, and_(col(Batch.id) == col(Record.batch_id), col(Batch.finished_at).is_not(None))
        )
        .outerjoin(ending, ended)
        .order_by(col(Record.version))
    )
    return [Version(*each) for each in session.exec(query)]
