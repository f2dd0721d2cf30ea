"""Writing, changing and correcting entries; follow-ups done once, moved and given; each leaves one event."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select

from crm.accounts.models import Business, Staff
from crm.contacts.models import Contact
from crm.contacts.rules import ContactBlocked
from crm.extensions import db
from crm.interactions import actions, canned, rules
from crm.interactions.models import FollowUp, Interaction
from crm.interactions.rules import DueDay, Entry, Task
from crm.shared.models import AuditEvent
from tests.conftest import NOW
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_canned_notes, make_follow_up, make_interaction

MINUTE = timedelta(minutes=1)


@pytest.fixture
def murugan(business: Business) -> Contact:
    """A contact."""
    return make_contact()


def _events(prefix: str) -> list[str]:
    wanted = select(AuditEvent.action).where(AuditEvent.action.startswith(prefix)).order_by(AuditEvent.id)
    return list(db.session.scalars(wanted))


def test_an_entry_with_its_follow_up_is_one_event(murugan: Contact, kavitha: Staff, asha: Staff) -> None:
    entry = Entry(channel="phone", kind="purchase", note="ring\nin gold", amount=Decimal("2400"), currency="INR")
    task = Task(task="", due=DueDay(date(2026, 6, 13), time(10)), assignee_id=asha.id)
    made = actions.log(murugan, entry, follow_up=task, by_id=kavitha.id, now=NOW)
    follow_up = db.session.scalars(select(FollowUp)).one()
    assert (made.staff_id, made.occurred_at, made.currency, made.is_late) == (kavitha.id, NOW, "INR", False)
    assert (follow_up.task, follow_up.due_time, follow_up.assignee_id) == ("ring", time(10), asha.id)
    assert follow_up.interaction_id == made.id
    assert _events("interaction.") == ["interaction.logged"] and _events("follow_up.") == []


def test_logged_late_is_marked_and_the_future_refused(murugan: Contact, kavitha: Staff) -> None:
    early = Entry(channel="in-person", kind="visit", occurred_at=NOW - 61 * MINUTE)
    assert actions.log(murugan, early, by_id=kavitha.id, now=NOW).is_late
    with pytest.raises(rules.NotYetHappened):
        actions.log(
            murugan, Entry(channel="phone", kind="visit", occurred_at=NOW + 2 * MINUTE), by_id=kavitha.id, now=NOW
        )


def test_nothing_is_logged_for_a_blocked_contact(murugan: Contact, kavitha: Staff) -> None:
    murugan.blocked_at = NOW
    with pytest.raises(ContactBlocked):
        actions.log(murugan, Entry(channel="phone", kind="visit"), by_id=kavitha.id, now=NOW)
    assert db.session.scalar(select(Interaction.id)) is None


def test_an_own_entry_is_changed_within_15_minutes(murugan: Contact, kavitha: Staff, asha: Staff) -> None:
    entry = make_interaction(murugan, kavitha)
    wanted = Entry(channel="email", kind="visit", note="came by", occurred_at=NOW)
    actions.edit(entry, wanted, version=1, by_id=kavitha.id, now=NOW + 15 * MINUTE)
    db.session.refresh(entry)
    assert (entry.channel, entry.note, entry.version, entry.edited_at) == ("email", "came by", 2, NOW + 15 * MINUTE)
    assert _events("interaction.") == ["interaction.edited"]
    for by, at in ((asha, NOW), (kavitha, NOW + 16 * MINUTE)):
        with pytest.raises(rules.TooLateToEdit):
            actions.edit(entry, wanted, version=2, by_id=by.id, now=at)


def test_an_entry_changed_meanwhile_is_a_conflict(murugan: Contact, kavitha: Staff) -> None:
    entry = make_interaction(murugan, kavitha, version=2)
    with pytest.raises(rules.EntryChanged):
        actions.edit(entry, Entry(channel="phone", kind="visit", note="x"), version=1, by_id=kavitha.id, now=NOW)
    assert entry.note == "asks for Saturday morning" and _events("interaction.") == []


def test_a_correction_stands_under_the_first_entry(murugan: Contact, kavitha: Staff, asha: Staff) -> None:
    entry = make_interaction(murugan, kavitha, occurred_at=NOW - timedelta(days=2))
    first = actions.correct(entry, "it was Sunday", by_id=asha.id, now=NOW)
    second = actions.correct(first, "no, Monday", by_id=kavitha.id, now=NOW)
    assert first.corrects_id == second.corrects_id == entry.id
    assert first.occurred_at == entry.occurred_at and entry.note == "asks for Saturday morning"
    assert _events("interaction.") == ["interaction.corrected"] * 2
    with pytest.raises(rules.NothingSaid):
        actions.correct(entry, " ", by_id=asha.id, now=NOW)


def test_a_follow_up_is_done_once(murugan: Contact, kavitha: Staff, asha: Staff) -> None:
    follow_up = make_follow_up(murugan, kavitha)
    actions.finish(follow_up, by_id=kavitha.id, now=NOW)
    actions.finish(follow_up, by_id=kavitha.id, now=NOW + MINUTE)
    with pytest.raises(rules.AlreadyDone):
        actions.finish(follow_up, by_id=asha.id, now=NOW + MINUTE)
    assert (follow_up.done_at, follow_up.done_by_id, follow_up.version) == (NOW, kavitha.id, 2)
    assert _events("follow_up.") == ["follow_up.done"]


def test_a_mistaken_done_is_taken_back(murugan: Contact, kavitha: Staff) -> None:
    follow_up = make_follow_up(murugan, kavitha)
    actions.finish(follow_up, by_id=kavitha.id, now=NOW)
    actions.reopen(follow_up, version=2, by_id=kavitha.id, now=NOW)
    assert (follow_up.done_at, follow_up.done_by_id, follow_up.version) == (None, None, 3)
    with pytest.raises(rules.FollowUpChanged):
        actions.reopen(follow_up, version=3, by_id=kavitha.id, now=NOW)


def test_a_follow_up_is_moved_and_given(murugan: Contact, kavitha: Staff, asha: Staff) -> None:
    follow_up = make_follow_up(murugan, kavitha)
    actions.postpone(follow_up, DueDay(date(2026, 6, 15), time(9)), version=1, by_id=kavitha.id, now=NOW)
    actions.assign(follow_up, asha.id, version=2, by_id=kavitha.id, now=NOW)
    assert (follow_up.due_on, follow_up.due_time, follow_up.assignee_id) == (date(2026, 6, 15), time(9), asha.id)
    assert _events("follow_up.") == ["follow_up.postponed", "follow_up.assigned"]
    with pytest.raises(rules.FollowUpChanged):
        actions.assign(follow_up, None, version=2, by_id=kavitha.id, now=NOW)
    assert follow_up.assignee_id == asha.id


def test_canned_notes_are_replaced_by_few_and_short_ones(business: Business) -> None:
    make_canned_notes("asked for prices")
    canned.change_canned_notes("called back\n\n asked  for prices \ncalled back", now=NOW)
    assert canned.canned_notes() == ["called back", "asked for prices"]
    assert _events("canned_notes.") == ["canned_notes.changed"]
    with pytest.raises(canned.TooManyNotes):
        canned.change_canned_notes("x" * 241, now=NOW)


def test_the_hour_of_the_log_is_the_hour_of_the_call(murugan: Contact, kavitha: Staff) -> None:
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        entry = actions.log(murugan, Entry(channel="phone", kind="visit"), by_id=kavitha.id, now=NOW)
    assert entry.logged_at == entry.occurred_at == NOW
