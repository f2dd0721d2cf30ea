"""Giving running clocks the present targets and opening hours: an explicit choice with a preview (rule 20)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.extensions import db
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.sla import actions, previews
from crm.sla.forms.targets import TermsForm
from crm.sla.words import CLOCK_NAMES, due_words

bp = Blueprint("running_clocks", __name__, url_prefix="/settings/running-clocks")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def running_clocks_page() -> ResponseReturnValue:
    """Show which running clocks the present terms would move."""
    return _page(TermsForm(formdata=None))


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def apply_terms() -> ResponseReturnValue:
    """Give the running clocks the present terms."""
    now, form = clock.now(), TermsForm()
    if not form.validate():
        return _page(form, 422)

    def make() -> str:
        actions.apply_terms_to_running(reason=form.reason.data, by_id=current_user.id, now=now)
        return url_for("running_clocks.running_clocks_page")

    address = once(form.form_key.data, now, make)
    db.session.commit()
    return redirect(address, code=303)


def _page(form: TermsForm, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    moved = previews.moved_by_present_terms(now)
    return render_template(
        "sla/running_clocks.html",
        form=form,
        moved=moved,
        now=now,
        due_words=due_words,
        clock_kind_names=CLOCK_NAMES,
    ), status
