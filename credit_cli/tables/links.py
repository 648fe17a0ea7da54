"""Whom a person found rows without a code to be about, so that nobody is asked twice."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from credit_cli.tables import columns as _columns  # noqa: F401 - constraint names first


class LinkDecision(SQLModel, table=True):
    """A source's name with its other numbers, and the subject they were linked to.

    `row_key` is a hash of 64 bits of name and numbers. It holds while
    `batch_id`, the batch that linked the row, is not withdrawn.
    """

    __tablename__ = "link_decision"
    __table_args__ = {"sqlite_with_rowid": False}

    source: str = Field(primary_key=True, max_length=80)
    row_key: int = Field(primary_key=True, sa_type=BigInteger)
    batch_id: int = Field(primary_key=True)
    subject_id: int
