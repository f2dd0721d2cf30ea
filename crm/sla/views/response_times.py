"""Response times: the targets as sentences, changing them after a rehearsal, trying them out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.queries import the_business
from crm.contacts.rules import Channel
from crm.extensions import db
from crm.shared import clock
from crm.shared.forms import once
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext
from crm.shared.zones import zone_named
from crm.sla import actions, listings, previews, queries
from crm.sla.decisions import SettingsChanged
from crm.sla.effects import TargetKind, target_changes
from crm.sla.forms.targets import TargetsForm, TrialForm
from crm.sla.models import PolicyVersion
from crm.sla.rules import ClosedCalendarError, Policy, UnreachableDeadlineError, due_at, explain
from crm.sla.views.opening_hours import business_day
from crm.sla.words import (
    CLOCK_NAMES,
    SEVERITY_NAMES,
    due_words,
    example_words,
    explanation_lines,
    rehearsal_words,
    row_name,
    target_words,
)

bp = Blueprint("response_times", __name__, url_prefix="/settings/response-times")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def response_times_page() -> ResponseReturnValue:
    """Show every target as a sentence with an example for now, and explain one that is tried."""
    now = clock.now()
    policy, calendar = queries.policy_at(now), queries.calendar_at(now)
    form = TrialForm(formdata=request.args if "at" in request.args else None)
    local_now = now.astimezone(zone_named(the_business().time_zone)).replace(tzinfo=None)
    if "at" not in request.args:
        form.at.data = local_now.replace(second=0, microsecond=0)
    return render_template(
        "sla/response_times.html",
        kinds=[
            (TargetKind.RESPONSE, [(each.value, policy.response[each]) for each in Channel]),
            (TargetKind.RESOLUTION, [(each.value, policy.resolution[each]) for each in SEVERITY_NAMES]),
        ],
        calendar=calendar,
        now=now,
        trial_form=form,
        lines=_trial(form, policy),
        later=[(each, _changes_of(each)) for each in listings.targets_to_come(now)],
        row_name=row_name,
        example_words=example_words,
        target_words=target_words,
    )


def _changes_of(version: PolicyVersion) -> list[Any]:
    return target_changes(queries.policy_at(clock.now()), queries.policy_of(version))


def _trial(form: TrialForm, policy: Policy) -> list[str]:
    """Return the explanation of what was tried, line by line; none before anything was."""
    if "at" not in request.args or not form.validate():
        return []
    zone = zone_named(the_business().time_zone)
    start = form.at.data.replace(tzinfo=zone)
    version = queries.calendar_version_at(start)
    if version is None:
        return []
    target, calendar = form.chosen(policy), queries.calendar_of(version)
    try:
        due_at(start, target, calendar)
    except (ClosedCalendarError, UnreachableDeadlineError) as error:
        return [gettext(str(error))]
    return list(explanation_lines(explain(start, target, calendar, holiday_names=queries.holiday_names(version))))


@bp.get("/targets")
@requires(Permission.CHANGE_SETTINGS)
def targets_page() -> ResponseReturnValue:
    """Show the form that changes targets; it leads to the rehearsal."""
    form = TargetsForm(formdata=None)
    form.fill(queries.policy_at(clock.now()), queries.newest_id(PolicyVersion))
    return _targets(form)


@bp.get("/rehearsal")
@requires(Permission.CHANGE_SETTINGS)
def rehearsal_page() -> ResponseReturnValue:
    """Replay the last 90 days against the targets that were typed, before they are saved (rule 22)."""
    form = TargetsForm(formdata=request.args, meta={"csrf": False})
    wanted = _wanted(form)
    if wanted is None:
        return _targets(form, 422)
    return _rehearsal(form, *wanted)


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Save the targets as a new version."""
    now, form = clock.now(), TargetsForm()
    wanted = _wanted(form)
    if wanted is None:
        return _targets(form, 422)
    policy, valid_from = wanted
    applies = bool(form.applies_to_running.data) and valid_from <= now

    def make() -> str:
        by_id, seen = current_user.id, form.seen.data
        actions.change_targets(
            policy, valid_from=valid_from, by_id=by_id, now=now, seen=seen, applies_to_running=applies
        )
        return url_for("response_times.response_times_page")

    try:
        address = once(form.form_key.data, now, make)
    except SettingsChanged as refusal:
        db.session.rollback()
        return _rehearsal(form, policy, valid_from, 409, refusal=gettext(refusal.sentence))
    db.session.commit()
    return redirect(address, code=303)


def _wanted(form: Any) -> tuple[Policy, datetime] | None:
    """Return the targets that were typed and from when they hold; None with sentences beside the fields."""
    now = clock.now()
    is_valid, policy, is_later = form.validate(), None, form.starts_later(business_day(now))
    if is_valid:
        policy = form.policy()
    if policy is None or is_later is None:
        return None
    return policy, queries.start_of_day(form.valid_from.data) if is_later else now


def _targets(form: Any, status: int = 200) -> ResponseReturnValue:
    return render_template("sla/targets.html", form=form, kinds=list(TargetKind)), status


def _rehearsal(form: Any, policy: Policy, valid_from: datetime, status: int = 200, **context: Any) -> Any:
    now = clock.now()
    is_later = valid_from > now
    return render_template(
        "sla/rehearsal.html",
        form=TargetsForm(formdata=None),
        typed=_typed(form),
        rehearsals=previews.rehearsals(policy, valid_from, now),
        moved=[] if is_later else previews.moved_by_present_terms(now, policy),
        is_later=is_later,
        valid_from=valid_from,
        now=now,
        due_words=due_words,
        clock_kind_names=CLOCK_NAMES,
        rehearsal_words=rehearsal_words,
        row_name=row_name,
        target_words=target_words,
        **context,
    ), status


def _typed(form: Any) -> list[tuple[str, str]]:
    """Return what was typed as hidden fields of the form that saves it."""
    given = request.form if request.method == "POST" else request.args
    left_out = {"csrf_token", "applies_to_running", "seen"}
    pairs = [(name, value) for name, value in given.items() if name not in left_out]
    seen = queries.newest_id(PolicyVersion) if request.method == "POST" else form.seen.data
    return [*pairs, ("seen", str(seen or 0))]
