"""The logo on printed pages: shown, replaced, taken away."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import queries
from crm.accounts.forms import LogoForm
from crm.extensions import db
from crm.shared import clock, logo
from crm.shared.events import record
from crm.shared.permissions import Permission, requires
from crm.shared.security import accepts_upload
from crm.shared.translating import gettext

bp = Blueprint("logo", __name__, url_prefix="/settings/logo")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def logo_page() -> ResponseReturnValue:
    """Show the logo, and the form for another one."""
    return _page(LogoForm(formdata=None))


def _page(form: LogoForm, status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/logo.html", form=form, logo=logo.logo_address()), status


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
@accepts_upload
def replace() -> ResponseReturnValue:
    """Take in a picture; it is drawn anew before it is kept."""
    form = LogoForm()
    if not form.validate():
        return _page(form, 422)
    try:
        logo.keep_logo(form.file.data.stream.read(logo.MOST_BYTES + 1))
    except logo.NotAPicture as refusal:
        form.file.errors = [gettext(refusal.sentence)]
        return _page(form, 422)
    return _noted("logo.replaced")


@bp.post("/removal")
@requires(Permission.CHANGE_SETTINGS)
def remove() -> ResponseReturnValue:
    """Print the name of the business again."""
    logo.remove_logo()
    return _noted("logo.removed")


def _noted(action: str) -> ResponseReturnValue:
    record(action, at=clock.now(), subject=queries.the_business())
    db.session.commit()
    return redirect(url_for("logo.logo_page"), code=303)
