"""lists in order"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # PostgreSQL takes no order from an index behind a column that is NULL.
    present, is_open = sa.text("archived_at IS NULL"), sa.text("closed_at IS NULL")
    op.create_index(
        "ix_contact_present", "contact", ["sort_name", "id"], sqlite_where=present, postgresql_where=present
    )
    op.create_index(
        "ix_complaint_open", "complaint", ["next_due_at", "id"], sqlite_where=is_open, postgresql_where=is_open
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
