"""The bell: what a person should know, and where else they want to be told."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.extensions import db
from crm.messages import actions, queries, rules
from crm.messages.forms import AddressForm
from crm.messages.models import AlertAddress
from crm.messages.words import notice_sentence
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext

bp = Blueprint("notices", __name__, url_prefix="/notices")


def _page(form: AddressForm, status: int = 200) -> ResponseReturnValue:
    page = queries.notices_of(current_user.id, request.args.get("from"))
    addresses = queries.addresses_of(current_user.id)
    html = render_template(
        "messages/notices.html", page=page, form=form, addresses=addresses, notice_sentence=notice_sentence
    )
    return html, status


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def notices_page() -> ResponseReturnValue:
    """Show a person's notices, newest first."""
    return _page(AddressForm(formdata=None))


@bp.post("/reading")
@requires(Permission.SERVE_CUSTOMERS)
def read_all() -> ResponseReturnValue:
    """Mark all notices as read."""
    actions.read_all(current_user.id, now=clock.now())
    db.session.commit()
    return redirect(url_for("notices.notices_page"), code=303)


@bp.post("/addresses")
@requires(Permission.SERVE_CUSTOMERS)
def add_address() -> ResponseReturnValue:
    """Add an address for alerts."""
    form = AddressForm()
    if not form.validate():
        return _page(form, 422)
    now = clock.now()
    try:
        address = once(form.form_key.data, now, lambda: _added(form.address.data, now))
    except rules.BadAddress as refusal:
        form.address.errors = [gettext(refusal.sentence)]
        return _page(form, 422)
    db.session.commit()
    return redirect(address, code=303)


def _added(address: str, now: datetime) -> str:
    """Add the address and return the page to go on to."""
    actions.add_address(current_user.id, address, now=now)
    return url_for("notices.notices_page")


@bp.post("/addresses/<int:address_id>/removal")
@requires(Permission.SERVE_CUSTOMERS)
def remove_address(address_id: int) -> ResponseReturnValue:
    """Remove one of the person's own addresses."""
    address = db.session.get(AlertAddress, address_id)
    if address is None or address.staff_id != current_user.id:
        abort(404)
    actions.remove_address(address, now=clock.now())
    db.session.commit()
    return redirect(url_for("notices.notices_page"), code=303)
