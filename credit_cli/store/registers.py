"""What registers say of a subject, and what they said before."""

from typing import NamedTuple

from sqlalchemy import and_
from sqlmodel import Session, col, select

from credit_cli.store.records import seen
from credit_cli.tables.batches import Batch
from credit_cli.tables.registers import RegisterEntry


class Entry(NamedTuple):
    """A version of an entry, the batch that brought it, and whether it is the visible one."""

    entry: RegisterEntry
    brought: Batch
    visible: bool


def list_entries(session: Session, subject_id: int) -> list[Entry]:
    """Every version that was ever seen, a withdrawn one too; by source, oldest first."""
    brought = and_(
        col(Batch.id) == col(RegisterEntry.batch_id), col(Batch.finished_at).is_not(None)
    )
    query = (
        select(RegisterEntry, Batch, seen(RegisterEntry))
        .join(Batch, brought)
        .where(col(RegisterEntry.subject_id) == subject_id)
    )
    found = [Entry(entry, batch, bool(visible)) for entry, batch, visible in session.exec(query)]
    return sorted(found, key=lambda one: (one.entry.source, one.entry.list_code, one.entry.version))
