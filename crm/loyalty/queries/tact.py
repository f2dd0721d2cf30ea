"""What is known of contacts that asks for tact: who has died, open complaints, bereavement notes, consents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, bindparam, cast, func, null, select, type_coerce, union_all

from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.contacts.queries.consent import consent_states
from crm.contacts.queries.key_date_statements import passed_over
from crm.contacts.rules.consent import ConsentKey, ConsentLine
from crm.extensions import db
from crm.loyalty.models import Departure, MemberStanding
from crm.loyalty.models.rewards import Bereavement, TactDecision
from crm.loyalty.rules.levels import Lost
from crm.loyalty.rules.tact import Act, Hold, TactFacts, holds
from crm.shared.database import read

States = Mapping[ConsentKey, ConsentLine]


def tact_of(contact_ids: Sequence[int]) -> dict[int, TactFacts]:
    """Return what asks for tact with each contact, in two queries."""
    if not contact_ids:
        return {}
    states = consent_states(contact_ids)
    complaints: dict[int, list[int]] = {}
    mourning: dict[int, date] = {}
    dead: set[int] = set()
    for contact_id, complaint_id, until in read(_statement(), {"contact_ids": contact_ids}):
        if complaint_id is not None:
            complaints.setdefault(contact_id, []).append(complaint_id)
        elif until is None:
            dead.add(contact_id)
        else:
            mourning[contact_id] = until
    return {
        contact_id: TactFacts(
            has_died=contact_id in dead,
            complaint_ids=tuple(sorted(complaints.get(contact_id, ()))),
            mourning_until=mourning.get(contact_id),
            consents=states.get(contact_id, {}),
        )
        for contact_id in contact_ids
    }


def held_contacts(contact_ids: Sequence[int], act: Act, today: date) -> dict[int, tuple[Hold, ...]]:
    """Return what holds an act towards each of the contacts; those whom nothing holds have an empty tuple."""
    return {contact_id: holds(facts, act, today) for contact_id, facts in tact_of(contact_ids).items()}


def bereavement_of(contact_id: int, today: date) -> Bereavement | None:
    """Return the bereavement note that holds for a contact."""
    where = (Bereavement.contact_id == contact_id, Bereavement.lifted_at.is_(None), Bereavement.until >= today)
    return db.session.scalar(select(Bereavement).where(*where).order_by(Bereavement.until.desc()).limit(1))


def decided_holds(reward_ids: Sequence[int]) -> dict[int, set[str]]:
    """Return about which holds somebody decided, by reward."""
    found: dict[int, set[str]] = {}
    statement = select(TactDecision.reward_id, TactDecision.holds).where(TactDecision.reward_id.in_(reward_ids))
    for reward_id, names in db.session.execute(statement) if reward_ids else ():
        found.setdefault(reward_id, set()).update(names.split())
    return found


@cache
def _statement() -> Any:
    contact_ids: Any = bindparam("contact_ids", expanding=True)
    no_day, no_id = type_coerce(cast(null(), Date), Date), cast(null(), Integer)
    complaints = select(
        Complaint.contact_id.label("contact_id"), Complaint.id.label("complaint_id"), no_day.label("until")
    )
    open_ones = complaints.where(Complaint.contact_id.in_(contact_ids), Complaint.closed_at.is_(None))
    notes = select(Bereavement.contact_id, no_id, func.max(Bereavement.until)).group_by(Bereavement.contact_id)
    in_force = notes.where(Bereavement.contact_id.in_(contact_ids), Bereavement.lifted_at.is_(None))
    dead = select(MemberStanding.contact_id, no_id, no_day).where(
        MemberStanding.contact_id.in_(contact_ids), has_died()
    )
    return union_all(open_ones, in_force, dead)


def has_died() -> ColumnElement[bool]:
    """Return the condition for standings of customers of whom somebody noted that they have died."""
    noted = (Departure.contact_id == MemberStanding.contact_id, Departure.reason == Lost.DIED)
    return select(Departure.id).where(*noted, Departure.last_visit_on >= MemberStanding.last_visit_on).exists()


@passed_over
def contact_has_died() -> ColumnElement[bool]:
    """Return the condition for contacts who have died: their birthdays come up no more."""
    standing = select(MemberStanding.contact_id).where(MemberStanding.contact_id == Contact.id, has_died())
    return standing.correlate(Contact).exists()
