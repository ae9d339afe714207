"""Marks of answers that are counted for the figures."""

import sqlalchemy as sa
from alembic import op

from engine.store.revisions.columns import ID

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One new table; nothing of what stands changes."""
    op.create_table(
        "figure_mark",
        sa.Column("mark", sa.LargeBinary, nullable=False), sa.Column("definition", sa.Text, nullable=False),
        sa.Column("figure", sa.Text, nullable=False), sa.Column("quarter", sa.Integer, nullable=False),
        sa.Column("institution_id", ID, nullable=False), sa.Column("value", sa.Text, nullable=False),
        sa.Column("row_value", sa.Text, nullable=False), sa.Column("group_name", sa.Text, nullable=False),
        sa.Column("group_value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_figure_mark")),
    )
    op.create_index("figure_mark_by_quarter", "figure_mark", ["definition", "quarter", "figure"])


def downgrade() -> None:
    """The counts go with their table."""
    op.drop_table("figure_mark")
