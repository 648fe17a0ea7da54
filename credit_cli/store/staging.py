"""Bulk loading: drafts into a staging table of this connection alone.

Staging needs no write lock; the merge (store/merging.py) is then one short
transaction of set-based SQL.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Transaction, text

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

    `document` are the columns that, with the subject, name one document or one
    evaluation; `numbered` documents also have a number per subject.
    """

    table: str
    columns: tuple[tuple[str, str], ...]
    document: tuple[str, ...]
    numbered: bool

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, in the order of the draft's fields."""
        return tuple(name for name, _ in self.columns)

    @property
    def carried(self) -> tuple[str, ...]:
        """The columns that go into the pool's table under the same name."""
        party = {name for name, _ in _PARTY}
        return tuple(name for name in self.names if name not in party)


RECORDS = Stage(
    table="record",
    columns=(
        *_PARTY,
        ("record_type", "text"),
        ("severity", "text"),
        ("state", "text"),
        ("document_key", "text"),
        ("document_number", "text"),
        ("authority_code", "text"),
        ("authority", "text"),
        ("decided_on", "date"),
        ("valid_from", "date"),
        ("valid_until", "date"),
        ("amount_fen", "bigint"),
        ("content_hash", "text"),
        ("fields", "json"),
    ),
    document=("document_key",),
    numbered=True,
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
        ("content_hash", "text"),
    ),
    document=("scale", "evaluated_on"),
    numbered=False,
)


def create_stage(connection: Connection, stage: Stage) -> None:
    """Make the empty staging tables; they vanish with the connection."""
    columns = ", ".join(f"{name} {_type(connection, kind)}" for name, kind in stage.columns)
    documents = ", ".join(
        f"{name} {_type(connection, kind)}"
        for name, kind in stage.columns
        if name in stage.document
    )
    keys = ", ".join(stage.document)
    with _staging(connection):
        connection.execute(text(f"CREATE TEMP TABLE stage ({columns})"))
        for table, shape in _WORKED_OUT.items():
            shape = shape.format(documents=documents, keys=keys)  # noqa: PLW2901
            connection.execute(text(f"CREATE TEMP TABLE {table} ({shape})"))


# What the merge makes of the stage, in its order of making.
_WORKED_OUT = {
    "stage_subject": "code text PRIMARY KEY, first_line int, subject_id int",
    "stage_line": "subject_id int, {documents}, line int, content_hash text",
    "stage_document": "subject_id int, {documents}, line int, lines int, content_hash text,"
    " nth int",
    "stage_held": "subject_id int, {documents}, document_no int, top_version int,"
    " current_version int, PRIMARY KEY (subject_id, {keys})",
    "stage_version": "line int, subject_id int, {documents}, document_no int,"
    " current_version int, is_new int, step int, version int, is_last int",
    "stage_new": "provisional int PRIMARY KEY, subject_id int, line int",
}


def _staging(connection: Connection) -> Transaction:
    # A connection remembers that it wrote last: staging must not lock the pool like a writer.
    return connection.execution_options(writing=False).begin()


def _type(connection: Connection, kind: str) -> str:
    # SQLite keeps days and JSON as text; a column of any other affinity would change them.
    sqlite = connection.dialect.name == "sqlite"
    return "text" if sqlite and kind in ("date", "json") else kind


def fill_stage(connection: Connection, stage: Stage, drafts: Sequence[Iterable[Any]]) -> None:
    """Add drafts to the stage: executemany on SQLite, COPY on PostgreSQL."""
    if not drafts:
        return
    with _staging(connection):
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(stage.columns))
            driver.executemany(f"INSERT INTO stage VALUES ({marks})", drafts)
            return
        with driver.cursor() as cursor, cursor.copy("COPY stage FROM STDIN") as copy:
            for draft in drafts:
                copy.write_row(tuple(draft))


def clear_stage(connection: Connection) -> None:
    """Empty the staging tables."""
    with _staging(connection):
        for table in ("stage", *_WORKED_OUT):
            connection.execute(text(f"DELETE FROM {table}"))
