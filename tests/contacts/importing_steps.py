"""Steps of an import as tests take them: upload, let the worker do its jobs, look at the page."""

from __future__ import annotations

import io
from pathlib import Path

from sqlalchemy import select

from crm.contacts.models import Contact, ImportBatch
from crm.extensions import db
from crm.shared import clock
from crm.worker import do_one_job
from tests.client import PageClient


def work_all() -> None:
    """Do every due job as the worker does."""
    while do_one_job(clock.now()):
        db.session.expire_all()


def upload(client: PageClient, content: bytes | str, name: str = "people.csv", **given: str) -> ImportBatch:
    """Upload a file and let the worker read it."""
    raw = content.encode() if isinstance(content, str) else content
    answer = client.post("/imports", {"file": (io.BytesIO(raw), name), **given})
    work_all()
    return batch_at(answer.location)


def batch_at(path: str) -> ImportBatch:
    """Return the import of a page."""
    return db.session.get_one(ImportBatch, int(path.rsplit("/", 1)[1]), populate_existing=True)


def tried(client: PageClient, content: bytes | str, name: str = "people.csv", **columns: str) -> ImportBatch:
    """Upload a file and go as far as its dry run."""
    batch = upload(client, content, name)
    if batch.state == "columns":
        client.post(f"/imports/{batch.id}/columns", {"date_order": "", "encoding": "", **columns})
        work_all()
    return batch_at(f"/imports/{batch.id}")


def imported(client: PageClient, content: bytes | str, name: str = "people.csv") -> ImportBatch:
    """Import a file as proposed."""
    batch = tried(client, content, name)
    client.post(f"/imports/{batch.id}/acceptance")
    work_all()
    return batch_at(f"/imports/{batch.id}")


def contacts_by_name() -> dict[str, Contact]:
    """Return the stored contacts by their names."""
    return {contact.name: contact for contact in db.session.scalars(select(Contact))}


def uploads(folder: Path) -> list[str]:
    """List the side files that are kept."""
    return sorted(path.suffix for path in (folder / "uploads").glob("*")) if (folder / "uploads").exists() else []
