"""Batches (归集批次): what brought or ended a version, and the rows that were questioned."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from credit_cli.rules.values import BatchState, RowState
from credit_cli.tables.columns import enum_type


class BatchKind(StrEnum):
    """What a batch did; commands other than imports open batches of their own kind."""

    RECORDS = "records"
    EVALUATIONS = "evaluations"
    REVIEW = "review"
    LINK = "link"
    SUBJECTS = "subjects"
    CASES = "cases"


class RowOutcome(StrEnum):
    """Why a row waits: it has faults, or no code says whose it is."""

    REJECTED = "rejected"
    UNLINKED = "unlinked"


OUTCOMES = ("added", "changed", "same", "rejected", "unlinked")
_LIVE = text("state <> 'withdrawn'")
_WAITING = text("outcome = 'unlinked' AND state = 'open'")
_BY_HAND = text("reason <> ''")


class Batch(SQLModel, table=True):
    """One import or write-back. Every data row of the file has one of the five outcomes.

    `headings` are the sender's, `columns` the layout's codes beside them. Where a
    `mapping` was used (its name, its table and the file's own SHA-256),
    `file_sha256` is that of file and mapping.
    `done_line` is the checkpoint: rows up to it are merged, in the same
    transaction that moved it. `severe` are new serious entries, `issues` counts
    by code, `flawed` the rows by dimension of quality, `filled` the rows that say
    something by column; `read_ms` (with checking) and `merge_ms` are what the
    stages took.
    """

    __table_args__ = (
        # One file of one source counts once; a write-back has no file (NULL never conflicts).
        Index(
            "uq_batch_file",
            "kind",
            "source",
            "file_sha256",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: int = Field(primary_key=True)
    kind: BatchKind = Field(sa_type=enum_type(BatchKind, "kind"))
    state: BatchState = Field(sa_type=enum_type(BatchState, "state"))
    source: str = Field(max_length=80)
    layout: str = Field(default="", max_length=40)
    edition: str = Field(default="", max_length=40)
    headings: list[str] = Field(default_factory=list, sa_type=JSON)
    columns: list[str] = Field(default_factory=list, sa_type=JSON)
    file_name: str = Field(default="", max_length=200)
    file_sha256: str | None = Field(default=None, max_length=64)
    mapping: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    actor: str = Field(max_length=80)
    started_at: datetime
    finished_at: datetime | None = None
    withdrawn_at: datetime | None = None
    done_line: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    unlinked: int = 0
    skipped: int = 0
    severe: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    issues: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    flawed: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    filled: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    read_ms: int = 0
    merge_ms: int = 0

    @property
    def read(self) -> int:
        """Data rows of the file: the sum of the five outcomes."""
        return self.added + self.changed + self.same + self.rejected + self.unlinked


class QuestionedRow(SQLModel, table=True):
    """A row that became no record; cells as sent, for the sender's correction.

    `answer_batch_id` and `answer_line` are where the sender gave it back: taken
    in there (fixed), or questioned there anew (handled).
    """

    __tablename__ = "questioned_row"
    __table_args__ = (
        # The queue of rows without a subject, and what people have settled: few of all rows.
        Index(
            "ix_questioned_row_waiting",
            "batch_id",
            "line",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index(
            "ix_questioned_row_by_hand",
            "batch_id",
            "line",
            sqlite_where=_BY_HAND,
            postgresql_where=_BY_HAND,
        ),
    )

    batch_id: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    outcome: RowOutcome = Field(sa_type=enum_type(RowOutcome, "outcome"))
    issues: list[Any] = Field(sa_type=JSON)
    cells: list[Any] = Field(sa_type=JSON)
    state: RowState = Field(default=RowState.OPEN, sa_type=enum_type(RowState, "state"))
    answer_batch_id: int | None = Field(default=None, index=True)
    answer_line: int | None = None
    reason: str = Field(default="", max_length=400)
    settled_by: str | None = Field(default=None, max_length=80)
    settled_at: datetime | None = None
