"""Moments that the worker proposed, and whom it suggested to surprise: given, or left with a reason.

Both are answered alike. What is refused shows on the page that it came from, beside its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.extensions import db
from crm.loyalty.actions import moments as actions
from crm.loyalty.actions import surprises as surprise_actions
from crm.loyalty.actions.rewards import Giving
from crm.loyalty.forms.rewards import GiveForm, ReasonForm
from crm.loyalty.models.rewards import CatalogueReward, Moment, SurpriseSuggestion
from crm.loyalty.queries import moments as queries
from crm.loyalty.queries.rewards import budget_of
from crm.loyalty.queries.surprises import suggestion_by_id, suggestions_of_week
from crm.loyalty.reward_words import held_texts
from crm.loyalty.rules.surprises import week_of
from crm.loyalty.views.reward_context import (
    Question,
    Show,
    giving_of,
    offered_items,
    open_contact,
    plain_giving,
    press,
    today_at,
)
from crm.shared import clock
from crm.shared.forms import new_form_key
from crm.shared.permissions import Permission, requires

bp = Blueprint("moments", __name__)


class Answering(Protocol):
    """What is done about a proposal: `actions.moments` or `actions.surprises`."""

    def give(self, proposal: Any, item: CatalogueReward, giving: Giving, *, is_handed_over: bool) -> object:
        """Give a treat for it."""

    def dismiss(self, proposal: Any, reason: str, giving: Giving) -> None:
        """Leave it, with a reason."""


@dataclass(frozen=True)
class Asked:
    """What was refused about one line of a page, and where the page was; nothing on a page just opened."""

    question: Question | None = None
    line_id: int | None = None
    place: str | None = None


@bp.get("/moments")
@requires(Permission.SERVE_CUSTOMERS)
def moments_page() -> ResponseReturnValue:
    """Show the moments that nobody has seen to, by their day."""
    return _moments(Asked(place=request.args.get("from")))


@bp.post("/moments/<int:moment_id>/gift")
@requires(Permission.SERVE_CUSTOMERS)
def give(moment_id: int) -> ResponseReturnValue:
    """Give the treat of a moment, issued or handed over at once."""
    return _given(_moment(moment_id), actions)


@bp.post("/moments/<int:moment_id>/dismissal")
@requires(Permission.SERVE_CUSTOMERS)
def dismiss(moment_id: int) -> ResponseReturnValue:
    """Do without a treat, with a reason."""
    return _left(_moment(moment_id), actions)


@bp.get("/surprises")
@requires(Permission.SERVE_CUSTOMERS)
def surprises_page() -> ResponseReturnValue:
    """Show whom to surprise this week, and what the month's budget has left."""
    return _surprises(Asked())


@bp.post("/surprises/<int:suggestion_id>/gift")
@requires(Permission.SERVE_CUSTOMERS)
def surprise(suggestion_id: int) -> ResponseReturnValue:
    """Give the surprise, issued or handed over at once."""
    return _given(_suggestion(suggestion_id), surprise_actions)


@bp.post("/surprises/<int:suggestion_id>/dismissal")
@requires(Permission.SERVE_CUSTOMERS)
def leave(suggestion_id: int) -> ResponseReturnValue:
    """Leave a surprise, with a reason."""
    return _left(_suggestion(suggestion_id), surprise_actions)


def _given(proposal: Moment | SurpriseSuggestion, answering: Answering) -> ResponseReturnValue:
    form = GiveForm(items=offered_items())

    def act() -> None:
        item = db.session.get_one(CatalogueReward, form.catalogue_id.data)
        answering.give(proposal, item, giving_of(form, clock.now()), is_handed_over=bool(form.is_handed_over.data))

    return press(proposal.contact, form, act, show=_came_from(proposal, form.back.data))


def _left(proposal: Moment | SurpriseSuggestion, answering: Answering) -> ResponseReturnValue:
    form = ReasonForm()
    act = lambda: answering.dismiss(proposal, form.reason.data or "", plain_giving(clock.now()))  # noqa: E731
    return press(proposal.contact, form, act, show=_came_from(proposal, form.back.data))


def _came_from(proposal: Moment | SurpriseSuggestion, back: str | None) -> Show | None:
    """Return what draws the page of proposals again; None where the press came from the contact's panel."""
    address, line_id = urlsplit(back or ""), proposal.id
    place = parse_qs(address.query).get("from", [None])[0]
    draw = {url_for("moments.moments_page"): _moments, url_for("moments.surprises_page"): _surprises}.get(address.path)
    return None if draw is None else lambda question, status: (draw(Asked(question, line_id, place)), status)


def _moments(asked: Asked) -> str:
    today = today_at(clock.now())
    page = queries.open_moments(today, asked.place)
    held = held_texts([each.contact_id for each in page.rows], today)
    return _page("loyalty/moments.html", asked, page.rows, page=page, today=today, held=held)


def _surprises(asked: Asked) -> str:
    today = today_at(clock.now())
    found = suggestions_of_week(week_of(today))
    held, budget = held_texts([each.contact_id for each in found], today), budget_of(today, today)
    return _page("loyalty/surprises.html", asked, found, today=today, held=held, budget=budget)


def _page(template: str, asked: Asked, rows: Any, **context: Any) -> str:
    """Draw a page of proposals; what was refused about a line that is gone meanwhile stands above them."""
    is_listed = any(each.id == asked.line_id for each in rows)
    return render_template(
        template, rows=rows, asked=asked, is_listed=is_listed, offered=offered_items(), question_key=new_form_key(),
        **context,
    )  # fmt: skip


def _moment(moment_id: int) -> Moment:
    moment = queries.moment_by_id(moment_id) or abort(404)
    open_contact(moment.contact_id)
    return moment


def _suggestion(suggestion_id: int) -> SurpriseSuggestion:
    suggestion = suggestion_by_id(suggestion_id) or abort(404)
    open_contact(suggestion.contact_id)
    return suggestion
