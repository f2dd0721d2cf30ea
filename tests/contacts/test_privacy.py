"""All we have on a person, and erasing them so that only figures stay."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from config import Settings
from crm import create_app
from crm.accounts.models import Staff
from crm.contacts.actions.archiving import archive, restore
from crm.contacts.actions.consent import record_consent
from crm.contacts.actions.erasing import anonymise, block, withdraw
from crm.contacts.actions.merging import merge
from crm.contacts.erasers import claimed_tables
from crm.contacts.erasure_ledger import keep_ledger
from crm.contacts.leftovers import overwrite_leftovers, plan_overwriting
from crm.contacts.models import (
    Contact,
    ContactChange,
    ContactField,
    ContactMerge,
    ErasureRequest,
    ImportBatch,
    KeyDate,
    KeyDateNotice,
    Tag,
    Tie,
)
from crm.contacts.queries.pointers import pointers
from crm.contacts.queries.record import record_of
from crm.contacts.rules import AddressDetails, ContactBlocked
from crm.contacts.rules.erasing import AlreadyBlocked, AlreadyErased, MergedAway, NotBlocked
from crm.contacts.rules.merging import Choices
from crm.contacts.search_index import find
from crm.extensions import Base, db
from crm.interactions.models import FollowUp, Interaction
from crm.shared.models import AuditEvent, Job
from crm.shared.schema import upgrade_database
from crm.worker import do_one_job
from tests.client import PageClient
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.accounts import PASSWORD, make_business
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction

SECRETS = (
    "Xanthippe", "Quillfeather", "Zanzibar", "9841077777", "98410 77777", "xq@secret.example",
    "1 Hidden Lane", "secret-profile", "only-her-tag", "peacock", "walnut", "umbrella", "saxophone", "telescope",
)  # fmt: skip


def make_known_person(now: datetime) -> Contact:
    """Make a contact of whom every table knows something, merged from two, with an import behind it."""
    own_field = ContactField(name="Hair", kind="text", choices=[])
    db.session.add(own_field)
    db.session.flush()
    given: dict[str, Any] = {
        "given_name": "Xanthippe",
        "organisation": "Zanzibar Ltd",
        "addresses": (AddressDetails(street="1 Hidden Lane", locality="Chennai"),),
        "links": ("https://example.com/secret-profile",),
        "tags": ("only-her-tag", "vip"),
        "preferences": "peacock feathers",
        "notes": "walnut allergy",
        "field_values": {own_field.id: "umbrella"},
    }
    kept = make_contact("Xanthippe Quillfeather", phone="98410 77777", email="xq@secret.example", **given)
    other = make_contact("X. Quillfeather", phone="98410 77777", notes="walnut again")
    make_contact("Ravi", tags=("vip",), referred_by_id=kept.id)
    friend = make_contact("Latha")
    batch = ImportBatch(filename="old.csv", stored_name="", created_at=now)
    birthday = KeyDate(contact_id=kept.id, kind="birthday", label="telescope", day=1, month=2, created_at=now)
    db.session.add_all([batch, birthday])
    db.session.flush()
    entry = Interaction(
        contact_id=kept.id, occurred_at=now, logged_at=now, channel="in-person", direction="in", kind="purchase",
        note="bought a saxophone", amount=Decimal("1250.500"), currency="INR",
    )  # fmt: skip
    db.session.add_all(
        [
            KeyDateNotice(key_date_id=birthday.id, falls_on=date(2027, 2, 1), notice_days=0),
            Tie(contact_id=friend.id, other_id=kept.id, kind="household", created_at=now),
            entry,
            FollowUp(contact_id=other.id, task="Ask about the saxophone", due_on=now.date(), created_at=now),
            ContactChange(
                batch_id=batch.id, contact_id=kept.id, kind="changed", version_after=1, before={"notes": "walnut"}
            ),
        ]
    )
    record_consent(kept, channel="email", purpose="marketing", is_given=False, now=now)
    merge(kept, other, Choices(fields={}, own_fields={}), now=now)
    db.session.flush()
    return kept


@pytest.fixture
def person(business: object, now: datetime) -> Contact:
    """Xanthippe, of whom much is known."""
    return make_known_person(now)


def _all_text() -> str:
    """Return every value of every table as one text."""
    rows = [db.session.execute(select(table)).all() for table in Base.metadata.tables.values()]
    search = db.session.execute(text("SELECT * FROM contact_search")).all()
    return repr(rows) + repr(search)


def test_every_table_that_points_to_a_contact_is_claimed_by_an_eraser(app: object) -> None:
    tables = {pointer.table.name for pointer in pointers()}
    assert tables - claimed_tables() == set()


def test_the_record_holds_every_table_that_points_to_the_person(person: Contact) -> None:
    found = record_of(person.id)
    for pointer in pointers():
        rows = db.session.execute(select(pointer.table).where(pointer.column.in_(found.contact_ids))).all()
        if rows and pointer.table.name != "contact":
            assert len(found.tables[pointer.table.name]) >= 1, pointer.table.name
    assert {"key_date_notice", "audit_event", "consent", "contact"} <= found.tables.keys()
    said = json.dumps(found.tables, default=str)
    for secret in SECRETS:
        assert secret in said or secret.replace(" ", "") in said or secret == "only-her-tag", secret
    assert "only-her-tag" in found.names["tag"].values()
    assert "Latha" not in said and "Ravi" not in said
    assert found.tables["interaction"][0]["occurred_at"] == NOW
    assert found.tables["interaction"][0]["amount"] == Decimal("1250.500")


def test_the_page_reads_from_the_first_to_the_last(owner: Staff, as_manager: PageClient) -> None:
    person = make_contact()
    for note, days in (("came today", 0), ("logged late", 3), ("imported", 90)):
        make_interaction(person, owner, note=note, occurred_at=NOW - timedelta(days=days))
    page = as_manager.get(f"/contacts/{person.id}/record").text
    assert page.index("imported") < page.index("logged late") < page.index("came today")


def test_page_and_file_leave_a_trace_each(person: Contact, as_manager: PageClient, as_kavitha: PageClient) -> None:
    page = as_manager.get(f"/contacts/{person.id}/record")
    assert page.headers["Cache-Control"] == "no-store"
    assert all(text in page.text for text in ("xq@secret.example", "bought a saxophone", "only-her-tag"))
    answer = as_manager.get(f"/contacts/{person.id}/record.json")
    assert answer.headers["Cache-Control"] == "no-store" and "attachment" in answer.headers["Content-Disposition"]
    assert answer.json is not None
    assert {row["raw"] for row in answer.json["tables"]["contact_phone"]} == {"98410 77777"}
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "contact.disclosed")).all()
    assert [(event.subject_id, event.details) for event in events] == [
        (person.id, {"form": "page"}),
        (person.id, {"form": "file"}),
    ]
    for path in ("record", "record.json", "erasure"):
        as_kavitha.get(f"/contacts/{person.id}/{path}", status=403)
        as_manager.get(f"/contacts/999999/{path}", status=403 if path == "erasure" else 404)
    as_kavitha.post(f"/contacts/{person.id}/erasure", status=403)
    as_manager.post(f"/contacts/{person.id}/anonymisation", {"current_password": PASSWORD}, status=403)
    assert db.session.get_one(Contact, person.id).blocked_at is None


def test_blocking_hides_at_once_and_can_be_withdrawn(person: Contact, now: datetime) -> None:
    block(person, now=now)
    assert find(db.session(), "Quillfeather") == [] == find(db.session(), "98410 77777", with_archived=True)
    with pytest.raises(AlreadyBlocked):
        block(person, now=now)
    withdraw(person, now=now)
    assert [match.contact_id for match in find(db.session(), "Quillfeather")] == [person.id]
    with pytest.raises(NotBlocked):
        anonymise(person, now=now)
    blocked = select(AuditEvent.action).where(AuditEvent.action.like("contact.block%")).order_by(AuditEvent.id)
    actions = db.session.scalars(blocked).all()
    assert actions == ["contact.blocked", "contact.block_withdrawn"]


def test_nothing_of_the_person_is_left_and_figures_stay(person: Contact, now: datetime) -> None:
    block(person, now=now)
    anonymise(person, now=now)
    said = _all_text()
    assert [secret for secret in SECRETS if secret in said] == []
    assert "quillfeather" not in said.lower()
    assert (person.name, person.sort_name) == (f"Erased contact {person.id}", f"erased contact {person.id}")
    entry = db.session.scalars(select(Interaction)).one()
    assert (entry.kind, entry.channel, entry.amount, entry.occurred_at) == (
        "purchase",
        "in-person",
        Decimal("1250.5"),
        now,
    )
    assert db.session.scalar(select(FollowUp.id)) is None and db.session.scalar(select(KeyDateNotice.id)) is None
    assert db.session.scalars(select(Tag.name)).all() == ["vip"]
    assert db.session.scalar(select(ContactMerge.before)) == {} == db.session.scalar(select(ContactChange.before))
    assert db.session.scalar(select(Contact.referred_by_id).where(Contact.name == "Ravi")) == person.id
    assert db.session.scalars(select(ErasureRequest)).one().erased_at == now
    assert db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first().action == "contact.erased"  # type: ignore[union-attr]
    with pytest.raises(AlreadyErased):
        anonymise(person, now=now)
    with pytest.raises(AlreadyErased):
        block(person, now=now)


def test_a_merged_contact_is_erased_with_the_one_that_was_kept(person: Contact, now: datetime) -> None:
    merged = db.session.scalars(select(Contact).where(Contact.merged_into_id == person.id)).one()
    with pytest.raises(MergedAway):
        block(merged, now=now)
    block(person, now=now)
    anonymise(person, now=now)
    assert merged.name == f"Erased contact {merged.id}" and merged.phones == []


def test_erasing_in_the_browser_takes_two_steps_and_the_password(person: Contact, as_owner: PageClient) -> None:
    path = f"/contacts/{person.id}"
    as_owner.post(f"{path}/anonymisation", {"current_password": PASSWORD}, status=422)
    assert "First step" in as_owner.get(f"{path}/erasure").text
    as_owner.post(f"{path}/erasure")
    assert "Xanthippe Quillfeather" in as_owner.get("/contacts/blocked").text
    as_owner.post(f"{path}/erasure", status=409)
    page = as_owner.post(f"{path}/anonymisation", {"current_password": "wrong"}, status=422).text
    assert "That is not your password." in page
    assert db.session.get_one(Contact, person.id).name == "Xanthippe Quillfeather"
    as_owner.post(f"{path}/anonymisation", {"current_password": PASSWORD})
    assert "Nobody waits" in as_owner.get("/contacts/blocked").text
    assert "Erased" in as_owner.get(f"{path}/erasure").text
    as_owner.post(f"{path}/erasure/withdrawal", status=409)
    as_owner.post("/contacts/999999/erasure", status=404)


def test_several_are_erased_at_once_with_the_password(as_owner: PageClient, now: datetime) -> None:
    gone, kept, unblocked = (make_contact(name) for name in ("Goes for good", "Waits on", "Is not blocked"))
    for contact in (gone, kept):
        block(contact, now=now)
    path, chosen = "/contacts/blocked/anonymisation", {"contact": [str(gone.id), str(unblocked.id), "nonsense"]}
    page = as_owner.post(path, chosen | {"current_password": "wrong"}, status=422).text
    assert "That is not your password." in page and page.count(" checked") == 1
    as_owner.post(path, {"current_password": PASSWORD}, status=422)
    as_owner.post(path, chosen | {"current_password": PASSWORD})
    names = [db.session.get_one(Contact, each.id).name for each in (gone, kept, unblocked)]
    assert names == [f"Erased contact {gone.id}", "Waits on", "Is not blocked"]


def test_withdrawing_in_the_browser(person: Contact, as_owner: PageClient) -> None:
    as_owner.post(f"/contacts/{person.id}/erasure")
    as_owner.post(f"/contacts/{person.id}/erasure/withdrawal")
    assert db.session.get_one(Contact, person.id).blocked_at is None


def test_archiving_and_restoring(person: Contact, now: datetime, as_kavitha: PageClient) -> None:
    as_kavitha.post(f"/contacts/{person.id}/archiving")
    as_kavitha.post(f"/contacts/{person.id}/archiving")
    assert find(db.session(), "Quillfeather") == []
    assert len(find(db.session(), "Quillfeather", with_archived=True)) == 1
    as_kavitha.post(f"/contacts/{person.id}/restoration")
    assert len(find(db.session(), "Quillfeather")) == 1
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == person.id)).all()
    assert actions.count("contact.archived") == 1 == actions.count("contact.restored")
    as_kavitha.post("/contacts/999999/archiving", status=404)
    merged = db.session.scalars(select(Contact).where(Contact.merged_into_id == person.id)).one()
    as_kavitha.post(f"/contacts/{merged.id}/restoration", status=404)
    with pytest.raises(MergedAway):
        restore(merged, now=now)
    person.blocked_at = now
    with pytest.raises(ContactBlocked):
        archive(person, now=now)


def test_the_record_takes_few_queries(person: Contact, as_owner: PageClient, owner: Staff) -> None:
    with counted_queries() as statements:
        record_of(person.id)
    assert len(statements) <= 6


def test_the_database_file_holds_nothing_afterwards(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/shop.db", secret_key="test")
    app = create_app(settings, TESTING=True)
    with app.app_context():
        upgrade_database()
        make_business()
        for number in range(300):
            make_contact(f"Neighbour {number}", phone=f"98411 {number:05}", notes="n" * 300)
        db.session.commit()
        person = make_known_person(NOW)
        db.session.commit()
        assert _found(tmp_path)
        block(person, now=NOW)
        db.session.commit()
        anonymise(person, now=NOW)
        db.session.commit()
        db.session.remove()
        assert not overwrite_leftovers(largest=1000)
        plan_overwriting(NOW)
        plan_overwriting(NOW)
        db.session.commit()
        assert not do_one_job(NOW)
        assert do_one_job(NOW + timedelta(hours=11))
        assert db.session.scalars(select(Job)).one().done_at is not None
        db.session.remove()
        assert _found(tmp_path) == []
        db.engine.dispose()


def test_nothing_is_left_right_after_the_ledger_was_read(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/shop.db", secret_key="test")
    app = create_app(settings, TESTING=True)
    with app.app_context():
        upgrade_database()
        make_business()
        person = make_known_person(NOW)
        block(person, now=NOW)
        db.session.commit()
        anonymise(person, now=NOW)
        db.session.commit()
        keep_ledger(tmp_path / "erasures.jsonl")
        assert overwrite_leftovers()
        assert _found(tmp_path) == []
        db.engine.dispose()


def _found(folder: Path) -> list[str]:
    content = b"".join(path.read_bytes() for path in sorted(folder.glob("shop.db*"))).lower()
    folded = [secret.lower() for secret in SECRETS] + ["ksantip", "9841077777"]
    return [secret for secret in folded if re.escape(secret).encode() in content or secret.encode() in content]
