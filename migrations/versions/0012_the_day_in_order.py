"""the day in order"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # As in 0011: what Today shows in order is found in order on PostgreSQL too.
    unsettled = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_moment_unsettled", "moment", ["falls_on", "id"], sqlite_where=unsettled, postgresql_where=unsettled
    )
    op.drop_index("ix_key_date_month_day", "key_date")
    op.create_index("ix_key_date_month_day", "key_date", ["month", "day", "id"])


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
