"""Visible records of one layout with all they say, one after the other in the order they came."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from credit_cli.rules.raw_rows import unpack_row
from credit_cli.rules.values import BatchState
from credit_cli.store.names import renamed
from credit_cli.store.records import seen
from credit_cli.tables.batches import Batch
from credit_cli.tables.raws import RawBlock
from credit_cli.tables.records import Record, RecordContent
from credit_cli.tables.subjects import Subject

_PAGE = 5_000  # records; a page goes through all records of the subjects it is about


class Outgoing(NamedTuple):
    """One visible record, what its document says, and whose it is.

    `renamed`: some register has called the subject by another name than its first.
    """

    record: Record
    content: RecordContent
    subject: Subject
    renamed: bool


class Extent(NamedTuple):
    """Which records are meant: of a type, as one layout has it, of a unit and since a day."""

    record_type: str
    layout: str
    source: str | None
    since: date | None


def hold_still(session: Session) -> None:
    """Let every statement of this transaction see the pool as the first one does.

    SQLite does so by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def list_batches(session: Session, extent: Extent) -> list[Batch]:
    """The batches that brought what is meant, in their order."""
    return list(session.exec(select(Batch).where(*_bringing(extent)).order_by(col(Batch.id))))


def list_outgoing(session: Session, extent: Extent, batch: Batch) -> Iterator[Outgoing]:
    """The visible records that a batch brought, by line; a page of them is kept at a time."""
    line = 0
    while page := _contents(session, batch.id, line):
        line = page[-1].line
        known = {(one.line, one.subject_id): one for one in page}
        query = (
            select(Record, Subject, renamed())
            .join(Subject, col(Subject.id) == col(Record.subject_id))
            .where(col(Record.subject_id).in_({one.subject_id for one in page}))
            .where(col(Record.batch_id) == batch.id, col(Record.line).between(page[0].line, line))
            .where(*_within(extent), seen(Record))
            .order_by(col(Record.line), col(Record.subject_id))
        )
        for record, subject, other in session.exec(query):
            yield Outgoing(record, known[record.line, record.subject_id], subject, bool(other))


def _contents(session: Session, batch_id: int, line: int) -> list[RecordContent]:
    """What the next lines say; a line of several parties is never torn apart."""
    place = (col(RecordContent.line), col(RecordContent.subject_id))
    after = (col(RecordContent.batch_id) == batch_id, place[0] > line)
    query = select(RecordContent).where(*after).order_by(*place)
    page = list(session.exec(query.limit(_PAGE)))
    if len(page) == _PAGE:
        page += session.exec(
            select(RecordContent)
            .where(after[0], place[0] == page[-1].line, place[1] > page[-1].subject_id)
            .order_by(place[1])
        )
    return page


def count_left_out(session: Session, extent: Extent) -> int:
    """How many visible records there are that came in another layout."""
    meant = select(Batch.id).where(*_bringing(extent, layout=False))
    query = select(func.count()).select_from(Record).where(*_within(extent))
    return session.exec(query.where(col(Record.batch_id).in_(meant), seen(Record))).one()


def _within(extent: Extent) -> Iterator[ColumnElement[bool]]:
    yield col(Record.record_type) == extent.record_type
    if extent.since is not None:
        yield col(Record.decided_on) >= extent.since


def _bringing(extent: Extent, *, layout: bool = True) -> Iterator[ColumnElement[bool]]:
    """Which batches: those of the layout, or else all others."""
    named = col(Batch.layout)
    yield named == extent.layout if layout else named != extent.layout
    yield col(Batch.state) == BatchState.FINISHED
    if extent.source is not None:
        yield col(Batch.source) == extent.source


class RowsAsSent:
    """Rows as they were sent, asked for in their order; one packed block is kept at hand."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._block: RawBlock | None = None

    def cells(self, batch_id: int, line: int) -> list[str] | None:
        """The cells of the row that begins on a line; None if the batch keeps no such line."""
        block = self._block
        if block is None or not _holds(block, batch_id, line):
            block = self._block = self._find(batch_id, line)
        if block is None or not _holds(block, batch_id, line):
            return None
        return unpack_row(block.data, line - block.first_line)

    def _find(self, batch_id: int, line: int) -> RawBlock | None:
        query = (
            select(RawBlock)
            .where(col(RawBlock.batch_id) == batch_id, col(RawBlock.first_line) <= line)
            .order_by(col(RawBlock.first_line).desc())
        )
        return self._session.exec(query.limit(1)).first()


def _holds(block: RawBlock, batch_id: int, line: int) -> bool:
    return block.batch_id == batch_id and block.first_line <= line <= block.last_line
