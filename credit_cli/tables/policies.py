"""Policy versions, each content once, and when each was put in force."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from credit_cli.rules.policy_versions import ActivationKind, Approval, Standing
from credit_cli.tables.columns import enum_type


class PolicyVersion(SQLModel, table=True):
    """A policy pack as it was proposed: `content` is its JSON, never changed.

    `from_on` is the pack's own first day, `situations` how many passed when it
    was proposed, `approval` what its approval asked for.
    """

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: int = Field(primary_key=True)
    name: str = Field(max_length=80)
    from_on: date
    sha256: str = Field(max_length=64)
    content: str = Field(sa_type=Text)
    state: Standing = Field(sa_type=enum_type(Standing, "state"))
    situations: int
    note: str = Field(default="", max_length=400)
    proposed_at: datetime
    proposed_by: str = Field(max_length=80)
    approval: Approval | None = Field(default=None, sa_type=enum_type(Approval, "approval"))
    approved_at: datetime | None = None
    approved_by: str | None = Field(default=None, max_length=80)

    @property
    def label(self) -> str:
        """name@from-date+first 12 of the SHA-256."""
        return f"{self.name}@{self.from_on.isoformat()}+{self.sha256[:12]}"


class PolicyActivation(SQLModel, table=True):
    """A version is in force from a day on, until another is; withdrawn only before that day."""

    __tablename__ = "policy_activation"
    __table_args__ = (ForeignKeyConstraint(["version_id"], ["policy_version.id"]),)

    id: int = Field(primary_key=True)
    version_id: int
    kind: ActivationKind = Field(sa_type=enum_type(ActivationKind, "kind"))
    from_on: date
    activated_at: datetime
    activated_by: str = Field(max_length=80)
    withdrawn_at: datetime | None = None
