"""Merging moves everything and loses nothing; undoing brings every row back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from crm.accounts.models import Staff
from crm.contacts.actions.consent import record_consent
from crm.contacts.actions.contacts import create_contact
from crm.contacts.actions.indexing import reindex_many
from crm.contacts.actions.merging import merge, undo_merge
from crm.contacts.models import Contact, ContactField, ContactMerge, DistinctPair, KeyDate, Phone, Tie
from crm.contacts.queries.consent import consent_states
from crm.contacts.queries.pointers import pointers
from crm.contacts.rules import AddressDetails, ContactDetails, EmailDetails, PhoneDetails
from crm.contacts.rules.consent import may_contact
from crm.contacts.rules.merging import CannotMerge, CannotUndoMerge, Choices, Keep, MergeChanged
from crm.contacts.search_index import find
from crm.extensions import Base, db
from crm.interactions.models import FollowUp, Interaction
from crm.shared.models import AuditEvent
from tests.conftest import NOW

CHOICES = Choices(fields={}, own_fields={})
CHANGING = {"version", "updated_at"}
# Standings are derived, and followed in tests/loyalty/test_following.py.
OURS = {"audit_event", "contact_merge", "staff_session", "member_standing", "level_change"}


def snapshot() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, without what any change changes."""
    db.session.flush()
    return {
        table.name: [
            {name: value for name, value in row.items() if name not in CHANGING}
            for row in db.session.execute(select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in Base.metadata.tables.values()
        if table.name not in OURS
    }


def search_rows() -> list[Any]:
    """Return the search index."""
    return list(db.session.execute(text("SELECT * FROM contact_search ORDER BY contact_id")))


@pytest.fixture
def own_field(business: object) -> ContactField:
    """The owner's own field "Hair"."""
    made = ContactField(name="Hair", kind="text", choices=[])
    db.session.add(made)
    db.session.flush()
    return made


def _details(name: str, phone: str, email: str, own_field: ContactField, **given: Any) -> ContactDetails:
    values: dict[str, Any] = {
        "name": name,
        "phones": (PhoneDetails(raw=phone), PhoneDetails(raw="+91 44 2811 0000", kind="home")),
        "emails": (EmailDetails(address=email), EmailDetails(address="shared@jasmine.example")),
        "addresses": (AddressDetails(street="12 Car Street", locality="Chennai", postcode="600004"),),
        "links": (f"https://example.com/{name.split()[0]}",),
        "tags": ("vip", name.split()[-1]),
        "field_values": {own_field.id: f"hair of {name}"},
        "notes": f"note of {name}",
    }
    return ContactDetails(**(values | given))


@pytest.fixture
def priya(own_field: ContactField, now: datetime) -> Contact:
    """Priya, as the counter wrote her down first."""
    return create_contact(_details("Priya Raman", "98410 11111", "priya@x.example", own_field), now=now)


@pytest.fixture
def other(priya: Contact, own_field: ContactField, kavitha: Staff, now: datetime) -> Contact:
    """Priya again, as somebody wrote her down a second time, with a history."""
    details = _details("பிரியா ராமன்", "98410 22222", "P.Raman@x.example", own_field, job_title="Teacher")
    made = create_contact(details, now=now)
    friend = create_contact(ContactDetails(name="Ravi", referred_by_id=made.id), now=now)
    mother = create_contact(ContactDetails(name="Latha"), now=now)
    entry = Interaction(
        contact_id=made.id, occurred_at=now, logged_at=now, channel="phone", direction="in", kind="enquiry", note="hi"
    )
    db.session.add_all(
        [
            entry,
            FollowUp(contact_id=made.id, task="Call", due_on=now.date(), created_at=now),
            KeyDate(contact_id=made.id, kind="birthday", day=3, month=4, year=1990, created_at=now),
            KeyDate(contact_id=made.id, kind="anniversary", day=1, month=2, created_at=now),
            KeyDate(contact_id=priya.id, kind="birthday", day=3, month=4, created_at=now),
            Tie(contact_id=made.id, other_id=priya.id, kind="household", created_at=now),
            Tie(contact_id=mother.id, other_id=made.id, kind="household", created_at=now),
            Tie(contact_id=priya.id, other_id=mother.id, kind="household", created_at=now),
            Tie(contact_id=friend.id, other_id=made.id, kind="company", created_at=now),
            DistinctPair(first_id=made.id, second_id=friend.id, at=now),
        ]
    )
    record_consent(made, channel="email", purpose="marketing", is_given=False, now=now)
    record_consent(priya, channel="email", purpose="marketing", is_given=True, now=now)
    db.session.flush()
    return made


def test_merge_then_undo_gives_the_same_rows(
    priya: Contact, other: Contact, own_field: ContactField, now: datetime
) -> None:
    db.session.expire_all()
    reindex_many([priya, other])  # tags in the order in which the database gives them
    before, index = snapshot(), search_rows()
    names = ("name", "notes", "job_title")
    choices = Choices(
        fields={"name": Keep.OTHER, "notes": Keep.BOTH, "job_title": Keep.OTHER},
        own_fields={own_field.id: Keep.OTHER},
        birthday=Keep.OTHER,
    )
    made = merge(priya, other, choices, now=now + timedelta(minutes=1))
    assert snapshot() != before
    assert [getattr(priya, name) for name in names] == [
        "பிரியா ராமன்",
        "note of Priya Raman\nnote of பிரியா ராமன்",
        "Teacher",
    ]
    undo_merge(made, now=now + timedelta(days=29))
    after = snapshot()
    for table, rows in before.items():
        assert after[table] == rows, table
    assert search_rows() == index
    assert db.session.get_one(ContactMerge, made.id).before == {}


def test_lists_are_united_without_doubles(
    priya: Contact, other: Contact, own_field: ContactField, now: datetime
) -> None:
    merge(priya, other, CHOICES, now=now)
    assert [phone.raw for phone in priya.phones] == ["98410 11111", "+91 44 2811 0000", "98410 22222"]
    assert [email.address for email in priya.emails] == [
        "priya@x.example",
        "shared@jasmine.example",
        "P.Raman@x.example",
    ]
    assert len(priya.addresses) == 1 and len(priya.links) == 2
    assert {tag.name for tag in priya.tags} == {"vip", "Raman", "ராமன்"}
    assert [value.value for value in priya.field_values] == ["hair of Priya Raman"]
    dates = db.session.scalars(select(KeyDate).where(KeyDate.contact_id == priya.id)).all()
    assert sorted(each.kind for each in dates) == ["anniversary", "birthday"]


def test_everything_that_points_to_the_other_points_to_the_kept(priya: Contact, other: Contact, now: datetime) -> None:
    merge(priya, other, CHOICES, now=now)
    db.session.flush()
    for model in (Interaction, FollowUp):
        assert db.session.scalars(select(model.contact_id)).all() == [priya.id]
    assert db.session.scalar(select(Contact.referred_by_id).where(Contact.name == "Ravi")) == priya.id
    ties = db.session.scalars(select(Tie)).all()
    assert all(other.id not in {tie.contact_id, tie.other_id} for tie in ties)
    assert all(tie.contact_id != tie.other_id for tie in ties) and len(ties) == 2
    pairs = {(pair.first_id, pair.second_id) for pair in db.session.scalars(select(DistinctPair))}
    assert len(pairs) == 2 and any(priya.id in pair for pair in pairs)
    assert other.merged_into_id == priya.id and other.is_archived
    assert [match.contact_id for match in find(db.session(), "98410 22222")] == [priya.id]


def test_an_opt_out_of_either_wins_until_asked_again(priya: Contact, other: Contact, now: datetime) -> None:
    merge(priya, other, CHOICES, now=now + timedelta(hours=1))
    states = consent_states([priya.id])[priya.id]
    assert not may_contact(states, "email", "marketing")
    later = now + timedelta(hours=2)
    record_consent(priya, channel="email", purpose="marketing", is_given=True, now=later)
    db.session.flush()
    assert may_contact(consent_states([priya.id])[priya.id], "email", "marketing")


def test_one_event_each_without_personal_data(priya: Contact, other: Contact, now: datetime) -> None:
    made = merge(priya, other, CHOICES, now=now)
    undo_merge(made, now=now)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action.like("contact.merge%"))).all()
    assert [(each.action, each.subject_id, each.details) for each in events] == [
        ("contact.merged", priya.id, {"merged": other.id}),
        ("contact.merge_undone", priya.id, {"merged": other.id}),
    ]


