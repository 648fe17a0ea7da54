"""Bulk loading: drafts into a staging table of this connection alone.

Staging needs no write lock; the merge (store/merging.py) is then one short
transaction of set-based SQL.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Transaction, text
from sqlalchemy.exc import DBAPIError

Columns = Sequence[Sequence[Any]]

_CACHE_KIB = 32 << 10  # pages of the pool that an importer keeps at hand
# 256 MB of log: a page that several chunks change is written back once. A third less to write.
_LOG_PAGES = 64_000
_ESCAPES: dict[str, str | int | None] = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
_PARTY = (
    ("line", "integer PRIMARY KEY"),
    ("kind", "text"),
    ("scheme", "text"),
    ("code", "text"),
    ("name", "text"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One kind of draft: its columns in order, and how its versions are told apart.

    `document` are the columns that, with the subject and, if `by_source`, the
    source, name one document or one evaluation; `content` are those that stand
    apart in the pool, in a table that is named after the other.
    """

    table: str
    columns: tuple[tuple[str, str], ...]
    document: tuple[str, ...]
    by_source: bool = False
    content: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, in the order of the draft's fields."""
        return tuple(name for name, _ in self.columns)

    @property
    def carried(self) -> tuple[str, ...]:
        """The columns that go into the pool's table under the same name."""
        apart = {name for name, _ in _PARTY}.union(self.content)
        return tuple(name for name in self.names if name not in apart)


RECORDS = Stage(
    table="record",
    columns=(
        *_PARTY,
        ("record_type", "text"),
        ("severity", "text"),
        ("state", "text"),
        ("document_key", "bigint"),
        ("document_number", "text"),
        ("authority_code", "text"),
        ("authority", "text"),
        ("decided_on", "date"),
        ("valid_from", "date"),
        ("valid_until", "date"),
        ("amount_fen", "bigint"),
        ("content_hash", "bigint"),
        ("fields", "json"),
    ),
    document=("document_key",),
    content=("document_number", "authority_code", "authority", "fields"),
)
EVALUATIONS = Stage(
    table="evaluation",
    columns=(
        *_PARTY,
        ("scale", "text"),
        ("grade", "text"),
        ("score", "int"),
        ("evaluated_on", "date"),
        ("valid_until", "date"),
        ("content_hash", "bigint"),
    ),
    document=("scale", "evaluated_on"),
    by_source=True,
)

SUBJECTS = Stage(
    table="register_entry",
    columns=(
        *_PARTY,
        ("list_code", "text"),
        ("registered_kind", "text"),
        ("registered_name", "text"),
        ("content_hash", "bigint"),
        ("fields", "json"),
    ),
    document=("list_code",),
    by_source=True,
)
LINKS = Stage(
    table="link",
    columns=(
        *_PARTY,
        ("role", "text"),
        ("related_kind", "text"),
        ("related_name", "text"),
        ("related_code", "text"),
        ("state", "text"),
        ("valid_from", "date"),
        ("valid_until", "date"),
        ("content_hash", "bigint"),
    ),
    document=("role", "related_code"),
    by_source=True,
)

CASES = Stage(
    table="past_case",
    columns=(
        *_PARTY,
        ("case_key", "bigint"),
        ("case_number", "text"),
        ("item", "text"),
        ("route", "text"),
        ("state", "text"),
        ("opened_on", "date"),
        ("decided_on", "date"),
        ("department", "text"),
        ("region", "text"),
        ("content_hash", "bigint"),
    ),
    document=("case_key",),
)


def create_stage(connection: Connection, stage: Stage, *, in_memory: bool) -> None:
    """Make the empty staging tables; they vanish with the connection.

    On SQLite they are kept in memory, or spilt to disk; PostgreSQL decides itself.
    """
    columns = ", ".join(f"{name} {_type(connection, kind)}" for name, kind in stage.columns)
    documents = ", ".join(
        f"{name} {_type(connection, kind)}"
        for name, kind in stage.columns
        if name in stage.document
    )
    if _is_sqlite(connection):
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA temp_store={'MEMORY' if in_memory else 'FILE'}")
        driver.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        driver.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
    with _staging(connection):
        connection.execute(text(f"CREATE TEMP TABLE stage ({columns})"))
        for table, shape in _WORKED_OUT.items():
            shape = shape.format(documents=documents, keys=", ".join(stage.document))  # noqa: PLW2901
            connection.execute(text(f"CREATE TEMP TABLE {table} ({shape})"))


