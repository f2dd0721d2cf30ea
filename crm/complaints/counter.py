"""What the counter must know of a contact: that a complaint is open, and how urgent it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from crm.complaints.queries.board import ListedComplaint, open_complaints_of
from crm.complaints.rules import due_state
from crm.contacts.queries.facts import Fact, fact_source
from crm.shared.translating import gettext
from crm.sla.rules import ClockState


@fact_source
def open_complaint_facts(contact_ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[Fact]]:
    """Tell of each contact found that a complaint is open."""
    facts: dict[int, list[Fact]] = defaultdict(list)
    for complaint in open_complaints_of(contact_ids):
        if complaint.contact_id is not None:
            facts[complaint.contact_id].append(_fact(complaint, now))
    return facts


def _fact(complaint: ListedComplaint, now: datetime) -> Fact:
    state = due_state(complaint.next_due_at, complaint.due_soon_at, complaint.due_kind, now)
    tone = "breach" if state is ClockState.BREACHED else "soon"
    return Fact(gettext("open complaint %(reference)s", reference=complaint.reference), tone, "flag")
