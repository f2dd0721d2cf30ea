"""Past and running clocks of complaints in the settings of response times: rehearsed, moved, excused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints import clock_history
from crm.complaints.actions import ending
from crm.complaints.actions.recording import EventDraft, add_event
from crm.complaints.models import ComplaintClock, ComplaintEvent
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.rules import EventKind
from crm.extensions import db
from crm.shared.models import AuditEvent
from crm.sla import actions, previews, queries
from crm.sla.decisions import DayDecision
from crm.sla.history import clock_book
from crm.sla.rules import ClockKind, CountingMode, Policy, SlaTarget, clock_state
from tests.client import PageClient
from tests.factories.complaints import by, make_case
from tests.sla.typed_targets import typed_targets

HALF_HOUR = SlaTarget(CountingMode.OPEN_HOURS, timedelta(minutes=30))
STRICT = Policy(response={**Policy().response, "text": HALF_HOUR})


@pytest.fixture(autouse=True)
def book(session: object) -> None:
    """Let the settings see the clocks of complaints."""
    clock_history.register()


def _at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def _answered(owner: Staff, now: datetime, *, days_ago: int, after: timedelta) -> Case:
    """Make a complaint by text message of some days ago that was answered after a while."""
    received = now - timedelta(days=days_ago)
    with _at(received):
        case = make_case(owner)
    draft = EventDraft(channel="text", direction="out", is_seen_by_customer=True, text="We look into it.")
    add_event(case, EventKind.SAID, draft, by_id=owner.id, now=received + after)
    return case


def _stored(case: Case, kind: ClockKind = ClockKind.FIRST_RESPONSE) -> ComplaintClock:
    where = (ComplaintClock.complaint_id == case.complaint.id, ComplaintClock.kind == kind)
    return db.session.scalars(select(ComplaintClock).where(*where).execution_options(populate_existing=True)).one()


def test_rehearsal_replays_the_last_90_days(owner: Staff, now: datetime) -> None:
    _answered(owner, now, days_ago=3, after=timedelta(minutes=20))
    _answered(owner, now, days_ago=4, after=timedelta(minutes=45))
    _answered(owner, now, days_ago=7, after=timedelta(hours=3))
    _answered(owner, now, days_ago=100, after=timedelta(hours=3))
    [(change, rehearsal)] = previews.rehearsals(STRICT, now, now)
    assert change.name == "text"
    assert (rehearsal.total, rehearsal.late_before, rehearsal.late_after) == (3, 1, 2)


def test_the_rehearsal_page_says_it_and_saving_moves_nothing_unasked(
    as_owner: PageClient, owner: Staff, now: datetime
) -> None:
    _answered(owner, now, days_ago=4, after=timedelta(minutes=45))
    with _at(now - timedelta(minutes=10)):
        case = make_case(owner)
    due = _stored(case).due_at
    typed = typed_targets(**{"response_text-length": "30", "response_text-unit": "minutes"})
    page = as_owner.get("/settings/response-times/rehearsal", query_string=typed).text
    assert "1 of 1 text messages would have been late instead of 0." in page
    assert case.complaint.reference in page and "Apply to the running clocks too" in page
    as_owner.post("/settings/response-times", typed)
    assert _stored(case).due_at == due
    page = as_owner.get("/settings/running-clocks").text
    assert case.complaint.reference in page
    as_owner.post("/settings/running-clocks", {"reason": ""}, status=422)
    as_owner.post("/settings/running-clocks", {"reason": "One promise for all"})
    assert _stored(case).due_at == now + timedelta(minutes=20)
    assert case.complaint.reference not in as_owner.get("/settings/running-clocks").text


def test_ticked_the_running_clocks_move_as_the_preview_says(as_owner: PageClient, owner: Staff, now: datetime) -> None:
    with _at(now - timedelta(minutes=10)):
        case = make_case(owner)
    [moved] = previews.moved_by_present_terms(now, STRICT)
    typed = typed_targets(**{"response_text-length": "30", "response_text-unit": "minutes", "applies_to_running": "y"})
    as_owner.post("/settings/response-times", typed)
    assert _stored(case).due_at == moved.new_due_at == now + timedelta(minutes=20)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "targets.changed")).one()
    assert event.details["moved"] == 1


def test_a_forgotten_holiday_excuses_the_breach_and_keeps_the_times(
    as_owner: PageClient, owner: Staff, now: datetime
) -> None:
    case = _answered(owner, now, days_ago=4, after=timedelta(hours=17))
    before = _stored(case)
    assert before.result == "met_late"
    due, stopped = before.due_at, before.stopped_at
    on = before.started_at.date()
    form = {"on": on.isoformat(), "kind": "closed", "name": "Local holiday"}
    page = as_owner.get("/settings/past-days", query_string=form).text
    assert "becomes excused</span>" in page and case.complaint.reference in page
    as_owner.post("/settings/past-days", form | {"reason": "The town was closed"})
    after = _stored(case)
    assert (after.result, after.due_at, after.stopped_at) == ("excused", due, stopped)
    noted = db.session.scalars(select(ComplaintEvent).where(ComplaintEvent.kind == EventKind.EXCUSED)).one()
    assert (noted.reason, noted.actor_id) == ("The town was closed", owner.id)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "calendar.past_corrected")).one()
    assert event.details == {"day": on.isoformat(), "excused": 1}


def test_a_correction_of_the_past_leaves_other_stopped_clocks_alone(owner: Staff, now: datetime) -> None:
    case = _answered(owner, now, days_ago=4, after=timedelta(minutes=45))
    before = (_stored(case).due_at, _stored(case).result)
    on = date(2026, 6, 8)
    decision = DayDecision([], "Local holiday", "The town was closed")
    actions.correct_past_day(on, decision, today=date(2026, 6, 12), by_id=owner.id, now=now)
    fresh = case_of(case.complaint.id)
    assert fresh is not None
    [clock] = [each for each in fresh.derivation.clocks if each.kind is ClockKind.FIRST_RESPONSE]
    assert (_stored(case).due_at, _stored(case).result) == before
    assert clock_state(clock, now) == before[1]
    calendar = queries.calendar_at(now)
    assert calendar is not None and calendar.periods_on(on) == ()


def test_clocks_are_read_with_few_queries(owner: Staff, now: datetime) -> None:
    for days_ago in range(3, 9):
        _answered(owner, now, days_ago=days_ago, after=timedelta(minutes=20))
    found = clock_book().clocks_since(now - timedelta(days=90))
    assert len(found) == 12
    assert {each.severity for each in found} == {"high"}
    assert db.session.scalar(select(func.count()).select_from(ComplaintClock)) == 12


FLOOD = (date(2026, 6, 8), date(2026, 6, 9))  # Monday and Tuesday


@pytest.mark.parametrize("days", [FLOOD, FLOOD[::-1]])
def test_the_order_of_corrections_does_not_matter(owner: Staff, now: datetime, days: tuple[date, date]) -> None:
    """Received on Monday at 16:30, answered on Wednesday at 10:30: kept, if two days were closed."""
    case = _answered(owner, now, days_ago=4, after=timedelta(hours=42))
    decision = DayDecision([], "Flood", "Everything was under water")
    removed = [
        [each.removes_breach for each in actions.correct_past_day(on, decision, today=now.date(), by_id=None, now=now)]
        for on in days
    ]
    assert _stored(case).result == "excused"
    assert any(removed[1]) and not any(removed[0])


def test_a_day_put_right_twice_counts_as_it_was_said_last(owner: Staff, now: datetime) -> None:
    case = _answered(owner, now, days_ago=4, after=timedelta(hours=17))
    with_lunch = DayDecision([["09:00", "13:00"], ["14:00", "20:00"]], "", "We had lunch")
    actions.correct_past_day(FLOOD[0], with_lunch, today=now.date(), by_id=None, now=now)
    assert queries.corrected_days()[FLOOD[0]] != ()
    actions.correct_past_day(FLOOD[0], DayDecision(None, "", "As usual"), today=now.date(), by_id=None, now=now)
    assert queries.corrected_days() == {FLOOD[0]: None}
    assert _stored(case).result == "met_late"


@pytest.mark.parametrize(("days", "result"), [(0.4, "excused"), (13, "met_late")])
def test_an_excuse_reaches_as_far_as_the_corrected_hours(owner: Staff, now: datetime, days: float, result: str) -> None:
    case = _answered(owner, now, days_ago=2, after=timedelta(minutes=5))  # high: due on Friday at 16:30
    at = now + timedelta(minutes=10)
    with _at(at):
        [change] = [
            each
            for each in actions.correct_past_day(
                date(2026, 6, 11), DayDecision([], "Flood", "x"), today=now.date(), by_id=None, now=at
            )
            if each.removes_breach
        ]
    assert _stored(case, ClockKind.RESOLUTION).result == "excused"
    assert _stored(case, ClockKind.RESOLUTION).alert_at == change.new_due_at
    with _at(now + timedelta(days=days)):
        fresh = case_of(case.complaint.id)
        assert fresh is not None
        ending.resolve(fresh, ending.Resolution(text="done"), by(owner))
    assert _stored(case, ClockKind.RESOLUTION).result == result
