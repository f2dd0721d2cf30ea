"""Long documents, drawn by the worker: a file with a random name in the data folder, gone after a day.

Only the person who ordered a document gets it, and only while their role still admits it. Reading, drawing and
writing happen in that order, so that no transaction is open while WeasyPrint is at work.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, NamedTuple

from flask import current_app, g
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.accounts.queries import the_business
from crm.extensions import db
from crm.reports.printing.document import Wish
from crm.reports.printing.registry import printable
from crm.shared.database import reading_only
from crm.shared.errors import Refused
from crm.shared.formatting import LANGUAGE_NAMES
from crm.shared.jobs import enqueue, sweep, work
from crm.shared.models import Job
from crm.shared.pdf import render_pdf
from crm.shared.permissions import is_allowed
from crm.shared.translating import in_language

KIND = "reports.print"
KEPT_FOR = timedelta(days=1)
PAGES_A_NOTE = 10
_TOKEN = re.compile(r"^[0-9a-f]{32}$")


class Step(NamedTuple):
    """How far a drawing is: the step of `STEPS`, and the page that is laid out (0 in other steps)."""

    number: int
    page: int


class PrintGone(Refused):
    """This document is not kept any more. Have it drawn again."""

    status: ClassVar[int] = 404


def print_folder() -> Path:
    """Return where drawn documents wait for their person."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "prints"
    return folder


def order(name: str, args: Mapping[str, str], language: str, *, by_id: int, now: datetime) -> Job:
    """Have the worker draw a document; raise NothingToPrint for a name that does not exist."""
    token = secrets.token_hex(16)
    wanted = printable(name)
    wish = Wish(args, now, "pdf", by_id)
    if wanted.note is not None:
        wanted.note(wish)
    asked = {"document": name, "args": dict(args), "language": language, "token": token}
    job = enqueue(KIND, now=now, by_id=by_id, unique_key=f"print-{token}")
    job.payload = asked
    job.total = wanted.weigh(wish)
    return job


def job_of(token: str, person: Staff) -> Job:
    """Return a person's own order; raise PrintGone where it is another's, or not theirs to see any more."""
    job = db.session.scalar(select(Job).where(Job.unique_key == f"print-{token}")) if _TOKEN.match(token) else None
    if job is None or job.created_by_id != person.id:
        raise PrintGone
    if not is_allowed(person.role, printable(job.payload["document"]).permission):
        raise PrintGone
    return job


def drawn(job: Job) -> bytes:
    """Return the PDF of an order; raise PrintGone."""
    try:
        return _file(job.payload["token"]).read_bytes()
    except FileNotFoundError:
        raise PrintGone from None


def _file(token: str) -> Path:
    return print_folder() / f"{token}.pdf"


@work(KIND)
def carry_out(job: Job, now: datetime) -> None:
    """Draw a document: read, let go of the database, draw, keep the file."""
    payload, by_id = dict(job.payload), job.created_by_id
    with reading_only():
        html, file_name = _html(payload["document"], payload["args"], payload["language"], by_id, now)
        db.session.rollback()
        pdf = render_pdf(html, lambda step, page: _note_step(payload["token"], step, page))
    _keep(payload["token"], pdf)
    job.payload = {**payload, "file_name": file_name, "bytes": len(pdf)}


def _html(name: str, args: Mapping[str, str], language: str, by_id: int | None, now: datetime) -> tuple[str, str]:
    business = the_business()
    g.time_zone = business.time_zone
    with in_language(language if language in LANGUAGE_NAMES else business.languages[0], business.country):
        document, html = printable(name).draw(Wish(args, now, "pdf", by_id))
    return html, document.file_name


def step_of(job: Job) -> Step | None:
    """Return how far the drawing of an order is; None before it begins."""
    try:
        return Step(*json.loads(_step_file(job.payload["token"]).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _note_step(token: str, number: int, page: int) -> None:
    """Note how far a drawing is, in a file of its own: the database is not held meanwhile. Failing never fails it."""
    if page % PAGES_A_NOTE > 1:
        return
    with suppress(OSError):
        print_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        _step_file(token).write_text(json.dumps([number, page]))


def _step_file(token: str) -> Path:
    return print_folder() / f"{token}.step"


def _keep(token: str, pdf: bytes) -> None:
    path = _file(token)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".part")
    fresh.write_bytes(pdf)
    fresh.chmod(0o600)
    fresh.replace(path)
    _step_file(token).unlink(missing_ok=True)


@sweep
def clear_old_prints(now: datetime) -> None:
    """Remove drawn documents after a day."""
    before, folder = (now - KEPT_FOR).timestamp(), print_folder()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
