"""Logging what happened: on a contact's page, and for somebody who is picked or new."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.contacts.actions.contacts import create_contact
from crm.contacts.models import Contact
from crm.contacts.queries.brief import ContactInBrief, contact_in_brief
from crm.contacts.queries.page import contact_card
from crm.contacts.rules import ContactDetails, PhoneDetails
from crm.extensions import db
from crm.interactions import actions
from crm.interactions import queries as interactions
from crm.interactions.forms import LogForm, NewcomerForm
from crm.interactions.rules import Kind
from crm.loyalty.actions.standings import refresh
from crm.loyalty.rules.levels import VISIT_KINDS
from crm.shared import clock
from crm.shared.forms import once, was_sent
from crm.shared.htmx import answer, answer_invalid, go_to, is_htmx
from crm.shared.permissions import Permission, requires
from crm.shared.phones import normalise_phone
from crm.timeline.queries import Desk, desk
from crm.timeline.views.contact_page import page_context
from crm.timeline.views.context import blank_log_fields, follow_ups_context, log_form, member_context, story_context

bp = Blueprint("log", __name__)
_ENTRY = "entry-"


@bp.get("/log")
@requires(Permission.SERVE_CUSTOMERS)
def log_page() -> ResponseReturnValue:
    """Show the search, those seen last, and the log for somebody new; `number` comes from the phone system."""
    now, offered = clock.now(), desk()
    given = {"phone": request.args.get("number", "")[:80], "name": request.args.get("name", "")[:240]}
    form = log_form(offered, now, NewcomerForm, formdata=None, data=given)
    return render_template("timeline/log.html", **_log_context(form, now, desk=offered))


@bp.post("/log")
@requires(Permission.SERVE_CUSTOMERS)
def log_for_newcomer() -> ResponseReturnValue:
    """Add a contact with the entry; a number that is known asks first whom it is for."""
    now, offered = clock.now(), desk()
    form = log_form(offered, now, NewcomerForm)
    is_valid = form.validate()
    chosen = request.form.get("contact", "")
    known = [] if chosen or was_sent(form.form_key.data) else _known(form.phone.data or "")
    if not is_valid or known:
        context = _log_context(form, now, desk=offered) | {"known": known}
        return answer_invalid("timeline/_newcomer.html", "timeline/log.html", **context)
    address = once(form.form_key.data, now, lambda: _log_newcomer(form, chosen, now))
    db.session.commit()
    return go_to(address)


def _log_context(form: LogForm, now: datetime, **given: Any) -> dict[str, Any]:
    return {"form": form, "now": now, "recent": interactions.recent_interactions(), "known": [], **given}


def _known(raw: str) -> list[Contact]:
    e164 = normalise_phone(raw, the_business().country).e164
    return list(interactions.contacts_with_number(e164)) if e164 else []


def _log_newcomer(form: NewcomerForm, chosen: str, now: datetime) -> str:
    if chosen.isdecimal():
        return _log(_contact(int(chosen)), form, now)
    phones = (PhoneDetails(raw=form.phone.data),) if form.phone.data else ()
    details = ContactDetails(name=form.name.data or "", phones=phones)
    return _log(create_contact(details, now=now, by_id=current_user.id), form, now)


def _log(contact: Contact | ContactInBrief, form: LogForm, now: datetime) -> str:
    entry = actions.log(contact, form.entry(), follow_up=form.follow_up(), by_id=current_user.id, now=now)
    if entry.kind in VISIT_KINDS:
        refresh([contact.id], now=now)
    return url_for("timeline.contact_page", contact_id=contact.id, _anchor=f"{_ENTRY}{entry.id}")


@bp.post("/contacts/<int:contact_id>/interactions")
@requires(Permission.SERVE_CUSTOMERS)
def log(contact_id: int) -> ResponseReturnValue:
    """Log what happened with a contact; sent twice it is one entry."""
    now, contact, offered = clock.now(), _contact(contact_id), desk()
    form = log_form(offered, now)
    if not form.validate():
        if is_htmx():
            return answer_invalid("timeline/_log.html", "", contact=contact, form=form, desk=offered)
        card = contact_card(contact.id) or abort(404)
        return render_template("timeline/contact.html", **page_context(card, offered, now, form)), 422
    address = once(form.form_key.data, now, lambda: _log(contact, form, now))
    db.session.commit()
    if not is_htmx():
        return go_to(address)
    told = interactions.interaction(int(address.rpartition(_ENTRY)[2])) if form.kind.data == Kind.COMPLAINT else None
    after = _after_log(contact, form, offered, now)
    return answer("timeline/_logged.html", address, contact=contact, logged=True, told=told, **after)


def _after_log(contact: ContactInBrief, logged: LogForm, offered: Desk, now: datetime) -> dict[str, Any]:
    """Return what the parts that the entry changed need: the story always, the others by what was logged."""
    after = {"form": None, "blank_fields": blank_log_fields(offered, now), **story_context(contact.id, offered, now)}
    if logged.kind.data in VISIT_KINDS:
        after |= member_context(contact.id, now)
    if logged.follow_up() is not None:
        after |= follow_ups_context(contact.id, offered, now)
    return after


def _contact(contact_id: int) -> ContactInBrief:
    """Return the contact, or the one it was merged into."""
    found = contact_in_brief(contact_id) or abort(404)
    return _contact(found.merged_into_id) if found.merged_into_id else found
