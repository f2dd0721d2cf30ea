"""The owner's settings of rewards: /settings/rewards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import ValidationError

from crm.accounts.queries import the_business
from crm.extensions import db
from crm.loyalty.actions import reward_settings as actions
from crm.loyalty.forms.reward_settings import (
    BudgetForm,
    CatalogueForm,
    least_role_name,
    moment_values,
    stored_moments,
    typed_moments,
)
from crm.loyalty.models.rewards import CatalogueReward
from crm.loyalty.queries.moments import moment_settings
from crm.loyalty.queries.rewards import budget_of, catalogue, reward_settings
from crm.loyalty.reward_words import MOMENT_NAMES, REWARD_KIND_NAMES
from crm.loyalty.rules.budget import month_of
from crm.loyalty.rules.moments import FORESEEN
from crm.loyalty.views.reward_context import today_at
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.settings_versions import SettingsMovedOn, go_on_from, seen_version, settings_version, take_settings
from crm.shared.translating import gettext

BUDGET, MOMENTS = "reward_budget", "moments"

bp = Blueprint("reward_settings", __name__, url_prefix="/settings/rewards")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def rewards_page() -> ResponseReturnValue:
    """Show the catalogue, how moments are treated, and the budget."""
    return _page()


@bp.post("/budget")
@requires(Permission.CHANGE_SETTINGS)
def change_budget() -> ResponseReturnValue:
    """Set the budget from this month on."""
    form, now = _budget_form(), clock.now()
    if not form.validate():
        return _page(422, budget_form=form)
    try:
        take_settings(BUDGET, form.version.data)
    except SettingsMovedOn as refusal:
        return _conflict(refusal, go_on_from(_budget_form(formdata=None), form), budget_form=form)
    actions.change_budget(month_of(today_at(now)), form.amount, form.surprises_a_week.data or 0, now=now)
    return _saved()


@bp.post("/moments")
@requires(Permission.CHANGE_SETTINGS)
def change_moments() -> ResponseReturnValue:
    """Say how each kind of moment is treated."""
    typed, settings, now = request.form.to_dict(), moment_settings(), clock.now()
    try:
        wanted = typed_moments(typed, _items())
    except ValidationError as refusal:
        return _page(422, moments=typed, moment_error=str(refusal))
    try:
        take_settings(MOMENTS, seen_version())
    except SettingsMovedOn as refusal:
        return _conflict(refusal, stored_moments(typed, moment_values(settings, _items()), _items()), moments=typed)
    for each in wanted:
        actions.change_moment(
            settings[each.kind], is_proposed=each.is_proposed, automatic_id=each.automatic_id,
            is_automatic=each.automatic_id is not None, notice_days=each.notice_days, now=now,
        )  # fmt: skip
    return _saved()


@bp.post("/catalogue")
@requires(Permission.CHANGE_SETTINGS)
def add() -> ResponseReturnValue:
    """Add a reward to the catalogue."""
    form = _catalogue_form()
    if not form.validate():
        return _page(422, catalogue_form=form)

    def make() -> str:
        actions.add_to_catalogue(form.details, now=clock.now())
        return url_for("reward_settings.rewards_page")

    once(form.form_key.data, clock.now(), make)
    return _saved()


@bp.get("/catalogue/<int:item_id>")
@requires(Permission.CHANGE_SETTINGS)
def item_page(item_id: int) -> ResponseReturnValue:
    """Show one reward of the catalogue to change it."""
    item = _item(item_id)
    form = CatalogueForm(formdata=None, item=item, currency=the_business().currency)
    return render_template("loyalty/catalogue_reward.html", item=item, form=form)


@bp.post("/catalogue/<int:item_id>")
@requires(Permission.CHANGE_SETTINGS)
def change(item_id: int) -> ResponseReturnValue:
    """Change a reward for what is issued from now on."""
    item, form = _item(item_id), CatalogueForm(currency=the_business().currency)
    if not form.validate():
        return render_template("loyalty/catalogue_reward.html", item=item, form=form), 422
    try:
        actions.change_in_catalogue(item, form.details, version=form.version.data, now=clock.now())
    except actions.CatalogueChanged as refusal:
        form.version.data = item.version
        page = render_template(
            "loyalty/catalogue_reward.html", item=item, form=form, refusal=gettext(refusal.sentence),
            kind_names=REWARD_KIND_NAMES, least_role_name=least_role_name,
        )  # fmt: skip
        return page, refusal.status
    return _saved()


@bp.post("/catalogue/<int:item_id>/retirement")
@requires(Permission.CHANGE_SETTINGS)
def retire(item_id: int) -> ResponseReturnValue:
    """Give a reward no more, or again."""
    item = _item(item_id)
    actions.retire(item, is_retired=item.retired_at is None, now=clock.now())
    return _saved()


def _item(item_id: int) -> CatalogueReward:
    return db.session.get(CatalogueReward, item_id) or abort(404)


def _conflict(refusal: SettingsMovedOn, texts: list[tuple[str, str]], **typed: Any) -> ResponseReturnValue:
    return _page(refusal.status, sentence=gettext(refusal.sentence), texts=texts, **typed)


def _items() -> dict[int, str]:
    return {each.id: each.name for each in catalogue()}


def _saved() -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for("reward_settings.rewards_page"), code=303)


def _budget_form(**given: Any) -> BudgetForm:
    today = today_at(clock.now())
    budget, surprises = budget_of(today, today), reward_settings().surprises_a_week
    currency, version = the_business().currency, settings_version(BUDGET)
    return BudgetForm(budget=budget, surprises=surprises, version=version, currency=currency, **given)


def _catalogue_form(**given: Any) -> CatalogueForm:
    return CatalogueForm(currency=the_business().currency, **given)


def _page(status: int = 200, **given: object) -> ResponseReturnValue:
    every = catalogue(with_retired=True)
    items = {each.id: each.name for each in every if each.retired_at is None}
    context = {
        "budget_form": _budget_form(formdata=None),
        "catalogue_form": _catalogue_form(formdata=None),
        "catalogue": every,
        "items": items,
        "moments": moment_values(moment_settings(), items),
        "moment_error": "",
        "moments_version": settings_version(MOMENTS),
        "moment_names": MOMENT_NAMES,
        "foreseen": FORESEEN,
        "kind_names": REWARD_KIND_NAMES,
        "least_role_name": least_role_name,
    }
    return render_template("loyalty/reward_settings.html", **(context | given)), status
