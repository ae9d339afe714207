"""Registers that owners keep: rows, their versions, places that cases book."""

import sqlalchemy as sa
from alembic import op

from engine.store.revisions.columns import ID, MOMENT

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three new tables; nothing of what stands changes."""
    op.create_table(
        "register_row",
        sa.Column("row_id", ID, nullable=False), sa.Column("register", sa.Text, nullable=False),
        sa.Column("institution_id", ID), sa.Column("title", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False), sa.Column("content", sa.Text, nullable=False),
        sa.Column("places", sa.Integer), sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("put_at", MOMENT, nullable=False), sa.Column("retired_at", MOMENT),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_register_row")),
    )
    live = sa.text("retired_at IS NULL")
    op.create_index("register_row_live", "register_row", ["register", "title"], sqlite_where=live,
                    postgresql_where=live)
    op.create_table(
        "register_version",
        sa.Column("row_id", ID, nullable=False), sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False), sa.Column("content", sa.Text, nullable=False),
        sa.Column("put_at", MOMENT, nullable=False), sa.Column("put_by", ID, nullable=False),
        sa.PrimaryKeyConstraint("row_id", "revision", name=op.f("pk_register_version")),
    )
    op.create_table(
        "booking",
        sa.Column("booking_id", ID, nullable=False), sa.Column("row_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False), sa.Column("element", sa.Text, nullable=False),
        sa.Column("booked_at", MOMENT, nullable=False), sa.Column("released_at", MOMENT),
        sa.Column("told_enc", sa.LargeBinary),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booking")),
    )
    held = sa.text("released_at IS NULL")
    op.create_index("booking_live", "booking", ["row_id", "case_id"], unique=True, sqlite_where=held,
                    postgresql_where=held)
    op.create_index("booking_by_case", "booking", ["case_id"])


def downgrade() -> None:
    """The rows and bookings go with their tables."""
    for table in ("booking", "register_version", "register_row"):
        op.drop_table(table)
