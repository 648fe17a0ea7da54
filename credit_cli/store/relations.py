"""Who is linked to a subject, and to whom it is."""

from sqlmodel import Session, col, select

from credit_cli.store.records import seen
from credit_cli.tables.relations import Link
from credit_cli.tables.subjects import Identifier, Subject


def list_links(session: Session, subject_id: int) -> list[tuple[Link, int | None]]:
    """The visible links of a subject, with the related one's number if the pool knows it."""
    query = (
        select(Link, Identifier.subject_id)
        .outerjoin(Identifier, col(Identifier.value) == col(Link.related_code))
        .where(col(Link.subject_id) == subject_id, seen(Link))
    )
    found = list(session.exec(query))
    return sorted(found, key=lambda one: (one[0].role, one[0].source, one[0].related_code))


def list_linking(session: Session, subject_id: int) -> list[tuple[Link, Subject]]:
    """The visible links in which a subject is the related one, with those it is related to."""
    query = (
        select(Link, Subject)
        .join(Identifier, col(Identifier.value) == col(Link.related_code))
        .join(Subject, col(Subject.id) == col(Link.subject_id))
        .where(col(Identifier.subject_id) == subject_id, seen(Link))
    )
    found = list(session.exec(query))
    return sorted(found, key=lambda one: (one[0].role, one[1].id, one[0].source))
