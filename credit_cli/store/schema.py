"""The schema of a store: create, migrate, check. Loads alembic only to migrate."""

import io
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, text
from sqlalchemy.engine import URL

from credit_cli.errors import SchemaAhead, SchemaBehind, StoreMissing
from credit_cli.folders import packaged
from credit_cli.store.engine import faults_translated, make_engine, shown
from credit_cli.tables import SCHEMA
from credit_cli.tables.stores import StoreMark

_ADVISORY_LOCK = 7_238_114  # any number of our own; the same in every version


def current_revision(connection: Connection) -> str | None:
    """The revision the store is at; None when it holds no store."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def check_schema(connection: Connection, url: URL) -> None:
    """StoreMissing, SchemaBehind or SchemaAhead unless the schema is the program's own."""
    with connection.begin():
        found = current_revision(connection)
    if found is None:
        raise StoreMissing(store=shown(url))
    if found != SCHEMA:
        raise (SchemaBehind if found < SCHEMA else SchemaAhead)(found=found, needed=SCHEMA)


def is_sandbox(connection: Connection) -> bool:
    """Whether a fixed clock is honoured here."""
    with connection.begin():
        return bool(connection.execute(text("SELECT sandbox FROM store_mark")).scalar())


def migrate(url: URL, now: datetime, *, sandbox: bool) -> bool:
    """Create or upgrade the store; whether anything was done.

    The write lock is held from before the first look to the commit, so that of
    several at once one migrates and the others find it done. An SQLite store
    is copied first. SchemaAhead when a newer program made it.
    """
    _make_room(url)
    engine = make_engine(url)
    with faults_translated(url):
        try:
            with engine.connect().execution_options(writing=True) as connection:
                return _upgrade(connection, url, now, sandbox=sandbox)
        finally:
            engine.dispose()


def _upgrade(connection: Connection, url: URL, now: datetime, *, sandbox: bool) -> bool:
    with connection.begin():
        if url.get_backend_name() == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
        found = current_revision(connection)
        if found is not None and found >= SCHEMA:
            if found > SCHEMA:
                raise SchemaAhead(found=found, needed=SCHEMA)
            return False
        if found is not None:
            _back_up(url, found)
        run_migrations(connection)
        if found is None:
            mark = {"id": 1, "sandbox": sandbox, "created_at": now}
            connection.execute(insert(StoreMark).values(mark))
        return True


def run_migrations(connection: Connection, target: str = "head") -> None:
    """Run alembic inside the connection's transaction, its chatter caught."""
    from alembic import command  # noqa: PLC0415 - half a second, only here
    from alembic.config import Config  # noqa: PLC0415

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(packaged("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _make_room(url: URL) -> None:
    """The folder and the empty file of an SQLite store: personal data, for its owner alone."""
    if url.get_backend_name() == "sqlite" and url.database:
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)


def _back_up(url: URL, revision: str) -> None:
    """A copy of an SQLite store before it changes, by the backup API (a plain copy may tear)."""
    if url.get_backend_name() == "sqlite":
        path = Path(f"{url.database}.before-{revision}")
        path.touch(mode=0o600)
        with (
            closing(sqlite3.connect(url.database or "")) as store,
            closing(sqlite3.connect(path)) as copy,
        ):
            store.backup(copy)
