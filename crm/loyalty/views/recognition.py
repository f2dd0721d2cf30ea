"""One contact's recognition: why the level is held, levels given by hand, why somebody left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.actions.grants import end_grant, give_level, note_departure
from crm.loyalty.forms.levels import DepartureForm, GrantForm
from crm.loyalty.models import LevelGrant
from crm.loyalty.queries.ladder import Ladder, ladder
from crm.loyalty.queries.members import changes_of, departure_of, grants_of
from crm.loyalty.queries.panel import brought_by, member_panel
from crm.loyalty.rules.levels import Lost
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext

bp = Blueprint("recognition", __name__, url_prefix="/contacts/<int:contact_id>/recognition")


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def recognition_page(contact_id: int) -> ResponseReturnValue:
    """Show where a contact stands and why, and what was given by hand."""
    return _page(_contact(contact_id), clock.now())


@bp.post("/grants")
@requires(Permission.REVIEW)
def give(contact_id: int) -> ResponseReturnValue:
    """Give a level by hand until a date."""
    contact, now = _contact(contact_id), clock.now()
    form = GrantForm().offer(ladder(now))
    if not form.validate():
        return _page(contact, now, 422, grant_form=form)

    def make() -> str:
        given = {"reason": form.reason.data or "", "until_on": form.until_on.data, "by_id": current_user.id}
        give_level(contact, form.level_id.data, now=now, **given)
        return _address(contact_id)

    return _made(contact, form, make, now, "grant_form")


@bp.post("/grants/<int:grant_id>/ending")
@requires(Permission.REVIEW)
def end(contact_id: int, grant_id: int) -> ResponseReturnValue:
    """End a level given by hand before its date."""
    grant = db.session.scalar(
        select(LevelGrant).where(LevelGrant.id == grant_id, LevelGrant.contact_id == contact_id)
    ) or abort(404)
    end_grant(grant, by_id=current_user.id, now=clock.now())
    db.session.commit()
    return redirect(_address(contact_id), code=303)


@bp.post("/departures")
@requires(Permission.SERVE_CUSTOMERS)
def depart(contact_id: int) -> ResponseReturnValue:
    """Note why a customer left."""
    contact, now, form = _contact(contact_id), clock.now(), DepartureForm()
    if not form.validate():
        return _page(contact, now, 422, departure_form=form)

    def make() -> str:
        note_departure(contact, Lost(form.reason.data), form.note.data or "", by_id=current_user.id, now=now)
        return _address(contact_id)

    return _made(contact, form, make, now, "departure_form")


def _made(contact: Contact, form: Any, make: Any, now: datetime, name: str) -> ResponseReturnValue:
    contact_id = contact.id
    try:
        address = once(form.form_key.data, now, make)
    except Refused as refusal:
        db.session.rollback()
        found = _contact(contact_id)
        return _page(found, now, refusal.status, refusal=gettext(refusal.sentence), **{name: form})
    db.session.commit()
    return redirect(address, code=303)


def _contact(contact_id: int) -> Contact:
    found = db.session.get(Contact, contact_id)
    if found is None or found.merged_into_id is not None or found.is_blocked:
        abort(404)
    return found


def _address(contact_id: int) -> str:
    return url_for("recognition.recognition_page", contact_id=contact_id)


def _page(contact: Contact, now: datetime, status: int = 200, **given: Any) -> ResponseReturnValue:
    terms: Ladder = ladder(now)
    context = {
        "contact": contact,
        "member": member_panel(contact.id, now) or abort(404),
        "terms": terms,
        "grants": grants_of(contact.id),
        "changes": changes_of(contact.id),
        "departure": departure_of(contact.id),
        "brought": brought_by(contact.id),
        "grant_form": GrantForm(formdata=None).offer(terms),
        "departure_form": DepartureForm(formdata=None),
        "refusal": "",
    }
    return render_template("loyalty/recognition.html", **(context | given)), status
