"""The audit chain and the lookup log: written, never changed."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from credit_cli.tables.audits import AuditEntry, AuditHead


def append(session: Session, at: datetime, actor: str, action: str, params: dict[str, Any]) -> None:
    """Add one entry behind the head of the chain, which stays locked until the commit."""
    head = session.exec(select(AuditHead).where(col(AuditHead.id) == 1).with_for_update()).one()
    head.seq += 1
    entry = AuditEntry(
        seq=head.seq,
        at=at,
        actor=actor,
        action=action,
        params=params,
        previous=head.hash,
        hash="",
    )
    entry.hash = head.hash = entry_hash(entry)
    session.add_all([entry, head])
    session.flush()


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over all of an entry but its own hash."""
    # The store gives every time back in UTC, wherever the clock stood.
    at = entry.at.astimezone(UTC).isoformat()
    covered = [entry.seq, at, entry.actor, entry.action, entry.params, entry.previous]
    text = json.dumps(covered, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def list_entries(session: Session) -> list[AuditEntry]:
    """The whole chain, oldest first."""
    return list(session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))))
