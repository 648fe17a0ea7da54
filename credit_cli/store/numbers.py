"""Numbers handed out in blocks, each only once, gaps allowed."""

from sqlalchemy import text
from sqlmodel import Session

_TAKE = text(
    "UPDATE number_block SET next_free = next_free + :count WHERE name = :name RETURNING next_free"
)


def take_numbers(session: Session, name: str, count: int = 1) -> int:
    """The first of `count` numbers of a series; the series stays locked until the commit."""
    next_free: int = (
        session.connection().execute(_TAKE, {"name": name, "count": count}).scalar_one()
    )
    return next_free - count
