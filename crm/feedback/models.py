"""The tables of feedback: who was asked what, what was answered, the link at the counter, the settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.extensions import Model
from crm.shared.types import UtcDateTime


class FeedbackInvitation(Model):
    """One question put to one contact; its link is stored as a hash and answers once.

    `asked_by_id` is empty when the worker asked; `unique_key` says for what occasion, so that it asks once.
    `in_spite_of` names what somebody decided against, with spaces, and `why`. Nobody's after an erasure.
    """

    __tablename__ = "feedback_invitation"
    __table_args__ = (
        Index("ix_feedback_invitation_contact", "contact_id", "asked_at", "id"),
        Index("ix_feedback_invitation_asked", "asked_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    measure: Mapped[str] = mapped_column(String(10))
    way: Mapped[str] = mapped_column(String(10))
    moment: Mapped[str] = mapped_column(String(20))
    unique_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    in_spite_of: Mapped[str] = mapped_column(String(80), default="")
    why: Mapped[str] = mapped_column(Text, default="")

    contact: Mapped[Contact | None] = relationship()
    asked_by: Mapped[Staff | None] = relationship()
    answer: Mapped[FeedbackAnswer | None] = relationship(back_populates="invitation")


class CounterLink(Model):
    """The link behind the QR code at the counter. It hangs in the open, so it is stored as it reads."""

    __tablename__ = "feedback_counter_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FeedbackAnswer(Model):
    """One answer: to an invitation, or at the counter without a contact. A low one leads to its complaint."""

    __tablename__ = "feedback_answer"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 10", name="score"),
        Index("ix_feedback_answer_list", "answered_at", "id"),
        Index("ix_feedback_answer_contact", "contact_id", "answered_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("feedback_invitation.id"), unique=True)
    counter_link_id: Mapped[int | None] = mapped_column(ForeignKey("feedback_counter_link.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    measure: Mapped[str] = mapped_column(String(10))
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    invitation: Mapped[FeedbackInvitation | None] = relationship(back_populates="answer")


class FeedbackSettings(Model):
    """How often a contact is asked at most, and what the worker asks by itself; nothing at the beginning."""

    __tablename__ = "feedback_settings"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    limit_days: Mapped[int] = mapped_column(default=30)
    asks_after_service: Mapped[bool] = mapped_column(default=False)
    service_days: Mapped[int] = mapped_column(default=1)
    asks_after_complaint: Mapped[bool] = mapped_column(default=False)
    asks_yearly: Mapped[bool] = mapped_column(default=False)
