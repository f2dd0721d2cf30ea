"""retention period"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE business ADD COLUMN keep_years INTEGER NOT NULL DEFAULT 0")


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
