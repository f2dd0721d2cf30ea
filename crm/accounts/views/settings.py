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

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def settings_page() -> ResponseReturnValue:
    """Show the settings and where the others are."""
    form = SettingsForm(formdata=None, obj=queries.the_business())
    return render_template("accounts/settings.html", form=form)


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def change_settings() -> ResponseReturnValue:
    """Change the settings."""
    form = SettingsForm()
    if not form.validate():
        return render_template("accounts/settings.html", form=form), 422
    wanted = {name: value for name, value in form.data.items() if name not in {"csrf_token", "version"}}
    change_business(queries.the_business(), wanted, now=clock.now())
    db.session.commit()
    return redirect(url_for("settings.settings_page"), code=303)
