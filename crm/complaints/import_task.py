"""Importing a complaint log: at once as the command does, or by the worker after it was tried on the page."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from crm.accounts.queries import the_business
from crm.complaints.actions import importing as actions
from crm.complaints.importing import (
    BadMapping,
    Choice,
    OpenLog,
    ParsedLog,
    UnreadableFile,
    as_json,
    choice_from_json,
    open_log,
    read_log,
)
from crm.complaints.queries import imported as queries
from crm.complaints.queries.imported import CHANNELS_KEY
from crm.contacts.import_files import FilesGone, ImportFiles
from crm.shared.database import reading_only
from crm.shared.jobs import sweep, work
from crm.shared.models import Job

KEPT_FOR = timedelta(days=30)
KINDS = ("file", "choice")
_TOKEN = re.compile(r"^[0-9a-f]{32}$")


def upload_folder() -> Path:
    """Return where uploaded logs are kept, apart from files of contacts."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "uploads" / "complaints"
    return folder


def files_of(token: str) -> ImportFiles:
    """Return the files of an uploaded log; raise FilesGone."""
    files = ImportFiles(upload_folder(), token)
    if not _TOKEN.match(token) or not files.path("file").exists():
        raise FilesGone
    return files


def opened(content: bytes, filename: str) -> OpenLog:
    """Open a log with what the business knows: its zone, its country, channel words chosen earlier."""
    business = the_business()
    return open_log(
        content,
        filename=filename,
        home=business.time_zone,
        region=business.country,
        code_page=business.code_page,
        remembered=queries.remembered(CHANNELS_KEY),
    )


def import_log(content: bytes, filename: str, choice: Choice, *, now: datetime) -> dict[str, Any]:
    """Import a log at once; return its figures. Raise UnreadableFile, BadMapping or NoCalendar."""
    with reading_only():
        parsed = _parsed(content, filename, choice, now)
    return _stored(parsed, filename, now=now, by_id=None)


def _parsed(content: bytes, filename: str, choice: Choice, now: datetime) -> ParsedLog:
    log = opened(content, filename)
    return read_log(log, log.settings(choice), now=now)


def _stored(parsed: ParsedLog, filename: str, *, now: datetime, by_id: int | None) -> dict[str, Any]:
    counts = actions.store_log(parsed, filename, now=now, by_id=by_id)
    return {**as_json(parsed), **counts}


def keep_choice(files: ImportFiles, filename: str, choice: Choice) -> None:
    """Keep what was chosen for an uploaded log beside it."""
    files.write_lines("choice", [{"filename": filename, "choice": asdict(choice)}])


def kept_choice(files: ImportFiles) -> tuple[str, Choice]:
    """Return the name of an uploaded log and what was chosen for it; raise FilesGone."""
    kept = next(files.lines("choice"))
    return kept["filename"], choice_from_json(kept["choice"])


@work(queries.JOB_KIND)
def carry_out_import(job: Job, now: datetime) -> None:
    """Import an accepted log, in one transaction."""
    token, by_id = job.payload["token"], job.created_by_id
    try:
        files = files_of(token)
        filename, choice = kept_choice(files)
        with reading_only():
            parsed = _parsed(files.content(), filename, choice, now)
    except (UnreadableFile, BadMapping) as problem:
        actions.note_failure(job, str(problem))
        return
    except FilesGone as gone:
        actions.note_failure(job, gone.sentence)
        return
    actions.note_done(job, _stored(parsed, filename, now=now, by_id=by_id))


@sweep
def clear_old_logs(now: datetime) -> None:
    """Remove uploaded logs after a month."""
    before = (now - KEPT_FOR).timestamp()
    folder = upload_folder()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
