"""Files as they were sent, packed some hundred lines at a time: where each record came from."""

from sqlmodel import Field, SQLModel

from credit_cli.tables import columns as _columns  # noqa: F401 - constraint names first


class RawBlock(SQLModel, table=True):
    """The lines of a batch's file from `first_line` to `last_line` (rules/raw_rows.py)."""

    __tablename__ = "raw_block"

    batch_id: int = Field(primary_key=True)
    first_line: int = Field(primary_key=True)
    last_line: int
    data: bytes
