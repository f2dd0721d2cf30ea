"""Broken promises: why each was due when it was, what happened, its cause, its excuse; and the week's review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.complaints import words as complaint_words
from crm.complaints.actions.recording import Writing
from crm.complaints.actions.steps import excuse
from crm.complaints.clock_words import explanation_lines
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.queries.pages import people_and_categories
from crm.extensions import db
from crm.reports import actions, words
from crm.reports.forms import CauseForm, ExcuseForm, WeekForm
from crm.reports.queries.breaches import excuses, week_of
from crm.reports.queries.clocks import ClockLine, clock_line, clock_lines
from crm.reports.rules import WEEK, BreachCause, SpanName, monday_of
from crm.reports.views.asked import asked_period
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.htmx import answer, is_htmx, local_path
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.sla.queries import named_holidays
from crm.sla.rules import ClockKind

bp = Blueprint("breaches", __name__, url_prefix="/review")


@bp.get("/breaches")
@requires(Permission.REVIEW)
def breaches_page() -> ResponseReturnValue:
    """Show broken promises with their causes, and whether the week can be closed."""
    asked = asked_period(SpanName.LAST_WEEK)
    page = clock_lines(asked.clocks(state="reviewed"), asked.now, request.args.get("place"))
    monday = monday_of(asked.span.first)
    is_week = asked.span.first == monday and (asked.span.last - monday).days == 6
    return render_template(
        "reports/breaches.html",
        asked=asked,
        page=page,
        excuses=excuses(page.rows),
        week=week_of(monday, asked.zone, asked.now) if is_week else None,
        is_over=asked.span.last < asked.today,
        cause_form=cause_form,
        week_form=WeekForm(formdata=None, monday=monday),
        now=asked.now,
        words=words,
    )


def cause_form(line: ClockLine) -> CauseForm:
    """Return the form of a line with the cause that it has; its ids are unique on the page."""
    return _of_line(CauseForm(formdata=None, cause=line.cause, note=line.note), line)


def _of_line(form: CauseForm, line: ClockLine) -> CauseForm:
    for field in (form.cause, form.note):
        field.id = f"{field.name}-{line.id}"
        field.label.field_id = field.id
    return form


@bp.post("/breaches/<int:clock_id>/cause")
@requires(Permission.REVIEW)
def name_cause(clock_id: int) -> ResponseReturnValue:
    """Name why a promise was broken."""
    now = clock.now()
    line, form = _found_line(clock_id), CauseForm()
    if not form.validate():
        return _refused(line, form, 422)
    try:
        actions.name_cause(line, BreachCause(form.cause.data), form.note.data, by_id=current_user.id, now=now)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        form.note.errors = [gettext(refusal.sentence)]
        return _refused(_found_line(clock_id), form, refusal.status)
    back = local_path(form.back.data, url_for("breaches.breach_page", clock_id=clock_id))
    line = _found_line(clock_id)
    return answer("reports/_breach_named.html", back, **_row_context(line), **_week_context(line))


def _refused(line: ClockLine, form: CauseForm, status: int) -> ResponseReturnValue:
    """Answer with the row of the list, or else the page of the promise, with the cause as it was sent."""
    if not is_htmx():
        return _breach(line, status, cause_form=form)
    refused = _of_line(form, line)
    return render_template("reports/_breach.html", **_row_context(line) | {"cause_form": lambda _line: refused}), status


def _row_context(line: ClockLine) -> dict[str, Any]:
    back = request.form.get("back", "")
    context = {"line": line, "excuses": excuses([line]), "cause_form": cause_form, "now": clock.now(), "back": back}
    return {**context, "words": words}


def _week_context(line: ClockLine) -> dict[str, Any]:
    """Return the week in which a promise was due, for its note above the list."""
    asked = asked_period()
    monday = monday_of(line.due_at.astimezone(asked.zone).date())
    week, form = week_of(monday, asked.zone, asked.now), WeekForm(formdata=None, monday=monday)
    return {"week": week, "week_form": form, "is_over": week.sunday < asked.today}


@bp.get("/breaches/<int:clock_id>")
@requires(Permission.REVIEW)
def breach_page(clock_id: int) -> ResponseReturnValue:
    """Show one promise: why it was due when it was, and what happened until it was kept."""
    return _breach(_found_line(clock_id), 200)


@bp.post("/breaches/<int:clock_id>/excuse")
@requires(Permission.REVIEW)
def excuse_breach(clock_id: int) -> ResponseReturnValue:
    """Excuse a broken promise, with a reason; the breach stays visible."""
    line, form = _found_line(clock_id), ExcuseForm()
    if not form.validate():
        return _breach(line, 422, excuse_form=form)
    writing = Writing(by_id=current_user.id, role=current_user.role, now=clock.now())
    try:
        excuse(_case(line), ClockKind(line.kind), line.event_id, form.reason.data, writing)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        form.reason.errors = [gettext(refusal.sentence)]
        return _breach(line, refusal.status, excuse_form=form)
    return redirect(url_for("breaches.breach_page", clock_id=clock_id), code=303)


@bp.post("/weeks/closing")
@requires(Permission.REVIEW)
def close_week() -> ResponseReturnValue:
    """Close the review of a week in which each breach has its cause."""
    form, asked = WeekForm(), asked_period()
    if not form.validate():
        abort(404)
    monday = monday_of(form.monday.data)
    week = week_of(monday, asked.zone, asked.now)
    actions.close_week(week, today=asked.today, by_id=current_user.id, now=asked.now)
    db.session.commit()
    days = {"from": monday.isoformat(), "to": (monday + WEEK - timedelta(days=1)).isoformat()}
    return redirect(f"{url_for('breaches.breaches_page')}?{urlencode(days)}", code=303)


def _found_line(clock_id: int) -> ClockLine:
    return clock_line(clock_id, clock.now()) or abort(404)


def _case(line: ClockLine) -> Case:
    return case_of(line.complaint_id) or abort(404)


def _breach(line: ClockLine, status: int, **forms: Any) -> ResponseReturnValue:
    """Answer with the page of one promise, with forms as sent where they were refused."""
    case, names = _case(line), people_and_categories().names
    known = {"cause_form": cause_form(line), "excuse_form": ExcuseForm(formdata=None), **forms}
    html = render_template(
        "reports/breach.html",
        line=line,
        excuse=excuses([line]).get(line.id),
        explanation=_explanation(case, line),
        story=[(event, complaint_words.event_line(event, names)) for event in case.events],
        now=clock.now(),
        words=words,
        **known,
    )
    return html, status


def _explanation(case: Case, line: ClockLine) -> tuple[str, ...]:
    """Return why a promise was due when it was, from the derived clock itself."""
    for each in case.derivation.clocks:
        if each.kind == line.kind and each.ref == str(line.event_id):
            return explanation_lines(each, named_holidays().get(each.calendar_version, {}))
    return ()