# What the merge makes of the stage, in its order of making.
_WORKED_OUT = {
    "stage_subject": "code text PRIMARY KEY, first_line int, held_id int, subject_id int,"
    " least_name text, greatest_name text",
    "stage_line": "subject_id int, {documents}, line int, content_hash bigint",
    "stage_document": "subject_id int, {documents}, line int, lines int, content_hash bigint",
    "stage_held": "subject_id int, {documents}, top_version int, current_version int,"
    " PRIMARY KEY (subject_id, {keys})",
    "stage_version": "line integer PRIMARY KEY, subject_id int, {documents}, current_version int,"
    " is_new int, step int, version int, is_last int",
}


def goes_on_beside(connection: Connection) -> bool:
    """Whether it pays to stage over one connection while another one merges."""
    return not _is_sqlite(connection)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _staging(connection: Connection) -> Transaction:
    # A connection remembers that it wrote last: staging must not lock the pool like a writer.
    return connection.execution_options(writing=False).begin()


def _type(connection: Connection, kind: str) -> str:
    # SQLite keeps days and JSON as text; a column of any other affinity would change them.
    return "text" if kind in ("date", "json") and _is_sqlite(connection) else kind


def fill_stage(connection: Connection, stage: Stage, pages: Iterable[Columns]) -> None:
    """Add drafts to the stage, page by page: executemany on SQLite, COPY on PostgreSQL."""
    with _staging(connection), _faults_of_driver(connection):
        driver: Any = connection.connection.driver_connection
        if _is_sqlite(connection):
            marks = ", ".join("?" * len(stage.columns))
            for columns in pages:
                driver.executemany(
                    f"INSERT INTO stage VALUES ({marks})", zip(*columns, strict=True)
                )
            return
        with driver.cursor() as cursor, cursor.copy("COPY stage FROM STDIN") as copy:
            for columns in pages:
                copy.write(_copy_text(columns))


@contextmanager
def _faults_of_driver(connection: Connection) -> Iterator[None]:
    """Faults of a driver that is used by itself are told as those that come by SQLAlchemy."""
    dialect: Any = connection.dialect
    base = dialect.loaded_dbapi.Error
    try:
        yield
    except base as fault:
        raise DBAPIError.instance(
            None, None, fault, base, hide_parameters=True, dialect=dialect
        ) from fault


def _copy_text(columns: Columns) -> str:
    """Rows as COPY reads them: tabs between values, one row a line."""
    rows = zip(*map(_copied, columns), strict=True)
    return "".join(f"{row}\n" for row in map("\t".join, rows))


def _copied(column: Sequence[Any]) -> list[str]:
    texts = ["" if value is None else str(value) for value in column]
    joined = "".join(texts)
    if any(sign in joined for sign in _ESCAPES):
        texts = [each.translate(str.maketrans(_ESCAPES)) for each in texts]
    if None not in column:
        return texts
    return [r"\N" if value is None else each for value, each in zip(column, texts, strict=True)]


def drop_lines(connection: Connection, last: int) -> None:
    """Take the lines up to `last` from the stage."""
    connection.execute(text("DELETE FROM stage WHERE line <= :last"), {"last": last})


def clear_stage(connection: Connection) -> None:
    """Empty the staging tables."""
    empty = "DELETE FROM" if _is_sqlite(connection) else "TRUNCATE"
    with _staging(connection):
        for table in ("stage", *_WORKED_OUT):
            connection.execute(text(f"{empty} {table}"))


def drop_stage(connection: Connection) -> None:
    """Do away with the staging tables, so that another kind of draft can be staged."""
    with _staging(connection):
        for table in ("stage", *_WORKED_OUT):
            connection.execute(text(f"DROP TABLE {table}"))
