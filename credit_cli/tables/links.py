"""Whom a person found rows without a code to be about, so that nobody is asked twice."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from credit_cli.tables import columns as _columns  # noqa: F401 - constraint names first


class LinkDecision(SQLModel, table=True):
    """A source's name with its other numbers, and the subject they were linked to.

    `row_key` is a hash of 64 bits of name and numbers. It holds until somebody
    undoes `batch_id`, the batch that linked the row; what was found of a name
    outlives the file that the row came in.
    """

    __tablename__ = "link_decision"
    __table_args__ = {"sqlite_with_rowid": False}

    source: str = Field(primary_key=True, max_length=80)
    row_key: int = Field(primary_key=True, sa_type=BigInteger)
    batch_id: int = Field(primary_key=True)
    subject_id: int
    withdrawn_at: datetime | None = None


class LinkReliance(SQLModel, table=True):
    """A batch of rows that nobody was asked about, and a batch whose decision linked some."""

    __tablename__ = "link_reliance"
    __table_args__ = {"sqlite_with_rowid": False}

    decision_batch_id: int = Field(primary_key=True)
    batch_id: int = Field(primary_key=True)
