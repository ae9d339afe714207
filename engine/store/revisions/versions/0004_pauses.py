"""Pauses of cases: since when a case's clocks stand still."""

import sqlalchemy as sa
from alembic import op

from engine.store.revisions.columns import MOMENT

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column that is empty for every case there is."""
    op.add_column("case_file", sa.Column("paused_at", MOMENT, nullable=True))


def downgrade() -> None:
    """Pauses are told by the ledger."""
    raise NotImplementedError("a case that is paused must stay so")
