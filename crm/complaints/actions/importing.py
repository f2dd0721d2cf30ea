"""Storing a complaint log: complaints, their events and clocks, in bulk and in the one open transaction.

Only the promises that the file gives become clocks: nobody promised what our targets say. They are marked as
imported, so nobody is alerted, and a complaint that is here already is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from crm.accounts.queries import the_business
from crm.complaints.actions.recording import clock_values, standing_values
from crm.complaints.import_events import Row, events_of_row, started_at
from crm.complaints.importing import ComplaintRow, ParsedLog, Settings
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent
from crm.complaints.queries import imported as queries
from crm.complaints.rules import Happening, NoCalendar, facts_of, standing_of, title_of
from crm.contacts.followers import tell_changed
from crm.contacts.models import Email, ImportMapping, Phone
from crm.contacts.rules import fold_email
from crm.extensions import Model, db
from crm.shared.events import record
from crm.shared.jobs import enqueue
from crm.shared.models import Job
from crm.shared.phones import normalise_phone
from crm.shared.text import fold
from crm.sla.queries import calendar_versions, policy_versions
from crm.sla.rules import BusinessCalendar, Clock, Policy, Version, derive

AT_ONCE = 500
LONGEST_SOURCE = 80


@dataclass(frozen=True)
class _Common:
    """What holds for all rows of a log."""

    source: str
    settings: Settings
    by_id: int | None
    categories: Mapping[str, int]
    contacts: Mapping[int, int]
    policies: Sequence[Version[Policy]]
    calendars: Sequence[Version[BusinessCalendar]]
    now: datetime


def store_log(log: ParsedLog, filename: str, *, now: datetime, by_id: int | None = None) -> dict[str, int]:
    """Store the complaints of a log that are not here yet; return how many; raise NoCalendar."""
    if not calendar_versions():
        raise NoCalendar
    source = filename[-LONGEST_SOURCE:]
    known = queries.known_complaints({row.external_id for row in log.kept})
    fresh = [row for row in log.kept if not _is_known(row, source, log.settings, known)]
    common = _Common(
        source,
        log.settings,
        by_id,
        queries.categories_by_name(),
        _contacts(fresh),
        policy_versions(),
        calendar_versions(),
        now,
    )
    for start in range(0, len(fresh), AT_ONCE):
        _store(fresh[start : start + AT_ONCE], common)
    counts = {"imported": len(fresh), "already_here": len(log.kept) - len(fresh), "with_contact": len(common.contacts)}
    record("complaint.log_imported", at=now, actor_id=by_id, **counts)
    tell_changed(common.contacts.values(), now=now)
    return counts


def _is_known(row: ComplaintRow, source: str, settings: Settings, known: set[tuple[str, str | datetime]]) -> bool:
    return bool(known & {(row.external_id, source), (row.external_id, started_at(row, settings))})


def _contacts(rows: Sequence[ComplaintRow]) -> dict[int, int]:
    """Return the contact of each row whose phone or email one contact has, by the number of the row."""
    country = the_business().country
    phones = {row.number: normalise_phone(row.phone, country).e164 or "" for row in rows if row.phone}
    emails = {row.number: fold_email(row.email) for row in rows if row.email}
    by_phone = queries.owners_of(Phone.e164, phones.values())
    by_email = queries.owners_of(Email.folded, emails.values())
    found = {number: by_email[email] for number, email in emails.items() if email in by_email}
    return found | {number: by_phone[phone] for number, phone in phones.items() if phone in by_phone}


def _store(rows: Sequence[ComplaintRow], common: _Common) -> None:
    """Store some rows: what follows from their events is worked out before their numbers are known."""
    events = [events_of_row(row, common.settings, common.by_id) for row in rows]
    clocks = [_clocks(each, common) for each in events]
    complaints = [_complaint(*each, common) for each in zip(rows, events, clocks, strict=True)]
    numbered = insert(Complaint).returning(Complaint.id, sort_by_parameter_order=True)
    ids = db.session.scalars(numbered, complaints).all()
    _insert(
        ComplaintEvent,
        [{**one, "complaint_id": owner} for owner, each in zip(ids, events, strict=True) for one in each],
    )
    _insert(ComplaintClock, list(_clock_rows(ids, events, clocks, common.now)))


def _happenings(events: Sequence[Row]) -> list[Happening]:
    """Return events as the rules take them, numbered by their place."""
    names = ("kind", "occurred_at", "logged_at", "channel", "outcome", "reason", "details")
    return [Happening(id=place, **{name: event[name] for name in names}) for place, event in enumerate(events)]


def _clocks(events: Sequence[Row], common: _Common) -> tuple[Clock, ...]:
    return derive(facts_of(_happenings(events)), common.policies, common.calendars).clocks


def _complaint(row: ComplaintRow, events: Sequence[Row], clocks: Sequence[Clock], common: _Common) -> Row:
    at = started_at(row, common.settings)
    title = title_of(" – ".join(filter(None, (row.category, row.description)))[:120], row.description)
    return {
        "contact_id": common.contacts.get(row.number),
        "title": title or row.reference or common.source,
        "words": row.description,
        "channel": row.channel,
        "severity": row.severity,
        "category_id": common.categories.get(fold(row.category)) if row.category else None,
        "occurred_at": at,
        "logged_at": at,
        "opened_by_id": common.by_id,
        "source": common.source,
        "external_id": row.external_id,
        "version": len(events),
        **standing_values(standing_of(_happenings(events)), clocks, common.now),
    }


def _clock_rows(
    ids: Sequence[int], events: Sequence[Sequence[Row]], clocks: Sequence[Sequence[Clock]], now: datetime
) -> Iterator[Row]:
    """Yield the clocks with the numbers that their events got; a complaint has one event of each kind here."""
    numbers = queries.event_ids(ids)
    for complaint_id, each, theirs in zip(ids, events, clocks, strict=True):
        for position, clock in enumerate(theirs, 1):
            event_id = numbers[complaint_id, each[int(clock.ref)]["kind"]]
            values = clock_values(replace(clock, ref=str(event_id)), now)
            yield {"complaint_id": complaint_id, "position": position, "event_id": event_id, **values}


def _insert(model: type[Model], rows: Sequence[Row]) -> None:
    """Insert rows of one table; no objects are made."""
    if rows:
        db.session.execute(insert(model), list(rows))


# ── What was chosen, and the work of the worker ──


def remember(key: str, chosen: Mapping[str, str], *, now: datetime) -> None:
    """Remember what somebody chose, for the next log; later choices are added to earlier ones."""
    stored = db.session.scalar(select(ImportMapping).where(ImportMapping.header_hash == key))
    if stored is None:
        db.session.add(ImportMapping(header_hash=key, mapping=dict(chosen), at=now))
    else:
        stored.mapping, stored.at = {**stored.mapping, **chosen}, now


def start_import(token: str, filename: str, *, now: datetime, by_id: int | None) -> Job:
    """Have the worker import an uploaded log, once however often it is asked."""
    job = queries.import_job(token)
    if job is None:
        key = f"{queries.JOB_KIND}:{token}"
        job = enqueue(queries.JOB_KIND, now=now, unique_key=key, by_id=by_id, token=token, filename=filename)
        record("complaint.log_accepted", at=now, actor_id=by_id)
    return job


def note_done(job: Job, figures: Mapping[str, Any]) -> None:
    """Note what an import did."""
    job.payload = {**job.payload, "figures": dict(figures)}


def note_failure(job: Job, sentence: str) -> None:
    """Note why a log could not be imported."""
    job.payload = {**job.payload, "failure": sentence}
