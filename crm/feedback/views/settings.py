"""The owner's settings of feedback: /settings/feedback."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.extensions import db
from crm.feedback.actions.settings import change_settings
from crm.feedback.forms import SettingsForm
from crm.feedback.queries.asking import feedback_settings
from crm.shared import clock
from crm.shared.permissions import Permission, requires
from crm.shared.settings_versions import SettingsMovedOn, go_on_from, settings_version, take_settings
from crm.shared.translating import gettext

FEEDBACK = "feedback"

bp = Blueprint("feedback_settings", __name__, url_prefix="/settings/feedback")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def settings_page() -> ResponseReturnValue:
    """Show how often customers are asked, and when by itself."""
    return _page(_form(formdata=None))


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Change how customers are asked."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    try:
        take_settings(FEEDBACK, form.version.data)
    except SettingsMovedOn as refusal:
        db.session.rollback()
        texts = go_on_from(_form(formdata=None), form)
        return _page(form, refusal.status, sentence=gettext(refusal.sentence), texts=texts)
    change_settings(form.habits(), now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return redirect(url_for("feedback_settings.settings_page"), code=303)


def _form(**given: Any) -> SettingsForm:
    return SettingsForm(settings=feedback_settings(), version=settings_version(FEEDBACK), **given)


def _page(form: SettingsForm, status: int = 200, **context: Any) -> ResponseReturnValue:
    context["has_mail_server"] = bool(current_app.config["SETTINGS"].smtp_url)
    return render_template("feedback/settings.html", form=form, **context), status
