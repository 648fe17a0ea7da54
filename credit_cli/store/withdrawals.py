"""What depended on a batch: later versions, rows found unchanged, cases, coupons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, inspect, or_
from sqlalchemy.orm import Mapped, aliased
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
Numbers = Sequence[int]


def list_superseding(session: Session, numbers: Numbers) -> list[tuple[int, int]]:
    """Later batches, and of how many documents of these batches they brought newer versions."""
    return sorted(each for table in _BROUGHT for each in _superseding(session, table, numbers))


def _superseding(session: Session, table: Versioned, numbers: Numbers) -> list[tuple[int, int]]:
    later = aliased(table)
    keys = [key.name for key in inspect(table).primary_key if key.name != "version"]
    documents = (
        select(later.batch_id, *(getattr(table, key) for key in keys))
        .distinct()
        .where(col(table.batch_id).in_(numbers), col(table.ended_batch_id).is_not(None))
        .where(*(getattr(later, key) == getattr(table, key) for key in keys))
        .where(col(later.version) > col(table.version), col(later.batch_id).not_in(numbers))
        .where(col(later.batch_id).in_(_STANDING))
        .subquery()
    )
    query = select(documents.c.batch_id, func.count()).group_by(documents.c.batch_id)
    return [(number, count) for number, count in session.exec(query)]


def list_unchanged_since(session: Session, numbers: Numbers) -> list[int]:
    """Batches of the same kind that have found rows unchanged while these could be seen.

    Rows that were linked are of the kind of their file, which its layout tells.
    """
    its_own, of_kind = aliased(Batch), aliased(Batch)
    kinds = (
        select(of_kind.kind)
        .join(its_own, col(its_own.layout) == col(of_kind.layout))
        .where(col(its_own.id).in_(numbers), col(of_kind.kind) != BatchKind.LINK)
    )
    layouts = select(col(of_kind.layout)).where(col(of_kind.kind).in_(kinds))
    query = (
        select(Batch.id)
        .where(col(Batch.layout).in_(layouts), col(Batch.same) > 0)
        .where(col(Batch.id).not_in(numbers), col(Batch.state) != BatchState.WITHDRAWN)
        .where(or_(col(Batch.finished_at).is_(None), col(Batch.finished_at) >= _since(numbers)))
        .order_by(col(Batch.id))
    )
    return list(session.exec(query))


def list_cases_since(session: Session, numbers: Numbers) -> list[Case]:
    """Cases decided for subjects of which one of these batches that was seen brought something."""
    at = col(Case.opened_at)
    query = select(Case).where(at >= _since(numbers), _brought(numbers, Case, at))
    return list(session.exec(query.order_by(col(Case.id))))


def list_coupons_since(session: Session, numbers: Numbers) -> list[Coupon]:
    """Coupons issued to subjects of which one of these batches that was seen brought something."""
    at = col(Coupon.issued_at)
    held = session.exec(select(Coupon).where(at >= _since(numbers), _brought(numbers, Coupon, at)))
    return sorted(held, key=lambda one: (one.subject_id, one.programme, one.claim_no))


def _since(numbers: Numbers) -> ScalarSelect[Any]:
    """When the first of the batches was seen; null, which nothing follows, if none was."""
    first = select(func.min(Batch.finished_at)).where(col(Batch.id).in_(numbers))
    return first.scalar_subquery()


def _brought(
    numbers: Numbers, dealing: type[Case] | type[Coupon], at: Mapped[datetime]
) -> ColumnElement[bool]:
    return or_(
        *(
            select(table.subject_id)
            .join(Batch, col(Batch.id) == col(table.batch_id))
            .where(col(table.subject_id) == col(dealing.subject_id))
            .where(col(table.batch_id).in_(numbers), col(Batch.finished_at) <= at)
            .exists()
            for table in _BROUGHT
        )
    )
