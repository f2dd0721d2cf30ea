"""Rewards: the catalogue, what was issued to whom, the moments worth one, the month's budget, whom to surprise."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Staff
from crm.contacts.models import Contact
from crm.extensions import Model
from crm.shared.types import UtcDateTime, index_where_null


class CatalogueReward(Model):
    """Something that the business gives: what it costs, how long it holds, who may give it; retired, never deleted."""

    __tablename__ = "catalogue_reward"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    cost: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    expiry_days: Mapped[int] = mapped_column(default=30)
    least_role: Mapped[str] = mapped_column(String(20), default="front-desk")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Reward(Model):
    """One reward issued to one contact, once for each reason and occurrence; name and cost as they were then.

    How it stands is worked out from its facts (`rules.rewards.state_of`). `issued_by_id` is empty when the
    worker issued it. The code on the voucher tells nothing of the person.
    """

    __tablename__ = "reward"
    __table_args__ = (
        UniqueConstraint("contact_id", "reason", "occurrence"),
        Index("ix_reward_issued", "issued_at", "id"),
        Index("ix_reward_contact_story", "contact_id", "issued_at"),
        Index("ix_reward_expires", "expires_on", "handed_over_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    catalogue_id: Mapped[int] = mapped_column(ForeignKey("catalogue_reward.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    cost: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(20))
    occurrence: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    expires_on: Mapped[date]
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    handed_over_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    take_back_reason: Mapped[str] = mapped_column(Text, default="")

    contact: Mapped[Contact] = relationship()
    issued_by: Mapped[Staff | None] = relationship(foreign_keys=[issued_by_id])
    handed_over_by: Mapped[Staff | None] = relationship(foreign_keys=[handed_over_by_id])
    taken_back_by: Mapped[Staff | None] = relationship(foreign_keys=[taken_back_by_id])


class Moment(Model):
    """A moment of a contact that is worth a treat, proposed once; settled when it is given or dismissed."""

    __tablename__ = "moment"
    __table_args__ = (
        UniqueConstraint("contact_id", "kind", "occurrence"),
        Index("ix_moment_open", "settled_at", "falls_on", "id"),
        index_where_null("ix_moment_unsettled", "settled_at", "falls_on", "id"),
        Index("ix_moment_contact", "contact_id", "settled_at", "falls_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    kind: Mapped[str] = mapped_column(String(20))
    occurrence: Mapped[str] = mapped_column(String(40))
    number: Mapped[int | None]
    falls_on: Mapped[date]
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    is_dismissed: Mapped[bool] = mapped_column(default=False)
    dismissal: Mapped[str] = mapped_column(Text, default="")

    contact: Mapped[Contact] = relationship()


class MomentSetting(Model):
    """How the business treats a kind of moment: proposed or not, by itself with which reward, days ahead."""

    __tablename__ = "moment_setting"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    is_proposed: Mapped[bool] = mapped_column(default=True)
    is_automatic: Mapped[bool] = mapped_column(default=False)
    catalogue_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_reward.id"))
    notice_days: Mapped[int] = mapped_column(default=0)


class RewardSettings(Model):
    """Since when moments are proposed, how far the worker has read the entries, how many surprises a week."""

    __tablename__ = "reward_settings"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    moments_since: Mapped[date | None]
    seen_entry_id: Mapped[int | None]
    surprises_a_week: Mapped[int] = mapped_column(default=3)


class RewardBudget(Model):
    """The budget for rewards from a month on, until a later one; no amount means none is set."""

    __tablename__ = "reward_budget"

    month: Mapped[date] = mapped_column(primary_key=True)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))


class SurpriseSuggestion(Model):
    """Somebody whom the worker suggested to surprise in a week, and why."""

    __tablename__ = "surprise_suggestion"
    __table_args__ = (UniqueConstraint("week", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(String(8))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(default=0)
    suggested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    is_dismissed: Mapped[bool] = mapped_column(default=False)
    dismissal: Mapped[str] = mapped_column(Text, default="")

    contact: Mapped[Contact] = relationship()


class Bereavement(Model):
    """A note that a contact mourns, with its last day: until then nothing cheerful goes out by itself."""

    __tablename__ = "bereavement"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    until: Mapped[date]
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class TactDecision(Model):
    """Somebody decided to give a reward although something spoke against it; `holds` names what, with spaces."""

    __tablename__ = "tact_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    reward_id: Mapped[int] = mapped_column(ForeignKey("reward.id"), index=True)
    holds: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
