"""The owner's page of backups: what there is, one more now, and a copy to keep elsewhere."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from config import Settings
from crm.accounts.views.account import confirm_password
from crm.extensions import db
from crm.shared import clock
from crm.shared.backups import shelf
from crm.shared.backups.archive import read_manifest
from crm.shared.backups.shelf import OnShelf
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.upkeep import actions, words
from crm.upkeep.forms import BackUpForm, DownloadForm
from crm.upkeep.queries import last_backups

bp = Blueprint("backups", __name__, url_prefix="/backups")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _backup(name: str) -> OnShelf:
    found = shelf.backup_named(_settings(), name)
    if found is None:
        abort(404)
    return found


@bp.get("")
@requires(Permission.BACK_UP)
def backups_page() -> ResponseReturnValue:
    """Show the backups and their tests."""
    proved, latest = last_backups()
    is_under_way = latest is not None and latest.done_at is None and latest.failed_at is None
    context = {"backups": shelf.backups_of(_settings()), "proved": proved, "latest": latest, "now": clock.now()}
    form = BackUpForm(formdata=None)
    return render_template("upkeep/backups.html", form=form, is_under_way=is_under_way, words=words, **context)


@bp.post("")
@requires(Permission.BACK_UP)
def back_up() -> ResponseReturnValue:
    """Have the worker make a backup now."""
    form, now = BackUpForm(), clock.now()
    by_id = current_user.id

    def make() -> str:
        actions.ask_for_backup(now=now, by_id=by_id)
        return url_for("backups.backups_page")

    address = once(form.form_key.data, now, make)
    db.session.commit()
    return redirect(address, code=303)


def _page(name: str, form: DownloadForm, status: int = 200) -> ResponseReturnValue:
    found = _backup(name)
    manifest = read_manifest(found.path)
    return render_template("upkeep/backup.html", backup=found, manifest=manifest, form=form, words=words), status


@bp.get("/<name>")
@requires(Permission.BACK_UP)
def backup_page(name: str) -> ResponseReturnValue:
    """Show what is in a backup, and ask for the password before it leaves."""
    return _page(name, DownloadForm(formdata=None))


@bp.post("/<name>/download")
@requires(Permission.BACK_UP)
def download(name: str) -> ResponseReturnValue:
    """Send a backup as a file, with the password; the trail says who took it."""
    found, form = _backup(name), DownloadForm()
    if not form.validate() or not confirm_password(form.current_password):
        return _page(name, form, 422)
    actions.note_download(name, now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return send_file(found.path, mimetype="application/zip", as_attachment=True, download_name=name)
