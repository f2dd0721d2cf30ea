"""What puts messages on their way; each belongs to the transaction of what caused it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from crm.extensions import db
from crm.messages import queries, rules
from crm.messages.models import AlertAddress, Notice, NoticeMark, OutboxMessage
from crm.messages.rules import MessageState, Outcome, Transport
from crm.messages.services import service_at
from crm.shared.events import record


def notify(staff_id: int, kind: str, *, unique_key: str, path: str, now: datetime, **details: Any) -> bool:
    """Give a person a notice, once per key; returns whether it is new."""
    if queries.has_notice(unique_key):
        return False
    db.session.add(Notice(staff_id=staff_id, kind=kind, unique_key=unique_key, path=path, at=now, details=details))
    db.session.flush()
    return True


@dataclass(frozen=True, kw_only=True)
class NoticeDraft:
    """A notice for a person; `unique_key` says once and for all what it is about."""

    staff_id: int
    kind: str
    unique_key: str
    path: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def notify_all(drafts: Sequence[NoticeDraft], *, now: datetime) -> list[NoticeDraft]:
    """Give notices, each once per key, in two statements; returns those that are new."""
    known = queries.known_notices([each.unique_key for each in drafts])
    fresh = {each.unique_key: each for each in drafts if each.unique_key not in known}
    rows = [{**asdict(each), "at": now} for each in fresh.values()]
    if rows:
        db.session.execute(insert(Notice), rows)
    return list(fresh.values())


def advance_mark(name: str, seen: int) -> None:
    """Note how far a sweep has looked."""
    mark = db.session.get(NoticeMark, name)
    if mark is None:
        db.session.add(NoticeMark(name=name, seen=seen))
    else:
        mark.seen = seen


def put_in_outbox(
    recipient: str,
    *,
    subject: str,
    body: str,
    public_host: str,
    now: datetime,
    staff_id: int | None = None,
    unique_key: str | None = None,
    due_at: datetime | None = None,
) -> OutboxMessage:
    """Put a message into the outbox; the worker delivers it."""
    transport = Transport.MAIL if rules.goes_by_mail(recipient) else Transport.APPRISE
    message = OutboxMessage(
        transport=transport,
        recipient=recipient,
        staff_id=staff_id,
        subject=" ".join(subject.split())[:200],
        body=body,
        unique_key=unique_key,
        message_id=rules.message_id(secrets.token_urlsafe(18), public_host),
        created_at=now,
        due_at=due_at or now,
    )
    db.session.add(message)
    db.session.flush()
    return message


def claim(now: datetime) -> OutboxMessage | None:
    """Take one due message under a lease, so that no other worker sends it."""
    message_id = queries.due_message_id(now)
    if message_id is None:
        return None
    message = db.session.get_one(OutboxMessage, message_id)
    message.leased_until = now + rules.LEASE
    message.attempts += 1
    return message


def settle(message_id: int, outcome: Outcome, error: str, *, now: datetime) -> None:
    """Write down what came of a try: sent, to be tried again, or given up; one withdrawn meanwhile is gone.

    Of what went to a customer nothing stays but that it was sent: address, words and link are theirs.
    """
    message = db.session.get(OutboxMessage, message_id, populate_existing=True)
    if message is None:
        return
    message.leased_until = None
    message.error = error[:500]
    if outcome is Outcome.SENT:
        message.state, message.sent_at = MessageState.SENT, now
        if message.staff_id is None:
            message.recipient = message.body = ""
        return
    again = rules.next_try(message.attempts, created_at=message.created_at, now=now)
    if outcome is Outcome.REFUSED or again is None:
        message.state = MessageState.DEAD
        record("message.given_up", at=now, subject=message)
    else:
        message.due_at = again


def send_again(message: OutboxMessage, *, now: datetime) -> None:
    """Put a message that was given up back on its way."""
    message.state, message.due_at, message.created_at, message.attempts = MessageState.NEW, now, now, 0
    record("message.sent_again", at=now, subject=message)


def read_all(staff_id: int, *, now: datetime) -> None:
    """Mark all of a person's notices as read."""
    unread = (Notice.staff_id == staff_id, Notice.read_at.is_(None))
    db.session.execute(update(Notice).where(*unread).values(read_at=now))


def add_address(staff_id: int, address: str, *, now: datetime) -> AlertAddress:
    """Add an address for a person's alerts, once; raises BadAddress for one that nothing can or may send to."""
    if not rules.is_mail_address(address) and service_at(address) is None:
        raise rules.BadAddress
    known = next((each for each in queries.addresses_of(staff_id) if each.address == address), None)
    if known is not None:
        return known
    added = AlertAddress(staff_id=staff_id, address=address)
    db.session.add(added)
    db.session.flush()
    record("alert_address.added", at=now, subject=added)
    return added


def remove_address(address: AlertAddress, *, now: datetime) -> None:
    """Remove an address for alerts."""
    record("alert_address.removed", at=now, subject=address)
    db.session.delete(address)
