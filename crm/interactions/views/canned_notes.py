"""The owner's page of texts that the front desk writes often."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.extensions import db
from crm.interactions import canned
from crm.interactions.forms import CannedNotesForm
from crm.shared import clock
from crm.shared.permissions import Permission, requires
from crm.shared.settings_versions import SettingsMovedOn, go_on_from, settings_version, take_settings
from crm.shared.translating import gettext

CANNED_NOTES = "canned_notes"

bp = Blueprint("canned_notes", __name__, url_prefix="/settings/canned-notes")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def canned_notes_page() -> ResponseReturnValue:
    """Show the texts, one a line."""
    return _page(_stored_form())


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def change_canned_notes() -> ResponseReturnValue:
    """Replace the texts."""
    form = CannedNotesForm()
    if not form.validate():
        return _page(form, 422)
    try:
        take_settings(CANNED_NOTES, form.version.data)
        canned.change_canned_notes(form.lines.data or "", now=clock.now())
    except SettingsMovedOn as refusal:
        texts = go_on_from(_stored_form(), form)
        return _page(form, refusal.status, sentence=gettext(refusal.sentence), texts=texts)
    except canned.TooManyNotes as refusal:
        form.lines.errors = [gettext(refusal.sentence)]
        return _page(form, refusal.status)
    db.session.commit()
    return redirect(url_for("canned_notes.canned_notes_page"), code=303)


def _stored_form() -> CannedNotesForm:
    held = {"lines": "\n".join(canned.canned_notes()), "version": settings_version(CANNED_NOTES)}
    return CannedNotesForm(formdata=None, data=held)


def _page(form: CannedNotesForm, status: int = 200, **context: object) -> ResponseReturnValue:
    return render_template("interactions/canned_notes.html", form=form, **context), status
