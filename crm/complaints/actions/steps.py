"""The steps between opening and resolving: who is in charge, how urgent it is, promises, pauses, excuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from crm.accounts.queries import the_business
from crm.complaints import rules
from crm.complaints.actions.recording import EventDraft, Writing, write
from crm.complaints.models import ComplaintEvent
from crm.complaints.queries.cases import Case
from crm.complaints.queries.settings import recovery_settings
from crm.complaints.rules import EventKind, PauseReason
from crm.shared.clock import local_date
from crm.shared.zones import zone_named
from crm.sla.queries import calendar_at
from crm.sla.rules import ClockKind, UnreachableDeadlineError, is_broken, is_lowered, next_opening


def assign(case: Case, staff_id: int | None, writing: Writing) -> ComplaintEvent:
    """Put one person in charge; no clock moves (rule 16)."""
    details = {"before": case.complaint.in_charge_id, "after": staff_id}
    case.complaint.in_charge_id = staff_id
    return write(case, EventKind.ASSIGNED, EventDraft(details=details), writing)


def investigate(case: Case, text: str, writing: Writing) -> ComplaintEvent:
    """Begin to look into it; who begins is in charge if nobody is."""
    rules.check_investigate(case.standing)
    details = {}
    if case.complaint.in_charge_id is None:
        case.complaint.in_charge_id = writing.by_id
        details = {"in_charge_id": writing.by_id}
    return write(case, EventKind.INVESTIGATED, EventDraft(text=text, details=details), writing)


def change_severity(case: Case, severity: str, writing: Writing, *, reason: str = "") -> ComplaintEvent:
    """Make it more or less urgent; raise SameSeverity, or NotYours for lowering it at the front desk."""
    rules.check_open(case.standing)
    before, lowered = case.complaint.severity, is_lowered(case.complaint.severity, severity)
    rules.check_severity(before, severity, writing.role, is_lowered=lowered)
    case.complaint.severity = severity
    details = {"before": before, "after": severity}
    return write(case, EventKind.SEVERITY_CHANGED, EventDraft(reason=reason, details=details), writing)


def change_category(case: Case, category_id: int | None, title: str, writing: Writing) -> ComplaintEvent:
    """Sort it under another category, or give it a clearer title."""
    details = {"before": case.complaint.category_id, "after": category_id}
    case.complaint.category_id = category_id
    case.complaint.title = rules.title_of(title, case.complaint.words) or case.complaint.title
    return write(case, EventKind.CATEGORY_CHANGED, EventDraft(details=details), writing)


def promise(case: Case, text: str, due_at: datetime, writing: Writing) -> ComplaintEvent:
    """Note by when a person promised the customer a word; raise BadPromise for a time that has passed."""
    rules.check_promise(due_at, writing.now)
    details = {"due_at": due_at.isoformat()}
    draft = EventDraft(text=text, details=details, is_seen_by_customer=True)
    return write(case, EventKind.PROMISED, draft, writing)


def pause(case: Case, reason: PauseReason, resume_on: date, text: str, writing: Writing) -> ComplaintEvent:
    """Let the resolution wait until a day, no longer than the cap; raise BadResumeDate or AlreadyOver."""
    rules.check_open(case.standing)
    zone = the_business().time_zone
    cap_days = recovery_settings().pause_cap_days
    day = rules.resume_day(resume_on, local_date(writing.now, zone), cap_days)
    resume_at = min(_opening_on(day, zone), writing.now + timedelta(days=cap_days))
    details: dict[str, object] = {
        "reason": reason.value,
        "resume_on": day.isoformat(),
        "resume_at": resume_at.isoformat(),
    }
    details |= {"cap_days": cap_days}
    return write(case, EventKind.PAUSED, EventDraft(text=text, details=details), writing)


def _opening_on(day: date, zone: str) -> datetime:
    """Return when a day begins, or its first opening if one comes: then somebody is there to go on."""
    midnight = datetime.combine(day, time(0), zone_named(zone)).astimezone(UTC)
    calendar = calendar_at(midnight)
    try:
        return midnight if calendar is None else next_opening(midnight, calendar)
    except UnreachableDeadlineError:
        return midnight


def resume(case: Case, writing: Writing) -> ComplaintEvent:
    """Go on before the resume date; raise StepNotNow where nothing waits."""
    running = [clock for clock in case.derivation.clocks if clock.is_running]
    if not any(pause.holds(writing.now) for clock in running for pause in clock.pauses):
        raise rules.StepNotNow
    return write(case, EventKind.RESUMED, EventDraft(), writing)


def excuse(case: Case, kind: ClockKind, event_id: int, reason: str, writing: Writing) -> ComplaintEvent:
    """Excuse one broken promise, with a reason; the breach stays visible. Managers and the owner only."""
    if not rules.may_lower_severity(writing.role):
        raise rules.NotYours
    if not reason:
        raise rules.ReasonNeeded
    clocks = [each for each in case.derivation.clocks if each.kind is kind and each.ref == str(event_id)]
    if not clocks or not is_broken(clocks[0], writing.now):
        raise rules.StepNotNow
    details = {"clock": kind.value, "event_id": event_id}
    return write(case, EventKind.EXCUSED, EventDraft(reason=reason, details=details), writing)


def apply_new_terms(case: Case, reason: str, writing: Writing) -> ComplaintEvent:
    """Give the running clocks the targets and opening hours that hold now (rule 20)."""
    return write(case, EventKind.TERMS_APPLIED, EventDraft(reason=reason), writing)
