"""A complaint with all its events, and what follows from them: where it stands and its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from crm.complaints.models import Complaint, ComplaintEvent
from crm.complaints.rules import EventKind, Happening, Standing, corrected, facts_of, standing_of
from crm.complaints.rules.facts import TakenIn
from crm.extensions import db
from crm.sla.queries import calendar_versions, policy_versions
from crm.sla.rules import Derivation, derive


@dataclass
class Case:
    """A complaint and its events in the order in which they were written down."""

    complaint: Complaint
    events: list[ComplaintEvent]

    @cached_property
    def happenings(self) -> list[Happening]:
        """Return the events as the rules take them."""
        return [happening_of(event) for event in self.events]

    @property
    def received_at(self) -> datetime:
        """Return when the customer complained, as it truly was."""
        return corrected(self.happenings)[0].occurred_at

    @cached_property
    def standing(self) -> Standing:
        """Return where the complaint stands."""
        return standing_of(self.happenings)

    @cached_property
    def derivation(self) -> Derivation:
        """Return the clocks and the messages that wait for a look."""
        return derivation_of(self.happenings)

    def add(self, event: ComplaintEvent) -> None:
        """Take in one more event; what followed from the others is worked out again."""
        self.events.append(event)
        for name in ("happenings", "standing", "derivation"):
            self.__dict__.pop(name, None)


def case_of(complaint_id: int) -> Case | None:
    """Return a complaint with people, contact and events, or None; two queries."""
    complaint = db.session.scalar(_complaint(), {"complaint_id": complaint_id})
    return None if complaint is None else Case(complaint, list(events_of(complaint_id)))


# The statements are built once: putting them together costs more than running them.
@cache
def _complaint() -> Select[Complaint]:
    loads = (
        joinedload(Complaint.contact),
        joinedload(Complaint.in_charge),
        joinedload(Complaint.opened_by),
        joinedload(Complaint.category),
        joinedload(Complaint.root_cause_category),
    )
    return select(Complaint).where(Complaint.id == bindparam("complaint_id")).options(*loads)


def events_of(complaint_id: int) -> Sequence[ComplaintEvent]:
    """Return the events of a complaint with their actors, in the order in which they were written down."""
    return db.session.scalars(_events(), {"complaint_id": complaint_id}).all()


@cache
def _events() -> Select[ComplaintEvent]:
    statement = select(ComplaintEvent).where(ComplaintEvent.complaint_id == bindparam("complaint_id"))
    return statement.order_by(ComplaintEvent.id).options(joinedload(ComplaintEvent.actor))


def happening_of(event: ComplaintEvent) -> Happening:
    """Return a stored event as the rules take it."""
    return Happening(
        id=event.id,
        kind=event.kind,
        occurred_at=event.occurred_at,
        logged_at=event.logged_at,
        channel=event.channel,
        outcome=event.outcome,
        reason=event.reason,
        details=event.details,
    )


def derivation_of(happenings: Sequence[Happening]) -> Derivation:
    """Return the clocks that follow from the events, with those of duplicates that were taken in."""
    return derive(facts_of(happenings, _taken_in(happenings)), policy_versions(), calendar_versions())


def _taken_in(happenings: Sequence[Happening]) -> TakenIn:
    """Return by event the clocks of the duplicates just before they ended."""
    merges = [each for each in happenings if each.kind == EventKind.TOOK_IN]
    return {each.id: derivation_of(_before_end(each)).clocks for each in merges}


def _before_end(merge: Happening) -> list[Happening]:
    events = events_of(merge.details["complaint_id"])
    return [happening_of(event) for event in events if event.id < merge.details["event_id"]]


def complaint_of_entry(entry_id: int) -> int | None:
    """Return the complaint that was opened from an entry."""
    return db.session.scalar(select(Complaint.id).where(Complaint.interaction_id == entry_id))
