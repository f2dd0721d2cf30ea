"""Contacts kept longer than the business wants, to be blocked for their erasure."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.contacts.actions.erasing import block
from crm.contacts.rules.erasing import NobodyChosen, unused_before
from crm.extensions import db
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.clock import local_date
from crm.shared.paging import Page
from crm.shared.permissions import Permission, requires
from crm.sla.queries import start_of_day
from crm.timeline.unused import still_unused, unused_contacts

bp = Blueprint("unused", __name__, url_prefix="/contacts/unused")


@bp.get("")
@requires(Permission.ERASE)
def unused_page() -> ResponseReturnValue:
    """Show the contacts with which nothing has happened for as many years as the business keeps them."""
    before = _before(clock.now())
    page = unused_contacts(start_of_day(before), request.args.get("place")) if before else Page([])
    return render_template("timeline/unused.html", page=page, before=before, years=the_business().keep_years)


@bp.post("")
@requires(Permission.ERASE)
def block_chosen() -> ResponseReturnValue:
    """Block those of the chosen with which still nothing has happened: the first step of their erasure."""
    now, chosen = clock.now(), request.form.getlist("contact", type=number_in_address)
    before = _before(now)
    if not chosen or before is None:
        raise NobodyChosen
    for contact in still_unused(chosen, start_of_day(before)):
        block(contact, now=now, by_id=current_user.id)
    db.session.commit()
    return redirect(url_for("privacy.blocked_page"), code=303)


def _before(now: datetime) -> date | None:
    business = the_business()
    return unused_before(local_date(now, business.time_zone), business.keep_years)
