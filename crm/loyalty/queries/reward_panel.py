"""What a contact's page shows of rewards, read in one query: rewards, moments, and what asks for tact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    Numeric,
    Select,
    Text,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from crm.accounts.models import Staff
from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.loyalty.models import MemberStanding
from crm.loyalty.models.rewards import Bereavement, Moment, Reward
from crm.loyalty.queries.tact import has_died
from crm.loyalty.rules.moments import FRESH
from crm.loyalty.rules.rewards import RewardFacts, RewardState, state_of
from crm.shared.database import read
from crm.shared.types import UtcDateTime

SHOWN_REWARDS, SHOWN_MOMENTS = 10, 5
Part = Select[*tuple[Any, ...]]


class Named(NamedTuple):
    """Somebody who works here."""

    name: str


@dataclass(frozen=True)
class PanelReward:
    """A reward of a contact, with its people."""

    id: int
    kind: str
    expires_on: date
    name: str
    note: str
    reason: str
    cost: Decimal
    currency: str
    issued_at: datetime
    handed_over_at: datetime | None
    taken_back_at: datetime | None
    take_back_reason: str
    issued_by: Named | None
    handed_over_by: Named | None
    taken_back_by: Named | None

    def state(self, today: date) -> RewardState:
        """Return how it stands on a local date."""
        facts = RewardFacts(
            expires_on=self.expires_on, handed_over_at=self.handed_over_at, taken_back_at=self.taken_back_at
        )
        return state_of(facts, today)


@dataclass(frozen=True)
class PanelMoment:
    """An open moment of a contact."""

    id: int
    kind: str
    falls_on: date
    number: int | None
    contact: Contact

    @property
    def contact_id(self) -> int:
        """Return whose it is."""
        return self.contact.id


@dataclass
class RewardPanel:
    """The latest rewards, the open moments, the open complaints, until when the contact mourns, whether it has died."""

    rewards: list[PanelReward] = field(default_factory=list)
    moments: list[PanelMoment] = field(default_factory=list)
    complaint_ids: list[int] = field(default_factory=list)
    mourning_until: date | None = None
    has_died: bool = False


def reward_panel(contact: Contact, today: date) -> RewardPanel:
    """Return what a contact's page shows of rewards."""
    found = RewardPanel()
    asked = {"contact_id": contact.id, "today": today, "fresh_from": today - FRESH}
    for row in read(_panel(), asked).all():
        if row.part == "reward":
            found.rewards.append(_reward(row))
        elif row.part == "moment":
            found.moments.append(PanelMoment(row.id, row.kind, row.day, row.number, contact))
        elif row.part == "complaint":
            found.complaint_ids.append(row.id)
        elif row.part == "died":
            found.has_died = True
        else:
            found.mourning_until = max(row.day, found.mourning_until or row.day)
    return found


_CONTACT: Any = bindparam("contact_id")
_TODAY: Any = bindparam("today")
_FRESH_FROM: Any = bindparam("fresh_from")


@cache
def _panel() -> CompoundSelect[Any]:
    """Put the statement together once: that takes longer than to ask it."""
    return union_all(*(select(each.subquery()) for each in (_rewards(), _moments(), _notes(), _complaints(), _died())))


def _reward(row: Any) -> PanelReward:
    people = (Named(name) if name else None for name in (row.issued_by, row.handed_by, row.back_by))
    return PanelReward(
        row.id, row.kind, row.day, row.name, row.note, row.reason, row.cost, row.currency, row.issued_at,
        row.handed_over_at, row.taken_back_at, row.back_reason, *people,
    )  # fmt: skip


def _rewards() -> Part:
    issuer, giver, taker = aliased(Staff), aliased(Staff), aliased(Staff)
    is_closed = or_(Reward.handed_over_at.is_not(None), Reward.taken_back_at.is_not(None), Reward.expires_on < _TODAY)
    statement: Part = (
        select(
            literal("reward").label("part"), Reward.id.label("id"), Reward.kind.label("kind"),
            Reward.expires_on.label("day"), literal(0).label("number"), Reward.name.label("name"),
            Reward.note.label("note"), Reward.reason.label("reason"), Reward.cost.label("cost"),
            Reward.currency.label("currency"), Reward.issued_at.label("issued_at"),
            Reward.handed_over_at.label("handed_over_at"), Reward.taken_back_at.label("taken_back_at"),
            Reward.take_back_reason.label("back_reason"), issuer.name.label("issued_by"),
            giver.name.label("handed_by"), taker.name.label("back_by"),
        )
        .outerjoin(issuer, issuer.id == Reward.issued_by_id)
        .outerjoin(giver, giver.id == Reward.handed_over_by_id)
        .outerjoin(taker, taker.id == Reward.taken_back_by_id)
    )  # fmt: skip
    mine = statement.where(Reward.contact_id == _CONTACT)
    return mine.order_by(is_closed, Reward.issued_at.desc()).limit(SHOWN_REWARDS)


# The columns that only rewards fill, in their order, with their types: PostgreSQL wants to know those of an empty one.
_ONLY_REWARDS: dict[str, Any] = {
    "name": Text(),
    "note": Text(),
    "reason": Text(),
    "cost": Numeric(14, 3),
    "currency": Text(),
    "issued_at": UtcDateTime(),
    "handed_over_at": UtcDateTime(),
    "taken_back_at": UtcDateTime(),
    "back_reason": Text(),
    "issued_by": Text(),
    "handed_by": Text(),
    "back_by": Text(),
}


def _part(name: str, row_id: Any, kind: Any, day: Any, number: Any) -> Part:
    """Select a part in the columns of the rewards."""
    empty = [cast(null(), type_).label(each) for each, type_ in _ONLY_REWARDS.items()]
    filled = (
        row_id.label("id"), cast(kind, Text).label("kind"), day.label("day"),
        cast(number, Integer).label("number"),
    )  # fmt: skip
    return select(literal(name).label("part"), *filled, *empty)


def _moments() -> Part:
    part = _part("moment", Moment.id, Moment.kind, Moment.falls_on, Moment.number)
    is_open = (Moment.contact_id == _CONTACT, Moment.settled_at.is_(None), Moment.falls_on >= _FRESH_FROM)
    return part.where(*is_open).order_by(Moment.falls_on, Moment.id).limit(SHOWN_MOMENTS)


def _complaints() -> Part:
    part = _part("complaint", Complaint.id, null(), cast(null(), Date), null())
    return part.where(Complaint.contact_id == _CONTACT, Complaint.closed_at.is_(None)).order_by(Complaint.id)


def _died() -> Part:
    part = _part("died", MemberStanding.contact_id, null(), cast(null(), Date), null())
    return part.where(MemberStanding.contact_id == _CONTACT, has_died())


def _notes() -> Part:
    part = _part("note", Bereavement.id, null(), Bereavement.until, null())
    return part.where(Bereavement.contact_id == _CONTACT, Bereavement.lifted_at.is_(None), Bereavement.until >= _TODAY)
