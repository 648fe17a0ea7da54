"""Credit records (信用记录) and evaluations from outside, with their versions.

A row names the batch that brought it and the batch that ended it; it is seen
while the first is finished and the second is not. What decisions look at is
narrow and clustered by subject; what only a reader looks at stands apart, in
the order it came in: inserting it costs little, and evaluation never reads it.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from credit_cli.rules.values import RecordState, Severity
from credit_cli.tables.columns import enum_type


class Record(SQLModel, table=True):
    """One version of what one document says of one party.

    `document_key` is a hash of type, authority, document number and day,
    `content_hash` one of all it says; both have 64 bits.
    """

    __table_args__ = {"sqlite_with_rowid": False}

    subject_id: int = Field(primary_key=True)
    document_key: int = Field(primary_key=True, sa_type=BigInteger)
    version: int = Field(primary_key=True)
    content_hash: int = Field(sa_type=BigInteger)
    batch_id: int
    ended_batch_id: int | None = None
    line: int
    record_type: str = Field(max_length=40)
    severity: Severity | None = Field(default=None, sa_type=enum_type(Severity, "severity"))
    state: RecordState = Field(sa_type=enum_type(RecordState, "state"))
    decided_on: date
    valid_from: date | None = None
    valid_until: date | None = None
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)

    @property
    def public_id(self) -> str:
        """The version's id as scripts see it: where it came from, batch and line."""
        return f"{self.batch_id}-{self.line}"


class RecordContent(SQLModel, table=True):
    """What a version's document says, as its reader wants it; `fields` by column code."""

    __tablename__ = "record_content"
    __table_args__ = {"sqlite_with_rowid": False}

    batch_id: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    subject_id: int = Field(primary_key=True)
    document_number: str = Field(max_length=200)
    authority_code: str = Field(max_length=40)
    authority: str = Field(max_length=200)
    fields: dict[str, Any] = Field(sa_type=JSON)


class Evaluation(SQLModel, table=True):
    """One version of a score or grade that a source gave a subject on a day."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    subject_id: int = Field(primary_key=True)
    scale: str = Field(primary_key=True, max_length=40)
    source: str = Field(primary_key=True, max_length=80)
    evaluated_on: date = Field(primary_key=True)
    version: int = Field(primary_key=True)
    content_hash: int = Field(sa_type=BigInteger)
    batch_id: int
    ended_batch_id: int | None = None
    line: int
    grade: str | None = Field(default=None, max_length=40)
    score: int | None = None
    valid_until: date | None = None
