"""The lookup log: who read which person's profile, when and what for."""

from collections.abc import Collection

from sqlalchemy import insert

from credit_cli.store.numbers import take_numbers
from credit_cli.store.work import Work
from credit_cli.tables.audits import Lookup


def add_lookup(work: Work, subject_id: int, purpose: str) -> None:
    """Log one reading, in the transaction that reads."""
    work.session.add(
        Lookup(
            subject_id=subject_id,
            id=take_numbers(work.session, "lookup"),
            at=work.terms.now,
            actor=work.terms.actor,
            command=work.terms.command,
            purpose=purpose,
        )
    )


def add_lookups(work: Work, subject_ids: Collection[int], purpose: str) -> None:
    """Log that all of these were read, in one command and for one purpose."""
    terms = work.terms
    first = take_numbers(work.session, "lookup", len(subject_ids))
    rows = [
        {
            "subject_id": subject_id,
            "id": number,
            "at": terms.now,
            "actor": terms.actor,
            "command": terms.command,
            "purpose": purpose,
        }
        for number, subject_id in enumerate(subject_ids, first)
    ]
    work.session.connection().execute(insert(Lookup), rows)
