"""The clocks of complaints as the settings of response times see them: replayed, previewed, moved, excused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from crm.complaints.actions.recording import EventDraft, add_event
from crm.complaints.models import Complaint, ComplaintClock, ComplaintEvent
from crm.complaints.queries.cases import Case
from crm.complaints.rules import EventKind
from crm.extensions import db
from crm.sla.history import CaseClock, register_clock_book
from crm.sla.rules import Clock

_AT_ONCE = 500


class ComplaintClocks:
    """The clock book of complaints; every clock is derived again from the events."""

    def clocks_since(self, since: datetime) -> Sequence[CaseClock]:
        """Return the clocks that run now or stopped at or after an instant."""
        ended_late = or_(ComplaintClock.stopped_at.is_(None), ComplaintClock.stopped_at >= since)
        ids = db.session.scalars(select(ComplaintClock.complaint_id).where(ended_late).distinct()).all()
        return [
            _case_clock(case.complaint, clock)
            for case in _cases(ids)
            for clock in case.derivation.clocks
            if clock.stopped_at is None or clock.stopped_at >= since
        ]

    def apply_new_terms(self, case_ids: Sequence[int], *, reason: str, by_id: int | None, now: datetime) -> None:
        """Note on each complaint that the present targets and opening hours hold from here on."""
        for case in _cases(case_ids):
            add_event(case, EventKind.TERMS_APPLIED, EventDraft(reason=reason), by_id=by_id, now=now)

    def excuse(self, broken: Sequence[CaseClock], *, reason: str, by_id: int | None, now: datetime) -> None:
        """Note on each complaint that a breach is excused, with reason and name."""
        cases = {case.complaint.id: case for case in _cases([each.case_id for each in broken])}
        for each in broken:
            details = {"clock": each.clock.kind.value, "event_id": int(each.clock.ref)}
            details |= {"until": each.excused_until.isoformat()} if each.excused_until else {}
            draft = EventDraft(reason=reason, details=details)
            add_event(cases[each.case_id], EventKind.EXCUSED, draft, by_id=by_id, now=now)


def register() -> None:
    """Let the settings of response times see the clocks of complaints."""
    register_clock_book(ComplaintClocks())


def _case_clock(complaint: Complaint, clock: Clock) -> CaseClock:
    address = f"/complaints/{complaint.id}"
    return CaseClock(clock, complaint.id, complaint.reference, address, complaint.severity)


def _cases(ids: Sequence[int]) -> Iterator[Case]:
    """Yield complaints with their events, two queries for some hundred of them."""
    wanted = sorted(set(ids))
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        events: dict[int, list[ComplaintEvent]] = defaultdict(list)
        written = select(ComplaintEvent).where(ComplaintEvent.complaint_id.in_(some)).order_by(ComplaintEvent.id)
        for event in db.session.scalars(written).all():
            events[event.complaint_id].append(event)
        for complaint in db.session.scalars(select(Complaint).where(Complaint.id.in_(some))).all():
            yield Case(complaint, events[complaint.id])
