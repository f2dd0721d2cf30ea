"""Creating and changing contacts: what is stored, what is derived from it, and the one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from crm.accounts.models import Business, Staff
from crm.contacts import search_index
from crm.contacts.actions.contacts import create_contact, create_contacts, update_contact
from crm.contacts.actions.indexing import document_of, reindex, reindex_outdated
from crm.contacts.models import Contact, Phone, Tag
from crm.contacts.queries.details import details_of
from crm.contacts.rules import (
    AddressDetails,
    ContactBlocked,
    ContactChanged,
    ContactDetails,
    ContactKind,
    EmailDetails,
    NamelessContact,
    PhoneDetails,
    sort_name,
)
from crm.extensions import db
from crm.shared.models import AuditEvent
from crm.shared.phones import normalise_phone
from tests.factories.contacts import make_contact

MURUGAN = ContactDetails(
    name="முருகன் செல்வம்",
    phones=(PhoneDetails(raw="98400 12345", kind="mobile"), PhoneDetails(raw="ask the wife")),
    emails=(EmailDetails(address="Murugan@Selvam.example"),),
    addresses=(AddressDetails(street="12 Car Street", locality="Chennai"),),
    links=("https://selvam.example",),
    tags=("Bridal", "bridal", "Gold"),
    preferences="window chair",
    preferred_channel="phone",
)


def _found(query: str) -> list[int]:
    return [match.contact_id for match in search_index.find(db.session(), query)]


def _events() -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


def test_a_contact_is_stored_with_everything_derived(business: Business, now: datetime) -> None:
    contact = create_contact(MURUGAN, now=now)
    assert (contact.name, contact.sort_name, contact.version) == ("முருகன் செல்வம்", sort_name(contact.name), 1)
    assert [(phone.raw, phone.e164) for phone in contact.phones] == [
        ("98400 12345", "+919840012345"),
        ("ask the wife", None),
    ]
    assert contact.emails[0].folded == "murugan@selvam.example"
    assert [tag.name for tag in contact.tags] == ["Bridal", "Gold"]
    for query in ("murugan", "selvam", "40012", "selvam.example", "#bridal"):
        assert _found(query) == [contact.id], query


def test_creating_records_one_event_without_personal_data(business: Business, kavitha: Staff, now: datetime) -> None:
    before = len(_events())
    contact = create_contact(MURUGAN, now=now, by_id=kavitha.id)
    [event] = _events()[before:]
    assert (event.action, event.subject_id, event.actor_id, event.details) == (
        "contact.created",
        contact.id,
        kavitha.id,
        {},
    )
    assert contact.created_by_id == kavitha.id


def test_a_contact_needs_something_to_be_called(business: Business, now: datetime) -> None:
    with pytest.raises(NamelessContact):
        create_contact(ContactDetails(notes="somebody"), now=now)


def test_changing_keeps_what_stayed_and_moves_the_index(business: Business, now: datetime) -> None:
    contact = create_contact(MURUGAN, now=now)
    kept_phone = contact.phones[0].id
    later = now + timedelta(minutes=5)
    wanted = replace(MURUGAN, name="Murugan Selvan", phones=MURUGAN.phones[:1], tags=("Gold",))
    before = len(_events())
    update_contact(contact, wanted, version=1, now=later)
    [event] = _events()[before:]
    assert (event.action, event.details) == ("contact.changed", {"names": ["name", "phones", "tags"]})
    assert (contact.version, contact.updated_at, contact.phones[0].id) == (2, later, kept_phone)
    assert len(db.session.scalars(select(Phone)).all()) == 1
    assert _found("selvan") == [contact.id] and _found("#bridal") == []


def test_a_stale_version_changes_nothing(business: Business, now: datetime) -> None:
    contact = create_contact(MURUGAN, now=now)
    update_contact(contact, replace(MURUGAN, notes="first"), version=1, now=now)
    with pytest.raises(ContactChanged):
        update_contact(contact, replace(MURUGAN, notes="second"), version=1, now=now)
    db.session.refresh(contact)
    assert (contact.notes, contact.version) == ("first", 2)


def test_a_blocked_contact_is_not_changed(business: Business, now: datetime) -> None:
    contact = create_contact(MURUGAN, now=now)
    contact.blocked_at = now
    with pytest.raises(ContactBlocked):
        update_contact(contact, MURUGAN, version=1, now=now)


def test_details_come_back_as_they_were_given(business: Business, now: datetime) -> None:
    contact = create_contact(replace(MURUGAN, tags=("Bridal", "Gold")), now=now)
    db.session.expire_all()
    assert details_of(contact) == replace(MURUGAN, tags=("Bridal", "Gold"))


def test_many_contacts_share_tags_and_leave_the_event_to_the_caller(business: Business, now: datetime) -> None:
    before = len(_events())
    made = create_contacts([MURUGAN, replace(MURUGAN, name="José")], now=now, region="US")
    assert len(_events()) == before
    assert len(db.session.scalars(select(Tag)).all()) == 2
    assert set(_found("#gold")) == {each.id for each in made}


def test_archived_contacts_are_found_on_demand_and_merged_ones_never(business: Business, now: datetime) -> None:
    contact = make_contact("Anita Desai")
    contact.archived_at = now
    reindex(contact)
    assert _found("anita") == []
    assert [m.contact_id for m in search_index.find(db.session(), "anita", with_archived=True)] == [contact.id]
    contact.blocked_at = now
    reindex(contact)
    assert search_index.find(db.session(), "anita", with_archived=True) == []


def test_everything_derived_is_what_a_new_computation_gives(business: Business, now: datetime) -> None:
    make_contact(phone="+98 912 345 6789", email="A@B.example", tags=("vip",))
    make_contact("Jasmine Textiles", kind=ContactKind.ORGANISATION, phone=("044 2434 5678", "call later"))
    first = make_contact("José Álvarez", organisation="Álvarez & Sons")
    update_contact(first, replace(details_of(first), family_name="Álvarez", given_name="José"), version=1, now=now)
    stored = db.session.execute(text("SELECT * FROM contact_search ORDER BY contact_id")).all()
    for contact in db.session.scalars(select(Contact)):
        assert contact.sort_name == sort_name(contact.name)
        assert all(phone.e164 == normalise_phone(phone.raw, "IN").e164 for phone in contact.phones)
        assert document_of(contact) is not None
    assert reindex_outdated() == 3
    assert db.session.execute(text("SELECT * FROM contact_search ORDER BY contact_id")).all() == stored
