"""Storing a complaint log: complaints, their events and clocks, in bulk and in the one open transaction.

Only the promises that the file gives become clocks: nobody promised what our targets say. They are marked as
imported, so nobody is alerted. A complaint that is here already is left as it is, but closed where the file
says so since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from crm.accounts.queries import the_business
from crm.complaints.actions.recording import EventDraft, add_event, clock_values, standing_values
from crm.complaints.import_events import Row, closing_of, events_of_row
from crm.complaints.import_plan import Plan, plan_of
from crm.complaints.importing import ComplaintRow, ParsedLog, RowError, Settings
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent
from crm.complaints.queries import imported as queries
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.rules import EventKind, Happening, NoCalendar, facts_of, standing_of, title_of
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
class Stored:
    """What an import did: its plan, how many complaints have a contact, and the rows that could not be measured."""

    plan: Plan
    with_contact: int
    errors: tuple[RowError, ...]


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


@dataclass(frozen=True)
class _Draft:
    """A complaint before it has a number: the values of its rows."""

    complaint: Row
    events: Sequence[Row]
    clocks: Sequence[tuple[Clock, Row]]


def store_log(log: ParsedLog, filename: str, *, now: datetime, by_id: int | None = None) -> Stored:
    """Store the complaints of a log that are not here yet, close those that were closed since; raise NoCalendar."""
    if not calendar_versions():
        raise NoCalendar
    plan, errors = plan_of(log), []
    common = _common(plan.fresh, filename, log.settings, now, by_id)
    for start in range(0, len(plan.fresh), AT_ONCE):
        errors += _store(plan.fresh[start : start + AT_ONCE], common)
    closed = [_close(case, row) for each, row in plan.closed_since.items() if (case := case_of(each))]
    wrong = {error.row for error in errors}
    plan = replace(plan, fresh=[row for row in plan.fresh if row.number not in wrong])
    contacts = [contact_id for number, contact_id in common.contacts.items() if number not in wrong]
    record("complaint.log_imported", at=now, actor_id=by_id, **plan.counts, with_contact=len(contacts))
    tell_changed([*contacts, *closed], now=now)
    return Stored(plan, len(contacts), tuple(errors))


def _common(
    rows: Sequence[ComplaintRow], filename: str, settings: Settings, now: datetime, by_id: int | None
) -> _Common:
    return _Common(
        filename[-LONGEST_SOURCE:],
        settings,
        by_id,
        queries.categories_by_name(),
        _contacts(rows),
        policy_versions(),
        calendar_versions(),
        now,
    )


def _close(case: Case, row: ComplaintRow) -> int | None:
    """Close a complaint as its file says since; return whose it is."""
    closing = closing_of(row)
    at = max(closing["occurred_at"], case.complaint.occurred_at)
    draft = EventDraft(occurred_at=at, text=closing["text"], details=closing["details"])
    add_event(case, EventKind.RESOLVED, draft, by_id=None, now=at)  # it happened then, and nobody here did it
    return case.complaint.contact_id


def _contacts(rows: Sequence[ComplaintRow]) -> dict[int, int]:
    """Return the contact of each row whose phone or email one contact has, by the number of the row."""
    country = the_business().country
    phones = {row.number: normalise_phone(row.phone, country).e164 or "" for row in rows if row.phone}
    emails = {row.number: fold_email(row.email) for row in rows if row.email}
    by_phone = queries.owners_of(Phone.e164, phones.values())
    by_email = queries.owners_of(Email.folded, emails.values())
    found = {number: by_email[email] for number, email in emails.items() if email in by_email}
    return found | {number: by_phone[phone] for number, phone in phones.items() if phone in by_phone}


def _store(rows: Sequence[ComplaintRow], common: _Common) -> list[RowError]:
    """Store some rows, return those that cannot be; what follows from their events is worked out before."""
    drafts: list[_Draft] = []
    errors: list[RowError] = []
    for row in rows:
        try:
            drafts.append(_draft(row, common))
        except (ArithmeticError, LookupError, ValueError):  # one row that cannot be counted stops no other
            errors.append(RowError(row.number, "Its clocks cannot be worked out."))
    if drafts:
        _write(drafts)
    return errors


def _draft(row: ComplaintRow, common: _Common) -> _Draft:
    events = events_of_row(row)
    clocks = derive(facts_of(_happenings(events)), common.policies, common.calendars).clocks
    return _Draft(
        _complaint(row, events, clocks, common), events, [(clock, clock_values(clock, common.now)) for clock in clocks]
    )


def _write(drafts: Sequence[_Draft]) -> None:
    numbered = insert(Complaint).returning(Complaint.id, sort_by_parameter_order=True)
    ids = db.session.scalars(numbered, [draft.complaint for draft in drafts]).all()
    pairs = list(zip(ids, drafts, strict=True))
    _insert(ComplaintEvent, [{**event, "complaint_id": owner} for owner, draft in pairs for event in draft.events])
    _insert(ComplaintClock, list(_clock_rows(pairs)))


def _happenings(events: Sequence[Row]) -> list[Happening]:
    """Return events as the rules take them, numbered by their place."""
    names = ("kind", "occurred_at", "logged_at", "channel", "outcome", "reason", "details")
    return [Happening(id=place, **{name: event[name] for name in names}) for place, event in enumerate(events)]


def _complaint(row: ComplaintRow, events: Sequence[Row], clocks: Sequence[Clock], common: _Common) -> Row:
    at = row.measures.start
    title = title_of(" – ".join(filter(None, (row.category, row.description)))[:120], row.description)
    return {
        "contact_id": common.contacts.get(row.number),
        "title": title or row.reference or common.source,
        "words": row.description,
        "channel": row.channel,
        "severity": row.severity,
        "category_id": common.categories.get(fold(common.settings.categories.get(row.category, ""))),
        "occurred_at": at,
        "logged_at": at,
        "opened_by_id": common.by_id,
        "source": common.source,
        "external_id": row.external_id,
        "version": len(events),
        **standing_values(standing_of(_happenings(events)), clocks, common.now),
    }


def _clock_rows(pairs: Sequence[tuple[int, _Draft]]) -> Iterator[Row]:
    """Yield the clocks with the numbers that their events got; a complaint has one event of each kind here."""
    numbers = queries.event_ids([complaint_id for complaint_id, _draft in pairs])
    for complaint_id, draft in pairs:
        for position, (clock, values) in enumerate(draft.clocks, 1):
            event_id = numbers[complaint_id, draft.events[int(clock.ref)]["kind"]]
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
