"""What the store knows of itself, and the numbers it hands out."""

from datetime import datetime

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
