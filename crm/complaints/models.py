"""Complaints, their append-only events, the clocks worked out from them, remedies and causes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Staff
from crm.complaints.rules.references import reference_of
from crm.contacts.models import Contact
from crm.extensions import Model
from crm.shared.types import UtcDateTime, index_where_null


class Complaint(Model):
    """A complaint on its way from received to followed up.

    Its history is in ComplaintEvent; `interaction_id` is the entry it was opened from. Contact, title, words,
    channel, severity, category, person in charge and root cause are facts; everything from `status` to
    `closed_at` is derived from the events by one author, `recording.refresh_clocks`. While clocks run,
    `next_due_at` is the earliest due among them and `due_soon_at` the earliest moment at which one is due
    soon; afterwards what is due next without a clock.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_board", "closed_at", "next_due_at", "id"),
        index_where_null("ix_complaint_open", "closed_at", "next_due_at", "id"),
        Index("ix_complaint_due_soon", "closed_at", "due_soon_at"),
        Index("ix_complaint_contact", "contact_id", "closed_at"),
        Index("ix_complaint_in_charge", "in_charge_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"), index=True, unique=True)
    title: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(10))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("cause_category.id"), index=True)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    in_charge_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    status: Mapped[str] = mapped_column(String(20), default="new", index=True)
    cycle: Mapped[int] = mapped_column(default=1)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_soon_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_kind: Mapped[str] = mapped_column(String(20), default="")
    message_waiting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_until: Mapped[date | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    follow_up_on: Mapped[date | None] = mapped_column(index=True)
    follow_up_tries: Mapped[int] = mapped_column(default=0)
    followed_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    is_satisfied: Mapped[bool | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    root_cause_id: Mapped[int | None] = mapped_column(ForeignKey("cause_category.id"), index=True)
    root_cause: Mapped[str] = mapped_column(Text, default="")
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    source: Mapped[str] = mapped_column(String(80), default="")
    external_id: Mapped[str] = mapped_column(String(80), default="", index=True)
    version: Mapped[int] = mapped_column(default=1)

    contact: Mapped[Contact | None] = relationship()
    in_charge: Mapped[Staff | None] = relationship(foreign_keys=[in_charge_id])
    opened_by: Mapped[Staff | None] = relationship(foreign_keys=[opened_by_id])
    category: Mapped[CauseCategory | None] = relationship(foreign_keys=[category_id])
    root_cause_category: Mapped[CauseCategory | None] = relationship(foreign_keys=[root_cause_id])

    @property
    def reference(self) -> str:
        """Return the reference that a person can say: C-1042."""
        return reference_of(self.id)


class ComplaintEvent(Model):
    """One thing that happened to a complaint; never changed or deleted, corrections are added.

    `details` holds what the kind needs: a promise's due time, a pause's resume date, old and new values;
    never free text, so that erasing empties `text` and `reason` and nothing else. `is_late`: typed in more
    than 60 minutes after it happened.
    """

    __tablename__ = "complaint_event"
    __table_args__ = (
        Index("ix_complaint_event_story", "complaint_id", "id"),
        Index("ix_complaint_event_late", "is_late", "logged_at"),
        Index("ix_complaint_event_answers", "kind", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    kind: Mapped[str] = mapped_column(String(30))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    is_seen_by_customer: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(20), default="")
    direction: Mapped[str] = mapped_column(String(3), default="")
    outcome: Mapped[str] = mapped_column(String(12), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    is_late: Mapped[bool] = mapped_column(default=False)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    complaint: Mapped[Complaint] = relationship()
    actor: Mapped[Staff | None] = relationship(foreign_keys=[actor_id])


class ComplaintClock(Model):
    """A clock of a complaint as derived from its events, stored so that lists and figures are quick.

    One author writes it (`recording.refresh_clocks`); a test derives all again. `event_id` is the event that
    started it, `position` stays its number on the complaint. Counted and real times in seconds. `alert_at`:
    when the sweeper looks at it next; whoever writes the clock puts it back to its first alert.
    """

    __tablename__ = "complaint_clock"
    __table_args__ = (
        UniqueConstraint("complaint_id", "position"),
        Index("ix_complaint_clock_running", "stopped_at", "due_at"),
        Index(
            "ix_complaint_clock_due",  # all that the review reads of a clock
            "due_at",
            "result",
            "kind",
            "channel",
            "started_at",
            "counted_seconds",
            "real_seconds",
            "complaint_id",
            "position",
        ),
        Index("ix_complaint_clock_alert", "alert_at"),
        Index("ix_complaint_clock_ended", "kind", "stopped_at", "result", "complaint_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    position: Mapped[int]
    event_id: Mapped[int] = mapped_column(ForeignKey("complaint_event.id"))
    kind: Mapped[str] = mapped_column(String(20))
    cycle: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(String(20), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    warning_at: Mapped[datetime] = mapped_column(UtcDateTime)
    safe_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alert_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(String(12), default="")
    counted_seconds: Mapped[int | None]
    real_seconds: Mapped[int | None]
    is_imported: Mapped[bool] = mapped_column(default=False)

    complaint: Mapped[Complaint] = relationship()


class BreachReview(Model):
    """What the owner found out about a broken promise: its cause, or why it is excused."""

    __tablename__ = "breach_review"
    __table_args__ = (UniqueConstraint("complaint_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    position: Mapped[int]
    cause: Mapped[str] = mapped_column(String(30), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class WeekReview(Model):
    """A week whose broken promises all have their cause."""

    __tablename__ = "week_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    monday: Mapped[date] = mapped_column(unique=True)
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Remedy(Model):
    """What a customer gets to make it good; above the authority limit it waits for a yes."""

    __tablename__ = "remedy"
    __table_args__ = (Index("ix_remedy_waiting", "needs_approval", "decided_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[Decimal] = mapped_column(Numeric(14, 3), default=0)
    currency: Mapped[str] = mapped_column(String(3))
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_approved: Mapped[bool | None]
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    complaint: Mapped[Complaint] = relationship()
    offered_by: Mapped[Staff | None] = relationship(foreign_keys=[offered_by_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])


class AuthorityLimit(Model):
    """Up to which cost a role gives a kind of remedy at once, in the business's currency."""

    __tablename__ = "authority_limit"

    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    remedy_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 3))


class CauseCategory(Model):
    """A category of causes, in two levels that the owner can extend."""

    __tablename__ = "cause_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cause_category.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PreventiveAction(Model):
    """What is done so that a cause does not come back: its owner, its day, whether it helped."""

    __tablename__ = "preventive_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("cause_category.id"), index=True)
    task: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    due_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    owner: Mapped[Staff | None] = relationship(foreign_keys=[owner_id])


class ComplaintLink(Model):
    """Two complaints that belong together."""

    __tablename__ = "complaint_link"
    __table_args__ = (UniqueConstraint("complaint_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)


class SavedView(Model):
    """A filter of the board that somebody uses often."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[dict[str, str]] = mapped_column(JSON)


class RecoverySettings(Model):
    """How the business follows up: days after resolution, monthly budget for remedies."""

    __tablename__ = "recovery_settings"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    follow_up_days: Mapped[int] = mapped_column(default=3)
    pause_cap_days: Mapped[int] = mapped_column(default=14)
    monthly_budget: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
