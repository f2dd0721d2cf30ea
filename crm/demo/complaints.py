"""Loading made-up complaints: their events in bulk, and everything that follows from them by the one author."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import func, select

from crm.complaints.actions.recording import clock_values, standing_values
from crm.complaints.models import (
    BreachReview,
    CauseCategory,
    Complaint,
    ComplaintClock,
    ComplaintEvent,
    PreventiveAction,
    Remedy,
    WeekReview,
)
from crm.complaints.rules import EventKind, Happening, facts_of, standing_of
from crm.demo.bulk import advance_ids, insert_rows
from crm.demo.complaint_stories import Course, Turn, course
from crm.demo.complaint_texts import BREACH_NOTES, EXCUSES
from crm.demo.stories import Shop
from crm.extensions import Model, db
from crm.sla.queries import calendar_at, calendar_versions, policy_versions
from crm.sla.rules import BusinessCalendar, Policy, Version, derive

CONTACTS_PER_COMPLAINT = 15
ENOUGH_FOR_A_REVIEW = 60
ENOUGH_FOR_A_BOARD = 16
RECENT_SHARE = 0.06
AT_ONCE = 500
LATE = ("met_late", "breached")
CAUSES = ("short-staffed", "handover", "supplier", "unclear-who", "system-down", "customer-unreachable")
Row = dict[str, Any]


@dataclass
class Rows:
    """Rows of several tables, on their way into the database."""

    complaints: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    clocks: list[Row] = field(default_factory=list)
    remedies: list[Row] = field(default_factory=list)
    actions: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)


@dataclass
class Ledger:
    """What holds for all made-up complaints, and the next free numbers."""

    shop: Shop
    policies: tuple[Version[Policy], ...]
    calendars: tuple[Version[BusinessCalendar], ...]
    categories: dict[str, int]
    next_complaint: int
    next_event: int
    next_remedy: int

    def event_id(self) -> int:
        """Return a new number of an event."""
        self.next_event += 1
        return self.next_event - 1


def load_complaints(dice: Random, contact_ids: Sequence[int], shop: Shop, *, recent_share: float = RECENT_SHARE) -> int:
    """Make one complaint for every so many contacts, over twelve months; returns how many.

    A small demo has more of them, and more recent ones, so that its board and its review have something to show.
    """
    calendar = calendar_at(shop.now)
    count = max(1, len(contact_ids) // CONTACTS_PER_COMPLAINT, min(ENOUGH_FOR_A_REVIEW, len(contact_ids) // 4))
    recent_share = max(recent_share, min(1 / 3, ENOUGH_FOR_A_BOARD / count))
    if calendar is None:
        return 0
    ledger = _ledger(shop)
    ages = sorted(
        (course(dice, shop, calendar, is_recent=dice.random() < recent_share) for _each in range(count)), key=_start
    )
    for start in range(0, count, AT_ONCE):
        rows = Rows()
        for each in ages[start : start + AT_ONCE]:
            _add(rows, each, dice.choice(contact_ids), ledger, dice)
        _insert(rows)
    insert_rows(WeekReview, list(_closed_weeks(shop)))
    for model in (Complaint, ComplaintEvent, Remedy):
        advance_ids(model)
    return count


def _start(each: Course) -> datetime:
    return each.turns[0].at


def _ledger(shop: Shop) -> Ledger:
    return Ledger(
        shop=shop,
        policies=policy_versions(),
        calendars=calendar_versions(),
        categories={row.key: row.id for row in db.session.scalars(select(CauseCategory)) if row.key},
        next_complaint=_next_id(Complaint),
        next_event=_next_id(ComplaintEvent),
        next_remedy=_next_id(Remedy),
    )


def _next_id(model: type[Model]) -> int:
    return (db.session.scalar(select(func.max(model.id))) or 0) + 1  # type: ignore[attr-defined]


def _add(rows: Rows, each: Course, contact_id: int, ledger: Ledger, dice: Random) -> None:
    """Add one complaint with its events, and what follows from them."""
    complaint_id, ledger.next_complaint = ledger.next_complaint, ledger.next_complaint + 1
    category_id = ledger.categories.get(each.trouble.category)
    events = [_event(turn, complaint_id, category_id, ledger) for turn in each.turns]
    _excuse(dice, events, complaint_id, ledger)
    happenings = [_happening(event) for event in events]
    clocks = derive(facts_of(happenings), ledger.policies, ledger.calendars).clocks
    standing = standing_of(happenings)
    is_found = standing.resolved_at is not None
    rows.complaints.append(
        _complaint(each, complaint_id, contact_id, category_id, is_found=is_found)
        | {"version": len(events)}
        | standing_values(standing, clocks, ledger.shop.now)
    )
    rows.events += events
    stored = [
        {"complaint_id": complaint_id, "position": place, "event_id": int(clock.ref)}
        | clock_values(clock, ledger.shop.now)
        for place, clock in enumerate(clocks, 1)
    ]
    rows.clocks += stored
    rows.remedies += _remedies(events)
    rows.actions += _actions(each, complaint_id, category_id, ledger.shop, dice)
    rows.reviews += _reviews(stored, ledger.shop, dice)


def _complaint(each: Course, complaint_id: int, contact_id: int, category_id: int | None, *, is_found: bool) -> Row:
    first = each.turns[0]
    return {
        "id": complaint_id,
        "contact_id": contact_id,
        "title": each.trouble.title,
        "words": each.trouble.words,
        "channel": each.channel.value,
        "severity": each.severity.value,
        "category_id": category_id,
        "occurred_at": first.at,
        "logged_at": first.logged_at or first.at,
        "opened_by_id": first.by_id,
        "in_charge_id": each.in_charge_id,
        "root_cause_id": category_id if is_found and each.trouble.cause else None,
        "root_cause": each.trouble.cause if is_found else "",
        "source": "",
        "external_id": "",
    }


def _event(turn: Turn, complaint_id: int, category_id: int | None, ledger: Ledger) -> Row:
    details = {name: value for name, value in turn.details.items() if name != "plan"}
    if turn.kind is EventKind.OPENED:
        details["category_id"] = category_id
    if turn.kind is EventKind.REMEDY_OFFERED:
        ledger.next_remedy += 1
    if "remedy" in details:
        details["remedy_id"] = ledger.next_remedy - 1
    plain = {"channel": "", "direction": "", "outcome": "", "text": "", "reason": ""}
    flags = {"is_seen_by_customer": False, "is_late": False}
    return {
        "id": ledger.event_id(),
        "complaint_id": complaint_id,
        "kind": turn.kind.value,
        "occurred_at": turn.at,
        "logged_at": min(turn.logged_at or turn.at, ledger.shop.now),
        "actor_id": turn.by_id,
        "details": details,
        **plain,
        **flags,
        **turn.values,
    }


def _happening(event: Row) -> Happening:
    names = ("id", "kind", "occurred_at", "logged_at", "channel", "outcome", "reason", "details")
    return Happening(**{name: event[name] for name in names})


def _excuse(dice: Random, events: list[Row], complaint_id: int, ledger: Ledger) -> None:
    """Excuse one broken promise in twenty; the rest ask for a cause."""
    if len(events) < 3 or dice.random() > 0.02:
        return
    details = {"clock": "first_response", "event_id": events[0]["id"]}
    at = min(events[-1]["occurred_at"] + timedelta(hours=1), ledger.shop.now)
    values = {"reason": dice.choice(EXCUSES)}
    turn = Turn(EventKind.EXCUSED, at, ledger.shop.owner_id, values=values, details=details)
    events.append(_event(turn, complaint_id, None, ledger))


def _remedies(events: Sequence[Row]) -> Iterator[Row]:
    """Yield the remedies that were offered, with what became of them."""
    done = {event["kind"]: event for event in events}
    approved, given = done.get(EventKind.REMEDY_APPROVED), done.get(EventKind.REMEDY_GIVEN)
    for event in events:
        if event["kind"] == EventKind.REMEDY_OFFERED:
            details, at = event["details"], event["occurred_at"]
            handed_over = at if details["given"] else given and given["occurred_at"]
            yield {
                "id": details["remedy_id"],
                "complaint_id": event["complaint_id"],
                "kind": details["remedy"],
                "description": "",
                "cost": Decimal(details["cost"]),
                "currency": details["currency"],
                "offered_by_id": event["actor_id"],
                "offered_at": at,
                "needs_approval": details["needs_approval"],
                "decided_by_id": approved and approved["actor_id"],
                "decided_at": approved and approved["occurred_at"],
                "is_approved": True if approved else None,
                "given_at": handed_over,
            }


def _actions(each: Course, complaint_id: int, category_id: int | None, shop: Shop, dice: Random) -> Iterator[Row]:
    for turn in each.turns:
        if turn.details.get("plan"):
            due = turn.at + timedelta(days=14)
            yield {
                "complaint_id": complaint_id,
                "category_id": category_id,
                "task": turn.details["plan"],
                "owner_id": dice.choice(shop.staff_ids),
                "due_on": due.date(),
                "created_at": turn.at,
                "done_at": due if due < shop.now and dice.random() < 0.8 else None,
            }


def _reviews(clocks: Iterable[Row], shop: Shop, dice: Random) -> Iterator[Row]:
    """Name the cause of what was broken before last week began."""
    begun = _week_begins(shop) - timedelta(days=7)
    for clock in clocks:
        is_broken = clock["result"] in LATE or (not clock["result"] and clock["due_at"] < shop.now)
        if is_broken and clock["due_at"] < begun:
            yield {
                "complaint_id": clock["complaint_id"],
                "position": clock["position"],
                "cause": dice.choice(CAUSES),
                "note": dice.choice(BREACH_NOTES),
                "at": clock["due_at"] + timedelta(days=7),
                "by_id": shop.owner_id,
            }


def _week_begins(shop: Shop) -> datetime:
    local = shop.now + shop.utc_offset
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=local.weekday())
    return midnight - shop.utc_offset


def _closed_weeks(shop: Shop) -> Iterator[Row]:
    known = set(db.session.scalars(select(WeekReview.monday)))
    for week in range(2, 14):
        begun = _week_begins(shop) - timedelta(days=7 * week)
        monday = (begun + shop.utc_offset).date()
        if monday not in known:
            yield {"monday": monday, "closed_at": begun + timedelta(days=8), "closed_by_id": shop.owner_id}


def _insert(rows: Rows) -> None:
    insert_rows(Complaint, rows.complaints)
    insert_rows(ComplaintEvent, rows.events)
    insert_rows(ComplaintClock, rows.clocks)
    insert_rows(Remedy, rows.remedies)
    insert_rows(PreventiveAction, rows.actions)
    insert_rows(BreachReview, rows.reviews)
