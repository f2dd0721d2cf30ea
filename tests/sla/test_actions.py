"""Appending versions: each change one event, earlier versions untouched, later ones kept in step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.extensions import db
from crm.shared.models import AuditEvent
from crm.sla import actions, history, previews, queries
from crm.sla.decisions import DayDecision, DayOverlaps, DayStillAhead, NoOpeningAhead, PastDay, SettingsChanged
from crm.sla.history import CaseClock
from crm.sla.models import CalendarVersion, PolicyVersion
from crm.sla.rules import Clock, ClockKind, CountingMode, Policy, SlaTarget

TODAY = date(2026, 6, 12)
CLOSED = DayDecision([], "Holiday", "Forgotten")
WEEK = {str(day): [["09:00", "20:00"]] if day < 6 else [] for day in range(7)}
STRICT = Policy(response={**Policy().response, "text": SlaTarget(CountingMode.OPEN_HOURS, timedelta(minutes=30))})


class Book:
    """Clocks of a domain that notes what is asked of it."""

    def __init__(self) -> None:
        """Start without clocks."""
        self.clocks: list[CaseClock] = []
        self.applied: list[tuple[list[int], str]] = []
        self.excused: list[tuple[list[str], str, int | None]] = []

    def clocks_since(self, since: datetime) -> Sequence[CaseClock]:
        """Return the clocks that run or stopped since."""
        return [each for each in self.clocks if each.clock.stopped_at is None or each.clock.stopped_at >= since]

    def apply_new_terms(self, case_ids: Sequence[int], *, reason: str, by_id: int | None, now: datetime) -> None:
        """Note the cases."""
        self.applied.append((list(case_ids), reason))

    def excuse(self, broken: Sequence[CaseClock], *, reason: str, by_id: int | None, now: datetime) -> None:
        """Note the breaches."""
        self.excused.append(([each.reference for each in broken], reason, by_id))

    def add(self, started_at: datetime, stopped_at: datetime | None = None, **given: object) -> CaseClock:
        """Add a clock of a text message on the present terms."""
        calendar = queries.calendar_at(started_at)
        assert calendar is not None
        number = len(self.clocks) + 1
        values: dict[str, object] = {"target": Policy().response["text"], "channel": "text", "stopped_at": stopped_at}
        clock = Clock(ClockKind.FIRST_RESPONSE, started_at, calendar, **(values | given))  # type: ignore[arg-type]
        self.clocks.append(CaseClock(clock, number, f"C-{1000 + number}", f"/complaints/{number}", "normal"))
        return self.clocks[-1]


@pytest.fixture
def book(owner: Staff) -> Iterator[Book]:
    """A domain that runs clocks, in place of the real one."""
    real, made = history.clock_book(), Book()
    history.register_clock_book(made)
    yield made
    history.register_clock_book(real)


def _events() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def _ids(model: type[CalendarVersion | PolicyVersion]) -> list[int]:
    return list(db.session.scalars(select(model.id).order_by(model.id)))


def test_new_hours_are_one_version_and_one_event(owner: Staff, now: datetime) -> None:
    before, events = _ids(CalendarVersion), _events()
    version = actions.change_opening_hours("Asia/Kolkata", WEEK, valid_from=now, by_id=owner.id, now=now)
    assert _ids(CalendarVersion) == [*before, version.id]
    assert _events() == [*events, "calendar.changed"]
    with pytest.raises(SettingsChanged):
        actions.change_opening_hours("Asia/Kolkata", WEEK, valid_from=now, by_id=owner.id, now=now, seen=before[0])


def test_hours_that_never_open_soon_are_refused(owner: Staff, now: datetime) -> None:
    before = _ids(CalendarVersion)
    with pytest.raises(NoOpeningAhead):
        actions.change_opening_hours("Asia/Kolkata", {}, valid_from=now, by_id=None, now=now)
    closed = {TODAY + timedelta(days=days): CLOSED for days in range(62)}
    with pytest.raises(NoOpeningAhead):
        actions.decide_days(closed, today=TODAY, by_id=None, now=now)
    closed.pop(TODAY + timedelta(days=59))
    assert (TODAY + timedelta(days=59)).weekday() != 6
    assert _ids(CalendarVersion) == before
    actions.decide_days(closed, today=TODAY, by_id=None, now=now)


def test_a_decided_date_reaches_the_later_versions_too(owner: Staff, now: datetime) -> None:
    later_from = queries.start_of_day(date(2026, 7, 1))
    actions.change_opening_hours("Asia/Kolkata", WEEK, valid_from=later_from, by_id=None, now=now)
    events = _events()
    on = date(2026, 8, 15)
    actions.decide_days({on: CLOSED}, today=TODAY, by_id=owner.id, now=now)
    assert _events() == [*events, "calendar.days_decided"]
    for at in (now, later_from):
        calendar = queries.calendar_at(at)
        assert calendar is not None and calendar.periods_on(on) == ()
    earlier = queries.calendar_at(now - timedelta(seconds=1))
    assert earlier is not None and earlier.periods_on(on) != ()
    actions.withdraw_day(on, today=TODAY, by_id=owner.id, now=now + timedelta(minutes=1))
    calendar = queries.calendar_at(later_from)
    assert calendar is not None and calendar.periods_on(on) != ()


def test_days_that_are_over_or_overlap_are_refused(owner: Staff, now: datetime) -> None:
    yesterday, monday = TODAY - timedelta(days=1), TODAY + timedelta(days=3)
    with pytest.raises(PastDay):
        actions.decide_days({yesterday: CLOSED}, today=TODAY, by_id=None, now=now)
    with pytest.raises(PastDay):
        actions.withdraw_day(yesterday, today=TODAY, by_id=None, now=now)
    with pytest.raises(DayStillAhead):
        actions.correct_past_day(TODAY, CLOSED, today=TODAY, by_id=None, now=now)
    with pytest.raises(DayOverlaps) as refusal:
        actions.decide_days({monday: DayDecision([["20:00", "10:00"]])}, today=TODAY, by_id=None, now=now)
    assert refusal.value.on == monday


def test_correcting_the_past_excuses_what_only_seemed_broken(book: Book, owner: Staff, now: datetime) -> None:
    monday = date(2026, 6, 8)
    noon = datetime(2026, 6, 8, 6, 30, tzinfo=now.tzinfo)
    next_morning = noon + timedelta(hours=21, minutes=30)
    broken = book.add(noon, next_morning)
    book.add(noon, noon + timedelta(minutes=5))
    far_too_late = book.add(noon, noon + timedelta(days=3))
    book.add(noon + timedelta(days=1), noon + timedelta(days=2))
    events, before = _events(), _ids(CalendarVersion)
    touched = actions.correct_past_day(monday, CLOSED, today=TODAY, by_id=owner.id, now=now)
    assert [each.case.reference for each in touched] == ["C-1001", "C-1002", "C-1003"]
    assert [each.removes_breach for each in touched] == [True, False, False]
    assert touched[0].case is broken and touched[2].case is far_too_late
    assert book.excused == [(["C-1001"], "Forgotten", owner.id)] and book.applied == []
    assert _events() == [*events, "calendar.past_corrected"]
    assert len(_ids(CalendarVersion)) == len(before) + 1
    calendar = queries.calendar_at(noon)
    assert calendar is not None and calendar.periods_on(monday) == ()


def test_a_breach_that_is_excused_already_is_not_excused_again(book: Book, owner: Staff, now: datetime) -> None:
    noon = datetime(2026, 6, 8, 6, 30, tzinfo=now.tzinfo)
    book.add(noon, noon + timedelta(hours=21), excused_at=noon + timedelta(days=1))
    actions.correct_past_day(date(2026, 6, 8), CLOSED, today=TODAY, by_id=owner.id, now=now)
    assert book.excused == []


def test_new_targets_move_running_clocks_only_if_asked(book: Book, owner: Staff, now: datetime) -> None:
    running, overdue = book.add(now - timedelta(minutes=10)), book.add(now - timedelta(days=2))
    moved = previews.moved_by_present_terms(now, STRICT)
    assert [each.case for each in moved] == [running]
    assert overdue not in [each.case for each in moved]
    actions.change_targets(STRICT, valid_from=now, by_id=owner.id, now=now)
    assert book.applied == []
    events = _events()
    assert actions.apply_terms_to_running(reason="For all", by_id=owner.id, now=now) == moved
    assert book.applied == [([running.case_id], "For all")]
    assert _events() == [*events, "clocks.terms_applied"]


def test_ticked_they_move_with_the_new_targets(book: Book, owner: Staff, now: datetime) -> None:
    running = book.add(now - timedelta(minutes=10))
    seen = queries.newest_id(PolicyVersion)
    actions.change_targets(STRICT, valid_from=now, by_id=owner.id, now=now, seen=seen, applies_to_running=True)
    assert book.applied == [([running.case_id], "")]
    with pytest.raises(SettingsChanged):
        actions.change_targets(STRICT, valid_from=now, by_id=owner.id, now=now, seen=seen)


def test_without_clocks_there_is_nothing_to_replay(owner: Staff, now: datetime) -> None:
    real = history.clock_book()
    history.register_clock_book(history._NoClocks())
    try:
        [(_change, rehearsal)] = previews.rehearsals(STRICT, now, now)
        assert rehearsal.total == 0
        assert actions.apply_terms_to_running(reason="", by_id=None, now=now) == []
    finally:
        history.register_clock_book(real)


def test_stored_targets_come_back_as_they_were(owner: Staff, now: datetime) -> None:
    actions.change_targets(STRICT, valid_from=now, by_id=owner.id, now=now)
    assert queries.policy_at(now) == STRICT
