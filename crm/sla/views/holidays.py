"""Public holidays: proposals for the country and state, each confirmed by the owner."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.actions import change_business
from crm.accounts.queries import the_business
from crm.extensions import db
from crm.shared import clock
from crm.shared.formatting import locale
from crm.shared.forms import choices, once
from crm.shared.permissions import Permission, requires
from crm.shared.settings_versions import SettingsMovedOn, settings_version, take_settings
from crm.shared.translating import gettext
from crm.sla import actions, queries
from crm.sla.decisions import DayDecision, DayOverlaps, NoOpeningAhead
from crm.sla.forms.days import HolidaysForm, RegionForm
from crm.sla.public_holidays import Proposal, has_holidays, proposals, regions
from crm.sla.views.opening_hours import business_day, refusal_words
from crm.sla.words import day_words

HOLIDAYS = "holidays"

bp = Blueprint("holidays", __name__, url_prefix="/settings/holidays")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def holidays_page() -> ResponseReturnValue:
    """Show the public holidays of this year and the next, and what was decided about each."""
    now = clock.now()
    return _page(_stored_form(now), now)


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def decide() -> ResponseReturnValue:
    """Save what was decided about the holidays."""
    now = clock.now()
    decided = _decided(now)
    form = HolidaysForm.of(_coming(now), decided)
    every = "closed" if request.form.get("every") == "closed" else ""
    wanted = form.decisions(every) if form.validate() else None
    if wanted is None:
        return _page(form, now, 422)
    changed = {on: each for on, each in wanted.items() if not _is_decided(decided, on, each)}

    def make() -> str:
        take_settings(HOLIDAYS, form.version.data)
        if changed:
            actions.decide_days(changed, today=business_day(now), by_id=current_user.id, now=now)
        return url_for("holidays.holidays_page")

    try:
        address = once(form.form_key.data, now, make)
    except (NoOpeningAhead, DayOverlaps) as refusal:
        db.session.rollback()
        return _page(form, now, 422, refusal=refusal_words(refusal))
    except SettingsMovedOn as refusal:
        db.session.rollback()
        form.version.data, form.version.raw_data = settings_version(HOLIDAYS), None
        return _page(form, now, 409, sentence=gettext(refusal.sentence), texts=form.stored_texts(decided))
    db.session.commit()
    return redirect(address, code=303)


@bp.post("/region")
@requires(Permission.CHANGE_SETTINGS)
def choose_region() -> ResponseReturnValue:
    """Choose the state whose holidays are proposed."""
    form, business = RegionForm(), the_business()
    known = {code for code, _name in regions(business.country)} | {""}
    if not form.validate() or form.region.data not in known:
        now = clock.now()
        return _page(_stored_form(now), now, 422)
    change_business(business, {"region": form.region.data}, now=clock.now())
    db.session.commit()
    return redirect(url_for("holidays.holidays_page"), code=303)


def _stored_form(now: datetime) -> HolidaysForm:
    form = HolidaysForm.of(_coming(now), _decided(now), formdata=None)
    form.version.data = settings_version(HOLIDAYS)
    return form


def _is_decided(decided: dict[str, dict[str, Any]], on: date, wanted: DayDecision) -> bool:
    entry = decided.get(on.isoformat())
    return entry is not None and entry["periods"] == wanted.periods


def _decided(now: datetime) -> dict[str, dict[str, Any]]:
    version = queries.calendar_version_at(now)
    return {} if version is None else version.exceptions


def _proposed(now: datetime) -> tuple[Proposal, ...]:
    business, today = the_business(), business_day(now)
    return proposals(business.country, business.region, (today.year, today.year + 1), locale().language)


def _coming(now: datetime) -> list[Proposal]:
    today = business_day(now)
    return [each for each in _proposed(now) if each.on >= today]


def _page(form: HolidaysForm, now: datetime, status: int = 200, **context: Any) -> ResponseReturnValue:
    business, today, decided = the_business(), business_day(now), _decided(now)
    states = regions(business.country)
    region_form = RegionForm(formdata=None, region=business.region)
    region_form.region.choices = choices([("", "–"), *states])
    over = [each for each in _proposed(now) if each.on < today and each.on.isoformat() not in decided]
    years = [today.year, today.year + 1]
    return render_template(
        "sla/holidays.html",
        form=form,
        region_form=region_form if states else None,
        over=over,
        decided=decided,
        years=years,
        empty_years=[year for year in years if not any(each.on.year == year for each in _proposed(now))],
        has_holidays=has_holidays(business.country),
        country=locale().territories.get(business.country, business.country),
        day_words=day_words,
        **context,
    ), status
