"""Rows as they were sent, packed; records with keys of 64 bits, their content apart."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RECORD = """
    subject_id, document_key, version, content_hash, batch_id, ended_batch_id, line, record_type,
    severity, state, decided_on, valid_from, valid_until, amount_fen
"""
CONTENT = "batch_id, line, subject_id, document_number, authority_code, authority, fields"
EVALUATION = """
    subject_id, scale, source, evaluated_on, version, content_hash, batch_id, ended_batch_id, line,
    grade, score, valid_until
"""
BATCH = """
    id, kind, state, source, layout, edition, headings, columns, file_name, file_sha256, actor,
    started_at, finished_at, withdrawn_at, done_line, added, changed, same, rejected, unlinked,
    skipped, issues, flawed, read_ms, merge_ms
"""


def upgrade() -> None:
    _raw_block()
    _move("record", _record, {"record": RECORD, "record_content": CONTENT})
    _move("evaluation", _evaluation, {"evaluation": EVALUATION})
    _move("batch", _batch, {"batch": BATCH})
    op.add_column("batch", sa.Column("severe", sa.Integer(), server_default="0", nullable=False))
    op.add_column("batch", sa.Column("mapping", sa.JSON(none_as_null=True), nullable=True))
    _queues()
    _link_decision()
    _register_entry()
    _link()


def _move(table: str, create: Callable[[], None], columns: dict[str, str]) -> None:
    """Make a table anew and put its rows back, their hashes as numbers."""
    op.execute(f"CREATE TEMPORARY TABLE moved AS SELECT * FROM {table}")
    op.drop_table(table)
    create()
    for target, names in columns.items():
        values = names
        for name in ("document_key", "content_hash"):
            values = values.replace(name, _number(name))
        op.execute(f"INSERT INTO {target} ({names}) SELECT {values} FROM moved")
    op.execute("DROP TABLE moved")


def _number(name: str) -> str:
    """The first 64 bits of a hash in hex, signed; of another text its MD5 stands in."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.create_function("first_64_bits", 1, _first_64_bits, deterministic=True)
        return f"first_64_bits({name})"
    hexed = f"CASE WHEN {name} ~ '^[0-9a-f]{{32}}$' THEN {name} ELSE md5({name}) END"
    return f"('x' || substr({hexed}, 1, 16))::bit(64)::bigint"


def _first_64_bits(text: str) -> int:
    if not re.fullmatch("[0-9a-f]{32}", text):
        text = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return int.from_bytes(bytes.fromhex(text)[:8], "big", signed=True)


def _raw_block() -> None:
    op.create_table(
        "raw_block",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "first_line", name=op.f("pk_raw_block")),
    )


def _choice(table: str, column: str, *values: str, nullable: bool) -> sa.Column[str]:
    name = op.f(f"ck_{table}_{column}")
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=nullable)


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("document_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("ended_batch_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        _choice("record", "severity", "minor", "ordinary", "serious", nullable=True),
        _choice("record", "state", "current", "revoked", "disputed", "other", nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("subject_id", "document_key", "version", name=op.f("pk_record")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "record_content",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(length=200), nullable=False),
        sa.Column("authority_code", sa.String(length=40), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "line", "subject_id", name=op.f("pk_record_content")),
        sqlite_with_rowid=False,
    )


def _evaluation() -> None:
    op.create_table(
        "evaluation",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("scale", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("ended_batch_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "subject_id", "scale", "source", "evaluated_on", "version", name=op.f("pk_evaluation")
        ),
        sqlite_with_rowid=False,
    )


def _batch() -> None:
    kinds = ("records", "evaluations", "review", "link", "subjects")
    counts = ("done_line", "added", "changed", "same", "rejected", "unlinked", "skipped")
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        _choice("batch", "kind", *kinds, nullable=False),
        _choice("batch", "state", "running", "finished", "withdrawn", nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("layout", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("issues", sa.JSON(), nullable=False),
        sa.Column("flawed", sa.JSON(), nullable=False),
        sa.Column("read_ms", sa.Integer(), nullable=False),
        sa.Column("merge_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    names = ["kind", "source", "file_sha256"]
    _partial_index("uq_batch_file", "batch", names, "state <> 'withdrawn'", unique=True)


def _partial_index(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    those = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=those, postgresql_where=those)


def _queues() -> None:
    rows = ("questioned_row", ["batch_id", "line"])
    waiting = "outcome = 'unlinked' AND state = 'open'"
    _partial_index("ix_questioned_row_waiting", *rows, waiting)
    _partial_index("ix_questioned_row_by_hand", *rows, "reason <> ''")


def _link_decision() -> None:
    op.create_table(
        "link_decision",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("row_key", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "row_key", "batch_id", name=op.f("pk_link_decision")),
        sqlite_with_rowid=False,
    )


def _register_entry() -> None:
    kinds = ("person", "organisation", "individual_business")
    op.create_table(
        "register_entry",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("list_code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("ended_batch_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        _choice("register_entry", "registered_kind", *kinds, nullable=False),
        sa.Column("registered_name", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(
            "subject_id", "source", "list_code", "version", name=op.f("pk_register_entry")
        ),
        sqlite_with_rowid=False,
    )


def _link() -> None:
    kinds = ("person", "organisation", "individual_business")
    states = ("current", "revoked", "disputed", "other")
    op.create_table(
        "link",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        _choice("link", "role", "legal_representative", "agent", "operator", nullable=False),
        sa.Column("related_code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("ended_batch_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        _choice("link", "related_kind", *kinds, nullable=False),
        sa.Column("related_name", sa.String(length=200), nullable=False),
        _choice("link", "state", *states, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "subject_id", "source", "role", "related_code", "version", name=op.f("pk_link")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_link_related_code"), "link", ["related_code"], unique=False)
