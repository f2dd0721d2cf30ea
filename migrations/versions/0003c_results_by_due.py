"""results by due"""

from __future__ import annotations

from alembic import op

revision = "0003c"
down_revision = "0003b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_complaint_clock_due", table_name="complaint_clock")
    op.create_index("ix_complaint_clock_due", "complaint_clock", ["due_at", "result"], unique=False)
    ended = ["kind", "stopped_at", "result", "complaint_id"]
    op.create_index("ix_complaint_clock_ended", "complaint_clock", ended, unique=False)
    op.create_index("ix_complaint_followed_up_at", "complaint", ["followed_up_at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
