"""recognition"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003c"
branch_labels = None
depends_on = None

LEVELS = (("guest", "Guest"), ("regular", "Regular"), ("friend", "Friend of the house"), ("champion", "Champion"))
# level, visits, months, years, referrals
RULES = (
    (2, 6, 12, None, None),
    (3, 12, 12, None, None),
    (3, 6, 12, 3, None),
    (4, 20, 12, None, None),
    (4, 12, 12, None, 2),
)


def _seed() -> None:
    """Put in the levels that a business begins with, and the one row of settings."""
    level = sa.table("recognition_level", *map(sa.column, ("id", "key", "name", "rank", "perks")))
    rows = [{"id": at + 1, "key": key, "name": name, "rank": at, "perks": ""} for at, (key, name) in enumerate(LEVELS)]
    op.bulk_insert(level, rows)
    names = ("level_id", "visits", "months", "years", "referrals")
    rule = sa.table("level_rule", sa.column("position"), *map(sa.column, names))
    op.bulk_insert(rule, [dict(zip(names, each)) | {"position": at} for at, each in enumerate(RULES)])
    names = ("id", "grace_days", "lost_days", "seen_interaction_id", "version")
    settings = sa.table("loyalty_settings", *map(sa.column, names))
    op.bulk_insert(settings, [dict(zip(names, (1, 60, 180, 0, 1)))])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('recognition_level', 'id'), 4)")


def upgrade() -> None:
    op.create_table(
        "loyalty_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("lost_days", sa.Integer(), nullable=False),
        sa.Column("computed_on", sa.Date(), nullable=True),
        sa.Column("seen_interaction_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_settings")),
    )
    op.create_table(
        "recognition_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("perks", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_level")),
        sa.UniqueConstraint("key", name=op.f("uq_recognition_level_key")),
    )
    op.create_table(
        "level_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("spend", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("referrals", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["level_id"], ["recognition_level.id"], name=op.f("fk_level_rule_level_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_rule")),
    )
    op.create_index(op.f("ix_level_rule_level_id"), "level_rule", ["level_id"], unique=False)
    op.create_table(
        "departure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("last_visit_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_departure_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_departure_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
    )
    op.create_index(op.f("ix_departure_at"), "departure", ["at"], unique=False)
    op.create_index(op.f("ix_departure_contact_id"), "departure", ["contact_id"], unique=False)
    op.create_table(
        "level_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("from_level_id", sa.Integer(), nullable=True),
        sa.Column("to_level_id", sa.Integer(), nullable=False),
        sa.Column("is_up", sa.Boolean(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_level_change_contact_id")),
        sa.ForeignKeyConstraint(
            ["from_level_id"], ["recognition_level.id"], name=op.f("fk_level_change_from_level_id")
        ),
        sa.ForeignKeyConstraint(["to_level_id"], ["recognition_level.id"], name=op.f("fk_level_change_to_level_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_change")),
    )
    op.create_index("ix_level_change_on", "level_change", ["changed_on", "id"], unique=False)
    op.create_index("ix_level_change_story", "level_change", ["contact_id", "at", "id"], unique=False)
    op.create_table(
        "level_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_level_grant_contact_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_level_grant_ended_by_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["staff.id"], name=op.f("fk_level_grant_given_by_id")),
        sa.ForeignKeyConstraint(["level_id"], ["recognition_level.id"], name=op.f("fk_level_grant_level_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_grant")),
    )
    op.create_index(op.f("ix_level_grant_contact_id"), "level_grant", ["contact_id"], unique=False)
    op.create_index(op.f("ix_level_grant_until_on"), "level_grant", ["until_on"], unique=False)
    op.create_table(
        "member_standing",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("held_by", sa.String(length=10), nullable=False),
        sa.Column("grace_until", sa.Date(), nullable=True),
        sa.Column("visits_12m", sa.Integer(), nullable=False),
        sa.Column("visits_total", sa.Integer(), nullable=False),
        sa.Column("first_visit_on", sa.Date(), nullable=True),
        sa.Column("last_visit_on", sa.Date(), nullable=True),
        sa.Column("customer_since_on", sa.Date(), nullable=True),
        sa.Column("spend_12m", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("referrals", sa.Integer(), nullable=False),
        sa.Column("median_gap_days", sa.Integer(), nullable=True),
        sa.Column("overdue_percent", sa.Integer(), nullable=True),
        sa.Column("reckoned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_member_standing_contact_id")),
        sa.ForeignKeyConstraint(["level_id"], ["recognition_level.id"], name=op.f("fk_member_standing_level_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_member_standing")),
    )
    op.create_index("ix_member_standing_first_visit", "member_standing", ["first_visit_on"], unique=False)
    op.create_index("ix_member_standing_last_visit", "member_standing", ["is_listed", "last_visit_on"], unique=False)
    op.create_index(
        "ix_member_standing_level",
        "member_standing",
        ["is_listed", "level_id", "visits_12m", "contact_id"],
        unique=False,
    )
    op.create_index(
        "ix_member_standing_overdue", "member_standing", ["is_listed", "overdue_percent", "contact_id"], unique=False
    )
    _seed()


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
