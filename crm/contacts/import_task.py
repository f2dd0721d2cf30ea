"""One import as its jobs see it, and storing its rows; `import_work` has the jobs themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from crm.accounts.queries import business
from crm.contacts.actions import imports as actions
from crm.contacts.actions.bulk_contacts import insert_newcomers
from crm.contacts.actions.import_rows import ImportSettings, add_to_matched, newcomers_of
from crm.contacts.import_details import PREFERENCES, PREFERRED_CHANNEL
from crm.contacts.import_errors import error_file
from crm.contacts.import_files import (
    FilesGone,
    ImportFiles,
    Tracker,
)
from crm.contacts.import_newcomers import Newcomer
from crm.contacts.import_rules import OWN_ID, Outcome, origin_of, settled
from crm.contacts.import_trial import wrong_lines
from crm.contacts.importing import (
    ContactDraft,
    parse_contacts,
    suggest_mapping,
)
from crm.contacts.models import ImportBatch
from crm.contacts.queries import imports as queries
from crm.contacts.queries.import_matches import FileOrigin, verdicts
from crm.extensions import db
from crm.shared.database import reading_only, refresh_statistics
from crm.shared.text import fold

SAMPLES = 3
LONGEST_SAMPLE = 80


@dataclass(frozen=True, slots=True)
class ImportTask:
    """What a job needs to know before it lets go of the database."""

    batch_id: int
    filename: str
    files: ImportFiles
    summary: Mapping[str, Any]
    mapping: Mapping[str, str]
    file_format: str
    by_id: int | None
    region: str
    code_page: str
    own: str

    @property
    def batch(self) -> ImportBatch:
        """Return the import as it is now."""
        return db.session.get_one(ImportBatch, self.batch_id)

    @property
    def origin(self) -> FileOrigin:
        """Return where the file comes from."""
        return FileOrigin(origin_of(self.file_format, self.filename), self.summary.get("digest", ""), self.own)

    @property
    def settings(self) -> ImportSettings:
        """Return what holds for all rows."""
        own_fields = queries.own_fields()
        return ImportSettings(self.region, self.origin.program, self.filename, own_fields)


def upload_folder() -> Path:
    """Return where uploads are kept."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "uploads"
    return folder


def installation_id() -> str:
    """Return a short name of this installation, in the numbers that its exports carry."""
    secret = current_app.config["SETTINGS"].secret_key
    return hashlib.sha256(f"export {secret}".encode()).hexdigest()[:8]


def files_of(batch: ImportBatch) -> ImportFiles:
    """Return the side files of an import; raise FilesGone when they are removed."""
    if not batch.stored_name:
        raise FilesGone
    return ImportFiles(upload_folder(), batch.stored_name)


def shape_of(columns: list[str], rows: list[Any]) -> dict[str, Any]:
    """Return the columns of a table, each with its first values and the field proposed for it."""
    proposed = suggest_mapping(columns, rows)
    found = []
    for position, column in enumerate(columns):
        values = [row[position].strip() for row in rows if position < len(row) and row[position].strip()]
        samples = [value[:LONGEST_SAMPLE] for value in dict.fromkeys(values)]
        found.append({"name": column, "samples": samples[:SAMPLES], "field": proposed.get(column, "extra")})
    header = "\n".join(columns).encode("utf-8", "replace")
    return {"columns": found, "header_hash": hashlib.sha256(header).hexdigest()}


