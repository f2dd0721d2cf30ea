"""Importing a complaint log: upload, columns and channel words with a dry run, import by the worker."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from crm.complaints import import_task
from crm.complaints.actions import importing as actions
from crm.complaints.forms import imports as words
from crm.complaints.forms.imports import ChoiceForm, LogForm
from crm.complaints.importing import UnreadableFile
from crm.complaints.queries import imported as queries
from crm.contacts.import_files import ImportFiles
from crm.extensions import db
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.jobs import is_worker_alive
from crm.shared.permissions import Permission, requires
from crm.shared.security import accepts_upload

bp = Blueprint("complaint_imports", __name__, url_prefix="/imports/complaints")


@bp.get("")
@requires(Permission.IMPORT)
def logs_page() -> ResponseReturnValue:
    """Show earlier imports of complaints and the form for a log."""
    return _list_page(LogForm(formdata=None))


def _list_page(form: LogForm, status: int = 200) -> ResponseReturnValue:
    return render_template("complaints/imports.html", form=form, jobs=queries.import_jobs(), words=words), status


@bp.post("")
@requires(Permission.IMPORT)
@accepts_upload
def upload() -> ResponseReturnValue:
    """Take in a log and read it; nothing is stored yet."""
    form = LogForm()
    if not form.validate():
        return _list_page(form, 422)
    now = clock.now()
    try:
        address = once(form.form_key.data, now, lambda: _received(form.file.data, now))
    except UnreadableFile as problem:
        form.file.errors = [words.said(str(problem))]
        return _list_page(form, 422)
    db.session.commit()
    return redirect(address, code=303)


def _received(file: FileStorage, now: datetime) -> str:
    """Keep an upload and read it as proposed; a file that cannot be read is not kept."""
    files = ImportFiles.fresh(import_task.upload_folder())
    files.keep(file.stream)
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name.replace("\x00", "")
    try:
        import_task.try_log(files, name, import_task.remembered_choice(files, name), now=now)
    except UnreadableFile:
        files.remove(import_task.KINDS)
        raise
    return url_for("complaint_imports.log_page", token=files.name)


@bp.get("/<token>")
@requires(Permission.IMPORT)
def log_page(token: str) -> ResponseReturnValue:
    """Show what the import of a log would do, how far it is, or what it did."""
    job = queries.import_job(token)
    if job is not None:
        is_alive = is_worker_alive(clock.now())
        return render_template("complaints/import_done.html", job=job, words=words, is_worker_alive=is_alive)
    trial = import_task.trial_of(import_task.files_of(token))
    chosen = {name: trial["choice"][name] for name in ("time_zone", "date_order")}
    return _trial_page(token, ChoiceForm(formdata=None, data=chosen))


def _trial_page(token: str, form: ChoiceForm, status: int = 200) -> ResponseReturnValue:
    trial = import_task.trial_of(import_task.files_of(token))
    return render_template("complaints/import.html", token=token, trial=trial, form=form, words=words), status


@bp.post("/<token>/columns")
@requires(Permission.IMPORT)
def choose(token: str) -> ResponseReturnValue:
    """Say what columns and channel words mean; it is remembered, and the log is read again."""
    files, form, now = import_task.files_of(token), ChoiceForm(), clock.now()
    trial = import_task.trial_of(files)
    if not form.validate():
        return _trial_page(token, form, 422)
    choice = words.chosen(request.form, trial, time_zone=form.time_zone.data, date_order=form.date_order.data)
    if not import_task.try_log(files, trial["filename"], choice, now=now):
        return _trial_page(token, form, 422)
    import_task.remember_choice(trial, choice, now=now)
    db.session.commit()
    return redirect(url_for("complaint_imports.log_page", token=token), code=303)


@bp.post("/<token>/acceptance")
@requires(Permission.IMPORT)
def accept(token: str) -> ResponseReturnValue:
    """Have the worker import a log."""
    trial = import_task.trial_of(import_task.files_of(token))
    if "figures" in trial:
        actions.start_import(token, trial["filename"], now=clock.now(), by_id=current_user.id)
        db.session.commit()
    return redirect(url_for("complaint_imports.log_page", token=token), code=303)


@bp.post("/<token>/discarding")
@requires(Permission.IMPORT)
def discard(token: str) -> ResponseReturnValue:
    """Give up a log before anything is stored."""
    files = import_task.files_of(token)
    if queries.import_job(token) is None:
        files.remove(import_task.KINDS)
    return redirect(url_for("complaint_imports.logs_page"), code=303)
