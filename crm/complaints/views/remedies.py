"""Offering, deciding and handing over remedies."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from crm.accounts.queries import the_business
from crm.complaints.actions import remedies
from crm.complaints.actions.recording import Writing
from crm.complaints.forms.steps import RemedyChoiceForm, RemedyForm
from crm.complaints.models import Remedy
from crm.complaints.queries.cases import Case
from crm.complaints.views.context import take
from crm.extensions import db
from crm.shared.permissions import Permission, requires

bp = Blueprint("complaint_remedies", __name__, url_prefix="/complaints/<int:complaint_id>")


class _OfferForm(RemedyForm):
    """The form of a remedy, in the money of the business."""

    @property
    def currency(self) -> str:  # type: ignore[override]
        """Return the currency in which the cost is typed."""
        return the_business().currency


@bp.post("/remedies")
@requires(Permission.SERVE_CUSTOMERS)
def offer(complaint_id: int) -> ResponseReturnValue:
    """Offer a remedy."""
    act = lambda case, form, writing: remedies.offer_remedy(case, form.offer(), writing)  # noqa: E731
    return take(complaint_id, _OfferForm, act)


@bp.post("/remedies/decision")
@requires(Permission.REVIEW)
def decide(complaint_id: int) -> ResponseReturnValue:
    """Say yes or no to a remedy above the limit."""

    def act(case: Case, form: Any, writing: Writing) -> None:
        remedy = _remedy(case, form.remedy_id.data)
        remedies.decide_remedy(case, remedy, writing, is_approved=form.decision.data == "yes")

    return take(complaint_id, RemedyChoiceForm, act)


@bp.post("/remedies/handover")
@requires(Permission.SERVE_CUSTOMERS)
def hand_over(complaint_id: int) -> ResponseReturnValue:
    """Note that the customer has the remedy."""

    def act(case: Case, form: Any, writing: Writing) -> None:
        remedies.give_remedy(case, _remedy(case, form.remedy_id.data), writing)

    return take(complaint_id, RemedyChoiceForm, act)


def _remedy(case: Case, remedy_id: int) -> Remedy:
    remedy = db.session.get(Remedy, remedy_id)
    return remedy if remedy is not None and remedy.complaint_id == case.complaint.id else abort(404)
