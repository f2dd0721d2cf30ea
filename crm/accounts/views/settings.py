"""The business's own settings."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import queries
from crm.accounts.actions import change_business
from crm.accounts.forms import SettingsForm
from crm.extensions import db
from crm.shared import clock
from crm.shared.permissions import Permission, requires
from crm.shared.settings_versions import SettingsMovedOn, go_on_from, settings_version, take_settings
from crm.shared.translating import gettext

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def settings_page() -> ResponseReturnValue:
    """Show the settings and where the others are."""
    form = _stored_form()
    return render_template("accounts/settings.html", form=form)


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def change_settings() -> ResponseReturnValue:
    """Change the settings."""
    form = SettingsForm()
    if not form.validate():
        return render_template("accounts/settings.html", form=form), 422
    try:
        take_settings("business", form.version.data)
    except SettingsMovedOn as refusal:
        return _conflict(form, gettext(refusal.sentence))
    wanted = {name: value for name, value in form.data.items() if name not in {"csrf_token", "version"}}
    change_business(queries.the_business(), wanted, now=clock.now())
    db.session.commit()
    return redirect(url_for("settings.settings_page"), code=303)


def _stored_form() -> SettingsForm:
    version = {"version": settings_version("business")}
    return SettingsForm(formdata=None, obj=queries.the_business(), data=version)


def _conflict(form: SettingsForm, sentence: str) -> ResponseReturnValue:
    """Show what is stored beside what was typed; sent again, the form replaces it knowingly."""
    texts = go_on_from(_stored_form(), form)
    return render_template("accounts/settings.html", form=form, sentence=sentence, texts=texts), 409
