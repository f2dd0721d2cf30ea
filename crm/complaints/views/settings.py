"""The owner's settings of recovery: /settings/recovery."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import ValidationError

from crm.accounts.queries import the_business
from crm.complaints import words
from crm.complaints.actions import settings as actions
from crm.complaints.forms.settings import (
    LIMITED_KINDS,
    LIMITED_ROLES,
    CategoryForm,
    RecoveryForm,
    limit_values,
    stored_limits,
    typed_limits,
)
from crm.complaints.models import CauseCategory
from crm.complaints.queries.settings import authority_limits, categories, recovery_settings
from crm.extensions import db
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.settings_versions import SettingsMovedOn, go_on_from, seen_version, settings_version, take_settings
from crm.shared.translating import gettext

RECOVERY, LIMITS = "recovery", "authority_limits"

bp = Blueprint("recovery", __name__, url_prefix="/settings/recovery")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def recovery_page() -> ResponseReturnValue:
    """Show how the business recovers."""
    return _page()


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Change days and budget."""
    form = _form()
    if not form.validate():
        return _page(422, form=form)
    try:
        take_settings(RECOVERY, form.version.data)
    except SettingsMovedOn as refusal:
        return _conflict(refusal, go_on_from(_form(formdata=None), form), form=form)
    actions.change_recovery(
        follow_up_days=form.follow_up_days.data,
        pause_cap_days=form.pause_cap_days.data,
        monthly_budget=form.budget,
        now=clock.now(),
    )
    return _saved()


@bp.post("/limits")
@requires(Permission.CHANGE_SETTINGS)
def change_limits() -> ResponseReturnValue:
    """Set the authority limits."""
    typed = request.form.to_dict()
    try:
        limits = typed_limits(typed, the_business().currency)
    except ValidationError as refusal:
        return _page(422, limits=typed, limit_error=str(refusal))
    try:
        take_settings(LIMITS, seen_version())
    except SettingsMovedOn as refusal:
        return _conflict(refusal, stored_limits(typed, limit_values(authority_limits())), limits=typed)
    actions.change_limits(limits, now=clock.now())
    return _saved()


@bp.post("/categories")
@requires(Permission.CHANGE_SETTINGS)
def add_category() -> ResponseReturnValue:
    """Add a category."""
    form = CategoryForm().offer(list(categories()))
    if not form.validate():
        return _page(422, category_form=form)

    def make() -> str:
        actions.add_category(form.name.data, form.parent_id.data, now=clock.now())
        return url_for("recovery.recovery_page")

    once(form.form_key.data, clock.now(), make)
    return _saved()


@bp.post("/categories/<int:category_id>/retirement")
@requires(Permission.CHANGE_SETTINGS)
def retire_category(category_id: int) -> ResponseReturnValue:
    """Take a category out of the choices, or back in."""
    category = db.session.get(CauseCategory, category_id) or abort(404)
    actions.retire_category(category, is_retired=category.retired_at is None, now=clock.now())
    return _saved()


def _saved() -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for("recovery.recovery_page"), code=303)


def _conflict(refusal: SettingsMovedOn, texts: list[tuple[str, str]], **typed: Any) -> ResponseReturnValue:
    return _page(refusal.status, sentence=gettext(refusal.sentence), texts=texts, **typed)


def _form(**given: Any) -> RecoveryForm:
    currency, version = the_business().currency, settings_version(RECOVERY)
    return RecoveryForm(settings=recovery_settings(), currency=currency, version=version, **given)


def _page(status: int = 200, **given: Any) -> ResponseReturnValue:
    found = list(categories(with_retired=True))
    context = {
        "form": _form(formdata=None),
        "category_form": CategoryForm(formdata=None).offer([each for each in found if each.retired_at is None]),
        "limits": limit_values(authority_limits()),
        "limit_error": "",
        "limits_version": settings_version(LIMITS),
        "roles": LIMITED_ROLES,
        "kinds": LIMITED_KINDS,
        "categories": found,
        "words": words,
    }
    return render_template("complaints/recovery.html", **(context | given)), status
