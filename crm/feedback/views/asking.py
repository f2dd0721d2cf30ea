"""Asking a contact for feedback, from their page or from a complaint, and the link to hand over."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.contacts.queries.people import living_contact
from crm.extensions import db
from crm.feedback.actions import asking as actions
from crm.feedback.forms import AskForm
from crm.feedback.models import FeedbackInvitation
from crm.feedback.paths import answer_path
from crm.feedback.queries.asking import ask_facts, complaint_of, invitations_of, mail_address, state_of
from crm.feedback.rules import LinkState, Measure, Way, holds_on_asking, next_ask_on
from crm.feedback.words import asking_holds
from crm.loyalty.rules.tact import Hold
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.clock import local_date
from crm.shared.errors import Refused
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.qr import qr_code
from crm.shared.translating import gettext

bp = Blueprint("feedback_asking", __name__, url_prefix="/contacts/<int:contact_id>/feedback")


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def ask_page(contact_id: int) -> ResponseReturnValue:
    """Show what a contact may be asked, and what was asked so far; the address may name a complaint of theirs."""
    contact = _contact(contact_id)
    complaint = complaint_of(contact, request.args.get("complaint", type=number_in_address))
    facts = ask_facts(contact)
    by_mail = facts.has_address and Hold.NO_CONSENT not in holds_on_asking(facts, Way.EMAIL, _today(clock.now()))
    begin = {"measure": Measure.CES if complaint else Measure.CSAT, "way": Way.EMAIL if by_mail else Way.LINK}
    form = AskForm(formdata=None, **begin, complaint=complaint.id if complaint else None)
    return _page(contact, form, complaint)


@bp.post("")
@requires(Permission.SERVE_CUSTOMERS)
def ask(contact_id: int) -> ResponseReturnValue:
    """Ask a contact: by email, or with a link that is shown once to be handed over."""
    now, contact, form = clock.now(), _contact(contact_id), AskForm()
    complaint = complaint_of(contact, form.complaint.data)
    if not form.validate():
        return _page(contact, form, complaint, 422)
    made: list[str] = []

    def make() -> str:
        question = form.question(complaint.id if complaint else None)
        invitation, token = actions.ask(contact, question, _asking(now, form.why.data or ""))
        if question.way is Way.LINK:
            made.append(token)
        return url_for("feedback_asking.ask_page", contact_id=contact_id, asked=invitation.id)

    try:
        address = once(form.form_key.data, now, make)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        told = gettext(refusal.sentence)
        return _page(_contact(contact_id), form, complaint, refusal.status, told)
    return _link_page(contact, made[0]) if made else redirect(address, code=303)


@bp.post("/<int:invitation_id>/link")
@requires(Permission.SERVE_CUSTOMERS)
def renew_link(contact_id: int, invitation_id: int) -> ResponseReturnValue:
    """Show a new link for a question that is still open; the one before ends."""
    contact, invitation = _contact(contact_id), db.session.get(FeedbackInvitation, invitation_id)
    if invitation is None or invitation.contact_id != contact.id:
        abort(404)
    token = actions.renew_link(invitation, now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return _link_page(contact, token)


def _contact(contact_id: int) -> Contact:
    return living_contact(contact_id) or abort(404)


def _today(now: datetime) -> date:
    return local_date(now, the_business().time_zone)


def _asking(now: datetime, why: str) -> actions.Asking:
    public_url = current_app.config["SETTINGS"].public_url
    return actions.Asking(now=now, today=_today(now), public_url=public_url, by_id=current_user.id, why=why)


def _page(
    contact: Contact, form: AskForm, complaint: Complaint | None, status: int = 200, refusal: str = ""
) -> ResponseReturnValue:
    now, facts = clock.now(), ask_facts(contact)
    today, about_id = _today(now), complaint.id if complaint else None
    holds = {way: holds_on_asking(facts, way, today, about_id=about_id) for way in Way}
    next_on = next_ask_on(facts.last_asked_on, facts.limit_days)
    context = {
        "contact": contact,
        "form": form,
        "complaint": complaint,
        "refusal": refusal,
        "last_on": facts.last_asked_on,
        "next_on": next_on if next_on is not None and next_on > today else None,
        "held": asking_holds(holds[Way.LINK], facts.tact),
        "unwanted": [way for way in Way if Hold.NO_CONSENT in holds[way]],
        "address": mail_address(contact),
        "invitations": invitations_of(contact.id),
        "is_open": lambda each: state_of(each, now) is LinkState.OPEN,
        "has_mail_server": bool(current_app.config["SETTINGS"].smtp_url),
    }
    return render_template("feedback/ask.html", **context), status


def _link_page(contact: Contact, token: str) -> ResponseReturnValue:
    """Show the link, as text to copy and as a QR code; only its hash is stored."""
    address = f"{current_app.config['SETTINGS'].public_url}{answer_path(token)}"
    code = qr_code(address, gettext("Opens the question on the customer’s phone"))
    return render_template("feedback/link.html", contact=contact, address=address, code=code)
