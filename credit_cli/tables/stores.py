"""What the store knows of itself, and the numbers it hands out."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from credit_cli.tables import columns as _columns  # noqa: F401 - constraint names first


class StoreMark(SQLModel, table=True):
    """One row: whether this store is a sandbox (only there a fixed clock is honoured)."""

    __tablename__ = "store_mark"

    id: int = Field(primary_key=True)
    sandbox: bool
    created_at: datetime


class NumberBlock(SQLModel, table=True):
    """The next free number of each series (subject, batch, case ...)."""

    __tablename__ = "number_block"

    name: str = Field(primary_key=True, max_length=40)
    next_free: int


class PolicyVersion(SQLModel, table=True):
    """A policy pack as it was activated: `content` is its canonical JSON."""

    __tablename__ = "policy_version"

    id: int = Field(primary_key=True)
    name: str = Field(max_length=80)
    from_on: date
    sha256: str = Field(max_length=64)
    content: str = Field(sa_type=Text)
    activated_at: datetime
    activated_by: str = Field(max_length=80)

    @property
    def label(self) -> str:
        """name@from-date+first 12 of the SHA-256."""
        return f"{self.name}@{self.from_on.isoformat()}+{self.sha256[:12]}"
