"""The lookup log: who read which person's profile, when and what for."""

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
