"""Key dates on a contact, the list of those that come up, and noting that somebody saw to one."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from crm.accounts import queries as accounts
from crm.accounts.models import Business
from crm.contacts.actions import key_dates as actions
from crm.contacts.forms.key_dates import KeyDateChangeForm, KeyDateForm, OccurrenceForm
from crm.contacts.importing.dates import usual_date_order
from crm.contacts.key_date_rules import KeyDateChanged, KeyDateKind, LeapDayRule, is_greeted, usually_repeats
from crm.contacts.key_date_words import KIND_NAMES, format_key_date, key_date_title, typed_key_date, years_sentence
from crm.contacts.models import Contact, KeyDate
from crm.contacts.queries import key_dates as queries
from crm.contacts.rules import ContactBlocked
from crm.extensions import db
from crm.shared import clock
from crm.shared.formatting import locale
from crm.shared.forms import new_form_key, once
from crm.shared.htmx import answer, answer_invalid, is_htmx, local_path
from crm.shared.permissions import Permission, requires
from crm.shared.settings_versions import go_on_from, seen_version, settings_version
from crm.shared.translating import gettext

bp = Blueprint("key_dates", __name__)
DAYS_LISTED = 30


@bp.get("/key-dates")
@requires(Permission.SERVE_CUSTOMERS)
def key_dates_page() -> ResponseReturnValue:
    """Show the key dates of the next 30 days."""
    business, today = _business_day(clock.now())
    kind = request.args.get("kind", "")
    kind = kind if kind in set(KeyDateKind) else ""
    rule, place = LeapDayRule(business.leap_day_rule), request.args.get("place")
    page = queries.key_date_page(today, DAYS_LISTED, rule, kind=kind, place=place)
    return render_template("contacts/key_dates.html", page=page, today=today, kind=kind, kind_names=KIND_NAMES)


@bp.post("/key-dates/<int:key_date_id>/greetings")
@requires(Permission.SERVE_CUSTOMERS)
def greet(key_date_id: int) -> ResponseReturnValue:
    """Note that somebody saw to one occurrence, or take that back."""
    now = clock.now()
    business, today = _business_day(now)
    form, key_date = OccurrenceForm(), db.session.get(KeyDate, key_date_id) or abort(404)
    if not form.validate():
        abort(400)
    rule, is_done, day = LeapDayRule(business.leap_day_rule), form.is_done.data == "yes", form.falls_on.data
    actions.mark_occurrence(key_date, day, is_done=is_done, rule=rule, by_id=current_user.id, now=now)
    db.session.commit()
    coming = queries.coming_date(key_date_id, day)
    back = local_path(request.form.get("back"), "/key-dates")
    return answer("contacts/_key_date_row.html", back, each=coming, today=today, back=back)


@bp.get("/contacts/<int:contact_id>/key-dates")
@requires(Permission.SERVE_CUSTOMERS)
def contact_key_dates_page(contact_id: int) -> ResponseReturnValue:
    """Show the key dates of one contact."""
    contact = _contact(contact_id)
    return render_template("contacts/contact_key_dates.html", contact=contact, **panel_context(contact))


@bp.post("/contacts/<int:contact_id>/key-dates")
@requires(Permission.SERVE_CUSTOMERS)
def add(contact_id: int) -> ResponseReturnValue:
    """Add a key date."""
    now, contact, form = clock.now(), _open_contact(contact_id), KeyDateForm()
    business, today = _business_day(now)
    facts = form.facts(business, today) if form.validate() else None
    if facts is None:
        return _invalid(contact, form)
    address = _panel_address(contact)

    def make() -> str:
        actions.add_key_date(contact, facts, now=now)
        return address

    once(form.form_key.data, now, make)
    db.session.commit()
    return answer("contacts/_key_dates.html", address, contact=contact, **_panel_if_htmx(contact))


@bp.get("/contacts/<int:contact_id>/key-dates/<int:key_date_id>")
@requires(Permission.SERVE_CUSTOMERS)
def key_date_page(contact_id: int, key_date_id: int) -> ResponseReturnValue:
    """Show one key date to change or remove it."""
    contact, key_date = _contact(contact_id), _key_date(contact_id, key_date_id)
    return _change_page(contact, key_date, _filled(key_date, clock.now()))


@bp.post("/contacts/<int:contact_id>/key-dates/<int:key_date_id>")
@requires(Permission.SERVE_CUSTOMERS)
def change(contact_id: int, key_date_id: int) -> ResponseReturnValue:
    """Change a key date."""
    now, contact, form = clock.now(), _open_contact(contact_id), KeyDateChangeForm()
    key_date = _key_date(contact_id, key_date_id)
    business, today = _business_day(now)
    facts = form.facts(business, today) if form.validate() else None
    if facts is None:
        return _change_page(contact, key_date, form, 422)
    try:
        actions.change_key_date(key_date, facts, seen=form.version.data, today=today, now=now)
    except KeyDateChanged as refusal:
        go_on_from(_filled(key_date, now), form)
        return _change_page(contact, key_date, form, refusal.status, gettext(refusal.sentence))
    db.session.commit()
    return redirect(_panel_address(contact), code=303)


@bp.post("/contacts/<int:contact_id>/key-dates/<int:key_date_id>/removal")
@requires(Permission.SERVE_CUSTOMERS)
def remove(contact_id: int, key_date_id: int) -> ResponseReturnValue:
    """Remove a key date."""
    now, contact, key_date = clock.now(), _open_contact(contact_id), _key_date(contact_id, key_date_id)
    try:
        actions.remove_key_date(key_date, seen=seen_version(), now=now)
    except KeyDateChanged as refusal:
        return _change_page(contact, key_date, _filled(key_date, now), refusal.status, gettext(refusal.sentence))
    db.session.commit()
    return answer("contacts/_key_dates.html", _panel_address(contact), contact=contact, **_panel_if_htmx(contact))


def panel_context(contact: Contact, form: KeyDateForm | None = None) -> dict[str, Any]:
    """Return what `contacts/_key_dates.html` needs beside the contact; one query."""
    business, today = _business_day(clock.now())
    dates = queries.key_dates_of(contact.id, today, LeapDayRule(business.leap_day_rule))
    return {"key_dates": dates, "key_date_form": form, "today": today}


def _panel_if_htmx(contact: Contact) -> dict[str, Any]:
    return panel_context(contact) if is_htmx() else {}


def _invalid(contact: Contact, form: KeyDateForm) -> ResponseReturnValue:
    context = panel_context(contact, form)
    return answer_invalid("contacts/_key_dates.html", "contacts/contact_key_dates.html", contact=contact, **context)


def _change_page(
    contact: Contact, key_date: KeyDate, form: KeyDateForm, status: int = 200, refusal: str = ""
) -> ResponseReturnValue:
    today = _business_day(clock.now())[1]
    context = {"contact": contact, "key_date": key_date, "form": form, "refusal": refusal, "today": today}
    return render_template("contacts/key_date.html", **context), status


def _filled(key_date: KeyDate, now: datetime) -> KeyDateChangeForm:
    business, today = _business_day(now)
    order = usual_date_order(business.country)
    kind = KeyDateKind(key_date.kind)
    return KeyDateChangeForm(
        formdata=None,
        kind=kind,
        day=typed_key_date(key_date, language=locale().language, order=order, today=today),
        label=key_date.label,
        notice_days=key_date.notice_days,
        is_once=not key_date.repeats and usually_repeats(kind, key_date.year),
        version=settings_version(queries.version_name(key_date)),
    )


def _business_day(now: datetime) -> tuple[Business, date]:
    business = accounts.the_business()
    return business, clock.local_date(now, business.time_zone)


def _contact(contact_id: int) -> Contact:
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.erased_at is not None or contact.merged_into_id is not None:
        abort(404)
    return contact


def _open_contact(contact_id: int) -> Contact:
    contact = _contact(contact_id)
    if contact.is_blocked:
        raise ContactBlocked
    return contact


def _key_date(contact_id: int, key_date_id: int) -> KeyDate:
    return queries.key_date_of(contact_id, key_date_id) or abort(404)


def _panel_address(contact: Contact) -> str:
    return f"/contacts/{contact.id}#key-dates"


@bp.app_template_global("key_date_day")
def key_date_day(each: Any, today: date) -> str:
    """Return a key date as its reader writes dates."""
    return format_key_date(each, language=locale().language, today=today)


@bp.app_template_global("blank_key_date_fields")
def blank_key_date_fields() -> Markup:
    """Return the fields of an empty form, drawn once a language: they are on every contact's page."""
    return _blank_fields(str(locale()))


@cache
def _blank_fields(_language: str) -> Markup:
    return Markup(render_template("contacts/_key_date_fields.html", form=KeyDateForm(formdata=None)))


@bp.app_template_global("blank_form_key")
def blank_form_key() -> str:
    """Return a new one-time key for a form drawn without its form class."""
    return new_form_key()


bp.add_app_template_global(key_date_title, "key_date_title")
bp.add_app_template_global(years_sentence, "years_sentence")
bp.add_app_template_global(is_greeted, "is_greeted")
