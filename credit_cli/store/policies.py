"""The policy versions a store holds, and which one is in force."""

import re
from datetime import date
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from credit_cli.errors import PolicyMissing, PolicyVersionNotFound
from credit_cli.rules.policy_versions import Step
from credit_cli.tables.policies import PolicyActivation, PolicyVersion
from credit_cli.tables.stores import StoreMark

_NUMBER = re.compile("[0-9]{1,7}")
_HASH = re.compile("[0-9a-f]{8,64}")
_LABEL = re.compile(r".+@[0-9]{4}-[0-9]{2}-[0-9]{2}\+([0-9a-f]{12})")
_SHOWN = 5  # how many versions a refusal names


def is_reference(text: str) -> bool:
    """Whether this names a version (number, SHA-256 from 8 characters on, label), not a path."""
    return any(kind.fullmatch(text) for kind in (_NUMBER, _HASH, _LABEL))


def get_policy(session: Session, as_of: date) -> PolicyVersion:
    """The version in force on a day: of those begun the last, of one day the last activated.

    PolicyMissing. `rules.policy_versions.in_force` says the same of values.
    """
    query = (
        select(PolicyVersion)
        .join(PolicyActivation, col(PolicyActivation.version_id) == col(PolicyVersion.id))
        .where(col(PolicyActivation.from_on) <= as_of)
        .where(col(PolicyActivation.withdrawn_at).is_(None))
        .order_by(col(PolicyActivation.from_on).desc(), col(PolicyActivation.id).desc())
    )
    found = session.exec(query).first()
    if found is None:
        raise PolicyMissing(as_of=as_of)
    return found


def get_version(session: Session, reference: str) -> PolicyVersion:
    """The version of this number, label or beginning of its SHA-256; PolicyVersionNotFound."""
    if _NUMBER.fullmatch(reference):
        found = [one for one in list_versions(session) if one.id == int(reference)]
    else:
        found = [one for one in list_versions(session) if _is_named(one, reference)]
    if len(found) != 1:
        known = [one.label for one in list_versions(session)[-_SHOWN:]]
        raise PolicyVersionNotFound(version=reference[:120], known=known)
    return found[0]


def _is_named(version: PolicyVersion, reference: str) -> bool:
    if _HASH.fullmatch(reference):
        return version.sha256.startswith(reference)
    return version.label == reference


def find_content(session: Session, sha256: str) -> PolicyVersion | None:
    """The version that holds a content."""
    query = select(PolicyVersion).where(col(PolicyVersion.sha256) == sha256)
    return session.exec(query).first()


def list_versions(session: Session) -> list[PolicyVersion]:
    """Every version, oldest first; the content is read when it is asked for."""
    content: Any = PolicyVersion.content  # a column, whatever its annotation says
    query = select(PolicyVersion).options(defer(content))
    return list(session.exec(query.order_by(col(PolicyVersion.id))))


def list_activations(session: Session) -> list[PolicyActivation]:
    """Every activation, oldest first, withdrawn ones too."""
    return list(session.exec(select(PolicyActivation).order_by(col(PolicyActivation.id))))


def list_steps(session: Session) -> list[Step]:
    """The activations that hold, as the rules see them, oldest first."""
    return [
        Step(one.id, one.version_id, one.from_on, one.kind)
        for one in list_activations(session)
        if one.withdrawn_at is None
    ]


def in_sandbox(session: Session) -> bool:
    """Whether this store is a sandbox."""
    return bool(session.exec(select(StoreMark.sandbox)).first())
