"""All that is stored about a contact, for the contact; and erasing them in two steps."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.views.account import confirm_password
from crm.contacts.actions.disclosing import note_disclosed
from crm.contacts.actions.erasing import anonymise, block, withdraw
from crm.contacts.erasure_ledger import keep_ledger
from crm.contacts.forms.privacy import AnonymiseForm
from crm.contacts.leftovers import AT_ONCE_BYTES, overwrite_leftovers, plan_overwriting
from crm.contacts.models import Contact
from crm.contacts.queries.erasure import blocked_contacts, erasure_request
from crm.contacts.queries.record import ContactRecord, as_plain, record_of
from crm.contacts.record_page import sections_of
from crm.contacts.rules.erasing import NobodyChosen
from crm.extensions import db
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.backups.archive import ERASURES
from crm.shared.database import writing_in_get
from crm.shared.permissions import Permission, requires

bp = Blueprint("privacy", __name__, url_prefix="/contacts")


def _contact(contact_id: int) -> Contact:
    """Return a contact as it is stored now, also where it was read before; answer 404 for none."""
    contact = db.session.get(Contact, contact_id, populate_existing=True)
    if contact is None or contact.merged_into_id is not None:
        abort(404)
    return contact


def _noted_record(contact_id: int, form: str) -> tuple[Contact, ContactRecord]:
    """Leave the trace first, then read: no record is opened without one."""
    _contact(contact_id)
    by_id = current_user.id
    with writing_in_get():
        contact = _contact(contact_id)
        note_disclosed(contact, form=form, now=clock.now(), by_id=by_id)
        db.session.commit()
    return contact, record_of(contact_id)


@bp.get("/<int:contact_id>/record")
@requires(Permission.DISCLOSE)
def record_page(contact_id: int) -> ResponseReturnValue:
    """Show everything that is stored about a contact, to be printed."""
    contact, found = _noted_record(contact_id, "page")
    context = {"contact": contact, "sections": sections_of(found), "now": clock.now()}
    return render_template("contacts/record.html", **context)


@bp.get("/<int:contact_id>/record.json")
@requires(Permission.DISCLOSE)
def record_file(contact_id: int) -> ResponseReturnValue:
    """Give everything that is stored about a contact as a file that programs read."""
    _person, found = _noted_record(contact_id, "file")
    plain: dict[str, Any] = {"contact_ids": found.contact_ids, "made_at": clock.now(), "names": found.names}
    text = json.dumps(plain | {"tables": found.tables}, ensure_ascii=False, indent=1, default=as_plain)
    headers = {"Content-Disposition": f'attachment; filename="contact-{contact_id}.json"'}
    return Response(text, mimetype="application/json", headers=headers)


def _erasure_page(contact_id: int, form: AnonymiseForm, status: int = 200) -> ResponseReturnValue:
    context = {"contact": _contact(contact_id), "request_open": erasure_request(contact_id), "form": form}
    return render_template("contacts/erasure.html", **context), status


@bp.get("/<int:contact_id>/erasure")
@requires(Permission.ERASE)
def erasure_page(contact_id: int) -> ResponseReturnValue:
    """Show which step of an erasure is next, and what it does."""
    return _erasure_page(contact_id, AnonymiseForm(formdata=None))


@bp.post("/<int:contact_id>/erasure")
@requires(Permission.ERASE)
def block_contact(contact_id: int) -> ResponseReturnValue:
    """Hide a contact everywhere at once: the first step."""
    block(_contact(contact_id), now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return redirect(url_for("privacy.erasure_page", contact_id=contact_id), code=303)


@bp.post("/<int:contact_id>/erasure/withdrawal")
@requires(Permission.ERASE)
def withdraw_block(contact_id: int) -> ResponseReturnValue:
    """Take the block of a contact back."""
    withdraw(_contact(contact_id), now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return redirect(url_for("privacy.blocked_page"), code=303)


@bp.post("/<int:contact_id>/anonymisation")
@requires(Permission.ERASE)
def anonymise_contact(contact_id: int) -> ResponseReturnValue:
    """Take the person out for good: the second step, with the password."""
    _contact(contact_id)
    form = AnonymiseForm()
    if not form.validate() or not confirm_password(form.current_password):
        return _erasure_page(contact_id, form, 422)
    return _erase_for_good([_contact(contact_id)])


def _erase_for_good(contacts: Sequence[Contact]) -> ResponseReturnValue:
    now = clock.now()
    for contact in contacts:
        anonymise(contact, now=now, by_id=current_user.id)
    plan_overwriting(now)
    db.session.commit()
    keep_ledger(current_app.config["SETTINGS"].data_dir / ERASURES)
    overwrite_leftovers(largest=AT_ONCE_BYTES)
    return redirect(url_for("privacy.blocked_page"), code=303)


@bp.get("/blocked")
@requires(Permission.ERASE)
def blocked_page() -> ResponseReturnValue:
    """Show the contacts that wait for their erasure."""
    return _blocked_page(AnonymiseForm(formdata=None))


@bp.post("/blocked/anonymisation")
@requires(Permission.ERASE)
def anonymise_chosen() -> ResponseReturnValue:
    """Take those of the chosen who still wait out for good, with the password."""
    form, chosen = AnonymiseForm(), request.form.getlist("contact", type=number_in_address)
    if not form.validate() or not confirm_password(form.current_password):
        return _blocked_page(form, chosen, 422)
    waiting = [each.contact_id for each in blocked_contacts() if each.contact_id in chosen]
    if not waiting:
        raise NobodyChosen
    return _erase_for_good([_contact(each) for each in waiting])


def _blocked_page(form: AnonymiseForm, chosen: Collection[int] = (), status: int = 200) -> ResponseReturnValue:
    context = {"blocked": blocked_contacts(), "form": form, "chosen": chosen}
    return render_template("contacts/blocked.html", **context), status
