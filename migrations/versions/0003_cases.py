"""Cases of the past (历史办件); how full the columns of a delivery are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = """
    id, kind, state, source, layout, edition, headings, columns, file_name, file_sha256, mapping,
    actor, started_at, finished_at, withdrawn_at, done_line, added, changed, same, rejected,
    unlinked, skipped, severe, issues, flawed, read_ms, merge_ms
"""


def upgrade() -> None:
    op.execute("CREATE TEMPORARY TABLE moved AS SELECT * FROM batch")
    op.drop_table("batch")
    _batch()
    op.execute(f"INSERT INTO batch ({BATCH}, filled) SELECT {BATCH}, '{{}}' FROM moved")
    op.execute("DROP TABLE moved")
    _past_case()


def _choice(table: str, column: str, *values: str, nullable: bool) -> sa.Column[str]:
    name = op.f(f"ck_{table}_{column}")
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=nullable)


def _batch() -> None:
    kinds = ("records", "evaluations", "review", "link", "subjects", "cases")
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
        sa.Column("mapping", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("severe", sa.Integer(), server_default="0", nullable=False),
        sa.Column("issues", sa.JSON(), nullable=False),
        sa.Column("flawed", sa.JSON(), nullable=False),
        sa.Column("filled", sa.JSON(), nullable=False),
        sa.Column("read_ms", sa.Integer(), nullable=False),
        sa.Column("merge_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    standing = sa.text("state <> 'withdrawn'")
    op.create_index(
        "uq_batch_file",
        "batch",
        ["kind", "source", "file_sha256"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _past_case() -> None:
    states = ("processing", "granted", "refused", "not_accepted", "withdrawn", "closed")
    op.create_table(
        "past_case",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("case_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("ended_batch_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=128), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("route", sa.String(length=40), nullable=True),
        _choice("past_case", "state", *states, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "case_key", "version", name=op.f("pk_past_case")),
        sqlite_with_rowid=False,
    )
