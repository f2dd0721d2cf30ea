"""Importing contacts: upload, columns, dry run, import, error file, undo."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage

import crm.contacts.import_work  # noqa: F401  # registers its jobs with the worker
from crm.contacts import import_task
from crm.contacts.actions import import_undo
from crm.contacts.actions import imports as actions
from crm.contacts.forms import imports as words
from crm.contacts.forms.imports import ColumnsForm, UploadForm, chosen_columns
from crm.contacts.import_files import FilesGone, ImportFiles, read_progress
from crm.contacts.models import ImportBatch
from crm.contacts.queries import imports as queries
from crm.extensions import db
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.jobs import is_worker_alive
from crm.shared.permissions import Permission, requires
from crm.shared.security import accepts_upload

bp = Blueprint("imports", __name__, url_prefix="/imports")
TABS = ("new", "matched", "wrong")
ROWS_PER_PAGE = 50
AT_WORK = {"reading", "trying", "importing", "undoing"}


def _batch(batch_id: int) -> ImportBatch:
    return queries.batch_by_id(batch_id) or abort(404)


def _to(batch: ImportBatch) -> ResponseReturnValue:
    return redirect(url_for("imports.batch_page", batch_id=batch.id), code=303)


def _list_page(form: UploadForm, status: int = 200) -> ResponseReturnValue:
    batches = queries.recent_batches()
    return render_template("contacts/imports.html", form=form, batches=batches, words=words), status


@bp.get("")
@requires(Permission.IMPORT)
def imports_page() -> ResponseReturnValue:
    """Show earlier imports and the form for a file."""
    return _list_page(UploadForm(formdata=None))


@bp.post("")
@requires(Permission.IMPORT)
@accepts_upload
def upload() -> ResponseReturnValue:
    """Take in a file; the worker reads it."""
    form = UploadForm()
    if not form.validate():
        return _list_page(form, 422)
    now = clock.now()
    address = once(form.form_key.data, now, lambda: _received(form.file.data, now))
    db.session.commit()
    return redirect(address, code=303)


def _received(file: FileStorage, now: Any) -> str:
    files = ImportFiles.fresh(import_task.upload_folder())
    files.keep(file.stream)
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    batch = actions.receive_file(name.replace("\x00", ""), files.name, now=now, by_id=current_user.id)
    return url_for("imports.batch_page", batch_id=batch.id)


@bp.get("/<int:batch_id>")
@requires(Permission.IMPORT)
def batch_page(batch_id: int) -> ResponseReturnValue:
    """Show where an import is: its progress, its dry run, or what it did."""
    batch = _batch(batch_id)
    if batch.state == "columns":
        return redirect(url_for("imports.columns_page", batch_id=batch.id), code=302)
    context = _trial(batch) if batch.state in {"tried", "imported"} else {}
    return render_template("contacts/import.html", batch=batch, words=words, **_work(batch), **context)


def _work(batch: ImportBatch) -> dict[str, Any]:
    """Return how far the worker is, where it is at work."""
    if batch.state not in AT_WORK:
        return {"is_at_work": False, "job": None}
    job = queries.job_of(batch)
    progress = read_progress(ImportFiles(import_task.upload_folder(), batch.stored_name or "-"))
    is_alive = is_worker_alive(clock.now())
    is_at_work = job is None or job.failed_at is None
    return {"is_at_work": is_at_work, "job": job, "progress": progress, "is_worker_alive": is_alive}


def _trial(batch: ImportBatch) -> dict[str, Any]:
    """Return one page of the rows of one tab."""
    tabs = TABS if batch.state == "tried" else ("wrong",)
    counts = batch.summary.get("done") or batch.summary.get("counts", {})
    filled = next((tab for tab in tabs if counts.get(tab)), tabs[0])
    tab = request.args.get("tab") if request.args.get("tab") in tabs else filled
    files = ImportFiles(import_task.upload_folder(), batch.stored_name or "-")
    page = files.page(str(tab), request.args.get("from"), ROWS_PER_PAGE)
    twin = queries.same_file_imported(batch.summary.get("digest", ""), batch.id) if batch.state == "tried" else None
    return {"tabs": tabs, "tab": tab, "page": page, "counts": counts, "twin": twin}


@bp.get("/<int:batch_id>/columns")
@requires(Permission.IMPORT)
def columns_page(batch_id: int) -> ResponseReturnValue:
    """Show what each column is taken for, with sample values."""
    batch = _batch(batch_id)
    if batch.state not in {"columns", "tried"} or not batch.summary.get("is_table"):
        return _to(batch)
    chosen = {"date_order": batch.summary.get("date_order", ""), "encoding": batch.summary.get("encoding", "")}
    return _columns(batch, ColumnsForm(formdata=None, data=chosen))


def _columns(batch: ImportBatch, form: ColumnsForm, status: int = 200) -> ResponseReturnValue:
    shape = _shape(batch)
    known = batch.mapping or queries.remembered_mapping(shape["header_hash"]) or {}
    columns = [{**each, "chosen": known.get(each["name"], words.proposed_field(each))} for each in shape["columns"]]
    shown = columns[: words.MOST_COLUMNS]
    left_out = len(columns) - len(shown)
    page = render_template(
        "contacts/import_columns.html", batch=batch, form=form, columns=shown, left_out=left_out, words=words
    )
    return page, status


def _shape(batch: ImportBatch) -> dict[str, Any]:
    return next(import_task.files_of(batch).lines("shape"))


@bp.post("/<int:batch_id>/columns")
@requires(Permission.IMPORT)
def choose_columns(batch_id: int) -> ResponseReturnValue:
    """Say what the columns are, or read the file again in another encoding."""
    batch, form, now = _batch(batch_id), ColumnsForm(), clock.now()
    if not form.validate():
        return _columns(batch, form, 422)
    if form.encoding.data != batch.summary.get("encoding", ""):
        actions.read_again(batch, form.encoding.data, now=now)
    else:
        shape = _shape(batch)
        mapping = chosen_columns(request.form, shape["columns"])
        order = form.date_order.data
        actions.choose_columns(batch, mapping, header_hash=shape["header_hash"], date_order=order, now=now)
    db.session.commit()
    return _to(batch)


@bp.post("/<int:batch_id>/acceptance")
@requires(Permission.IMPORT)
def accept(batch_id: int) -> ResponseReturnValue:
    """Have an import that was tried carried out."""
    batch = _batch(batch_id)
    actions.start_import(batch, now=clock.now())
    db.session.commit()
    return _to(batch)


@bp.post("/<int:batch_id>/discarding")
@requires(Permission.IMPORT)
def discard(batch_id: int) -> ResponseReturnValue:
    """Give up an import before anything is stored."""
    batch = _batch(batch_id)
    files = ImportFiles(import_task.upload_folder(), batch.stored_name or "-")
    actions.discard(batch, now=clock.now())
    db.session.commit()
    files.remove()
    return redirect(url_for("imports.imports_page"), code=303)


@bp.post("/<int:batch_id>/undoing")
@requires(Permission.IMPORT)
def undo(batch_id: int) -> ResponseReturnValue:
    """Have an import undone."""
    batch, now = _batch(batch_id), clock.now()
    import_undo.check_undo(batch, now=now)
    actions.start_undo(batch, now=now)
    db.session.commit()
    return _to(batch)


@bp.get("/<int:batch_id>/errors")
@requires(Permission.IMPORT)
def errors(batch_id: int) -> ResponseReturnValue:
    """Send the rows that were not imported, with the reason beside each, to be repaired."""
    batch = _batch(batch_id)
    try:
        content = import_task.files_of(batch).read("errors")
    except FilesGone:
        abort(404)
    ending, kind = ("csv", "text/csv") if batch.summary.get("is_table") else ("vcf", "text/vcard")
    response = Response(content, content_type=f"{kind}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"not-imported-{batch.id}.{ending}")
    return response
