"""What moves an import on: received, mapped, tried, carried out. Each step names the state it comes from,

so that two browsers or two workers cannot take it twice. Undoing is in `import_undo`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from crm.contacts.import_details import PREFERENCES, PREFERRED_CHANNEL
from crm.contacts.import_rules import Outcome, Verdict
from crm.contacts.importing import ContactDraft
from crm.contacts.models import ContactField, ImportBatch, ImportMapping
from crm.extensions import db
from crm.shared.errors import Conflict
from crm.shared.events import record
from crm.shared.jobs import enqueue
from crm.shared.text import fold

Rows = Sequence[tuple[ContactDraft, Verdict]]


class ImportMovedOn(Conflict):
    """This import has moved on in the meantime. Load the page again."""


def receive_file(filename: str, stored_name: str, *, now: datetime, by_id: int | None = None) -> ImportBatch:
    """Take in an uploaded file and have the worker read it."""
    batch = ImportBatch(
        filename=filename[:200], stored_name=stored_name, state="reading", created_at=now, created_by_id=by_id
    )
    db.session.add(batch)
    db.session.flush()
    _have_done("contacts.read_import", batch, now)
    record("import.received", at=now, subject=batch, actor_id=by_id)
    return batch


def receive_to_import(
    filename: str,
    stored_name: str,
    summary: Mapping[str, Any],
    *,
    file_format: str,
    encoding: str,
    now: datetime,
) -> ImportBatch:
    """Take in a file that is imported at once, without the worker."""
    batch = ImportBatch(
        filename=filename[:200],
        stored_name=stored_name,
        state="importing",
        summary=dict(summary),
        format=file_format[:40],
        encoding=encoding[:40],
        created_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    record("import.received", at=now, subject=batch)
    return batch


def read_again(batch: ImportBatch, encoding: str, *, now: datetime) -> None:
    """Have a table read in another encoding."""
    _move(batch, {"columns", "tried"}, "reading")
    batch.summary = {**batch.summary, "encoding": encoding}
    _have_done("contacts.read_import", batch, now)
    record("import.encoding_chosen", at=now, subject=batch)


def note_columns(batch: ImportBatch, found: Mapping[str, Any]) -> None:
    """Note what a table looks like; somebody has to say what its columns are."""
    _move(batch, {"reading"}, "columns")
    batch.summary = {**batch.summary, **found}


def note_cards(batch: ImportBatch, found: Mapping[str, Any], *, now: datetime) -> None:
    """Go on with a file whose fields are known, which is tried at once."""
    _move(batch, {"reading"}, "trying")
    batch.summary = {**batch.summary, **found}
    _have_done("contacts.try_import", batch, now)


def refuse_file(batch: ImportBatch, sentence: str) -> None:
    """Note why a file cannot be read."""
    _move(batch, {"reading", "trying"}, "unreadable")
    batch.failure = sentence


def choose_columns(
    batch: ImportBatch, mapping: dict[str, str], *, header_hash: str, date_order: str, now: datetime
) -> None:
    """Say what the columns are, remember it for the next file with this header, and try the import."""
    _move(batch, {"columns", "tried"}, "trying")
    batch.mapping = mapping
    batch.summary = {**batch.summary, "date_order": date_order}
    known = db.session.scalar(select(ImportMapping).where(ImportMapping.header_hash == header_hash))
    if known is None:
        db.session.add(ImportMapping(header_hash=header_hash, mapping=mapping, at=now))
    else:
        known.mapping, known.at = mapping, now
    _have_done("contacts.try_import", batch, now)
    record("import.columns_chosen", at=now, subject=batch)


def note_trial(batch: ImportBatch, found: Mapping[str, Any], *, file_format: str, encoding: str) -> None:
    """Note what an import would do."""
    _move(batch, {"trying"}, "tried")
    batch.format, batch.encoding = file_format[:40], encoding[:40]
    batch.summary = {**batch.summary, **found}


def start_import(batch: ImportBatch, *, now: datetime) -> None:
    """Have the worker carry out an import that was tried."""
    _move(batch, {"tried"}, "importing")
    _have_done("contacts.import", batch, now)
    record("import.started", at=now, subject=batch)


def take_import(batch: ImportBatch) -> None:
    """Make this transaction the one that carries out an import; raise ImportMovedOn when it is done."""
    _move(batch, {"importing"}, "imported")


def note_imported(batch: ImportBatch, counts: Mapping[str, int], *, now: datetime, by_id: int | None) -> None:
    """Note what an import did."""
    batch.imported_at = now
    batch.summary = {**batch.summary, "done": dict(counts)}
    record("import.done", at=now, subject=batch, actor_id=by_id, **counts)


def discard(batch: ImportBatch, *, now: datetime) -> None:
    """Give up an import before anything is stored."""
    _move(batch, {"reading", "columns", "trying", "tried", "importing", "unreadable"}, "discarded")
    forget_files(batch)
    record("import.discarded", at=now, subject=batch)


def start_undo(batch: ImportBatch, *, now: datetime) -> None:
    """Have the worker undo an import."""
    _move(batch, {"imported"}, "undoing")
    _have_done("contacts.undo_import", batch, now)
    record("import.undo_started", at=now, subject=batch)


def make_own_fields(rows: Rows) -> None:
    """Make the own fields that an export of ours brings along and that are not here yet."""
    known = {fold(name) for name in db.session.scalars(select(ContactField.name))}
    names = (name for draft, _verdict in rows for name in draft.extra)
    for position, name in enumerate(dict.fromkeys(names)):
        if name in (PREFERENCES, PREFERRED_CHANNEL):
            continue
        if len(name) <= 60 and fold(name) not in known:
            known.add(fold(name))
            db.session.add(ContactField(name=name, kind="text", choices=[], position=100 + position))
    db.session.flush()


def forget_files(batch: ImportBatch) -> None:
    """Note that the files of an import are removed."""
    batch.stored_name = ""


def counts_of(rows: Rows, errors: int) -> dict[str, int]:
    """Count what becomes of the rows of a file."""
    outcomes = [verdict.outcome for _draft, verdict in rows]
    wrong = sum(outcome not in {Outcome.NEW, Outcome.MATCHED} for outcome in outcomes)
    new, matched = outcomes.count(Outcome.NEW), outcomes.count(Outcome.MATCHED)
    return {"new": new, "matched": matched, "wrong": wrong + errors}


def _have_done(kind: str, batch: ImportBatch, now: datetime) -> None:
    job = enqueue(kind, now=now, by_id=batch.created_by_id, batch_id=batch.id)
    batch.job_id = job.id


def _move(batch: ImportBatch, before: Iterable[str], after: str) -> None:
    """Change the state in one statement; raise ImportMovedOn where somebody else did."""
    where = (ImportBatch.id == batch.id, ImportBatch.state.in_(list(before)))
    changed = db.session.execute(
        update(ImportBatch).where(*where).values(state=after), execution_options={"synchronize_session": False}
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise ImportMovedOn
    db.session.refresh(batch, ["state"])
