"""What the complaint page needs, gathered once for the page and for the part that a step answers with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.complaints import rules, words
from crm.complaints.actions.recording import Writing
from crm.complaints.clock_words import ClockView, clock_view, due_text
from crm.complaints.forms import steps as forms
from crm.complaints.forms.steps import StepForm
from crm.complaints.models import ComplaintEvent, Remedy
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.queries.pages import Purse, Rows, people_and_categories, preventive_actions_of, purse, remedies_of
from crm.complaints.rules import EventKind, NextStep, Status
from crm.complaints.slips import slip_text
from crm.extensions import db
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.clock import local_date
from crm.shared.errors import Refused
from crm.shared.forms import BaseForm, once
from crm.shared.htmx import answer, is_htmx
from crm.shared.translating import gettext
from crm.shared.zones import zone_named
from crm.sla.queries import named_holidays
from crm.sla.rules import UNREACHABLE_AT

STEP_FORMS: dict[str, type[StepForm]] = {
    each.step: each
    for each in (
        forms.ConversationForm,
        forms.NoteForm,
        forms.InvestigateForm,
        forms.AssignForm,
        forms.SeverityForm,
        forms.CategoryForm,
        forms.PromiseForm,
        forms.PauseForm,
        forms.RemedyForm,
        forms.ResolveForm,
        forms.FollowUpForm,
        forms.ReopenForm,
        forms.WithdrawForm,
        forms.ReferenceForm,
        forms.DuplicateForm,
        forms.CorrectForm,
        forms.ExcuseForm,
    )
}
# The form behind the one obvious next step; the others are buttons in their own panels.
_NEXT_FORMS = {
    NextStep.ANSWER: "conversation",
    NextStep.INVESTIGATE: "investigate",
    NextStep.OFFER_REMEDY: "offer-remedy",
    NextStep.RESOLVE: "resolve",
    NextStep.FOLLOW_UP: "follow-up",
}


@dataclass(frozen=True)
class StoryLine:
    """One event as the story tells it."""

    event: ComplaintEvent
    line: str
    icon: str
    is_turn: bool
    is_internal: bool
    is_waiting: bool
    is_correctable: bool


def found_case(complaint_id: int) -> Case:
    """Return a complaint with its events, or answer 404."""
    return case_of(complaint_id) or abort(404)


def writing_of(form: StepForm, now: datetime) -> Writing:
    """Return who writes, and on which version."""
    return Writing(by_id=current_user.id, role=current_user.role, now=now, version=form.version.data)


def step_form(kind: type[StepForm], case: Case, rows: Rows, now: datetime, **given: Any) -> StepForm:
    """Return a form of a step, as sent or with what holds now."""
    return kind(complaint=case.complaint, rows=rows, now=now, zone=the_business().time_zone, **given)


Act = Callable[[Case, Any, Writing], object]


def take(complaint_id: int, kind: type[StepForm], act: Act) -> ResponseReturnValue:
    """Take one step: its form, its action, one commit; what was typed stays when it is refused."""
    now, case = clock.now(), found_case(complaint_id)
    form = step_form(kind, case, people_and_categories(), now)
    if not form.validate():
        return complaint_answer(case, now, 422, form=form)
    address = complaint_url(complaint_id)
    try:
        once(form.form_key.data, now, lambda: _acted(act, case, form, writing_of(form, now), address))
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _refused(complaint_id, form, refusal, now)
    return answer("complaints/_complaint.html", address, **_if_htmx(case, now))


def _acted(act: Act, case: Case, form: StepForm, writing: Writing, address: str) -> str:
    act(case, form, writing)
    return address


def _refused(complaint_id: int, form: StepForm, refusal: Refused, now: datetime) -> ResponseReturnValue:
    """Show what stands now beside what was typed; saved again, it is judged against that."""
    case, seen = found_case(complaint_id), form.version.data
    news = case.events[seen:] if seen is not None and refusal.status == 409 else []
    form.version.data = case.complaint.version
    told = said_above(form, refusal)
    is_too_early = isinstance(refusal, rules.BeforeComplaint)
    return complaint_answer(
        case,
        now,
        refusal.status,
        form=form,
        refusal=told,
        news=news,
        first_event=case.events[0] if is_too_early else None,
    )


def said_above(form: BaseForm, refusal: Refused) -> str:
    """Return what is said of a refusal above its form; a reason that is missing is asked for in its field."""
    told = gettext(refusal.sentence)
    if not isinstance(refusal, rules.ReasonNeeded) or "reason" not in form:
        return told
    form["reason"].errors = [told]
    return ""


def _if_htmx(case: Case, now: datetime) -> dict[str, Any]:
    if not is_htmx():
        return {}
    fresh = case_of(case.complaint.id) or case
    return complaint_context(fresh, now)


def complaint_answer(case: Case, now: datetime, status: int, **given: Any) -> ResponseReturnValue:
    """Answer with the complaint: its part under htmx, else its page."""
    template = "complaints/_complaint.html" if is_htmx() else "complaints/complaint.html"
    return render_template(template, **complaint_context(case, now, **given)), status


def complaint_url(complaint_id: int) -> str:
    """Return the address of a complaint."""
    return url_for("complaints.complaint_page", complaint_id=complaint_id)


def complaint_context(
    case: Case,
    now: datetime,
    *,
    form: StepForm | None = None,
    refusal: str = "",
    news: Sequence[ComplaintEvent] = (),
    first_event: ComplaintEvent | None = None,
) -> dict[str, Any]:
    """Return everything that complaints/_complaint.html needs; `first_event` is one that may have to be put right."""
    rows = people_and_categories()
    shown = form if form is not None and not form.is_button else _asked_form(case, rows, now)
    standing, names = case.standing, rows.names
    next_step = rules.next_step(standing)
    views, money = clock_views(case, now), _purse_context(case, now)
    return {
        "case": case,
        "complaint": case.complaint,
        "standing": standing,
        "now": now,
        "today": local_date(now, the_business().time_zone),
        "form": shown,
        "refusal": refusal,
        "first_event": first_event,
        "news": [(event, words.event_line(event, names)) for event in news],
        "clocks": views,
        "story": story_lines(case, names),
        "steps": rules.STEPS,
        "next_step": next_step,
        "next_form": _NEXT_FORMS.get(next_step, ""),
        "is_theirs": next_step is not NextStep.DECIDE or _has_decision(money),
        "slip": slip_text(case, now),
        "words": words,
        "due_text": due_text,
        "NextStep": NextStep,
        **money,
        **_more(case),
    }


def _asked_form(case: Case, rows: Rows, now: datetime) -> StepForm | None:
    """Return the form that the address asks for, else that of the conversation while the complaint is open."""
    asked = request.args.get("do", "") if request.method == "GET" else ""
    kind = STEP_FORMS.get(asked)
    if kind is None:
        is_ended = case.standing.status in rules.ENDS_WITHOUT_REMEDY or case.complaint.closed_at is not None
        return None if is_ended else step_form(forms.ConversationForm, case, rows, now, formdata=None)
    form = step_form(kind, case, rows, now, formdata=None)
    event_id = request.args.get("event", type=number_in_address)
    if event_id is not None and "event_id" in form:
        form.event_id.data = event_id
        if "clock" in form:
            form.clock.data = request.args.get("clock", "")
        if isinstance(form, forms.CorrectForm):
            form.channel.data = next(
                (each.channel for each in rules.corrected(case.happenings) if each.id == event_id), ""
            )
    return form


def clock_views(case: Case, now: datetime) -> list[ClockView]:
    """Return the clocks of a complaint as its rows read: those that run first, by what is due."""
    events, holidays = {event.id: event for event in case.events}, named_holidays()
    clocks = sorted(case.derivation.clocks, key=lambda each: (not each.is_running, -each.cycle))
    severity = case.complaint.severity
    views = [clock_view(each, events, severity, holidays.get(each.calendar_version, {}), now) for each in clocks]
    return sorted(views, key=lambda view: (not view.pill.ticks, -view.cycle, view.due_at or UNREACHABLE_AT))


def story_lines(case: Case, names: words.Names) -> list[StoryLine]:
    """Return the events as the story tells them, the first one first."""
    return [
        StoryLine(
            event=event,
            line=words.event_line(event, names),
            icon=words.event_icon(event),
            is_turn=event.kind in words.CONVERSATION,
            is_internal=event.kind == EventKind.NOTED,
            is_waiting=event.id in case.standing.messages,
            is_correctable=event.kind in words.CORRECTABLE,
        )
        for event in case.events
    ]


def _purse_context(case: Case, now: datetime) -> dict[str, Any]:
    """Return what the recovery purse shows; read only where remedies matter."""
    has_remedies = any(event.kind == EventKind.REMEDY_OFFERED for event in case.events)
    remedies = remedies_of(case.complaint.id) if has_remedies else []
    if case.standing.is_over and not case.standing.approvals:
        return {"remedies": remedies, "purse": None, "may_decide": lambda remedy: False}
    held = purse(_month_start(now))
    return {
        "remedies": remedies,
        "purse": held,
        "budget_left": rules.budget_left(held.budget, held.spent),
        "own_limits": _own_limits(held),
        "may_decide": lambda remedy: _may_decide(remedy, held),
    }


def _has_decision(money: dict[str, Any]) -> bool:
    """Tell whether a remedy waits for a yes or no of the person who looks."""
    waiting = [each for each in money["remedies"] if each.needs_approval and each.decided_at is None]
    return any(money["may_decide"](each) for each in waiting)


def _own_limits(held: Purse) -> dict[str, Decimal] | None:
    """Return what the person may give at once by kind of remedy; None for anything."""
    kinds = [kind for kind in rules.RemedyKind if kind not in rules.SPOKEN]
    limits = {kind.value: rules.authority_limit(current_user.role, kind, held.limits) for kind in kinds}
    return {kind: limit for kind, limit in limits.items() if limit} if None not in limits.values() else None


def _may_decide(remedy: Remedy, held: Purse) -> bool:
    return rules.may_decide(current_user.role, remedy.kind, remedy.cost, held.limits)


def _month_start(now: datetime) -> datetime:
    there = now.astimezone(zone_named(the_business().time_zone))
    return there.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _more(case: Case) -> dict[str, Any]:
    """Return what belongs to the complaint elsewhere."""
    has_action = any(event.details.get("preventive_action_id") for event in case.events)
    kinds = {EventKind.LINKED, EventKind.TOOK_IN, EventKind.DUPLICATE}
    related = {event.details["complaint_id"] for event in case.events if event.kind in kinds}
    return {
        "preventions": preventive_actions_of(case.complaint.id) if has_action else [],
        "related": sorted(related),
        "Status": Status,
    }
