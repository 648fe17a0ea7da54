"""The policy versions a store holds, and which one is in force."""

from datetime import date

from sqlmodel import Session, col, select

from credit_cli.errors import PolicyMissing
from credit_cli.tables.stores import PolicyVersion


def get_policy(session: Session, as_of: date) -> PolicyVersion:
    """The version in force on a day: the last activated of those begun; PolicyMissing."""
    query = (
        select(PolicyVersion)
        .where(col(PolicyVersion.from_on) <= as_of)
        .order_by(col(PolicyVersion.from_on).desc(), col(PolicyVersion.id).desc())
    )
    found = session.exec(query).first()
    if found is None:
        raise PolicyMissing(as_of=as_of)
    return found


def list_policies(session: Session) -> list[PolicyVersion]:
    """Every activated version, oldest first."""
    return list(session.exec(select(PolicyVersion).order_by(col(PolicyVersion.id))))