def encoded(content: bytes, summary: Mapping[str, Any]) -> bytes:
    """Return a file in UTF-8 where somebody said in which encoding it is, else as it is."""
    encoding = summary.get("encoding")
    if not encoding:
        return content
    return b"\xef\xbb\xbf" + content.decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def write_errors(task: ImportTask, reasons: Mapping[int, str]) -> None:
    """Write the rows that are not imported, with the reason beside each."""
    content = encoded(task.files.content(), task.summary)
    task.files.write("errors", error_file(content, task.filename, task.region, task.code_page, reasons))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is stored, worked out before the transaction; no newcomers yet where own fields come first."""

    rows: actions.Rows
    settings: ImportSettings
    newcomers: list[Newcomer] | None


def import_drafts(task: ImportTask, drafts: tuple[ContactDraft, ...], *, now: datetime) -> dict[str, int]:
    """Store all rows, and note what became of them."""
    track = Tracker(task.files)
    with reading_only():
        plan = _planned(task, drafts, track, now)
    return _store(task, plan, now=now, track=track)


def _planned(task: ImportTask, drafts: tuple[ContactDraft, ...], track: Tracker, now: datetime) -> _Plan:
    track("comparing", 0, len(drafts))
    rows = settled(zip(drafts, verdicts(drafts, task.origin), strict=True))
    settings = task.settings
    if _brings_own_fields(drafts, settings):
        return _Plan(rows, settings, None)
    return _Plan(rows, settings, _newcomers(rows, settings, track, now))


def _store(task: ImportTask, plan: _Plan, *, now: datetime, track: Tracker) -> dict[str, int]:
    """Store the rows in the open transaction; own fields that the file brings along are made first."""
    rows, settings, newcomers, batch = plan.rows, plan.settings, plan.newcomers, task.batch
    actions.take_import(batch)
    if newcomers is None:
        actions.make_own_fields(rows)
        settings = task.settings
        newcomers = _newcomers(rows, settings, track, now)
    total = len(newcomers)
    common: dict[str, Any] = {"batch_id": batch.id, "now": now, "by_id": task.by_id}
    insert_newcomers(newcomers, track=lambda done: track("storing", done, len(rows)), **common)
    changed = add_to_matched(rows, settings, track=lambda done: track("storing", total + done, len(rows)), **common)
    counts = actions.counts_of(rows, 0) | {"changed": changed, "wrong": _late_errors(task, rows)}
    actions.note_imported(batch, counts, now=now, by_id=task.by_id)
    refresh_statistics()
    return counts


def _brings_own_fields(drafts: Sequence[ContactDraft], settings: ImportSettings) -> bool:
    """Tell whether this is an export of ours with own fields that are not here yet."""
    own = (draft for draft in drafts if draft.external_id.startswith(OWN_ID))
    names = {name for draft in own for name in draft.extra} - {PREFERENCES, PREFERRED_CHANNEL}
    return any(fold(name) not in settings.own_fields for name in names)


def _newcomers(rows: actions.Rows, settings: ImportSettings, track: Tracker, now: datetime) -> list[Newcomer]:
    total = sum(verdict.outcome is Outcome.NEW for _draft, verdict in rows)
    return newcomers_of(rows, settings, now=now, track=lambda done: track("preparing", done, total))


def _late_errors(task: ImportTask, rows: actions.Rows) -> int:
    """Note the rows that were right in the dry run and are not any more; returns how many are wrong in all."""
    listed = list(task.files.lines("wrong"))
    known = {line["row"] for line in listed}
    late = [line for line in wrong_lines(rows, ()) if line["row"] not in known]
    if late:
        listed += late
        task.files.write_lines("wrong", listed)
        write_errors(task, {line["row"]: line["reason"] for line in listed})
    return len(listed)


def import_file(
    content: bytes, filename: str, *, now: datetime, region: str | None = None
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Import a file at once, as the command does; return what was done and the rows left out.

    Raise UnreadableFile. The import is listed with the others and can be undone there.
    """
    home = business()
    place = region or (home.country if home else "US")
    code_page = home.code_page if home else ""
    with reading_only():
        parsed = parse_contacts(content, filename=filename, region=place, code_page=code_page)
    files = ImportFiles.fresh(upload_folder())
    files.write("file", content)
    summary = {"digest": hashlib.sha256(content).hexdigest(), "is_table": bool(parsed.columns)}
    task = ImportTask(0, filename, files, summary, {}, parsed.format, None, place, code_page, installation_id())
    track = Tracker(files)
    with reading_only():
        plan = _planned(task, parsed.contacts, track, now)
        wrong = list(wrong_lines(plan.rows, parsed.errors))
        files.write_lines("wrong", wrong)
        write_errors(task, {line["row"]: line["reason"] for line in wrong})
    batch = actions.receive_to_import(
        filename, files.name, summary, file_format=parsed.format, encoding=parsed.encoding, now=now
    )
    task = replace(task, batch_id=batch.id)
    counts = _store(task, plan, now=now, track=track)
    files.remove(["file", "progress"])
    return counts, wrong
