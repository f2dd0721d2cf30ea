"""Export, and import into an empty database: the same contacts. And again into the same one: no change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from crm.contacts.actions.consent import record_consent
from crm.contacts.actions.contacts import create_contact
from crm.contacts.actions.imports import make_own_fields
from crm.contacts.models import Contact, ContactChange, ContactField, ContactFieldValue, ContactTag, KeyDate
from crm.contacts.queries.consent import consent_states
from crm.contacts.queries.details import details_of
from crm.contacts.queries.exports import ExportWish, exported_contacts
from crm.contacts.rules import AddressDetails, ContactDetails, ContactKind, EmailDetails, PhoneDetails
from crm.extensions import db
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.conftest import NOW
from tests.contacts.importing_steps import imported, tried
from tests.factories.contacts import make_contact

FORMATS = ("csv", "xlsx", "vcf")


def _population() -> None:
    field = ContactField(name="Shoe size", kind="number", choices=[], position=0)
    db.session.add(field)
    db.session.flush()
    details = ContactDetails(
        name="முருகன் செல்வம்",
        emails=(EmailDetails(address="murugan@example.com"), EmailDetails(address="m@example.com")),
        given_name="முருகன்",
        family_name="செல்வம்",
        other_names="Murugan",
        organisation="=Kandhan & Sons",
        job_title="-Chef",
        phones=(PhoneDetails(raw="+91 98765 43210", kind="mobile"), PhoneDetails(raw="044 2345 6789", kind="home")),
        addresses=(AddressDetails(street="12 Lotus St\nFlat 3", locality="Chennai", postcode="600004", kind="home"),),
        links=("https://murugan.example",),
        tags=("vip", "Tamil class"),
        preferences="window seat, no peanuts",
        notes="First line\nsecond line",
        preferred_channel="messaging",
        language="ta",
        source="walk-in",
        field_values={field.id: "42"},
    )
    full = create_contact(details, now=NOW)
    db.session.add_all(
        [
            KeyDate(contact_id=full.id, kind="birthday", day=29, month=2, year=None, created_at=NOW),
            KeyDate(contact_id=full.id, kind="anniversary", day=1, month=6, year=2010, created_at=NOW),
        ]
    )
    record_consent(
        full, channel="email", purpose="marketing", is_given=False, now=NOW - timedelta(days=3), source="desk"
    )
    make_contact("Kandhan Sweets", kind=ContactKind.ORGANISATION, phone="+91 44 2811 1111")
    make_contact("Asha Joshi", phone="+91 98765 43299")
    make_contact("Asha Joshi")
    make_contact("", email="nameless@example.com")
    db.session.commit()


def _empty() -> None:
    """Leave an empty program; contacts with consent are blocked, since lines of consent are never removed."""
    for model in (ContactFieldValue, ContactField, ContactTag, KeyDate, ContactChange):
        db.session.execute(delete(model))
    for contact in db.session.scalars(select(Contact)):
        contact.phones, contact.emails, contact.name = [], [], "-"
        contact.archived_at = contact.erased_at = NOW
    db.session.commit()


def _seen() -> list[object]:
    """Return everything about the contacts that are not erased, without ids."""
    names = {each.id: each.name for each in db.session.scalars(select(ContactField))}
    found: list[object] = []
    for contact in db.session.scalars(select(Contact).where(Contact.erased_at.is_(None)).order_by(Contact.id)):
        details = details_of(contact)
        dates = db.session.execute(
            select(KeyDate.kind, KeyDate.day, KeyDate.month, KeyDate.year).where(KeyDate.contact_id == contact.id)
        ).all()
        refused = {key: line.is_given for key, line in consent_states([contact.id])[contact.id].items()}
        fields = {names[key]: value for key, value in details.field_values.items()}
        texts = {name: getattr(details, name) for name in details.__slots__ if name != "field_values"}
        found.append((texts, fields, sorted(tuple(row) for row in dates), refused.get(("email", "marketing"))))
    return found


def _export(client: PageClient, ending: str) -> TestResponse:
    form = {"format": ending, "kind": "", "tag": "", "archived": "no"}
    return client.post("/exports", form, status=200, buffered=True)


@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_gives_the_same_contacts_in_an_empty_program(as_owner: PageClient, ending: str) -> None:
    _population()
    before = _seen()
    answer = as_owner.post(
        "/exports", {"format": ending, "kind": "", "tag": "", "archived": "no"}, status=200, buffered=True
    )
    assert answer.headers["Content-Disposition"] == f"attachment; filename=contacts-2026-06-12.{ending}"
    content = answer.data
    _empty()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crm.contacts.import_work.installation_id", lambda: "another")
        batch = imported(as_owner, content, f"contacts.{ending}")
    assert batch.summary["done"]["wrong"] == 0
    assert _seen() == before


@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_imported_again_changes_nothing(as_owner: PageClient, ending: str) -> None:
    _population()
    content = as_owner.post(
        "/exports", {"format": ending, "archived": "no", "kind": "", "tag": ""}, status=200, buffered=True
    ).data
    batch = tried(as_owner, content, f"contacts.{ending}")
    counts = batch.summary["counts"]
    assert (counts["new"], counts["changing"], counts["wrong"], counts["matched"]) == (0, 0, 0, 5)


def test_filters_and_who_is_left_out(as_owner: PageClient) -> None:
    make_contact("Anna", tags=("vip",))
    make_contact("Shop", kind=ContactKind.ORGANISATION)
    make_contact("Old").archived_at = NOW
    make_contact("Blocked").blocked_at = NOW
    db.session.commit()

    def names(**wish: object) -> list[str]:
        return [draft.name for draft in exported_contacts(ExportWish(**wish), "x")]  # type: ignore[arg-type]

    assert names() == ["Anna", "Shop"]
    assert names(kind="person") == ["Anna"]
    assert names(archived="only") == ["Old"]
    assert names(archived="yes") == ["Anna", "Shop", "Old"]
    tag_id = db.session.scalar(select(ContactTag.tag_id))
    assert names(tag_id=tag_id) == ["Anna"]


def test_an_export_leaves_one_event_with_its_count(as_owner: PageClient) -> None:
    make_contact("Anna")
    as_owner.post("/exports", {"format": "csv", "archived": "no", "kind": "", "tag": ""}, status=200, buffered=True)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "contacts.exported")).one()
    assert event.details == {"count": 1, "format": "csv"}
    as_owner.post("/exports", {"format": "exe", "archived": "no", "kind": "", "tag": ""}, status=422)


def test_the_page_of_an_empty_program_says_what_to_do(as_owner: PageClient) -> None:
    assert "Import a file" in as_owner.get("/exports").text


def test_own_fields_are_made_once(session: object) -> None:
    make_own_fields([])
    assert db.session.scalar(select(func.count()).select_from(ContactField)) == 0
