"""Credit records (信用记录) and evaluations from outside, with their versions.

A row names the batch that brought it and the batch that ended it; it is seen
while the first is finished and the second is not.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from credit_cli.rules.values import RecordState, Severity
from credit_cli.tables.columns import enum_type


class Record(SQLModel, table=True):
    """One version of what one document says of one party.

    `document_no` counts the documents of a subject; `document_key` is a hash
    of type, authority, document number and day. Clustered by subject.
    """

    __table_args__ = (
        UniqueConstraint("subject_id", "document_key", "version"),
        {"sqlite_with_rowid": False},
    )

    subject_id: int = Field(primary_key=True)
    document_no: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document_key: str = Field(max_length=32)
    content_hash: str = Field(max_length=32)
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
    document_number: str = Field(max_length=200)
    authority_code: str = Field(max_length=40)
    authority: str = Field(max_length=200)
    fields: dict[str, Any] = Field(sa_type=JSON)

    @property
    def public_id(self) -> str:
        """The record's id as scripts see it: subject number, document number."""
        return f"{self.subject_id}-{self.document_no}"


class Evaluation(SQLModel, table=True):
    """One version of a score or grade that a source gave a subject on a day."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    subject_id: int = Field(primary_key=True)
    scale: str = Field(primary_key=True, max_length=40)
    source: str = Field(primary_key=True, max_length=80)
    evaluated_on: date = Field(primary_key=True)
    version: int = Field(primary_key=True)
    content_hash: str = Field(max_length=32)
    batch_id: int
    ended_batch_id: int | None = None
    line: int
    grade: str | None = Field(default=None, max_length=40)
    score: int | None = None
    valid_until: date | None = None
