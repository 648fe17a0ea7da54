"""A first load into an empty pool: keys are made once, afterwards (PostgreSQL only)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlmodel import Session, col, delete

from credit_cli.tables import metadata
from credit_cli.tables.batches import QuestionedRow
from credit_cli.tables.raws import RawBlock

# Sorting the keys of some million rows in one go; until the commit.
_ROOM = ("SET LOCAL work_mem = '256MB'", "SET LOCAL maintenance_work_mem = '256MB'")
# One first load at a time, as long as its connection lasts.
_ALONE = text("SELECT pg_advisory_lock(20261122)")
_HELD = "SELECT EXISTS (SELECT 1 FROM subject) OR EXISTS (SELECT 1 FROM record)"


def is_possible(session: Session) -> bool:
    """Whether the database knows how to do without keys; SQLite does not."""
    return session.connection().dialect.name == "postgresql"


def wait_for_others(session: Session) -> None:
    """Let one first load at a time be under way in this database, from first to last."""
    session.connection().execute(_ALONE)


def is_empty(session: Session) -> bool:
    """Whether nothing was ever taken in."""
    return not session.connection().execute(text(_HELD)).scalar_one()


def make_room(session: Session) -> None:
    """Give the load the memory that a whole machine can spare."""
    for statement in _ROOM:
        session.connection().execute(text(statement))


def forget_rows(session: Session, batch_id: int) -> None:
    """Take away what a first load that came to nothing had put beside the pool."""
    for table in (RawBlock, QuestionedRow):
        session.exec(delete(table).where(col(table.batch_id) == batch_id))


@contextmanager
def without_keys(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Drop keys and indexes of tables and make them again; nobody else reads them meanwhile."""
    for name in tables:
        connection.execute(text(f"ALTER TABLE {name} DROP CONSTRAINT pk_{name}"))
        for index in metadata.tables[name].indexes:
            index.drop(connection)
    yield
    for name in tables:
        key = ", ".join(column.name for column in metadata.tables[name].primary_key)
        connection.execute(text(f"ALTER TABLE {name} ADD CONSTRAINT pk_{name} PRIMARY KEY ({key})"))
        for index in metadata.tables[name].indexes:
            index.create(connection)
