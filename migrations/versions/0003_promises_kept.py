"""promises kept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

CAUSES = (
    ("service-quality", "Service quality"),
    ("product-quality", "Product quality"),
    ("delay", "Delay or late delivery"),
    ("price", "Price, billing or hidden charge"),
    ("staff", "Staff conduct and courtesy"),
    ("trust", "Trust, safety or privacy"),
    ("information", "Wrong, unclear or inconsistent information"),
    ("returns", "Returns and refunds"),
    ("booking", "Website or booking friction"),
    ("other", "Other"),
)


def _seed() -> None:
    """Put in the cause taxonomy and the defaults of recovery."""
    causes = sa.table("cause_category", sa.column("key"), sa.column("name"), sa.column("position"))
    op.bulk_insert(
        causes,
        [{"key": key, "name": name, "position": place} for place, (key, name) in enumerate(CAUSES)],
    )
    recovery = sa.table(
        "recovery_settings",
        sa.column("id"),
        sa.column("follow_up_days"),
        sa.column("pause_cap_days"),
    )
    op.bulk_insert(recovery, [{"id": 1, "follow_up_days": 3, "pause_cap_days": 14}])


def _forbid_changes() -> None:
    """Let the database itself refuse to change a complaint's history; only erasure may empty its text."""
    kept = (
        "kind",
        "is_seen_by_customer",
        "is_late",
        "complaint_id",
        "occurred_at",
        "logged_at",
        "actor_id",
        "channel",
        "direction",
        "outcome",
        "details",
    )
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in kept)
        op.execute(
            "CREATE TRIGGER complaint_event_no_update BEFORE UPDATE ON complaint_event "
            f"WHEN NEW.text <> '' OR NEW.reason <> '' OR {changed} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER complaint_event_no_delete BEFORE DELETE ON complaint_event "
            "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )
    else:
        changed = " OR ".join(f"NEW.{column}::text IS DISTINCT FROM OLD.{column}::text" for column in kept)
        op.execute(
            "CREATE TRIGGER complaint_event_no_update BEFORE UPDATE ON complaint_event "
            f"FOR EACH ROW WHEN (NEW.text <> '' OR NEW.reason <> '' OR {changed}) EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER complaint_event_no_delete BEFORE DELETE ON complaint_event "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def upgrade() -> None:
    op.create_table(
        "authority_limit",
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("remedy_kind", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.PrimaryKeyConstraint("role", "remedy_kind", name=op.f("pk_authority_limit")),
    )
    op.create_table(
        "cause_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["cause_category.id"], name=op.f("fk_cause_category_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause_category")),
        sa.UniqueConstraint("key", name=op.f("uq_cause_category_key")),
    )
    op.create_index(
        op.f("ix_cause_category_parent_id"), "cause_category", ["parent_id"], unique=False
    )
    op.create_table(
        "recovery_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_days", sa.Integer(), nullable=False),
        sa.Column("pause_cap_days", sa.Integer(), nullable=False),
        sa.Column("monthly_budget", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_settings")),
    )
    op.create_table(
        "alert_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_alert_address_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_address")),
    )
    op.create_index(op.f("ix_alert_address_staff_id"), "alert_address", ["staff_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notice_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_notice_unique_key")),
    )
    op.create_index("ix_notice_unread", "notice", ["staff_id", "read_at"], unique=False)
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=True),
        sa.Column("transport", sa.String(length=10), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_outbox_message_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_outbox_message_unique_key")),
    )
    op.create_index("ix_outbox_message_due", "outbox_message", ["state", "due_at"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responses", sa.JSON(), nullable=False),
        sa.Column("resolutions", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff.id"], name=op.f("fk_policy_version_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
    )
    op.create_index(
        op.f("ix_policy_version_valid_from"), "policy_version", ["valid_from"], unique=False
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_view_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("staff_id", "name", name=op.f("uq_saved_view_staff_id_name")),
    )
    op.create_table(
        "week_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["staff.id"], name=op.f("fk_week_review_closed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week_review")),
        sa.UniqueConstraint("monday", name=op.f("uq_week_review_monday")),
    )
    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("in_charge_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_soon_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_kind", sa.String(length=20), nullable=False),
        sa.Column("message_waiting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_until", sa.Date(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("follow_up_tries", sa.Integer(), nullable=False),
        sa.Column("followed_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_satisfied", sa.Boolean(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("root_cause_id", sa.Integer(), nullable=True),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["cause_category.id"], name=op.f("fk_complaint_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_complaint_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["complaint.id"], name=op.f("fk_complaint_duplicate_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["in_charge_id"], ["staff.id"], name=op.f("fk_complaint_in_charge_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_complaint_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["cause_category.id"], name=op.f("fk_complaint_root_cause_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(
        "ix_complaint_board", "complaint", ["closed_at", "next_due_at", "id"], unique=False
    )
    op.create_index("ix_complaint_due_soon", "complaint", ["closed_at", "due_soon_at"], unique=False)
    op.create_index(op.f("ix_complaint_category_id"), "complaint", ["category_id"], unique=False)
    op.create_index("ix_complaint_contact", "complaint", ["contact_id", "closed_at"], unique=False)
    op.create_index(
        op.f("ix_complaint_duplicate_of_id"), "complaint", ["duplicate_of_id"], unique=False
    )
    op.create_index(op.f("ix_complaint_external_id"), "complaint", ["external_id"], unique=False)
    op.create_index(op.f("ix_complaint_follow_up_on"), "complaint", ["follow_up_on"], unique=False)
    op.create_index(
        "ix_complaint_in_charge", "complaint", ["in_charge_id", "closed_at"], unique=False
    )
    op.create_index(op.f("ix_complaint_occurred_at"), "complaint", ["occurred_at"], unique=False)
    op.create_index(op.f("ix_complaint_resolved_at"), "complaint", ["resolved_at"], unique=False)
    op.create_index(
        op.f("ix_complaint_root_cause_id"), "complaint", ["root_cause_id"], unique=False
    )
    op.create_index(op.f("ix_complaint_status"), "complaint", ["status"], unique=False)
    op.create_table(
        "breach_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_breach_review_by_id")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_breach_review_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_review")),
        sa.UniqueConstraint(
            "complaint_id", "position", name=op.f("uq_breach_review_complaint_id_position")
        ),
    )
    op.create_table(
        "complaint_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("is_seen_by_customer", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff.id"], name=op.f("fk_complaint_event_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_event_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_event")),
    )
    op.create_index(
        op.f("ix_complaint_event_occurred_at"), "complaint_event", ["occurred_at"], unique=False
    )
    op.create_index(
        "ix_complaint_event_late", "complaint_event", ["is_late", "logged_at"], unique=False
    )
    op.create_index(
        "ix_complaint_event_story", "complaint_event", ["complaint_id", "id"], unique=False
    )
    op.create_table(
        "complaint_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warning_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("safe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("counted_seconds", sa.Integer(), nullable=True),
        sa.Column("real_seconds", sa.Integer(), nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_clock_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["complaint_event.id"], name=op.f("fk_complaint_clock_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_clock")),
        sa.UniqueConstraint(
            "complaint_id", "position", name=op.f("uq_complaint_clock_complaint_id_position")
        ),
    )
    op.create_index("ix_complaint_clock_due", "complaint_clock", ["due_at"], unique=False)
    op.create_index(
        "ix_complaint_clock_running", "complaint_clock", ["stopped_at", "due_at"], unique=False
    )
    op.create_table(
        "complaint_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_link_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["complaint.id"], name=op.f("fk_complaint_link_other_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_link")),
        sa.UniqueConstraint(
            "complaint_id", "other_id", name=op.f("uq_complaint_link_complaint_id_other_id")
        ),
    )
    op.create_index(
        op.f("ix_complaint_link_other_id"), "complaint_link", ["other_id"], unique=False
    )
    op.create_table(
        "preventive_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"], ["cause_category.id"], name=op.f("fk_preventive_action_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_preventive_action_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff.id"], name=op.f("fk_preventive_action_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preventive_action")),
    )
    op.create_index(
        op.f("ix_preventive_action_category_id"), "preventive_action", ["category_id"], unique=False
    )
    op.create_index(
        op.f("ix_preventive_action_complaint_id"),
        "preventive_action",
        ["complaint_id"],
        unique=False,
    )
    op.create_table(
        "remedy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_remedy_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_remedy_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["staff.id"], name=op.f("fk_remedy_offered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
    )
    op.create_index(op.f("ix_remedy_complaint_id"), "remedy", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_remedy_given_at"), "remedy", ["given_at"], unique=False)
    op.create_index("ix_remedy_waiting", "remedy", ["needs_approval", "decided_at"], unique=False)
    _seed()
    _forbid_changes()


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade instead.")
