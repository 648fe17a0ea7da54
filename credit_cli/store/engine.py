"""Connections to SQLite and PostgreSQL, set up so that nothing acknowledged is lost.

The settings come from measurements: the defaults lost concurrent updates and,
with `synchronous=NORMAL`, acknowledged commits at power cuts.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from credit_cli.errors import (
    Busy,
    CreditError,
    DiskFault,
    DriverMissing,
    SettingInvalid,
    StoreBroken,
    StoreForbidden,
    StoreMissing,
    Unreachable,
)

# psycopg logs what it passes over; the words of a server may hold what stands in a row.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

_PATIENCE_MS = 30_000  # how long to wait for another program's lock
_PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "recursive_triggers=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
)
# Shared by the engines of one process: the demo runs many commands, each with its own.
_COMPILED: dict[Any, Any] = {}
_BUSY_STATES = ("55P03", "40001", "40P01", "57014")
_FORBIDDEN = "42501"
_DISK_STATES = ("53100", "58030")
_DISK_WORDS = ("disk is full", "disk I/O error", "readonly database", "unable to open")


def store_url(text: str) -> URL:
    """The URL of a store given as a URL or as the path of an SQLite file; SettingInvalid."""
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text.replace("postgres://", "postgresql://", 1))
        dialect = url.get_backend_name()
    except (ArgumentError, ValueError):
        dialect = ""
    if dialect not in ("sqlite", "postgresql"):
        raise SettingInvalid(setting="db", origin="--db", expected="sqlite:///PATH, postgresql://")
    return url


def shown(url: URL) -> str:
    """The URL as it may be printed: no password."""
    secrets = {name: "***" for name in url.query if "password" in name}
    return url.update_query_dict(secrets).render_as_string(hide_password=True)


def make_engine(url: URL) -> Engine:
    """An engine without a pool; parameters never appear in error texts."""
    sqlite = url.get_backend_name() == "sqlite"
    options = {} if sqlite else {"connect_timeout": 10, "application_name": "credit"}
    try:
        engine = create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=options,
            execution_options={"compiled_cache": _COMPILED},
        )
    except (ModuleNotFoundError, NoSuchModuleError):
        raise DriverMissing(extra="postgres") from None
    event.listen(engine, "connect", _prepare_sqlite if sqlite else _prepare_postgres)
    if sqlite:
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={_PATIENCE_MS}", *_PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: Any, _record: object) -> None:  # noqa: ANN401 - psycopg's own
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(f"SET lock_timeout = {_PATIENCE_MS}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def connect(url: URL) -> Iterator[Connection]:
    """One connection to an existing store; database faults become errors of ours."""
    path = url.database or ""
    if url.get_backend_name() == "sqlite" and not Path(path).is_file():
        raise StoreMissing(store=shown(url))
    engine = make_engine(url)
    with faults_translated(url):
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


@contextmanager
def faults_translated(url: URL) -> Iterator[None]:
    """Locks, full disks and silent servers are expected; anything else stays a bug."""
    try:
        yield
    except DBAPIError as fault:
        expected = _expected(fault, url)
        if expected is None:
            raise
        raise expected from fault


def _expected(fault: DBAPIError, url: URL) -> CreditError | None:
    words, state = str(fault.orig), getattr(fault.orig, "sqlstate", None)
    if "is locked" in words or state in _BUSY_STATES:
        return Busy()
    if state == _FORBIDDEN:
        return StoreForbidden(store=shown(url))
    if state in _DISK_STATES or any(sign in words for sign in _DISK_WORDS):
        return DiskFault(path=shown(url))
    if "not a database" in words or "malformed" in words:
        return StoreBroken(store=shown(url))
    if isinstance(fault, OperationalError) and url.get_backend_name() == "postgresql":
        return Unreachable(store=shown(url))
    return None
