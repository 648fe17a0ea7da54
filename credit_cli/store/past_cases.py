"""Cases that departments have dealt with, as far as they can be seen."""

from sqlmodel import Session, col, select

from credit_cli.store.records import seen
from credit_cli.tables.batches import Batch
from credit_cli.tables.past_cases import PastCase


def list_past_cases(session: Session, subject_id: int) -> list[tuple[PastCase, Batch]]:
    """The visible version of every case of a subject with its batch, the last opened first."""
    query = (
        select(PastCase, Batch)
        .join(Batch, col(Batch.id) == col(PastCase.batch_id))
        .where(col(PastCase.subject_id) == subject_id, seen(PastCase))
        .order_by(col(PastCase.opened_on).desc(), col(PastCase.batch_id), col(PastCase.line))
    )
    return list(session.exec(query))
