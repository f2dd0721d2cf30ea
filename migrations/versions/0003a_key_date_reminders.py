"""key date reminders"""

from __future__ import annotations

from alembic import op

revision = "0003a"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_key_date_notice_falls_on", "key_date_notice", ["falls_on"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
