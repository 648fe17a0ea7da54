"""Policy versions are proposed and approved; when each is in force stands apart."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What was in force stays so, from its own day; one content that was activated twice is one version.
VERSIONS = """
    INSERT INTO policy_version (id, name, from_on, sha256, content, state, situations, note,
        proposed_at, proposed_by, approval, approved_at, approved_by)
    SELECT id, name, from_on, sha256, content, 'approved', 0, '', activated_at, activated_by,
        'recorded', activated_at, activated_by
    FROM moved WHERE id IN (SELECT min(id) FROM moved GROUP BY sha256)
"""
ACTIVATIONS = """
    INSERT INTO policy_activation (id, version_id, kind, from_on, activated_at, activated_by)
    SELECT id, (SELECT min(held.id) FROM moved held WHERE held.sha256 = moved.sha256),
        'activate', from_on, activated_at, activated_by
    FROM moved
"""
SERIES = """
    INSERT INTO number_block (name, next_free)
    SELECT 'policy_activation', coalesce(max(id), 0) + 1 FROM moved
"""


def upgrade() -> None:
    op.execute("CREATE TEMPORARY TABLE moved AS SELECT * FROM policy_version")
    op.drop_table("policy_version")
    _policy_version()
    _policy_activation()
    for statement in (VERSIONS, ACTIVATIONS, SERIES):
        op.execute(statement)
    op.execute("DROP TABLE moved")


def _choice(table: str, column: str, *values: str, nullable: bool) -> sa.Column[str]:
    name = op.f(f"ck_{table}_{column}")
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=nullable)


def _policy_version() -> None:
    states = ("proposed", "approved", "withdrawn")
    approvals = ("second_person", "recorded")
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        _choice("policy_version", "state", *states, nullable=False),
        sa.Column("situations", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        _choice("policy_version", "approval", *approvals, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("sha256", name=op.f("uq_policy_version_sha256")),
    )


def _policy_activation() -> None:
    op.create_table(
        "policy_activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        _choice("policy_activation", "kind", "activate", "rollback", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.String(length=80), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_activation")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["policy_version.id"],
            name=op.f("fk_policy_activation_version_id"),
        ),
    )
