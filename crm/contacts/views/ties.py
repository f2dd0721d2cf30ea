"""Households, companies and people in each other's care."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.contacts.actions import ties as actions
from crm.contacts.forms.ties import TieForm
from crm.contacts.models import Contact, Tie
from crm.contacts.queries.page import ties_of
from crm.contacts.queries.people import living_contact
from crm.contacts.views.contacts import picked
from crm.extensions import db
from crm.shared import clock
from crm.shared.htmx import answer
from crm.shared.permissions import Permission, requires

bp = Blueprint("ties", __name__, url_prefix="/contacts/<int:contact_id>/ties")


def _contact(contact_id: int) -> Contact:
    return living_contact(contact_id) or abort(404)


def _page(contact: Contact, form: TieForm, status: int = 200) -> ResponseReturnValue:
    chosen = form.other_id.data
    picks = picked(form.other_query.data or "", chosen, but=contact.id)
    context = {"contact": contact, "form": form, "ties": ties_of(contact.id), "picks": picks, "chosen": chosen}
    return render_template("contacts/ties.html", **context), status


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def ties_page(contact_id: int) -> ResponseReturnValue:
    """Show who belongs together with a contact, and a form to tie another."""
    return _page(_contact(contact_id), TieForm(formdata=None))


@bp.post("")
@requires(Permission.SERVE_CUSTOMERS)
def add(contact_id: int) -> ResponseReturnValue:
    """Tie two contacts; without one chosen, show those that were searched for."""
    contact, form = _contact(contact_id), TieForm()
    if not form.validate():
        return _page(contact, form, 422)
    if request.form.get("more") or form.other_id.data is None:
        return _page(contact, form)
    other = living_contact(form.other_id.data)
    actions.tie(contact, other, form.tie_kind, is_first=form.is_first, now=clock.now())
    db.session.commit()
    return _answer(contact)


@bp.post("/<int:tie_id>/removal")
@requires(Permission.SERVE_CUSTOMERS)
def remove(contact_id: int, tie_id: int) -> ResponseReturnValue:
    """Take a tie away."""
    contact, found = _contact(contact_id), db.session.get(Tie, tie_id)
    if found is None or contact_id not in {found.contact_id, found.other_id}:
        abort(404)
    actions.untie(contact, found, now=clock.now())
    db.session.commit()
    return _answer(contact)


def _answer(contact: Contact) -> ResponseReturnValue:
    address = url_for("ties.ties_page", contact_id=contact.id)
    return answer("contacts/_ties.html", address, contact=contact, ties=ties_of(contact.id))
