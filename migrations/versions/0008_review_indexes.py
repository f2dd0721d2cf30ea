"""review indexes"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_READ = ["due_at", "result", "kind", "channel", "started_at", "counted_seconds", "real_seconds", "complaint_id"]


def upgrade() -> None:
    op.drop_index("ix_complaint_clock_due", table_name="complaint_clock")
    op.create_index("ix_complaint_clock_due", "complaint_clock", [*_READ, "position"], unique=False)
    op.create_index("ix_complaint_event_answers", "complaint_event", ["kind", "occurred_at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
