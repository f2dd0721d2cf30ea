"""Dates that matter to a contact, and the notices already given for them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.contacts.models.contact import Contact
from crm.extensions import Model
from crm.shared.types import UtcDateTime


class KeyDate(Model):
    """A day and month, perhaps with a year, that comes back every year; `repeats` is off for a renewal."""

    __tablename__ = "key_date"
    __table_args__ = (
        CheckConstraint("month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31", name="day_of_year"),
        Index("ix_key_date_month_day", "month", "day", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(80), default="")
    day: Mapped[int]
    month: Mapped[int]
    year: Mapped[int | None]
    repeats: Mapped[bool] = mapped_column(default=True)
    notice_days: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    contact: Mapped[Contact] = relationship()


class KeyDateNotice(Model):
    """One notice of one occurrence of a key date; unique, so that nothing is shown or sent twice."""

    __tablename__ = "key_date_notice"
    __table_args__ = (UniqueConstraint("key_date_id", "falls_on", "notice_days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_date_id: Mapped[int] = mapped_column(ForeignKey("key_date.id"), index=True)
    falls_on: Mapped[date] = mapped_column(index=True)
    notice_days: Mapped[int]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
