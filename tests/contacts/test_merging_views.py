"""Merging two contacts in the browser."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.contacts.models import Contact, ContactField, ContactMerge, KeyDate
from crm.extensions import db
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.contacts import make_contact


def _two() -> tuple[Contact, Contact]:
    kept = make_contact("Priya Raman", phone="98410 11111", notes="likes jasmine")
    return kept, make_contact("பிரியா ராமன்", phone="98410 22222", notes="no peanuts", job_title="Teacher")


def test_side_by_side_and_back(as_manager: PageClient) -> None:
    kept, other = _two()
    path = f"/contacts/{kept.id}/merging/{other.id}"
    page = as_manager.get(path).text
    assert all(text in page for text in ("Priya Raman", "பிரியா ராமன்", "likes jasmine", "no peanuts", "98410 22222"))
    data = {"version": 1, "other_version": 1, "name": "other", "notes": "both", "job_title": "other", "kind": "this"}
    as_manager.post(path, data)
    kept = db.session.get_one(Contact, kept.id)
    assert (kept.name, kept.notes, kept.job_title) == ("பிரியா ராமன்", "likes jasmine\nno peanuts", "Teacher")
    assert kept.sort_name == other.sort_name and len(kept.phones) == 2
    made = db.session.scalars(select(ContactMerge)).one()
    assert "can be undone until" in as_manager.get("/contacts/merges").text
    as_manager.get(path, status=404)
    as_manager.post(f"/contacts/{kept.id}/merges/{made.id}/undoing")
    assert db.session.get_one(Contact, kept.id).name == "Priya Raman"
    as_manager.post(f"/contacts/{kept.id}/merges/{made.id}/undoing", status=409)
    assert "No merge that could be undone" in as_manager.get("/contacts/merges").text


def test_a_contact_changed_meanwhile_is_409(as_manager: PageClient) -> None:
    kept, other = _two()
    data = {"version": 1, "other_version": 7, "name": "this", "notes": "both", "job_title": "other"}
    answer = as_manager.post(f"/contacts/{kept.id}/merging/{other.id}", data, status=409)
    assert "changed in the meantime" in answer.text
    assert db.session.get_one(Contact, other.id).merged_into_id is None


def test_bad_choices_change_nothing(as_manager: PageClient) -> None:
    kept, other = _two()
    as_manager.post(f"/contacts/{kept.id}/merging/{other.id}", {"version": 1, "name": "neither"}, status=422)
    assert db.session.scalar(select(ContactMerge.id)) is None


def test_same_and_unknown_contacts_and_the_front_desk(as_manager: PageClient, as_kavitha: PageClient) -> None:
    kept, other = _two()
    as_manager.get(f"/contacts/{kept.id}/merging/{kept.id}", status=404)
    as_manager.get(f"/contacts/{kept.id}/merging/999999", status=404)
    as_manager.post(f"/contacts/{kept.id}/merges/999999/undoing", status=404)
    as_kavitha.get(f"/contacts/{kept.id}/merging/{other.id}", status=403)
    as_kavitha.post(f"/contacts/{kept.id}/merging/{other.id}", status=403)
    as_kavitha.get("/contacts/merges", status=403)


def test_after_30_days_there_is_no_undo(as_manager: PageClient, manager: Staff) -> None:
    kept, other = _two()
    as_manager.post(f"/contacts/{kept.id}/merging/{other.id}", {"version": 1, "other_version": 1})
    made = db.session.scalars(select(ContactMerge)).one()
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        as_manager.signed_in(manager).get("/contacts/merges")
        as_manager.post(f"/contacts/{kept.id}/merges/{made.id}/undoing", status=409)
    assert db.session.get_one(Contact, other.id).merged_into_id == kept.id


def test_choosing_the_other_one_from_the_page_of_a_contact(as_manager: PageClient, as_kavitha: PageClient) -> None:
    kept, other = _two()
    link = f"/contacts/{kept.id}/merging/{other.id}"
    assert link in as_manager.get(f"/contacts/{kept.id}/merging").text
    found = as_manager.post(f"/contacts/{kept.id}/merging", {"query": "98410 22222"}, status=200).text
    assert link in found and f"/merging/{kept.id}" not in found
    assert "Nobody like that" in as_manager.post(f"/contacts/{kept.id}/merging", {"query": "zzzqqq"}, status=200).text
    as_manager.get("/contacts/999999/merging", status=404)
    as_kavitha.get(f"/contacts/{kept.id}/merging", status=403)


def test_own_fields_and_birthdays_that_differ_are_chosen_side_by_side(as_manager: PageClient, manager: Staff) -> None:
    hair = ContactField(name="Hair", kind="text", choices=[])
    db.session.add(hair)
    db.session.flush()
    kept = make_contact("Priya Raman", field_values={hair.id: "red"})
    other = make_contact("Priya R", field_values={hair.id: "black"})
    for contact, day in ((kept, 7), (other, 8)):
        db.session.add(KeyDate(contact_id=contact.id, kind="birthday", day=day, month=3, year=1984, created_at=NOW))
    path = f"/contacts/{kept.id}/merging/{other.id}"
    page = as_manager.get(path).text
    assert all(text in page for text in ("Hair", "red", "black", "Birthday"))
    assert f'name="own_{hair.id}"' in page and 'name="birthday"' in page
    chosen = {"name": "this", f"own_{hair.id}": "other", "birthday": "other"}
    as_manager.post(path, {"version": 1, "other_version": 1, **chosen})
    merged = db.session.get_one(Contact, kept.id)
    assert (merged.name, [value.value for value in merged.field_values]) == ("Priya Raman", ["black"])
    days = select(KeyDate.day).where(KeyDate.contact_id == kept.id, KeyDate.kind == "birthday")
    assert db.session.scalars(days).all() == [8]
