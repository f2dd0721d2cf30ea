"""Recording what a contact allows and refuses; lines are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert

from crm.contacts.models import Consent, Contact
from crm.contacts.queries.consent import consent_panel
from crm.contacts.rules import ContactBlocked
from crm.contacts.rules.closed_sets import CONSENT_CHANNELS, ConsentPurpose
from crm.contacts.rules.consent import NothingToRefuse
from crm.extensions import db
from crm.shared.events import record


def record_consent(
    contact: Contact,
    *,
    channel: str,
    purpose: str,
    is_given: bool,
    now: datetime,
    text_version: str = "",
    source: str = "",
    by_id: int | None = None,
) -> Consent:
    """Add one line to what a contact allows; raise ContactBlocked for one who asked to be erased."""
    if contact.is_blocked:
        raise ContactBlocked
    line = Consent(
        contact_id=contact.id,
        channel=channel,
        purpose=purpose,
        is_given=is_given,
        text_version=text_version,
        source=source,
        at=now,
        by_id=by_id,
    )
    db.session.add(line)
    name = "consent.given" if is_given else "consent.refused"
    record(name, at=now, subject=contact, actor_id=by_id, channel=channel, purpose=purpose)
    return line


def opt_out_of_everything(contact: Contact, *, now: datetime, source: str = "", by_id: int | None = None) -> None:
    """Refuse every channel for every purpose; raise NothingToRefuse when that holds already."""
    if not _refuse(contact, ConsentPurpose, now=now, source=source, by_id=by_id):
        raise NothingToRefuse
    record("consent.all_refused", at=now, subject=contact, actor_id=by_id)


def opt_out_of_questions(contact: Contact, *, now: datetime, source: str) -> None:
    """Refuse on every channel to be asked for feedback, as the customer does; once is enough."""
    if _refuse(contact, [ConsentPurpose.FEEDBACK], now=now, source=source, by_id=None):
        record("consent.refused", at=now, subject=contact, purpose=ConsentPurpose.FEEDBACK.value)


def _refuse(
    contact: Contact, purposes: Iterable[ConsentPurpose], *, now: datetime, source: str, by_id: int | None
) -> int:
    """Add a refusal for each channel and purpose that has none, and return how many."""
    states = consent_panel(contact.id).states
    lines = [
        {
            "contact_id": contact.id,
            "channel": str(channel),
            "purpose": str(purpose),
            "is_given": False,
            "text_version": "",
            "source": source,
            "at": now,
            "by_id": by_id,
        }
        for channel in CONSENT_CHANNELS
        for purpose in purposes
        if (line := states.get((channel, purpose))) is None or line.is_given
    ]
    if lines:
        db.session.execute(insert(Consent), lines)
    return len(lines)
