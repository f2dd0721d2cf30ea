"""moments of a contact"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_moment_contact", "moment", ["contact_id", "settled_at", "falls_on"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
