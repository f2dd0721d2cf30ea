"""Opening hours: the week, from when it holds, and single dates that differ."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.extensions import db
from crm.shared import clock
from crm.shared.bounds import day_of
from crm.shared.errors import Conflict
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.sla import actions, listings, queries
from crm.sla.decisions import DayDecision, DayOverlaps, NoOpeningAhead
from crm.sla.forms.days import DAYS, DayForm, DayNameForm, OpeningHoursForm
from crm.sla.models import CalendarVersion
from crm.sla.words import day_words, hours_words, week_words

bp = Blueprint("opening_hours", __name__, url_prefix="/settings/opening-hours")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def opening_hours_page() -> ResponseReturnValue:
    """Show the opening hours, their versions, the dates that differ and the days to come."""
    return _page()


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Save the week as a new version."""
    now, form = clock.now(), OpeningHoursForm()
    is_valid, weekly, is_later = form.validate(), form.weekly(), form.starts_later(business_day(now))
    if not is_valid or weekly is None or is_later is None:
        return _page(422, form=form)
    valid_from = queries.start_of_day(form.valid_from.data) if is_later else now

    def make() -> str:
        zone, by_id = the_business().time_zone, current_user.id
        actions.change_opening_hours(zone, weekly, valid_from=valid_from, by_id=by_id, now=now, seen=form.seen.data)
        return url_for("opening_hours.opening_hours_page")

    try:
        address = once(form.form_key.data, now, make)
    except (Conflict, NoOpeningAhead, DayOverlaps) as refusal:
        db.session.rollback()
        form.saw(queries.newest_id(CalendarVersion))
        return _page(refusal.status, form=form, refusal=refusal_words(refusal))
    db.session.commit()
    return redirect(address, code=303)


@bp.post("/days")
@requires(Permission.CHANGE_SETTINGS)
def decide_day() -> ResponseReturnValue:
    """Say that one date to come is closed or has other hours; a past date has its own page."""
    now, form = clock.now(), DayForm()
    decision = form.decision() if form.validate() else None
    if decision is None:
        return _page(422, day_form=form)
    if form.on.data < business_day(now):
        return redirect(_past_day_address(form), code=303)
    days: dict[date, DayDecision] = {form.on.data: decision}

    def make() -> str:
        actions.decide_days(days, today=business_day(now), by_id=current_user.id, now=now)
        return url_for("opening_hours.opening_hours_page", _anchor="days")

    try:
        address = once(form.form_key.data, now, make)
    except (NoOpeningAhead, DayOverlaps) as refusal:
        db.session.rollback()
        return _page(422, day_form=form, day_refusal=refusal_words(refusal))
    db.session.commit()
    return redirect(address, code=303)


@bp.post("/withdrawals")
@requires(Permission.CHANGE_SETTINGS)
def withdraw_day() -> ResponseReturnValue:
    """Take the decision about one date back."""
    now, form = clock.now(), DayNameForm()
    try:
        on = day_of(form.on.data or "")
    except ValueError:
        abort(404)
    if not form.validate():
        abort(400)
    try:
        actions.withdraw_day(on, today=business_day(now), by_id=current_user.id, now=now)
    except (NoOpeningAhead, DayOverlaps) as refusal:
        db.session.rollback()
        return _page(422, day_refusal=refusal_words(refusal))
    db.session.commit()
    return redirect(url_for("opening_hours.opening_hours_page", _anchor="days"), code=303)


def _past_day_address(form: DayForm) -> str:
    typed = {"kind": form.kind.data, "hours": form.hours.data, "name": form.name.data}
    return url_for("past_days.past_day_page", on=form.on.data.isoformat(), **typed)


def business_day(now: datetime) -> date:
    """Return today's date at the business."""
    return clock.local_date(now, the_business().time_zone)


def refusal_words(refusal: Exception) -> str:
    """Return why a calendar is refused, with the date where one is at fault."""
    if isinstance(refusal, DayOverlaps):
        day = day_words(refusal.on)
        return gettext("The hours on %(day)s run into those of the day before or after.", day=day)
    return gettext(getattr(refusal, "sentence", str(refusal)))


def _page(status: int = 200, **context: Any) -> ResponseReturnValue:
    now = clock.now()
    today = business_day(now)
    coming, past = listings.exceptions_listed(now, today)
    if "form" not in context:
        context["form"] = _filled(now)
    context.setdefault("day_form", DayForm(formdata=None))
    return render_template(
        "sla/opening_hours.html",
        days=DAYS,
        versions=listings.versions_of_hours(now),
        coming=coming,
        past=past,
        ahead=listings.days_ahead(today),
        today=today,
        day_words=day_words,
        hours_words=hours_words,
        week_words=week_words,
        **context,
    ), status


def _filled(now: datetime) -> OpeningHoursForm:
    form, version = OpeningHoursForm(formdata=None), queries.calendar_version_at(now)
    if version is not None:
        form.fill(version, queries.newest_id(CalendarVersion))
    return form
