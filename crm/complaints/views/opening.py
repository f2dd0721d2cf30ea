"""Opening a complaint from a contact, with the promise told before it is saved."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.complaints.actions.opening import open_complaint
from crm.complaints.actions.recording import Writing
from crm.complaints.clock_words import due_text
from crm.complaints.forms.opening import OpenForm
from crm.complaints.queries.cases import complaint_of_entry
from crm.complaints.queries.pages import clocks_if_opened, people_and_categories
from crm.complaints.views.context import said_above
from crm.contacts.models import Contact
from crm.contacts.rules import Channel
from crm.extensions import db
from crm.interactions.queries import interaction
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.errors import Refused
from crm.shared.forms import once
from crm.shared.htmx import go_to
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.sla.rules import UNREACHABLE_AT, Severity, UnreachableDeadlineError, clock_due_at

bp = Blueprint("complaint_opening", __name__)


@bp.get("/contacts/<int:contact_id>/complaints/new")
@requires(Permission.SERVE_CUSTOMERS)
def open_page(contact_id: int) -> ResponseReturnValue:
    """Show the form in which a complaint is opened; the address may name the entry that tells of it.

    From an entry that one was opened from already it leads to that complaint.
    """
    contact, form = _contact(contact_id), _form(formdata=None)
    told = interaction(request.args.get("entry", type=number_in_address) or 0)
    if told is not None and told.contact_id == contact.id:
        opened = complaint_of_entry(told.id)
        if opened is not None:
            return redirect(url_for("complaints.complaint_page", complaint_id=opened), code=302)
        form.begin_with(told)
    return _page(contact, form)


@bp.post("/contacts/<int:contact_id>/complaints")
@requires(Permission.SERVE_CUSTOMERS)
def open_one(contact_id: int) -> ResponseReturnValue:
    """Open a complaint and show it with its promise slip."""
    now, contact, form = clock.now(), _contact(contact_id), _form()
    if not form.validate():
        return _page(contact, form, 422)

    def make() -> str:
        writing = Writing(by_id=current_user.id, role=current_user.role, now=now)
        complaint = open_complaint(contact, form.new_complaint(), writing)
        return url_for("complaints.complaint_page", complaint_id=complaint.id, opened=1)

    try:
        address = once(form.form_key.data, now, make)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _page(_contact(contact_id), form, refusal.status, said_above(form, refusal))
    return go_to(address)


@bp.post("/complaints/promise-preview")
@requires(Permission.SERVE_CUSTOMERS)
def promise_preview() -> ResponseReturnValue:
    """Tell what would be promised, before anything is saved."""
    return render_template("complaints/_promise.html", promises=_promises(_form()))


def _contact(contact_id: int) -> Contact:
    return db.session.get(Contact, contact_id) or abort(404)


def _form(**given: object) -> OpenForm:
    rows, zone = people_and_categories(), the_business().time_zone
    return OpenForm(now=clock.now(), zone=zone, rows=rows, by_id=current_user.id, **given)


def _page(contact: Contact, form: OpenForm, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    context = {"contact": contact, "form": form, "refusal": refusal, "promises": _promises(form)}
    return render_template("complaints/open.html", **context), status


def _promises(form: OpenForm) -> list[tuple[str, str, bool]]:
    """Return the clocks that the form as it stands would start: their kind, when each is due, whether that is over.

    What is never due has no kind, and says so.
    """
    now = clock.now()
    channel = form.channel.data if form.channel.data in set(Channel) else Channel.PHONE.value
    severity = form.severity.data if form.severity.data in set(Severity) else Severity.NORMAL.value
    at = min(form.moment() or now, now)
    clocks = clocks_if_opened(channel, severity, at, now)
    due = [(each.kind.value, clock_due_at(each)) for each in clocks if each.is_running]
    never = ("", gettext(str(UnreachableDeadlineError())), False)
    told = [never if at == UNREACHABLE_AT else (kind, due_text(at, now), at < now) for kind, at in due]
    return list(dict.fromkeys(told))
