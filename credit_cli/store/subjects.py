"""Subjects by number and by code."""

from sqlmodel import Session, col, select

from credit_cli.errors import SubjectNotFound
from credit_cli.tables.subjects import Identifier, Subject


def get_subject(session: Session, number: int) -> Subject:
    """The subject with this internal number; SubjectNotFound."""
    found = session.get(Subject, number)
    if found is None:
        raise SubjectNotFound
    return found


def get_subject_by_code(session: Session, code: str) -> Subject:
    """The subject that bears this code (already checked and normalised); SubjectNotFound."""
    row = session.exec(select(Identifier.subject_id).where(col(Identifier.value) == code)).first()
    if row is None:
        raise SubjectNotFound
    return get_subject(session, row)


def lock_subject(session: Session, number: int) -> Subject:
    """The subject's row, held until the commit, so that its state is decided once at a time."""
    query = select(Subject).where(col(Subject.id) == number).with_for_update()
    return session.exec(query).one()
