"""What subjects are to each other (关联关系), with its versions."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from credit_cli.rules.values import RecordState, SubjectKind
from credit_cli.tables.columns import enum_type


class Role(StrEnum):
    """What the related subject is to the other."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    AGENT = "agent"
    OPERATOR = "operator"


class Link(SQLModel, table=True):
    """One version of a link that a source knows of; the related one is known by its code.

    Whoever is related need not be in the pool; if so, `related_code` is one of
    the identifiers.
    """

    __table_args__ = {"sqlite_with_rowid": False}

    subject_id: int = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=80)
    role: Role = Field(primary_key=True, sa_type=enum_type(Role, "role"))
    related_code: str = Field(primary_key=True, max_length=40, index=True)
    version: int = Field(primary_key=True)
    content_hash: int = Field(sa_type=BigInteger)
    batch_id: int
    ended_batch_id: int | None = None
    line: int
    related_kind: SubjectKind = Field(sa_type=enum_type(SubjectKind, "related_kind"))
    related_name: str = Field(max_length=200)
    state: RecordState = Field(sa_type=enum_type(RecordState, "state"))
    valid_from: date | None = None
    valid_until: date | None = None
