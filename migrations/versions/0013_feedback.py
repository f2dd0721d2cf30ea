"""feedback"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("limit_days", sa.Integer(), nullable=False),
        sa.Column("asks_after_service", sa.Boolean(), nullable=False),
        sa.Column("service_days", sa.Integer(), nullable=False),
        sa.Column("asks_after_complaint", sa.Boolean(), nullable=False),
        sa.Column("asks_yearly", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_settings")),
    )
    op.create_table(
        "feedback_counter_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_feedback_counter_link_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_counter_link")),
        sa.UniqueConstraint("token", name=op.f("uq_feedback_counter_link_token")),
    )
    op.create_table(
        "feedback_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("complaint_id", sa.Integer(), nullable=True),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("moment", sa.String(length=20), nullable=False),
        sa.Column("unique_key", sa.String(length=80), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_spite_of", sa.String(length=80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_feedback_invitation_asked_by_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_feedback_invitation_complaint_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_feedback_invitation_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feedback_invitation_token_hash")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_feedback_invitation_unique_key")),
    )
    op.create_index("ix_feedback_invitation_asked", "feedback_invitation", ["asked_at", "id"])
    op.create_index(op.f("ix_feedback_invitation_complaint_id"), "feedback_invitation", ["complaint_id"])
    op.create_index("ix_feedback_invitation_contact", "feedback_invitation", ["contact_id", "asked_at", "id"])
    op.create_table(
        "feedback_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("counter_link_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("complaint_id", sa.Integer(), nullable=True),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_feedback_answer_score")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_feedback_answer_complaint_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_feedback_answer_contact_id")),
        sa.ForeignKeyConstraint(
            ["counter_link_id"], ["feedback_counter_link.id"], name=op.f("fk_feedback_answer_counter_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["feedback_invitation.id"], name=op.f("fk_feedback_answer_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_answer")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_feedback_answer_invitation_id")),
    )
    op.create_index(op.f("ix_feedback_answer_complaint_id"), "feedback_answer", ["complaint_id"])
    op.create_index("ix_feedback_answer_contact", "feedback_answer", ["contact_id", "answered_at", "id"])
    op.create_index("ix_feedback_answer_list", "feedback_answer", ["answered_at", "id"])

    columns = {"limit_days": 30, "asks_after_service": False, "service_days": 1} | dict.fromkeys(
        ("asks_after_complaint", "asks_yearly"), False
    )
    names = ("asks_after_service", "asks_after_complaint", "asks_yearly")
    kinds = {name: sa.Boolean() if name in names else sa.Integer() for name in columns}
    settings = sa.table(
        "feedback_settings", sa.column("id", sa.Integer), *(sa.column(name, kind) for name, kind in kinds.items())
    )
    op.bulk_insert(settings, [{"id": 1, **columns}])


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
