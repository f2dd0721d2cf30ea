"""Reads of an import of complaints: what is here already, and whose complaints they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from crm.complaints.models import CauseCategory, Complaint, ComplaintEvent
from crm.complaints.rules import EventKind
from crm.contacts.models import Contact, Email, ImportMapping, Phone
from crm.extensions import db
from crm.shared.models import Job
from crm.shared.text import fold

AT_ONCE = 500
JOB_KIND = "complaints.import"
CHANNELS_KEY = "complaints: channels"
CATEGORIES_KEY = "complaints: categories"


@dataclass(frozen=True, slots=True)
class KnownComplaint:
    """An imported complaint that is here; "" stands for what old imports did not keep, and for no due date.

    `written_at` is when it began as its file wrote it, `due_at` the promise of its file, `due_written` as it wrote it.
    """

    id: int
    external_id: str
    occurred_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    written_at: str
    due_at: str
    due_written: str


def known_complaints(external_ids: Collection[str]) -> Iterator[KnownComplaint]:
    """Yield the imported complaints with some numbers of other programs; a number can be used again."""
    opened, promised = aliased(ComplaintEvent), aliased(ComplaintEvent)
    is_promise = and_(promised.complaint_id == Complaint.id, promised.kind == EventKind.PROMISED)
    from_file = promised.details["from_file"].as_boolean()
    texts = [_text(opened, "written_at"), _text(promised, "due_at"), _text(promised, "written_at")]
    times = (Complaint.occurred_at, Complaint.resolved_at, Complaint.closed_at)
    statement = select(Complaint.id, Complaint.external_id, *times, *texts).join(opened)
    statement = statement.outerjoin(promised, and_(is_promise, from_file.is_(True))).order_by(Complaint.id)
    of_files = statement.where(opened.kind == EventKind.OPENED, Complaint.source != "")
    for chunk in _chunks(external_ids):
        for row in db.session.execute(of_files.where(Complaint.external_id.in_(chunk))):
            yield KnownComplaint(*tuple(row))


def _text(event: type[ComplaintEvent], name: str) -> ColumnElement[str]:
    return func.coalesce(event.details[name].as_string(), "")


def touched_here(complaint_ids: Collection[int]) -> set[int]:
    """Return those of some imported complaints that somebody here did something about."""
    from_file = func.coalesce(ComplaintEvent.details["from_file"].as_boolean(), False)
    statement = select(ComplaintEvent.complaint_id).where(from_file.is_(False))
    found: set[int] = set()
    for chunk in _chunks(complaint_ids):
        found |= set(db.session.scalars(statement.where(ComplaintEvent.complaint_id.in_(chunk))))
    return found


def owners_of(column: Any, values: Iterable[str]) -> dict[str, int]:
    """Return by phone number or folded email the one contact that has it; shared ones belong to nobody."""
    model = Phone if column is Phone.e164 else Email
    found: dict[str, set[int]] = {}
    statement = select(column, model.contact_id).join(Contact, Contact.id == model.contact_id)
    statement = statement.where(Contact.merged_into_id.is_(None), Contact.erased_at.is_(None))
    for chunk in _chunks(set(values) - {""}):
        for value, contact_id in db.session.execute(statement.where(column.in_(chunk))):
            found.setdefault(value, set()).add(contact_id)
    return {value: owners.pop() for value, owners in found.items() if len(owners) == 1}


def event_ids(complaint_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return the number of an event by its complaint and kind."""
    columns = select(ComplaintEvent.complaint_id, ComplaintEvent.kind, ComplaintEvent.id)
    found = db.session.execute(columns.where(ComplaintEvent.complaint_id.in_(complaint_ids)))
    return {(complaint_id, kind): number for complaint_id, kind, number in found}


def categories_by_name() -> dict[str, int]:
    """Return the categories of causes in use by their folded name."""
    in_use = select(CauseCategory).where(CauseCategory.retired_at.is_(None))
    return {fold(category.name): category.id for category in db.session.scalars(in_use)}


def remembered(key: str) -> dict[str, str]:
    """Return what was chosen earlier under a key of the mappings."""
    found = db.session.scalar(select(ImportMapping.mapping).where(ImportMapping.header_hash == key))
    return dict(found or {})


def import_jobs(limit: int = 20) -> Sequence[Job]:
    """Return the imports of complaints, the newest first."""
    jobs = select(Job).where(Job.kind == JOB_KIND).order_by(Job.id.desc()).limit(limit)
    return db.session.scalars(jobs).all()


def import_job(token: str) -> Job | None:
    """Return the job that imports an uploaded log, None before it is accepted."""
    return db.session.scalar(select(Job).where(Job.unique_key == f"{JOB_KIND}:{token}"))


def _chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    listed = sorted(values)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
