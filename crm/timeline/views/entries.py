"""One entry: changed by its author for 15 minutes, after that corrected by an addition."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.extensions import db
from crm.interactions import actions
from crm.interactions import queries as interactions
from crm.interactions.forms import CorrectionForm, EditForm
from crm.interactions.models import Interaction
from crm.interactions.rules import EntryChanged, TooLateToEdit
from crm.loyalty.actions.standings import refresh
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.timeline.queries import desk
from crm.timeline.views.context import may_edit

bp = Blueprint("entries", __name__, url_prefix="/interactions/<int:interaction_id>")


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def entry_page(interaction_id: int) -> ResponseReturnValue:
    """Show an entry with the form to change it, or to add a correction to it."""
    entry, now = _entry(interaction_id), clock.now()
    form = EditForm.of(entry, **_given(now)) if may_edit(entry, now) else CorrectionForm(formdata=None)
    return _page(entry, form)


@bp.post("")
@requires(Permission.SERVE_CUSTOMERS)
def edit(interaction_id: int) -> ResponseReturnValue:
    """Change an own entry; past the 15 minutes what was typed becomes the text of a correction."""
    entry, now = _entry(interaction_id), clock.now()
    form = EditForm(**_given(now))
    if not form.validate():
        return _page(entry, form, 422)
    version = form.version.data
    try:
        actions.edit(entry, form.entry(), version=version, by_id=current_user.id, now=now)
    except EntryChanged as refusal:
        db.session.rollback()
        entry = _entry(interaction_id)
        form.version.data, form.version.raw_data = entry.version, None
        return _page(entry, form, refusal.status, gettext(refusal.sentence), before=entry.note)
    except TooLateToEdit as refusal:
        correction = CorrectionForm(formdata=None, data={"note": form.note.data})
        return _page(entry, correction, refusal.status, gettext(refusal.sentence))
    refresh([entry.contact_id], now=now)
    db.session.commit()
    return redirect(_address(entry), code=303)


@bp.post("/additions")
@requires(Permission.SERVE_CUSTOMERS)
def correct(interaction_id: int) -> ResponseReturnValue:
    """Add a correction under an entry."""
    entry, now, form = _entry(interaction_id), clock.now(), CorrectionForm()
    if not form.validate():
        return _page(entry, form, 422)

    def make() -> str:
        actions.correct(entry, form.note.data, by_id=current_user.id, now=now)
        return _address(entry)

    address = once(form.form_key.data, now, make)
    db.session.commit()
    return redirect(address, code=303)


def _entry(interaction_id: int) -> Interaction:
    entry = interactions.interaction(interaction_id) or abort(404)
    if entry.contact.is_blocked:
        abort(404)
    return entry


def _given(now: Any) -> dict[str, Any]:
    return {"now": now, "staff": desk().active, "business": the_business()}


def _address(entry: Interaction) -> str:
    shown = entry.corrects_id or entry.id
    return url_for("timeline.contact_page", contact_id=entry.contact_id, _anchor=f"entry-{shown}")


def _page(
    entry: Interaction, form: EditForm | CorrectionForm, status: int = 200, refusal: str = "", **context: Any
) -> ResponseReturnValue:
    is_edit = isinstance(form, EditForm)
    context |= {"entry": entry, "form": form, "is_edit": is_edit, "refusal": refusal}
    return render_template("timeline/entry.html", **context), status
