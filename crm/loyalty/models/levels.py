"""Levels, the rules that lead to them, and where each contact stands."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.extensions import Model
from crm.shared.types import UtcDateTime


class RecognitionLevel(Model):
    """A level of recognition; the one with the lowest rank is everybody's. `key`: came with the program."""

    __tablename__ = "recognition_level"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    rank: Mapped[int] = mapped_column(default=0)
    perks: Mapped[str] = mapped_column(Text, default="")
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    rules: Mapped[list[LevelRule]] = relationship(
        cascade="all, delete-orphan", order_by="LevelRule.position, LevelRule.id"
    )


class LevelRule(Model):
    """One way to a level: everything that is filled in must hold; another rule of the level is another way."""

    __tablename__ = "level_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("recognition_level.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    visits: Mapped[int | None]
    months: Mapped[int] = mapped_column(default=12)
    spend: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    years: Mapped[int | None]
    referrals: Mapped[int | None]


class LoyaltySettings(Model):
    """Grace, when a customer counts as lost, and how far the standings are worked out.

    `computed_on`: the business's date of the last full round; `seen_interaction_id`: the last entry that a
    sweep looked at; `version` moves whenever levels or rules are saved.
    """

    __tablename__ = "loyalty_settings"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    grace_days: Mapped[int] = mapped_column(default=60)
    lost_days: Mapped[int] = mapped_column(default=180)
    computed_on: Mapped[date | None]
    seen_interaction_id: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class MemberStanding(Model):
    """Where a contact stands: derived from entries, rules and grants by one author, `actions.standings`.

    A test works all of them out again. `held_by`: rule, hand, grace, or complaint (kept while one is open).
    `overdue_percent`: days since the last visit as a percentage of the usual gap, on `reckoned_on`; None
    below three gaps. `is_listed`: neither archived, merged nor blocked. `customer_since_on`: the first visit,
    or an earlier one noted as a key date.
    """

    __tablename__ = "member_standing"
    __table_args__ = (
        Index("ix_member_standing_level", "is_listed", "level_id", "visits_12m", "contact_id"),
        Index("ix_member_standing_overdue", "is_listed", "overdue_percent", "contact_id"),
        Index("ix_member_standing_last_visit", "is_listed", "last_visit_on"),
        Index("ix_member_standing_first_visit", "first_visit_on"),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    is_listed: Mapped[bool] = mapped_column(default=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("recognition_level.id"))
    since_on: Mapped[date]
    held_by: Mapped[str] = mapped_column(String(10), default="rule")
    grace_until: Mapped[date | None]
    visits_12m: Mapped[int] = mapped_column(default=0)
    visits_total: Mapped[int] = mapped_column(default=0)
    first_visit_on: Mapped[date | None]
    last_visit_on: Mapped[date | None]
    customer_since_on: Mapped[date | None]
    spend_12m: Mapped[Decimal] = mapped_column(Numeric(14, 3), default=0)
    referrals: Mapped[int] = mapped_column(default=0)
    median_gap_days: Mapped[int | None]
    overdue_percent: Mapped[int | None]
    reckoned_on: Mapped[date]

    contact: Mapped[Contact] = relationship()
    level: Mapped[RecognitionLevel] = relationship()


class LevelGrant(Model):
    """A level given by hand, with its reason, until a date; ended early by a named person."""

    __tablename__ = "level_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("recognition_level.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    level: Mapped[RecognitionLevel] = relationship()
    given_by: Mapped[Staff | None] = relationship(foreign_keys=[given_by_id])


class LevelChange(Model):
    """One change of a contact's level; never changed. `why`: start, rule, hand, grace-over, hand-over, rules.

    `details` holds the figures of the sentence (visits, since, needs), never free text.
    """

    __tablename__ = "level_change"
    __table_args__ = (
        Index("ix_level_change_on", "changed_on", "id"),
        Index("ix_level_change_story", "contact_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    from_level_id: Mapped[int | None] = mapped_column(ForeignKey("recognition_level.id"))
    to_level_id: Mapped[int] = mapped_column(ForeignKey("recognition_level.id"))
    is_up: Mapped[bool]
    changed_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(String(12))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    contact: Mapped[Contact] = relationship()
    from_level: Mapped[RecognitionLevel | None] = relationship(foreign_keys=[from_level_id])
    to_level: Mapped[RecognitionLevel] = relationship(foreign_keys=[to_level_id])


class Departure(Model):
    """Why a customer left, as far as somebody knows; holds until a visit after `last_visit_on`."""

    __tablename__ = "departure"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    last_visit_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    by: Mapped[Staff | None] = relationship()
