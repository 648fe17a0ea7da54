"""What depended on a batch: later versions, rows found unchanged, cases, coupons."""

from datetime import datetime

from sqlalchemy import ColumnElement, inspect, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from credit_cli.rules.values import BatchState
from credit_cli.store.records import Versioned
from credit_cli.tables.batches import Batch, BatchKind
from credit_cli.tables.cases import Case
from credit_cli.tables.coupons import Coupon
from credit_cli.tables.past_cases import PastCase
from credit_cli.tables.records import Evaluation, Record
from credit_cli.tables.registers import RegisterEntry
from credit_cli.tables.relations import Link

_BROUGHT = (Record, Evaluation, RegisterEntry, Link, PastCase)
_STANDING = select(Batch.id).where(col(Batch.state) != BatchState.WITHDRAWN)


def list_superseding(session: Session, batch_id: int) -> list[tuple[int, int]]:
    """Later batches, and of how many of this one's documents they brought newer versions."""
    return sorted(each for table in _BROUGHT for each in _superseding(session, table, batch_id))


def _superseding(session: Session, table: Versioned, batch_id: int) -> list[tuple[int, int]]:
    later = aliased(table)
    keys = [key.name for key in inspect(table).primary_key if key.name != "version"]
    documents = (
        select(later.batch_id, *(getattr(table, key) for key in keys))
        .distinct()
        .where(col(table.batch_id) == batch_id, col(table.ended_batch_id).is_not(None))
        .where(*(getattr(later, key) == getattr(table, key) for key in keys))
        .where(col(later.version) > col(table.version), col(later.batch_id) != batch_id)
        .where(col(later.batch_id).in_(_STANDING))
        .subquery()
    )
    query = select(documents.c.batch_id, func.count()).group_by(documents.c.batch_id)
    return [(number, count) for number, count in session.exec(query)]


def list_unchanged_since(session: Session, batch: Batch, since: datetime) -> list[int]:
    """Batches of the same kind that have found rows unchanged while `batch` could be seen."""
    of_records = (BatchKind.RECORDS, BatchKind.LINK)
    kinds = of_records if batch.kind in of_records else (batch.kind,)
    query = (
        select(Batch.id)
        .where(col(Batch.kind).in_(kinds), col(Batch.id) != batch.id, col(Batch.same) > 0)
        .where(col(Batch.state) != BatchState.WITHDRAWN)
        .where(or_(col(Batch.finished_at).is_(None), col(Batch.finished_at) >= since))
        .order_by(col(Batch.id))
    )
    return list(session.exec(query))


def list_cases_since(session: Session, batch_id: int, since: datetime) -> list[Case]:
    """Cases decided since then for subjects of which the batch brought something."""
    query = select(Case).where(col(Case.opened_at) >= since, _brought(batch_id, Case))
    return list(session.exec(query.order_by(col(Case.id))))


def list_coupons_since(session: Session, batch_id: int, since: datetime) -> list[Coupon]:
    """Coupons issued since then to subjects of which the batch brought something."""
    query = select(Coupon).where(col(Coupon.issued_at) >= since, _brought(batch_id, Coupon))
    held = session.exec(query)
    return sorted(held, key=lambda one: (one.subject_id, one.programme, one.claim_no))


def _brought(batch_id: int, dealing: type[Case] | type[Coupon]) -> ColumnElement[bool]:
    return or_(
        *(
            select(table.subject_id)
            .where(col(table.subject_id) == col(dealing.subject_id))
            .where(col(table.batch_id) == batch_id)
            .exists()
            for table in _BROUGHT
        )
    )
