"""What the worker does for an import: reading the file, the dry run, the import itself, undoing it.

A job begins by letting go of the database: reading a large file holds no lock. Everything an import stores
is one transaction at its end; a worker that dies before leaves nothing, and the job begins again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crm.accounts.queries import the_business
from crm.contacts.actions import imports as actions
from crm.contacts.actions.import_undo import undo_import
from crm.contacts.import_files import (
    FilesGone,
    ImportFiles,
    Tracker,
    draft_from_plain,
    draft_to_plain,
)
from crm.contacts.import_rules import UNDO_DAYS, Outcome, settled
from crm.contacts.import_task import (
    ImportTask,
    encoded,
    files_of,
    import_drafts,
    installation_id,
    shape_of,
    upload_folder,
    write_errors,
)
from crm.contacts.import_trial import matched_lines, new_line, wrong_lines
from crm.contacts.importing import (
    ContactDraft,
    ParsedFile,
    UnreadableFile,
    open_table,
    parse_contacts,
)
from crm.contacts.models import ImportBatch
from crm.contacts.queries import imports as queries
from crm.contacts.queries.import_matches import verdicts
from crm.extensions import db
from crm.shared.database import reading_only
from crm.shared.jobs import sweep, work
from crm.shared.models import Job

SAMPLE_ROWS = 50


def _begin(job: Job, states: set[str]) -> ImportTask | None:
    """Return what is to be done and let go of the database; None where the import has moved on."""
    batch = db.session.get(ImportBatch, job.payload["batch_id"])
    if batch is None or batch.state not in states:
        return None
    business = the_business()
    task = ImportTask(
        batch_id=batch.id,
        filename=batch.filename,
        files=files_of(batch),
        summary=dict(batch.summary),
        mapping=dict(batch.mapping),
        file_format=batch.format,
        by_id=batch.created_by_id,
        region=business.country,
        code_page=business.code_page,
        own=installation_id(),
    )
    return task


@contextmanager
def _nothing_left_if_discarded(task: ImportTask) -> Iterator[None]:
    """Remove what is written of an import that is discarded meanwhile; one that another worker did is left alone."""
    try:
        yield
    except (FilesGone, actions.ImportMovedOn) as problem:
        db.session.rollback()
        if task.batch.state == "discarded":
            task.files.remove()
        elif isinstance(problem, FilesGone):
            raise


@work("contacts.read_import")
def read_import(job: Job, now: datetime) -> None:
    """Look into an uploaded file: a table waits for its columns to be confirmed, cards are tried at once."""
    task = _begin(job, {"reading"})
    if task is None:
        return
    with _nothing_left_if_discarded(task):
        try:
            with reading_only():
                Tracker(task.files)("reading")
                found = _look_into(task)
        except UnreadableFile as problem:
            actions.refuse_file(task.batch, str(problem))
            return
        if found.get("is_table"):
            actions.note_columns(task.batch, found)
        else:
            actions.note_cards(task.batch, found, now=now)


def _look_into(task: ImportTask) -> dict[str, Any]:
    content = task.files.content()
    found: dict[str, Any] = {"digest": hashlib.sha256(content).hexdigest()}
    opened = open_table(
        encoded(content, task.summary), filename=task.filename, region=task.region, code_page=task.code_page
    )
    if opened is None:
        return found
    sample = [row.cells for row in opened.table.rows[:SAMPLE_ROWS]]
    task.files.write_lines("shape", [shape_of(opened.columns, sample)])
    shown = {"shown_encoding": opened.encoding, "notices": list(opened.notices), "kind": opened.kind}
    return found | shown | {"is_table": True}


@work("contacts.try_import")
def try_import(job: Job, now: datetime) -> None:
    """Read all rows and find out what an import would do; nothing is stored in contacts."""
    task = _begin(job, {"trying"})
    if task is None:
        return
    with _nothing_left_if_discarded(task):
        try:
            with reading_only():
                parsed, found = _tried(task)
        except UnreadableFile as problem:
            actions.refuse_file(task.batch, str(problem))
            return
        actions.note_trial(task.batch, found, file_format=parsed.format, encoding=parsed.encoding)


def _tried(task: ImportTask) -> tuple[ParsedFile, dict[str, Any]]:
    track = Tracker(task.files)
    track("reading")
    parsed = _parsed(task)
    task = replace(task, file_format=parsed.format)
    task.files.write_lines("drafts", map(draft_to_plain, parsed.contacts))
    track("comparing", 0, len(parsed.contacts))
    rows = settled(zip(parsed.contacts, verdicts(parsed.contacts, task.origin), strict=True))
    changing = _write_trial(task, rows, parsed, track)
    counts = actions.counts_of(rows, len(parsed.errors)) | {"changing": changing, "rows": len(parsed.contacts)}
    return parsed, {"counts": counts, "notices": list(parsed.notices)}


def _parsed(task: ImportTask) -> ParsedFile:
    is_table = task.summary.get("is_table", False)
    return parse_contacts(
        encoded(task.files.content(), task.summary),
        filename=task.filename,
        region=task.region,
        code_page=task.code_page,
        mapping=task.mapping if is_table else None,
        date_order=task.summary.get("date_order") or None,
    )


def _write_trial(task: ImportTask, rows: actions.Rows, parsed: ParsedFile, track: Tracker) -> int:
    settings = task.settings
    new = (new_line(draft) for draft, verdict in rows if verdict.outcome is Outcome.NEW)
    task.files.write_lines("new", new)
    lines = list(matched_lines(rows, settings, lambda done: track("comparing", done, len(rows))))
    task.files.write_lines("matched", lines)
    wrong = list(wrong_lines(rows, parsed.errors))
    task.files.write_lines("wrong", wrong)
    write_errors(task, {line["row"]: line["reason"] for line in wrong})
    return sum(1 for line in lines if line["adds"])


@work("contacts.import")
def carry_out_import(job: Job, now: datetime) -> None:
    """Import what was tried, in one transaction."""
    task = _begin(job, {"importing"})
    if task is None:
        return
    with _nothing_left_if_discarded(task):
        import_drafts(task, tuple(_drafts(task.files)), now=now)
        task.files.remove(["file", "shape", "drafts", "new", "matched", "progress"])


def _drafts(files: ImportFiles) -> Iterator[ContactDraft]:
    return map(draft_from_plain, files.lines("drafts"))


@work("contacts.undo_import")
def undo(job: Job, now: datetime) -> None:
    """Undo an import, in one transaction."""
    batch = db.session.get(ImportBatch, job.payload["batch_id"])
    if batch is None or batch.state != "undoing":
        return
    track = Tracker(ImportFiles(upload_folder(), batch.stored_name or f"undo-{batch.id}"))
    undo_import(batch, now=now, by_id=batch.created_by_id, track=lambda done, total: track("undoing", done, total))
    track.files.remove()
    actions.forget_files(batch)


@sweep
def clear_old_uploads(now: datetime) -> None:
    """Remove the files of imports whose time to be undone is over, and of those never carried out."""
    for batch in queries.batches_to_clear(now - timedelta(days=UNDO_DAYS)):
        ImportFiles(upload_folder(), batch.stored_name).remove()
        actions.forget_files(batch)
