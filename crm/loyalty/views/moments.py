"""Moments that the worker proposed, and whom it suggested to surprise: given, or left with a reason."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from crm.extensions import db
from crm.loyalty.actions import moments as actions
from crm.loyalty.actions import surprises as surprise_actions
from crm.loyalty.forms.rewards import GiveForm, ReasonForm
from crm.loyalty.models.rewards import CatalogueReward, Moment, SurpriseSuggestion
from crm.loyalty.queries import moments as queries
from crm.loyalty.queries.rewards import budget_of
from crm.loyalty.queries.surprises import suggestion_by_id, suggestions_of_week
from crm.loyalty.reward_words import held_texts
from crm.loyalty.rules.surprises import week_of
from crm.loyalty.views.reward_context import (
    giving_of,
    offered_items,
    open_contact,
    plain_giving,
    press,
    today_at,
)
from crm.shared import clock
from crm.shared.permissions import Permission, requires

bp = Blueprint("moments", __name__)


@bp.get("/moments")
@requires(Permission.SERVE_CUSTOMERS)
def moments_page() -> ResponseReturnValue:
    """Show the moments that nobody has seen to, by their day."""
    today = today_at(clock.now())
    page = queries.open_moments(today, request.args.get("from"))
    held = held_texts([each.contact_id for each in page.rows], today)
    context = {"page": page, "moments": page.rows, "today": today, "offered": offered_items()}
    return render_template("loyalty/moments.html", held=held, **context)


@bp.post("/moments/<int:moment_id>/gift")
@requires(Permission.SERVE_CUSTOMERS)
def give(moment_id: int) -> ResponseReturnValue:
    """Give the treat of a moment, issued or handed over at once."""
    moment, form = _moment(moment_id), GiveForm(items=offered_items())

    def act() -> None:
        item = db.session.get_one(CatalogueReward, form.catalogue_id.data)
        giving = giving_of(form, clock.now())
        actions.give(moment, item, giving, is_handed_over=bool(form.is_handed_over.data))

    return press(moment.contact, form, act)


@bp.post("/moments/<int:moment_id>/dismissal")
@requires(Permission.SERVE_CUSTOMERS)
def dismiss(moment_id: int) -> ResponseReturnValue:
    """Do without a treat, with a reason."""
    moment, form = _moment(moment_id), ReasonForm()
    act = lambda: actions.dismiss(moment, form.reason.data or "", plain_giving(clock.now()))  # noqa: E731
    return press(moment.contact, form, act)


@bp.get("/surprises")
@requires(Permission.SERVE_CUSTOMERS)
def surprises_page() -> ResponseReturnValue:
    """Show whom to surprise this week, and what the month's budget has left."""
    today = today_at(clock.now())
    found = suggestions_of_week(week_of(today))
    held, budget = held_texts([each.contact_id for each in found], today), budget_of(today, today)
    context = {"suggestions": found, "today": today, "offered": offered_items(), "budget": budget}
    return render_template("loyalty/surprises.html", held=held, **context)


@bp.post("/surprises/<int:suggestion_id>/gift")
@requires(Permission.SERVE_CUSTOMERS)
def surprise(suggestion_id: int) -> ResponseReturnValue:
    """Give the surprise, issued or handed over at once."""
    suggestion, form = _suggestion(suggestion_id), GiveForm(items=offered_items())

    def act() -> None:
        item = db.session.get_one(CatalogueReward, form.catalogue_id.data)
        giving = giving_of(form, clock.now())
        surprise_actions.give(suggestion, item, giving, is_handed_over=bool(form.is_handed_over.data))

    return press(suggestion.contact, form, act)


@bp.post("/surprises/<int:suggestion_id>/dismissal")
@requires(Permission.SERVE_CUSTOMERS)
def leave(suggestion_id: int) -> ResponseReturnValue:
    """Leave a surprise, with a reason."""
    suggestion, form = _suggestion(suggestion_id), ReasonForm()
    act = lambda: surprise_actions.dismiss(suggestion, form.reason.data or "", plain_giving(clock.now()))  # noqa: E731
    return press(suggestion.contact, form, act)


def _moment(moment_id: int) -> Moment:
    moment = queries.moment_by_id(moment_id) or abort(404)
    open_contact(moment.contact_id)
    return moment


def _suggestion(suggestion_id: int) -> SurpriseSuggestion:
    suggestion = suggestion_by_id(suggestion_id) or abort(404)
    open_contact(suggestion.contact_id)
    return suggestion
