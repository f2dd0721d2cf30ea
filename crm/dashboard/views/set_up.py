"""The first start: a page that sets up the business and its owner, then closes for ever."""

from __future__ import annotations

import json

from babel.core import get_global
from babel.numbers import get_territory_currencies
from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from crm.accounts import actions, credentials, queries
from crm.accounts.forms import OwnerForm, country_choices
from crm.accounts.passwords import hash_pin, hash_secret
from crm.accounts.views.sign_in import start_signed_in
from crm.extensions import db
from crm.shared import clock
from crm.shared.permissions import public
from crm.shared.translating import gettext
from crm.sla.actions import change_opening_hours
from crm.sla.opening_hours import BadOpeningHours, parse_periods

bp = Blueprint("set_up", __name__)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@bp.get("/set-up")
@public
def set_up_page() -> ResponseReturnValue:
    """Show the set-up form until an owner exists."""
    if queries.is_set_up():
        abort(404)
    return render_template("dashboard/set_up.html", form=OwnerForm(formdata=None), days=DAYS, places=_places())


@bp.post("/set-up")
@public
def set_up() -> ResponseReturnValue:
    """Set up the business and sign its owner in."""
    if queries.is_set_up():
        abort(404)
    form = OwnerForm()
    is_valid, weekly, has_good_secrets = form.validate(), _weekly(form), _has_good_secrets(form)
    if not is_valid or weekly is None or not has_good_secrets:
        return render_template("dashboard/set_up.html", form=form, days=DAYS), 422
    db.session.rollback()
    password_hash, pin_hash = hash_secret(form.password.data), hash_pin(form.pin.data or "")
    now = clock.now()
    owner = actions.set_up(
        _new_business(form),
        owner_name=form.owner_name.data,
        owner_email=form.email.data,
        password_hash=password_hash,
        now=now,
    )
    owner.pin_hash = pin_hash
    change_opening_hours(form.time_zone.data, weekly, valid_from=now, by_id=owner.id, now=now)
    db.session.flush()
    start_signed_in(owner.id)
    return redirect("/", code=303)


def _places() -> str:
    """Return what each country proposes as JSON: its currency, then its time zones."""
    zones = get_global("territory_zones")
    currencies = {code: get_territory_currencies(code) for code, _name in country_choices()}
    return json.dumps({code: [paid[0], *zones.get(code, ())] for code, paid in currencies.items() if paid})


def _new_business(form: OwnerForm) -> actions.NewBusiness:
    return actions.NewBusiness(
        name=form.name.data,
        country=form.country.data,
        time_zone=form.time_zone.data,
        currency=form.currency.data,
        languages=form.languages.data,
    )


def _weekly(form: OwnerForm) -> dict[str, list[list[str]]] | None:
    """Return the opening hours, or None with a sentence beside each day that cannot be read."""
    weekly: dict[str, list[list[str]]] = {}
    for number, day in enumerate(DAYS):
        try:
            weekly[str(number)] = parse_periods(form[day].data or "")
        except BadOpeningHours as refusal:
            form[day].errors = [gettext(refusal.sentence)]
    if len(weekly) == len(DAYS) and not any(weekly.values()):
        form.monday.errors = [gettext("Name at least one day on which you are open.")]
        return None
    return weekly if len(weekly) == len(DAYS) else None


def _has_good_secrets(form: OwnerForm) -> bool:
    known = [form.name.data or "", form.owner_name.data or ""]
    problem = credentials.password_sentence(form.password.data or "", known)
    if problem and form.password.data:
        form.password.errors = [problem]
    refused_pin = credentials.pin_sentence(form.pin.data or "")
    if refused_pin:
        form.pin.errors = [refused_pin]
    return not problem and not refused_pin
