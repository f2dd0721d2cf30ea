"""alerts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003b"
down_revision = "0003a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint_clock", sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_complaint_clock_alert", "complaint_clock", ["alert_at"], unique=False)
    op.create_table(
        "notice_mark",
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notice_mark")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
