"""rewards"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Moments as the business begins with them: proposed, birthdays and anniversaries a week ahead.
KINDS = {"birthday": 7, "anniversary": 7, "years": 0, "visits": 0, "referral": 0, "after-complaint": 0, "long-away": 0}


def upgrade() -> None:
    op.create_table(
        "catalogue_reward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("expiry_days", sa.Integer(), nullable=False),
        sa.Column("least_role", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_reward")),
    )
    op.create_table(
        "reward_budget",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_reward_budget")),
    )
    op.create_table(
        "reward_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moments_since", sa.Date(), nullable=True),
        sa.Column("seen_entry_id", sa.Integer(), nullable=True),
        sa.Column("surprises_a_week", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_settings")),
    )
    op.create_table(
        "moment_setting",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_proposed", sa.Boolean(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("catalogue_id", sa.Integer(), nullable=True),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["catalogue_id"], ["catalogue_reward.id"], name=op.f("fk_moment_setting_catalogue_id")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_moment_setting")),
    )
    op.create_table(
        "bereavement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_bereavement_contact_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["staff.id"], name=op.f("fk_bereavement_lifted_by_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["staff.id"], name=op.f("fk_bereavement_noted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bereavement")),
    )
    op.create_index(op.f("ix_bereavement_contact_id"), "bereavement", ["contact_id"], unique=False)
    op.create_table(
        "moment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("is_dismissed", sa.Boolean(), nullable=False),
        sa.Column("dismissal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_moment_contact_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["staff.id"], name=op.f("fk_moment_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment")),
        sa.UniqueConstraint("contact_id", "kind", "occurrence", name=op.f("uq_moment_contact_id_kind_occurrence")),
    )
    op.create_index("ix_moment_open", "moment", ["settled_at", "falls_on", "id"], unique=False)
    op.create_table(
        "reward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("catalogue_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.Column("take_back_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["catalogue_id"], ["catalogue_reward.id"], name=op.f("fk_reward_catalogue_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_reward_contact_id")),
        sa.ForeignKeyConstraint(["handed_over_by_id"], ["staff.id"], name=op.f("fk_reward_handed_over_by_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["staff.id"], name=op.f("fk_reward_issued_by_id")),
        sa.ForeignKeyConstraint(["taken_back_by_id"], ["staff.id"], name=op.f("fk_reward_taken_back_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
        sa.UniqueConstraint("code", name=op.f("uq_reward_code")),
        sa.UniqueConstraint("contact_id", "reason", "occurrence", name=op.f("uq_reward_contact_id_reason_occurrence")),
    )
    op.create_index(op.f("ix_reward_catalogue_id"), "reward", ["catalogue_id"], unique=False)
    op.create_index("ix_reward_contact_story", "reward", ["contact_id", "issued_at"], unique=False)
    op.create_index("ix_reward_expires", "reward", ["expires_on", "handed_over_at"], unique=False)
    op.create_index(op.f("ix_reward_handed_over_at"), "reward", ["handed_over_at"], unique=False)
    op.create_index("ix_reward_issued", "reward", ["issued_at", "id"], unique=False)
    op.create_index(op.f("ix_reward_taken_back_at"), "reward", ["taken_back_at"], unique=False)
    op.create_table(
        "surprise_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("is_dismissed", sa.Boolean(), nullable=False),
        sa.Column("dismissal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_surprise_suggestion_contact_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["staff.id"], name=op.f("fk_surprise_suggestion_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surprise_suggestion")),
        sa.UniqueConstraint("week", "contact_id", name=op.f("uq_surprise_suggestion_week_contact_id")),
    )
    op.create_index(op.f("ix_surprise_suggestion_contact_id"), "surprise_suggestion", ["contact_id"], unique=False)
    op.create_table(
        "tact_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("reward_id", sa.Integer(), nullable=False),
        sa.Column("holds", sa.String(length=80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_tact_decision_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_tact_decision_contact_id")),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name=op.f("fk_tact_decision_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tact_decision")),
    )
    op.create_index(op.f("ix_tact_decision_contact_id"), "tact_decision", ["contact_id"], unique=False)
    op.create_index(op.f("ix_tact_decision_reward_id"), "tact_decision", ["reward_id"], unique=False)

    settings = sa.table("reward_settings", sa.column("id", sa.Integer), sa.column("surprises_a_week", sa.Integer))
    op.bulk_insert(settings, [{"id": 1, "surprises_a_week": 3}])
    columns = (
        ("kind", sa.String),
        ("is_proposed", sa.Boolean),
        ("is_automatic", sa.Boolean),
        ("notice_days", sa.Integer),
    )
    moments = sa.table("moment_setting", *(sa.column(name, kind) for name, kind in columns))
    rows = [
        {"kind": kind, "is_proposed": True, "is_automatic": False, "notice_days": days} for kind, days in KINDS.items()
    ]
    op.bulk_insert(moments, rows)


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
