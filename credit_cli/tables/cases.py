"""Cases (办件), the commitments made in them and their reviews (批后复核)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from credit_cli.rules.values import ReviewOutcome
from credit_cli.tables.columns import enum_type


class CommitmentState(StrEnum):
    """Whether what was promised is still to be checked, or how it turned out."""

    OPEN = "open"
    KEPT = "kept"
    BREACHED = "breached"


class Case(SQLModel, table=True):
    """One application of a subject for an item, with the route it took and why."""

    __tablename__ = "service_case"
    __table_args__ = (ForeignKeyConstraint(["subject_id"], ["subject.id"]),)

    subject_id: int = Field(primary_key=True)
    id: int = Field(primary_key=True)
    item: str = Field(max_length=80)
    department: str = Field(max_length=200)
    tier: str = Field(max_length=40)
    route: str = Field(max_length=40)
    routes: list[str] = Field(sa_type=JSON)
    opened_on: date
    decide_by: date
    provisional: bool
    deferred: list[Any] = Field(sa_type=JSON)
    reasons: list[Any] = Field(sa_type=JSON)
    policy_version: str = Field(max_length=120)
    opened_at: datetime


class Commitment(SQLModel, table=True):
    """A written commitment (信用承诺) given in a case."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["subject_id", "case_id"], ["service_case.subject_id", "service_case.id"]
        ),
    )

    subject_id: int = Field(primary_key=True)
    case_id: int = Field(primary_key=True)
    made_on: date
    state: CommitmentState = Field(sa_type=enum_type(CommitmentState, "state"))


class Review(SQLModel, table=True):
    """The check that follows a decision on commitment; pending while `outcome` is empty."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["subject_id", "case_id"], ["service_case.subject_id", "service_case.id"]
        ),
    )

    subject_id: int = Field(primary_key=True)
    id: int = Field(primary_key=True)
    case_id: int
    department: str = Field(max_length=200)
    due_on: date = Field(index=True)
    provisional: bool
    outcome: ReviewOutcome | None = Field(default=None, sa_type=enum_type(ReviewOutcome, "outcome"))
    completed_on: date | None = None
