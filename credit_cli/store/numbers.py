"""Numbers handed out in blocks, each only once, gaps allowed."""

from sqlalchemy import text
from sqlmodel import Session

LARGEST = 2**31 - 1  # numbers are integers of four bytes
_TAKE = text(
    "UPDATE number_block SET next_free = next_free + :count WHERE name = :name RETURNING next_free"
)
_NEXT = text("SELECT next_free FROM number_block WHERE name = :name")


def take_numbers(session: Session, name: str, count: int = 1) -> int:
    """The first of `count` numbers of a series; the series stays locked until the commit."""
    next_free: int = (
        session.connection().execute(_TAKE, {"name": name, "count": count}).scalar_one()
    )
    return next_free - count


def next_number(session: Session, name: str) -> int:
    """The number of a series that would be taken next; it stays so where the series is locked."""
    free: int = session.connection().execute(_NEXT, {"name": name}).scalar_one()
    return free


def lock_numbers(session: Session, name: str) -> None:
    """Wait for whoever is taking numbers of a series, and keep others out until the commit."""
    take_numbers(session, name, 0)


def lock_pool(session: Session) -> None:
    """Let one at a time number subjects and versions; until the commit.

    PostgreSQL alone needs it: there, two imports would else give one number twice.
    """
    lock_numbers(session, "subject")
