"""The unit of work: the only place that commits."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

import credit_cli.store.names  # noqa: F401 - gives subjects their names
from credit_cli.store.audits import append


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for one whole command.

    `as_of` (业务日期) is the day the rules look at, `now` (记录时间) is written
    into the audit; `moment` tells when something long is done; times are aware and
    in UTC. `dry_run` does everything and rolls back.
    """

    as_of: date
    now: datetime
    moment: Callable[[], datetime]
    actor: str
    command: str
    dry_run: bool = False


@dataclass(slots=True, kw_only=True)
class Work:
    """An open transaction, the subjects it is `about`, the audit entries for its end."""

    session: Session
    terms: Terms
    about: list[int] = field(default_factory=list)
    entries: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def audit(self, action: str, **params: Any) -> None:  # noqa: ANN401 - JSON values
        """Have `action` written to the audit when the transaction commits."""
        self.entries.append((action, params))


@contextmanager
def open_work(connection: Connection, terms: Terms, *, writing: bool) -> Iterator[Work]:
    """One transaction: committed at the end, rolled back by any exception or `dry_run`."""
    connection = connection.execution_options(writing=writing)
    with connection.begin() as transaction, Session(connection, autoflush=False) as session:
        work = Work(session=session, terms=terms)
        yield work
        session.flush()
        # Last, because the head of the chain is the one row that every writer locks.
        for action, params in work.entries:
            append(session, terms.now, terms.actor, action, params)
        session.flush()
        if terms.dry_run:
            transaction.rollback()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One connection and the terms of one command: what units of work are opened on.

    `ticks` gives milliseconds, by which an action measures its stages; `pause`
    waits so many of them.
    """

    connection: Connection
    terms: Terms
    ticks: Callable[[], int] = int
    pause: Callable[[int], None] = lambda _: None

    def open(self, *, writing: bool) -> AbstractContextManager[Work]:
        """The next unit of work."""
        return open_work(self.connection, self.terms, writing=writing)

    @contextmanager
    def beside(self) -> Iterator["Desk"]:
        """A desk on the same terms with a second connection to the store."""
        with self.connection.engine.connect() as connection:
            yield replace(self, connection=connection)