def test_a_changed_contact_is_not_merged(priya: Contact, other: Contact, now: datetime) -> None:
    with pytest.raises(MergeChanged):
        merge(priya, other, CHOICES, now=now, versions=(priya.version, other.version + 1))


def test_merged_blocked_and_same_contacts_are_refused(priya: Contact, other: Contact, now: datetime) -> None:
    with pytest.raises(CannotMerge):
        merge(priya, priya, CHOICES, now=now)
    merge(priya, other, CHOICES, now=now)
    third = create_contact(ContactDetails(name="Third"), now=now)
    with pytest.raises(CannotMerge):
        merge(third, other, CHOICES, now=now)
    third.blocked_at = now
    with pytest.raises(CannotMerge):
        merge(priya, third, CHOICES, now=now)


def test_undo_is_refused_after_30_days_and_twice(priya: Contact, other: Contact, now: datetime) -> None:
    made = merge(priya, other, CHOICES, now=now)
    with pytest.raises(CannotUndoMerge):
        undo_merge(made, now=now + timedelta(days=30, seconds=1))
    undo_merge(made, now=now + timedelta(days=30))
    with pytest.raises(CannotUndoMerge):
        undo_merge(made, now=now)


def test_undo_is_refused_when_it_would_lose_a_later_change(priya: Contact, other: Contact, now: datetime) -> None:
    made = merge(priya, other, Choices(fields={"job_title": Keep.OTHER}, own_fields={}), now=now)
    priya.job_title = "Head teacher"
    with pytest.raises(CannotUndoMerge):
        undo_merge(made, now=now)


