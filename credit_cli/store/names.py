"""What a subject is called now and was called before: the one place that decides.

The newest register entry that can be seen names its subject, else the first row
that brought it: a record's name is what one sender typed. As a register that is
unfinished or withdrawn is not seen, undoing one gives the old name back.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, inspect, or_
from sqlalchemy.orm import column_property
from sqlmodel import Session, col, func, select

from credit_cli.rules.text_forms import listed_names
from credit_cli.store.records import FINISHED, seen
from credit_cli.tables.registers import RegisterEntry
from credit_cli.tables.subjects import Subject

_PAGE = 5_000
# What a register itself calls former names (曾用名), in one text.
_FORMER = RegisterEntry.fields["former_names"].as_string()


def _name() -> ColumnElement[str]:
    """Looked up by the subject's key, so that it is as cheap for many as for one."""
    registered = (
        select(RegisterEntry.registered_name)
        .where(col(RegisterEntry.subject_id) == col(Subject.id), seen(RegisterEntry))
        .order_by(col(RegisterEntry.batch_id).desc(), col(RegisterEntry.line).desc())
        .limit(1)
        .correlate(Subject)
        .scalar_subquery()
    )
    return func.coalesce(registered, col(Subject.first_name))


inspect(Subject).add_property("name", column_property(_name()))


def renamed() -> ColumnElement[bool]:
    """Whether a register, seen or not any more, has a subject by another name than its first."""
    return (
        select(RegisterEntry.version)
        .where(col(RegisterEntry.subject_id) == col(Subject.id))
        .where(col(RegisterEntry.registered_name) != col(Subject.first_name))
        .correlate(Subject)
        .exists()
    )


def list_former_names(session: Session, subject: Subject) -> list[str]:
    """The names that a subject has besides its own, in the order they came."""
    query = (
        select(RegisterEntry.registered_name, _FORMER)
        .where(col(RegisterEntry.subject_id) == subject.id)
        .where(col(RegisterEntry.batch_id).in_(FINISHED))
        .order_by(col(RegisterEntry.batch_id), col(RegisterEntry.line))
    )
    first = select(Subject.first_name).where(
        col(Subject.id) == subject.id, col(Subject.batch_id).in_(FINISHED)
    )
    names = dict.fromkeys(session.exec(first))
    for registered, former in session.exec(query):
        names |= dict.fromkeys([*listed_names(former or ""), registered])
    return [name for name in names if name != subject.name]


def every_name(session: Session, *bearers: ColumnElement[bool]) -> Iterator[list[tuple[int, str]]]:
    """Subjects by number with each name that they have or had, some thousand at a time."""
    first = select(Subject.id, Subject.first_name).where(*bearers)
    for page in session.exec(first.execution_options(yield_per=_PAGE)).partitions():
        yield [(number, name) for number, name in page]
    entries = (
        select(Subject.id, RegisterEntry.registered_name, _FORMER)
        .join(RegisterEntry, col(RegisterEntry.subject_id) == col(Subject.id))
        .where(*bearers, col(RegisterEntry.batch_id).in_(FINISHED))
        # Most registers only say what the first row has said.
        .where(or_(col(RegisterEntry.registered_name) != col(Subject.first_name), _FORMER != ""))
    )
    for found in session.exec(entries.execution_options(yield_per=_PAGE)).partitions():
        yield [
            (number, name)
            for number, registered, former in found
            for name in (registered, *listed_names(former or ""))
        ]
