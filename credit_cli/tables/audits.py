"""What was done and what was read: the chained audit and the lookup log. Append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from credit_cli.tables import columns as _columns  # noqa: F401 - constraint names first


class AuditEntry(SQLModel, table=True):
    """One change or refused attempt; `hash` covers the row and the hash before it."""

    __tablename__ = "audit_entry"

    seq: int = Field(primary_key=True)
    at: datetime
    actor: str = Field(max_length=80)
    action: str = Field(max_length=80)
    params: dict[str, Any] = Field(sa_type=JSON)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """One row: the end of the chain, locked last in every transaction that writes."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    seq: int
    hash: str = Field(max_length=64)


class Lookup(SQLModel, table=True):
    """One reading of a person's profile (信用信息调用)."""

    subject_id: int = Field(primary_key=True)
    id: int = Field(primary_key=True)
    at: datetime
    actor: str = Field(max_length=80)
    command: str = Field(max_length=80)
    purpose: str = Field(max_length=80)
