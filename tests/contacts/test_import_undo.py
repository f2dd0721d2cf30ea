"""What undoing an import takes back, what it leaves, and what it says about it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.contacts.actions.import_undo import undo_import
from crm.contacts.actions.imports import ImportMovedOn
from crm.contacts.actions.merging import merge
from crm.contacts.models import Consent, Contact, ImportBatch, KeyDate
from crm.contacts.rules.merging import Choices
from crm.extensions import db
from crm.shared import clock
from crm.shared.models import Job
from tests.client import PageClient
from tests.conftest import NOW
from tests.contacts.importing_steps import contacts_by_name, imported, tried, work_all
from tests.factories.contacts import make_contact

MATCHED = (
    "Name,Phone,Birthday,Anniversary,Do not call\n"
    "Asha Joshi,9876543211,1984-03-07,--06-01,\n"
    "Ravi Kumar,9876543212,,,yes\n"
)


def _undone(client: PageClient, batch: ImportBatch) -> dict[str, Any]:
    client.post(f"/imports/{batch.id}/undoing")
    work_all()
    undone: dict[str, Any] = db.session.get_one(ImportBatch, batch.id, populate_existing=True).summary["undone"]
    return undone


def _dates(contact: Contact) -> list[tuple[str, int | None, int | None, int | None]]:
    found = db.session.scalars(select(KeyDate).where(KeyDate.contact_id == contact.id).order_by(KeyDate.kind))
    return [(each.kind, each.day, each.month, each.year) for each in found]


def test_dates_that_a_row_added_go_and_a_word_on_consent_stays(as_owner: PageClient) -> None:
    asha = make_contact("Asha Joshi", phone="+91 98765 43211")
    ravi = make_contact("Ravi Kumar", phone="+91 98765 43212")
    batch = imported(as_owner, MATCHED)
    assert _dates(asha) == [("anniversary", 1, 6, None), ("birthday", 7, 3, 1984)]
    assert set(db.session.scalars(select(Consent.contact_id))) == {ravi.id}
    lines = db.session.scalar(select(func.count()).select_from(Consent))
    undone = _undone(as_owner, batch)
    assert _dates(asha) == []
    assert db.session.scalar(select(func.count()).select_from(Consent)) == lines
    assert undone["kept"] == [{"id": ravi.id, "why": "fields", "fields": ["consent"]}]
    page = as_owner.get(f"/imports/{batch.id}").text
    assert f"no. {ravi.id}" in page and "Consent" in page and f"no. {asha.id}" not in page


def test_a_date_of_ones_own_stays_beside_the_one_that_goes(as_owner: PageClient, owner: Staff) -> None:
    asha = make_contact("Asha Joshi", phone="+91 98765 43211")
    db.session.add(KeyDate(contact_id=asha.id, kind="anniversary", day=2, month=6, created_at=NOW))
    batch = imported(as_owner, MATCHED)
    assert _dates(asha) == [("anniversary", 2, 6, None), ("birthday", 7, 3, 1984)]
    _undone(as_owner, batch)
    assert _dates(asha) == [("anniversary", 2, 6, None)]


def test_whoever_came_with_an_opt_out_is_archived_and_not_forgotten(as_owner: PageClient) -> None:
    batch = imported(as_owner, "Name,Phone,Do not call\nZoe,9876543213,yes\n")
    undone = _undone(as_owner, batch)
    zoe = contacts_by_name()["Zoe"]
    assert (undone["removed"], undone["archived"]) == (0, 1)
    assert zoe.archived_at is not None
    assert "carries a line of consent" in as_owner.get(f"/imports/{batch.id}").text
    again = imported(as_owner, "Name,Phone,Accepts phone calls\nZoe,9876543213,yes\n", "later.csv")
    assert again.summary["done"]["new"] == 0
    assert {(line.contact_id, line.is_given) for line in db.session.scalars(select(Consent))} == {(zoe.id, False)}


@pytest.mark.parametrize("what", ["merged", "blocked"])
def test_whoever_was_merged_or_blocked_since_is_left_alone(as_owner: PageClient, owner: Staff, what: str) -> None:
    asha = make_contact("Asha Joshi", phone="+91 98765 43211")
    batch = imported(as_owner, "Name,Phone,Company\nAsha Joshi,9876543211,Raga\n")
    if what == "merged":
        other = make_contact("Asha J", phone="+91 98765 43219")
        merge(other, asha, Choices(fields={}, own_fields={}), now=clock.now(), by_id=owner.id)
    else:
        asha.blocked_at = NOW
    db.session.commit()
    undone = _undone(as_owner, batch)
    assert db.session.get_one(Contact, asha.id).organisation == "Raga"
    assert (undone["kept"], undone["restored"]) == ([{"id": asha.id, "why": "gone"}], 0)
    assert "merged or erased since" in as_owner.get(f"/imports/{batch.id}").text


def test_what_was_never_carried_out_cannot_be_undone(as_owner: PageClient) -> None:
    batch = tried(as_owner, MATCHED)
    as_owner.post(f"/imports/{batch.id}/undoing", status=409)
    assert db.session.get_one(ImportBatch, batch.id).state == "tried"


def test_an_import_is_undone_once(as_owner: PageClient) -> None:
    make_contact("Asha Joshi", phone="+91 98765 43211")
    batch = imported(as_owner, MATCHED)
    _undone(as_owner, batch)
    with pytest.raises(ImportMovedOn):
        undo_import(db.session.get_one(ImportBatch, batch.id), now=clock.now())
    contacts = db.session.scalar(select(func.count()).select_from(Contact))
    first = db.session.get_one(ImportBatch, batch.id).summary["undone"]
    db.session.get_one(Job, batch.job_id).done_at = None
    db.session.commit()
    work_all()
    assert db.session.get_one(Job, batch.job_id).done_at is not None
    assert db.session.get_one(ImportBatch, batch.id, populate_existing=True).summary["undone"] == first
    assert db.session.scalar(select(func.count()).select_from(Contact)) == contacts
