"""Subjects by number and by code."""

from collections.abc import Iterable
from functools import cache
from itertools import islice

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from credit_cli.errors import SubjectNotFound
from credit_cli.store.numbers import LARGEST
from credit_cli.store.records import FINISHED
from credit_cli.tables.past_cases import PastCase
from credit_cli.tables.records import Evaluation, Record
from credit_cli.tables.registers import RegisterEntry
from credit_cli.tables.relations import Link
from credit_cli.tables.subjects import Identifier, Subject

_TOGETHER = 5_000  # numbers in one query


def get_subject(session: Session, number: int) -> Subject:
    """The subject with this internal number; SubjectNotFound."""
    query = select(Subject).where(col(Subject.id) == number, _brought())
    found = session.exec(query).first() if number <= LARGEST else None
    if found is None:
        raise SubjectNotFound
    return found


def list_subjects(session: Session, numbers: Iterable[int]) -> list[Subject]:
    """Those of the subjects with these internal numbers that can be seen, by number."""
    asked, found = iter(sorted(numbers)), list[Subject]()
    while some := list(islice(asked, _TOGETHER)):
        query = select(Subject).where(col(Subject.id).in_(some), _brought())
        found += session.exec(query.order_by(col(Subject.id)))
    return found


@cache
def _brought() -> ColumnElement[bool]:
    """By a finished batch, or by an unfinished one while a finished one has something of it."""
    held = (
        select(table.subject_id)
        .where(col(table.subject_id) == col(Subject.id), col(table.batch_id).in_(FINISHED))
        .exists()
        for table in (Record, Evaluation, RegisterEntry, Link, PastCase)
    )
    return or_(col(Subject.batch_id).in_(FINISHED), *held)


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
