"""Correcting the past: a forgotten holiday, with the clocks it touches before anybody decides (rule 21)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.extensions import db
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.sla import actions, previews
from crm.sla.decisions import DayOverlaps, DayStillAhead, NoOpeningAhead
from crm.sla.effects import MovedClock
from crm.sla.forms.days import PastDayForm
from crm.sla.views.opening_hours import business_day, refusal_words
from crm.sla.words import CLOCK_NAMES, due_words

bp = Blueprint("past_days", __name__, url_prefix="/settings/past-days")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def past_day_page() -> ResponseReturnValue:
    """Show how a past date is to be corrected, and which clocks that would touch."""
    if not request.args.get("on"):
        return _page(PastDayForm(formdata=None))
    form = PastDayForm(formdata=request.args, meta={"csrf": False})
    form.reason.validators = ()
    decision = form.decision() if form.validate() else None
    if decision is None:
        return _page(form, 422)
    now = clock.now()
    if form.on.data >= business_day(now):
        form.on.errors = [gettext(DayStillAhead().sentence)]
        return _page(form, 422)
    try:
        touched = previews.touched_by_past_day(form.on.data, decision, now=now)
    except (DayOverlaps, NoOpeningAhead) as refusal:
        return _page(form, 422, refusal=refusal_words(refusal))
    shown = PastDayForm(formdata=None, data={name: form[name].data for name in ("on", "kind", "hours", "name")})
    return _page(shown, touched=touched)


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def correct_past_day() -> ResponseReturnValue:
    """Correct a past date; the breaches it removes become excused."""
    now, form = clock.now(), PastDayForm()
    decision = form.decision() if form.validate() else None
    if decision is None:
        return _page(form, 422, touched=_touched(form))
    today, by_id = business_day(now), current_user.id

    def make() -> str:
        actions.correct_past_day(form.on.data, decision, today=today, by_id=by_id, now=now)
        return url_for("opening_hours.opening_hours_page", _anchor="days")

    try:
        address = once(form.form_key.data, now, make)
    except (DayStillAhead, DayOverlaps, NoOpeningAhead) as refusal:
        db.session.rollback()
        return _page(form, 422, refusal=refusal_words(refusal))
    db.session.commit()
    return redirect(address, code=303)


def _touched(form: PastDayForm) -> list[MovedClock] | None:
    """Return the clocks that what was typed would touch; None where that cannot be read."""
    now = clock.now()
    decision = form.decision() if form.on.data is not None else None
    if decision is None or form.on.data >= business_day(now):
        return None
    try:
        return previews.touched_by_past_day(form.on.data, decision, now=now)
    except (DayOverlaps, NoOpeningAhead):
        return None


def _page(form: PastDayForm, status: int = 200, **context: Any) -> ResponseReturnValue:
    context.setdefault("touched", None)
    now = clock.now()
    return render_template(
        "sla/past_days.html", form=form, now=now, due_words=due_words, clock_kind_names=CLOCK_NAMES, **context
    ), status
