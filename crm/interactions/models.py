"""Every touchpoint with a customer, what follows from it, and the texts used often."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.extensions import Model
from crm.shared.types import UtcDateTime


class Interaction(Model):
    """Something that happened between a contact and the business."""

    __tablename__ = "interaction"
    __table_args__ = (
        Index("ix_interaction_story", "contact_id", "occurred_at", "id"),
        Index("ix_interaction_recent", "occurred_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(12), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    currency: Mapped[str] = mapped_column(String(3), default="")
    is_late: Mapped[bool] = mapped_column(default=False)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    praised_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"), index=True)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    contact: Mapped[Contact] = relationship()
    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])
    praised: Mapped[Staff | None] = relationship(foreign_keys=[praised_id])


class FollowUp(Model):
    """Something one person is to do for a contact by a day, perhaps by an hour."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("ix_follow_up_open", "done_at", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"), index=True)
    task: Mapped[str] = mapped_column(String(240))
    due_on: Mapped[date]
    due_time: Mapped[time | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column(default=1)

    contact: Mapped[Contact] = relationship()
    assignee: Mapped[Staff | None] = relationship(foreign_keys=[assignee_id])
    done_by: Mapped[Staff | None] = relationship(foreign_keys=[done_by_id])

    @property
    def is_done(self) -> bool:
        """Tell whether somebody has seen to it."""
        return self.done_at is not None


class CannedNote(Model):
    """A text that the front desk writes often."""

    __tablename__ = "canned_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(240), unique=True)
    position: Mapped[int] = mapped_column(default=0)
