"""Levels given by hand and taken back, and why somebody left."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update

from crm.contacts.models import Contact
from crm.contacts.rules import ContactBlocked
from crm.extensions import db
from crm.loyalty.actions.standings import refresh
from crm.loyalty.models import Departure, LevelGrant, MemberStanding
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.rules.levels import GrantEnded, Lost, NeverCame, check_grant
from crm.shared.events import record


def give_level(
    contact: Contact, level_id: int | None, *, reason: str, until_on: date, by_id: int, now: datetime
) -> LevelGrant:
    """Give a level by hand until a date, that date included; raise what `check_grant` refuses."""
    if contact.is_blocked:
        raise ContactBlocked
    terms = ladder(now)
    check_grant(terms.terms, level_id, reason, until_on, terms.today)
    grant = LevelGrant(
        contact_id=contact.id,
        level_id=level_id,
        reason=reason.strip(),
        from_on=terms.today,
        until_on=until_on,
        at=now,
        given_by_id=by_id,
    )
    db.session.add(grant)
    db.session.flush()
    record("level.given", at=now, subject=grant, actor_id=by_id, level=level_id, until=until_on.isoformat())
    refresh([contact.id], now=now)
    return grant


def end_grant(grant: LevelGrant, *, by_id: int, now: datetime) -> None:
    """End a level given by hand before its date, once; raise GrantEnded for a second person."""
    statement = update(LevelGrant).where(LevelGrant.id == grant.id, LevelGrant.ended_at.is_(None))
    changed = db.session.execute(
        statement.values(ended_at=now, ended_by_id=by_id), execution_options={"synchronize_session": False}
    )
    db.session.refresh(grant)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise GrantEnded
    record("level.grant_ended", at=now, subject=grant, actor_id=by_id)
    refresh([grant.contact_id], now=now)


def note_departure(contact: Contact, reason: Lost, note: str, *, by_id: int, now: datetime) -> Departure:
    """Note why a customer left; it holds until the next visit. Raise NeverCame for one without a visit."""
    if contact.is_blocked:
        raise ContactBlocked
    refresh([contact.id], now=now)
    last = db.session.scalar(select(MemberStanding.last_visit_on).where(MemberStanding.contact_id == contact.id))
    if last is None:
        raise NeverCame
    noted = Departure(
        contact_id=contact.id, last_visit_on=last, reason=reason.value, note=note.strip(), at=now, by_id=by_id
    )
    db.session.add(noted)
    db.session.flush()
    record("customer.departed", at=now, subject=noted, actor_id=by_id, reason=reason.value)
    return noted
