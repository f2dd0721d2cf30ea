"""Remedies: offered within one's authority at once, above it with the owner's yes; each given once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from crm.accounts.queries import the_business
from crm.complaints import rules
from crm.complaints.actions.recording import EventDraft, Writing, write
from crm.complaints.models import ComplaintEvent, Remedy
from crm.complaints.queries.cases import Case
from crm.complaints.queries.settings import authority_limits
from crm.complaints.rules import EventKind, RemedyKind
from crm.extensions import db

_OWN_STATEMENT: dict[str, Any] = {"synchronize_session": False}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the customer is to get, what it costs us, and whether they have it already."""

    kind: RemedyKind
    description: str = ""
    cost: Decimal = Decimal(0)
    is_given: bool = False


def offer_remedy(case: Case, offer: Offer, writing: Writing) -> Remedy:
    """Offer a remedy; above the role's limit it waits for a yes. Raise AlreadyOver or ComplaintChanged."""
    rules.check_open(case.standing)
    needs_approval = rules.needs_approval(writing.role, offer.kind, offer.cost, authority_limits())
    is_given = (offer.is_given or offer.kind in rules.SPOKEN) and not needs_approval
    remedy = Remedy(
        complaint_id=case.complaint.id,
        kind=offer.kind,
        description=offer.description,
        cost=offer.cost,
        currency=the_business().currency,
        offered_by_id=writing.by_id,
        offered_at=writing.now,
        needs_approval=needs_approval,
        given_at=writing.now if is_given else None,
    )
    db.session.add(remedy)
    db.session.flush()
    details = _details(remedy) | {"needs_approval": needs_approval, "given": is_given}
    write(case, EventKind.REMEDY_OFFERED, EventDraft(text=offer.description, details=details), writing)
    return remedy


def decide_remedy(case: Case, remedy: Remedy, writing: Writing, *, is_approved: bool, text: str = "") -> ComplaintEvent:
    """Say yes or no to a remedy above the limit; raise NotYours, or RemedyDecided for the second one."""
    if not rules.may_decide(writing.role, remedy.kind, remedy.cost, authority_limits()):
        raise rules.NotYours
    waits = (Remedy.id == remedy.id, Remedy.needs_approval, Remedy.decided_at.is_(None))
    values = {"decided_by_id": writing.by_id, "decided_at": writing.now, "is_approved": is_approved}
    changed = db.session.execute(update(Remedy).where(*waits).values(**values), execution_options=_OWN_STATEMENT)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise rules.RemedyDecided
    db.session.refresh(remedy)
    kind = EventKind.REMEDY_APPROVED if is_approved else EventKind.REMEDY_DECLINED
    return write(case, kind, EventDraft(text=text, details=_details(remedy)), writing)


def give_remedy(case: Case, remedy: Remedy, writing: Writing) -> ComplaintEvent:
    """Note that the customer has it, once; raise RemedyNotGivable, or RemedyGiven for the second one."""
    is_allowed = not remedy.needs_approval or remedy.is_approved
    waits = (Remedy.id == remedy.id, Remedy.given_at.is_(None))
    statement = update(Remedy).where(*waits).values(given_at=writing.now)
    if not is_allowed:
        raise rules.RemedyNotGivable
    changed = db.session.execute(statement, execution_options=_OWN_STATEMENT)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise rules.RemedyGiven
    db.session.refresh(remedy)
    return write(case, EventKind.REMEDY_GIVEN, EventDraft(details=_details(remedy)), writing)


def _details(remedy: Remedy) -> dict[str, Any]:
    return {"remedy_id": remedy.id, "remedy": str(remedy.kind), "cost": str(remedy.cost), "currency": remedy.currency}
