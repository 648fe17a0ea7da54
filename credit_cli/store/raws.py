"""Rows as they were sent, kept by batch and line."""

from collections.abc import Iterable

from sqlalchemy import insert
from sqlmodel import Session, col, select

from credit_cli.rules.raw_rows import RawBlock as Packed
from credit_cli.rules.raw_rows import unpack_row
from credit_cli.tables.raws import RawBlock


def add_raw_blocks(session: Session, batch_id: int, blocks: Iterable[Packed]) -> None:
    """Keep packed lines of the batch's file."""
    values = [{"batch_id": batch_id, **block._asdict()} for block in blocks]
    if values:
        session.connection().execute(insert(RawBlock), values)


def get_raw_row(session: Session, batch_id: int, line: int) -> list[str] | None:
    """The cells of the row that begins on a line; None if the batch keeps no such line."""
    query = (
        select(RawBlock)
        .where(col(RawBlock.batch_id) == batch_id, col(RawBlock.first_line) <= line)
        .order_by(col(RawBlock.first_line).desc())
    )
    found = session.exec(query.limit(1)).first()
    if found is None or found.last_line < line:
        return None
    return unpack_row(found.data, line - found.first_line)
