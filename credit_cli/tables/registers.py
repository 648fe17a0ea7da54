"""What registers say of subjects (主体登记信息), with its versions."""

from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from credit_cli.rules.values import SubjectKind
from credit_cli.tables.columns import enum_type


class RegisterEntry(SQLModel, table=True):
    """One version of what a source's register says of a subject; `fields` by column code."""

    __tablename__ = "register_entry"
    __table_args__ = {"sqlite_with_rowid": False}

    subject_id: int = Field(primary_key=True)
    source: str = Field(primary_key=True, max_length=80)
    list_code: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    content_hash: int = Field(sa_type=BigInteger)
    batch_id: int
    ended_batch_id: int | None = None
    line: int
    registered_kind: SubjectKind = Field(sa_type=enum_type(SubjectKind, "registered_kind"))
    registered_name: str = Field(max_length=200)
    fields: dict[str, Any] = Field(sa_type=JSON)