def test_merges_are_undone_from_the_last_one(priya: Contact, other: Contact, now: datetime) -> None:
    third = create_contact(ContactDetails(name="Third", phones=(PhoneDetails(raw="98410 33333"),)), now=now)
    before = snapshot()
    first = merge(priya, other, CHOICES, now=now)
    second = merge(third, priya, CHOICES, now=now)
    db.session.flush()
    assert other.merged_into_id == third.id
    with pytest.raises(CannotUndoMerge):
        undo_merge(first, now=now)
    undo_merge(second, now=now)
    undo_merge(first, now=now)
    assert snapshot() == before


def test_rows_deleted_since_come_back_to_the_other(priya: Contact, other: Contact, now: datetime) -> None:
    made = merge(priya, other, CHOICES, now=now)
    priya.phones = [phone for phone in priya.phones if phone.raw != "98410 22222"]
    db.session.flush()
    undo_merge(made, now=now)
    assert [phone.raw for phone in other.phones] == ["98410 22222", "+91 44 2811 0000"]


def test_every_table_that_points_to_a_contact_is_found(app: object) -> None:
    names = {pointer.table.name for pointer in pointers()}
    assert {"interaction", "follow_up", "contact_phone", "key_date", "contact_tie", "consent", "contact"} <= names


def test_consents_cannot_be_changed(priya: Contact, other: Contact) -> None:
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE consent SET contact_id = {priya.id}"))


def test_new_instants_survive_the_ledger(priya: Contact, other: Contact, now: datetime) -> None:
    created = {tie.id: tie.created_at for tie in db.session.scalars(select(Tie))}
    undo_merge(merge(priya, other, CHOICES, now=datetime(2026, 6, 12, 12, tzinfo=UTC)), now=NOW)
    assert {tie.id: tie.created_at for tie in db.session.scalars(select(Tie))} == created
    assert db.session.scalars(select(Phone.contact_id)).all().count(other.id) == 2
