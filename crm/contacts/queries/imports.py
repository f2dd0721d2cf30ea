"""Reads for imports: batches, remembered mappings, own fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import select

from crm.contacts.import_details import OwnField
from crm.contacts.models import ContactField, ImportBatch, ImportMapping
from crm.extensions import db
from crm.shared.models import Job
from crm.shared.text import fold

CHUNK = 500
Item = TypeVar("Item")


def batch_by_id(batch_id: int) -> ImportBatch | None:
    """Return an import."""
    return db.session.get(ImportBatch, batch_id)


def recent_batches(limit: int = 30) -> Sequence[ImportBatch]:
    """Return the latest imports, newest first."""
    return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit)).all()


def job_of(batch: ImportBatch) -> Job | None:
    """Return the work on an import, done or not."""
    return db.session.get(Job, batch.job_id) if batch.job_id else None


def remembered_mapping(header_hash: str) -> dict[str, str] | None:
    """Return how somebody mapped a table with this header, if anybody did."""
    return db.session.scalar(select(ImportMapping.mapping).where(ImportMapping.header_hash == header_hash))


def batches_to_clear(before: datetime, limit: int = 20) -> Sequence[ImportBatch]:
    """Return imports from before an instant whose files are still kept."""
    where = (ImportBatch.created_at < before, ImportBatch.stored_name != "")
    return db.session.scalars(select(ImportBatch).where(*where).limit(limit)).all()


def same_file_imported(digest: str, but_id: int) -> ImportBatch | None:
    """Return an import of the very same file that was not undone."""
    where = (ImportBatch.id != but_id, ImportBatch.imported_at.is_not(None), ImportBatch.undone_at.is_(None))
    found = db.session.scalars(select(ImportBatch).where(*where).order_by(ImportBatch.id.desc()))
    return next((batch for batch in found if batch.summary.get("digest") == digest), None)


def own_fields() -> dict[str, OwnField]:
    """Return the own fields in use by their folded names."""
    found = db.session.scalars(select(ContactField).where(ContactField.retired_at.is_(None)))
    return {fold(each.name): OwnField(each.id, each.kind, tuple(each.choices)) for each in found}


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Yield items in lists that fit one statement."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
