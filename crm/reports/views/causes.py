"""Root causes, and what is done so that they do not come back."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.complaints.models import PreventiveAction
from crm.complaints.queries.pages import people_and_categories
from crm.extensions import db
from crm.reports import actions, words
from crm.reports.forms import ActionForm
from crm.reports.queries.causes import by_category, by_root_cause, planned_actions
from crm.reports.rules import SpanName
from crm.reports.views.asked import asked_period
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires

bp = Blueprint("causes", __name__, url_prefix="/review")


@bp.get("/causes")
@requires(Permission.REVIEW)
def causes_page() -> ResponseReturnValue:
    """Show what complaints are about, why they happened, and what is done about it."""
    return _page(ActionForm(formdata=None, rows=people_and_categories()), 200)


def _page(form: ActionForm, status: int) -> ResponseReturnValue:
    asked = asked_period(SpanName.THIS_QUARTER)
    html = render_template(
        "reports/causes.html",
        asked=asked,
        categories=by_category(asked.period),
        causes=by_root_cause(asked.period),
        planned=planned_actions(asked.today, asked.zone),
        names=people_and_categories().names,
        form=form,
        words=words,
    )
    return html, status


@bp.post("/actions")
@requires(Permission.REVIEW)
def plan_action() -> ResponseReturnValue:
    """Plan a preventive action."""
    form, now = ActionForm(rows=people_and_categories()), clock.now()
    if not form.validate():
        return _page(form, 422)
    once(form.form_key.data, now, lambda: _planned(form, now))
    db.session.commit()
    return redirect(url_for("causes.causes_page"), code=303)


def _planned(form: ActionForm, now: datetime) -> str:
    actions.plan_action(form.new_action(), by_id=current_user.id, now=now)
    return url_for("causes.causes_page")


@bp.post("/actions/<int:action_id>/completion")
@requires(Permission.REVIEW)
def finish_action(action_id: int) -> ResponseReturnValue:
    """Note that a preventive action is done."""
    action = db.session.get(PreventiveAction, action_id) or abort(404)
    actions.finish_action(action, by_id=current_user.id, now=clock.now())
    db.session.commit()
    return redirect(url_for("causes.causes_page"), code=303)
