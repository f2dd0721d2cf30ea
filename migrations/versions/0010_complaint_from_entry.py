"""complaint from entry"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE complaint ADD COLUMN interaction_id INTEGER"
        " CONSTRAINT fk_complaint_interaction_id REFERENCES interaction (id)"
    )
    op.create_index("ix_complaint_interaction_id", "complaint", ["interaction_id"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
