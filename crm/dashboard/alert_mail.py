"""Alerts by mail and other channels: what the bell got in one round, in one message to each person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask import g
from flask_babel import force_locale
from sqlalchemy import select

from config import Settings
from crm.accounts.models import Business, Staff
from crm.extensions import db
from crm.messages import queries
from crm.messages.actions import NoticeDraft, put_in_outbox
from crm.messages.words import sentence
from crm.shared.translating import gettext, ngettext


def send_notices(notices: Sequence[NoticeDraft], business: Business, settings: Settings, *, now: datetime) -> None:
    """Put one message with all of a person's new notices into the outbox for each of their addresses."""
    by_person: dict[int, list[NoticeDraft]] = {}
    for notice in notices:
        by_person.setdefault(notice.staff_id, []).append(notice)
    if not by_person:
        return
    g.time_zone = business.time_zone
    asked = queries.addresses_by_person(list(by_person))
    for person in db.session.scalars(select(Staff).where(Staff.id.in_(by_person), Staff.disabled_at.is_(None))):
        own = [person.email] if settings.smtp_url and settings.alerts_by_mail else []
        recipients = dict.fromkeys([*asked.get(person.id, []), *own])
        if recipients:
            _send(person, by_person[person.id], list(recipients), business, settings, now)


def _send(
    person: Staff,
    notices: Sequence[NoticeDraft],
    recipients: Sequence[str],
    business: Business,
    settings: Settings,
    now: datetime,
) -> None:
    with force_locale(person.language or business.languages[0]):
        lines = [(sentence(each.kind, each.details), settings.public_url + each.path) for each in notices]
        subject = lines[0][0] if len(lines) == 1 else _subject(len(lines), business.name)
    body = "\n\n".join(f"{text}\n{address}" for text, address in lines)
    host = urlsplit(settings.public_url).hostname or "localhost"
    for number, recipient in enumerate(recipients):
        put_in_outbox(
            recipient,
            subject=subject,
            body=body,
            public_host=host,
            now=now,
            staff_id=person.id,
            unique_key=f"{notices[0].unique_key}:{number}",
        )


def _subject(count: int, name: str) -> str:
    text = ngettext("%(num)d promise needs a look", "%(num)d promises need a look", count)
    return gettext("%(business)s: %(text)s", business=name, text=text)
