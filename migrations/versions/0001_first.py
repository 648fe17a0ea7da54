"""The first schema: pool, policy, cases, reviews, coupons, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIES = ("batch", "case", "lookup", "policy", "review", "subject")
APPEND_ONLY = ("audit_entry", "lookup")


def upgrade() -> None:
    _audit_entry()
    _audit_head()
    _batch()
    _coupon_code()
    _evaluation()
    _identifier()
    _lookup()
    _number_block()
    _policy_version()
    _programme_budget()
    _questioned_row()
    _record()
    _store_mark()
    _subject()
    _coupon()
    _service_case()
    _commitment()
    _review()
    _seed()
    for table in APPEND_ONLY:
        _protect(table)


def _seed() -> None:
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
    for name in SERIES:
        op.execute(f"INSERT INTO number_block (name, next_free) VALUES ('{name}', 1)")


def _protect(table: str) -> None:
    """What was written may be neither changed nor removed, not even by us."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "records",
                "evaluations",
                "review",
                name=op.f("ck_batch_kind"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "finished",
                "withdrawn",
                name=op.f("ck_batch_state"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
        sa.Column("done_line", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("unlinked", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("issues", sa.JSON(), nullable=False),
        sa.Column("flawed", sa.JSON(), nullable=False),
        sa.Column("read_ms", sa.Integer(), nullable=False),
        sa.Column("merge_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index(
        "uq_batch_file",
        "batch",
        ["kind", "source", "file_sha256"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )


def _coupon_code() -> None:
    op.create_table(
        "coupon_code",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_coupon_code")),
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
        sa.Column("content_hash", sa.String(length=32), nullable=False),
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


def _identifier() -> None:
    op.create_table(
        "identifier",
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "uscc",
                "resident_id",
                name=op.f("ck_identifier_scheme"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("value", name=op.f("pk_identifier")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_identifier_subject_id"), "identifier", ["subject_id"], unique=False)


def _lookup() -> None:
    op.create_table(
        "lookup",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("command", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "id", name=op.f("pk_lookup")),
    )


def _number_block() -> None:
    op.create_table(
        "number_block",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("next_free", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_block")),
    )


def _policy_version() -> None:
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
    )


def _programme_budget() -> None:
    op.create_table(
        "programme_budget",
        sa.Column("programme", sa.String(length=80), nullable=False),
        sa.Column("budget_fen", sa.BigInteger(), nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "spent_fen BETWEEN 0 AND budget_fen", name=op.f("ck_programme_budget_within_budget")
        ),
        sa.PrimaryKeyConstraint("programme", name=op.f("pk_programme_budget")),
    )


def _questioned_row() -> None:
    op.create_table(
        "questioned_row",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "rejected",
                "unlinked",
                name=op.f("ck_questioned_row_outcome"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issues", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "fixed",
                "handled",
                "ignored",
                name=op.f("ck_questioned_row_state"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answer_batch_id", sa.Integer(), nullable=True),
        sa.Column("answer_line", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "line", name=op.f("pk_questioned_row")),
    )
    op.create_index(
        op.f("ix_questioned_row_answer_batch_id"),
        "questioned_row",
        ["answer_batch_id"],
        unique=False,
    )


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("document_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document_key", sa.String(length=32), nullable=False),
        sa.Column("content_hash", sa.String(length=32), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("ended_batch_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "minor",
                "ordinary",
                "serious",
                name=op.f("ck_record_severity"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "current",
                "revoked",
                "disputed",
                "other",
                name=op.f("ck_record_state"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("document_number", sa.String(length=200), nullable=False),
        sa.Column("authority_code", sa.String(length=40), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "document_no", "version", name=op.f("pk_record")),
        sa.UniqueConstraint(
            "subject_id",
            "document_key",
            "version",
            name=op.f("uq_record_subject_id_document_key_version"),
        ),
        sqlite_with_rowid=False,
    )


def _store_mark() -> None:
    op.create_table(
        "store_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_mark")),
    )


def _subject() -> None:
    op.create_table(
        "subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "organisation",
                "individual_business",
                name=op.f("ck_subject_kind"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
    )


def _coupon() -> None:
    op.create_table(
        "coupon",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(length=80), nullable=False),
        sa.Column("claim_no", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "redeemed",
                "expired",
                "revoked",
                name=op.f("ck_coupon_state"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_coupon_subject_id")),
        sa.PrimaryKeyConstraint("subject_id", "programme", "claim_no", name=op.f("pk_coupon")),
        sa.UniqueConstraint("subject_id", "code", name=op.f("uq_coupon_subject_id_code")),
    )


def _service_case() -> None:
    op.create_table(
        "service_case",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("route", sa.String(length=40), nullable=False),
        sa.Column("routes", sa.JSON(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("deferred", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.String(length=120), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_service_case_subject_id")
        ),
        sa.PrimaryKeyConstraint("subject_id", "id", name=op.f("pk_service_case")),
    )


def _commitment() -> None:
    op.create_table(
        "commitment",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "kept",
                "breached",
                name=op.f("ck_commitment_state"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["subject_id", "case_id"],
            ["service_case.subject_id", "service_case.id"],
            name=op.f("fk_commitment_subject_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("subject_id", "case_id", name=op.f("pk_commitment")),
    )


def _review() -> None:
    op.create_table(
        "review",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "kept",
                "breached",
                name=op.f("ck_review_outcome"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id", "case_id"],
            ["service_case.subject_id", "service_case.id"],
            name=op.f("fk_review_subject_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("subject_id", "id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_due_on"), "review", ["due_on"], unique=False)
