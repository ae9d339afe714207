"""The first schema: every table, and the triggers by which the ledger and the answers refuse to be changed."""

from alembic import op

from engine.store.revisions.append_only import protect
from engine.store.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything on an empty database."""
    metadata.create_all(op.get_bind())
    protect(op.get_bind(), "ledger_entry", "stream", "sequence")
    protect(op.get_bind(), "answer", "answer_id")


def downgrade() -> None:
    """The first revision has nothing before it."""
    raise NotImplementedError("a ledger is not taken away")
