"""The owner's page of texts that the front desk writes often."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.extensions import db
from crm.interactions import canned
from crm.interactions.forms import CannedNotesForm
from crm.shared import clock
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext

bp = Blueprint("canned_notes", __name__, url_prefix="/settings/canned-notes")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def canned_notes_page() -> ResponseReturnValue:
    """Show the texts, one a line."""
    lines = "\n".join(canned.canned_notes())
    form = CannedNotesForm(formdata=None, data={"lines": lines, "seen": lines})
    return render_template("interactions/canned_notes.html", form=form)


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def change_canned_notes() -> ResponseReturnValue:
    """Replace the texts."""
    form = CannedNotesForm()
    if not form.validate():
        return render_template("interactions/canned_notes.html", form=form), 422
    try:
        canned.change_canned_notes(form.lines.data or "", seen=form.seen.data or "", now=clock.now())
    except (canned.TooManyNotes, canned.NotesChanged) as refusal:
        form.lines.errors = [gettext(refusal.sentence)]
        present = "\n".join(canned.canned_notes()) if isinstance(refusal, canned.NotesChanged) else None
        form.seen.data = form.seen.data if present is None else present
        return render_template("interactions/canned_notes.html", form=form, present=present), refusal.status
    db.session.commit()
    return redirect(url_for("canned_notes.canned_notes_page"), code=303)
