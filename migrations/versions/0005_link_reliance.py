"""Rows linked as was decided before name the decision; a decision is withdrawn by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Until now a decision was withdrawn with its batch.
WITHDRAWN = """
    UPDATE link_decision SET withdrawn_at =
        (SELECT batch.withdrawn_at FROM batch WHERE batch.id = link_decision.batch_id)
"""


def upgrade() -> None:
    op.add_column("link_decision", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.execute(WITHDRAWN)
    op.create_table(
        "link_reliance",
        sa.Column("decision_batch_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("decision_batch_id", "batch_id", name=op.f("pk_link_reliance")),
        sqlite_with_rowid=False,
    )
