"""Importing a complaint log: at once as the command does, or by the worker after it was tried on the page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from crm.accounts.queries import the_business
from crm.complaints.actions import importing as actions
from crm.complaints.import_plan import plan_of, with_plan
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
from crm.complaints.queries.imported import CATEGORIES_KEY, CHANNELS_KEY
from crm.complaints.queries.settings import categories
from crm.contacts.import_files import FilesGone, ImportFiles
from crm.shared.database import reading_only, refresh_statistics
from crm.shared.jobs import sweep, work
from crm.shared.models import Job

KEPT_FOR = timedelta(days=30)
KINDS = ("file", "trial")
SAMPLES = 3
MOST_CATEGORY_WORDS = 100
LONGEST_SAMPLE = 80
COLUMN = "column:"
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


def opened(content: bytes, filename: str, region: str = "") -> OpenLog:
    """Open a log with what the business knows: its zone, country and categories, words chosen earlier."""
    business = the_business()
    return open_log(
        content,
        filename=filename,
        home=business.time_zone,
        region=region or business.country,
        code_page=business.code_page,
        remembered=queries.remembered(CHANNELS_KEY),
        categories=[category.name for category in categories()],
        category_words=queries.remembered(CATEGORIES_KEY),
    )


def import_log(content: bytes, filename: str, choice: Choice, *, now: datetime, region: str = "") -> dict[str, Any]:
    """Import a log at once; return its figures. Raise UnreadableFile, BadMapping or NoCalendar."""
    with reading_only():
        parsed = _parsed(content, filename, choice, now, region)
    return _stored(parsed, filename, now=now, by_id=None)


def foreseen(content: bytes, filename: str, choice: Choice, *, now: datetime, region: str = "") -> dict[str, Any]:
    """Return the figures that the import of a log would have; raise UnreadableFile or BadMapping."""
    parsed = _parsed(content, filename, choice, now, region)
    return with_plan(as_json(parsed), plan_of(parsed))


def _parsed(content: bytes, filename: str, choice: Choice, now: datetime, region: str = "") -> ParsedLog:
    log = opened(content, filename, region)
    return read_log(log, log.settings(choice), now=now)


def _stored(parsed: ParsedLog, filename: str, *, now: datetime, by_id: int | None) -> dict[str, Any]:
    stored = actions.store_log(parsed, filename, now=now, by_id=by_id)
    refresh_statistics()
    wrong = {error.row for error in stored.errors}
    rows = tuple(row for row in parsed.rows if row.number not in wrong)
    measured = replace(parsed, rows=rows, errors=(*parsed.errors, *stored.errors))
    return {**with_plan(as_json(measured), stored.plan), "with_contact": stored.with_contact}


def try_log(files: ImportFiles, filename: str, choice: Choice, *, now: datetime) -> bool:
    """Read an uploaded log with what was chosen, keep what comes of it, tell whether it fits; raise UnreadableFile."""
    log = opened(files.content(), filename)
    found: dict[str, Any] = {"filename": filename, "choice": asdict(choice)}
    try:
        settings = log.settings(choice)
        parsed = read_log(log, settings, now=now)
        found["figures"] = with_plan(as_json(parsed), plan_of(parsed))
        fields, channels, names = settings.columns, settings.channels, settings.categories
    except BadMapping as problem:
        found["problem"] = str(problem)
        fields, channels, names = {**log.proposed, **choice.columns}, choice.channels, choice.categories
    found["columns"] = [
        {"name": name, "samples": _samples(log.values(name)), "chosen": fields.get(name, "")} for name in log.columns
    ]
    found["channels"] = [{"name": word, "chosen": channel} for word, channel in channels.items()]
    found["categories"] = _asked(names, choice)
    files.write_lines("trial", [found])
    return "figures" in found


def _asked(names: Mapping[str, str], choice: Choice) -> list[dict[str, str]]:
    """Return the category words to ask about: those that mean none of ours or were chosen, the first in the file."""
    asked = [word for word, name in names.items() if not name or word in choice.categories]
    return [{"name": word, "chosen": names[word]} for word in asked[:MOST_CATEGORY_WORDS]]


def _samples(values: list[str]) -> list[str]:
    return [value[:LONGEST_SAMPLE] for value in dict.fromkeys(values)][:SAMPLES]


def trial_of(files: ImportFiles) -> dict[str, Any]:
    """Return what came of reading an uploaded log; raise FilesGone."""
    return next(files.lines("trial"))


def columns_key(columns: list[str]) -> str:
    """Return under which key the choice for logs with these columns is remembered."""
    return hashlib.sha256("\n".join(["complaints", *columns]).encode("utf-8", "replace")).hexdigest()


def remembered_choice(files: ImportFiles, filename: str) -> Choice:
    """Return what was chosen for a log with the same columns, else nothing; raise UnreadableFile."""
    known = queries.remembered(columns_key(opened(files.content(), filename).columns))
    columns = {name.removeprefix(COLUMN): to for name, to in known.items() if name.startswith(COLUMN)}
    return Choice(columns, time_zone=known.get("time_zone", ""), date_order=known.get("date_order", ""))


def remember_choice(trial: dict[str, Any], choice: Choice, *, now: datetime) -> None:
    """Remember the columns for logs with the same header, and words for channels and categories for every log."""
    columns = [column["name"] for column in trial["columns"]]
    known = {f"{COLUMN}{name}": to for name, to in choice.columns.items()}
    known |= {"time_zone": choice.time_zone, "date_order": choice.date_order}
    actions.remember(columns_key(columns), known, now=now)
    actions.remember(CHANNELS_KEY, choice.channels, now=now)
    actions.remember(CATEGORIES_KEY, choice.categories, now=now)


@work(queries.JOB_KIND)
def carry_out_import(job: Job, now: datetime) -> None:
    """Import an accepted log, in one transaction."""
    token, by_id = job.payload["token"], job.created_by_id
    try:
        files = files_of(token)
        trial = trial_of(files)
        filename, choice = trial["filename"], choice_from_json(trial["choice"])
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
