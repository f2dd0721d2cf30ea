"""Importing in the running program: upload, columns, dry run, import, repaired errors, undo."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from crm.contacts.actions.contacts import create_contact, update_contact
from crm.contacts.forms.imports import added_text
from crm.contacts.models import Consent, Contact, ContactChange, ImportBatch, KeyDate, Phone
from crm.contacts.queries.details import details_of
from crm.contacts.rules import ContactDetails
from crm.extensions import db
from crm.shared import clock
from crm.shared.models import AuditEvent, Job
from tests.client import PageClient
from tests.conftest import NOW
from tests.contacts.importing_steps import contacts_by_name, imported, tried, upload, uploads, work_all
from tests.factories.contacts import make_contact

PEOPLE = (
    "Name,Mobile,Email,Birthday,Tags\n"
    "முருகன் செல்வம்,+91 98765 43210,murugan@example.com,07/03/1984,vip\n"
    "Asha Joshi,+91 98765 43211,,,\n"
    "Nobody,,not-an-address,,\n"
)


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_goes_from_upload_to_contacts(as_owner: PageClient) -> None:
    batch = upload(as_owner, PEOPLE)
    page = as_owner.get(f"/imports/{batch.id}/columns").text
    assert "What are these columns?" in page and "98765 43210" in page
    as_owner.post(f"/imports/{batch.id}/columns", {"date_order": "DMY", "encoding": ""})
    work_all()
    page = as_owner.get(f"/imports/{batch.id}").text
    assert "முருகன் செல்வம்" in page and "Nothing is stored yet" in page
    assert "not an address" in as_owner.get(f"/imports/{batch.id}?tab=wrong").text
    assert _count(Contact) == 0
    as_owner.post(f"/imports/{batch.id}/acceptance")
    work_all()
    assert "Undo this import" in as_owner.get(f"/imports/{batch.id}").text
    murugan = contacts_by_name()["முருகன் செல்வம்"]
    assert [phone.e164 for phone in murugan.phones] == ["+919876543210"]
    assert db.session.scalars(select(KeyDate)).one().day == 7
    assert [tag.name for tag in murugan.tags] == ["vip"]


def test_the_columns_take_the_place_of_the_progress(as_owner: PageClient) -> None:
    """The page of a file that is being read asks for itself again, and is sent on to the columns."""
    batch = upload(as_owner, "Alpha,Beta\nAnna,+919876543210\n")
    page = as_owner.get(f"/imports/{batch.id}", htmx=True, follow_redirects=True).text
    part = page.split('<div id="import">')[1]
    assert f'action="/imports/{batch.id}/columns"' in part and "Give up this import" in part


def test_cards_need_no_columns(as_owner: PageClient) -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:José Pérez\nTEL:+34 612 345 678\nEND:VCARD\n"
    assert upload(as_owner, card, "phone.vcf").state == "tried"


def test_the_columns_of_a_header_are_remembered(as_owner: PageClient) -> None:
    table = "Alpha,Beta\nAnna,+919876543210\n"
    tried(as_owner, table, **{"column-0": "name", "column-1": "phone:cell"})
    again = upload(as_owner, table.replace("Anna", "Berta"))
    page = as_owner.get(f"/imports/{again.id}/columns").text
    assert '<option value="name" selected>' in page and '<option value="phone:cell" selected>' in page


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["yes", "no"], "consent"),
        (["", ""], "consents"),
        (["email: yes; 2026-01-02T10:00:00Z; form", ""], "consents"),
    ],
)
def test_a_column_called_consent_is_our_own_list_only_where_it_is_written_so(
    as_owner: PageClient, cells: list[str], field: str
) -> None:
    rows = "".join(f"{name},{cell}\n" for name, cell in zip(("Asha", "Zoe"), cells, strict=True))
    batch = upload(as_owner, "Name,Consent\n" + rows)
    assert f'<option value="{field}" selected>' in as_owner.get(f"/imports/{batch.id}/columns").text


@pytest.mark.parametrize("header", ["Consent", "GDPR", "Consent date SMS", "Extra", "Address 2", "Home Address 2"])
def test_no_key_of_the_program_is_shown_as_what_a_column_is(as_owner: PageClient, header: str) -> None:
    batch = upload(as_owner, f"Name,{header}\nAsha,yes\n")
    page = as_owner.get(f"/imports/{batch.id}/columns").text
    chosen = re.findall(r'<option value="([^"]+)" selected>([^<]+)<', page)
    assert len(chosen) >= 2 and all(label[0].isupper() for _key, label in chosen if label)


def test_another_encoding_is_read_again(as_owner: PageClient) -> None:
    table = "Name,Email\nСветлана,s@example.com\n".encode("cp1251")
    batch = upload(as_owner, table)
    as_owner.post(f"/imports/{batch.id}/columns", {"date_order": "", "encoding": "cp1251"})
    work_all()
    assert "Светлана" in as_owner.get(f"/imports/{batch.id}/columns").text


def test_a_matched_row_fills_and_adds_but_never_overwrites(as_owner: PageClient) -> None:
    stored = make_contact("Asha Joshi", phone="+91 98765 43211", job_title="Singer")
    batch = tried(as_owner, "Name,Phone,Email,Job Title,Company\nA. Joshi,9876543211,asha@example.com,Dancer,Raga\n")
    page = as_owner.get(f"/imports/{batch.id}?tab=matched").text
    assert "asha@example.com" in page and "the file says" in page and "Dancer" in page
    as_owner.post(f"/imports/{batch.id}/acceptance")
    work_all()
    after = details_of(db.session.get_one(Contact, stored.id))
    assert (after.name, after.job_title, after.organisation) == ("Asha Joshi", "Singer", "Raga")
    assert [email.address for email in after.emails] == ["asha@example.com"]
    assert len(after.phones) == 1 and _count(Contact) == 1


@pytest.mark.parametrize(("typed", "shown"), [("07/03/1984", "7 March 1984"), ("7 March", "7 March")])
def test_the_trial_writes_days_as_the_reader_does(as_owner: PageClient, typed: str, shown: str) -> None:
    batch = tried(as_owner, f"Name,Phone,Birthday\nAsha,9876543211,{typed}\n", date_order="DMY")
    assert f"Birthday <bdi>{shown}</bdi>" in as_owner.get(f"/imports/{batch.id}").text
    make_contact("Asha", phone="+91 98765 43211")
    batch = tried(as_owner, f"Name,Phone,Birthday\nAsha,9876543211,{typed}\n", date_order="DMY")
    assert f"+ <bdi>{shown}</bdi>" in as_owner.get(f"/imports/{batch.id}").text


def test_the_same_name_alone_never_matches(as_owner: PageClient) -> None:
    make_contact("Asha Joshi", phone="+91 98765 43211")
    batch = imported(as_owner, "Name,Phone\nAsha Joshi,9876500000\nAsha Joshi,\n")
    assert batch.summary["done"]["new"] == 2


def test_a_row_that_fits_two_contacts_is_listed(as_owner: PageClient) -> None:
    make_contact("Anna Smith", phone="+91 98765 43211")
    make_contact("Bob Smith", phone="+91 98765 43211")
    batch = tried(as_owner, "Name,Phone\nSmith,9876543211\n")
    assert batch.summary["counts"]["wrong"] == 1
    assert "fits more than one contact" in as_owner.get(f"/imports/{batch.id}").text


def test_a_blocked_contact_does_not_come_back(as_owner: PageClient) -> None:
    make_contact("Anna Smith", phone="+91 98765 43211").blocked_at = NOW
    batch = imported(as_owner, "Name,Phone\nAnna Smith,9876543211\nZoe,9876543212\n")
    assert batch.summary["done"] == {"new": 1, "matched": 0, "changed": 0, "wrong": 1}


def test_opt_outs_survive_and_consent_never_overrules_them(as_owner: PageClient) -> None:
    imported(as_owner, "Name,Email,Unsubscribed\nAsha,asha@example.com,yes\nZoe,zoe@example.com,no\n")
    assert {line.channel for line in db.session.scalars(select(Consent))} == {"email"}
    lines = _count(Consent)
    imported(as_owner, "Name,Email,Consent to email\nAsha,asha@example.com,yes\n", "later.csv")
    assert _count(Consent) == lines
    assert not any(line.is_given for line in db.session.scalars(select(Consent)))


def test_doubles_in_the_file_become_one_contact(as_owner: PageClient) -> None:
    batch = imported(
        as_owner, "Name,Phone,Email\nAsha,9876543211,\nasha,9876543211,asha@example.com\nRavi,9876543211,\n"
    )
    assert batch.summary["done"]["new"] == 2
    assert len(contacts_by_name()["Asha"].emails) == 1


def test_the_error_file_is_repaired_and_imported(as_owner: PageClient) -> None:
    batch = imported(as_owner, PEOPLE + '=cmd|1,,also-bad,,"=1+1"\n')
    answer = as_owner.get(f"/imports/{batch.id}/errors")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][-1] == "Not imported because" and len(rows) == 3
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]
    repaired = (
        answer.data.decode().replace("not-an-address", "nobody@example.com").replace("also-bad", "cmd@example.com")
    )
    again = imported(as_owner, repaired, "repaired.csv")
    assert again.summary["done"]["new"] == 2
    found = contacts_by_name()
    assert found["Nobody"].notes == "" and "=cmd|1" in found


def test_undo_takes_back_what_was_not_used_since(as_owner: PageClient) -> None:
    stored = make_contact("Asha Joshi", phone="+91 98765 43211")
    batch = imported(
        as_owner,
        "Name,Phone,Email,Company,Job Title\nAsha Joshi,9876543211,asha@example.com,Raga,Singer\n"
        "Ravi,9876543212,,,\nZoe,9876543213,,,\n",
    )
    zoe, asha = contacts_by_name()["Zoe"], contacts_by_name()["Asha Joshi"]
    update_contact(zoe, ContactDetails(name="Zoe K"), version=None, now=clock.now())
    changed = details_of(asha)
    update_contact(asha, _with(changed, job_title="Dancer"), version=None, now=clock.now())
    db.session.commit()
    as_owner.post(f"/imports/{batch.id}/undoing")
    work_all()
    found = contacts_by_name()
    assert set(found) == {"Asha Joshi", "Zoe K"}
    assert found["Zoe K"].archived_at is not None
    asha_after = details_of(db.session.get_one(Contact, stored.id))
    assert (asha_after.organisation, asha_after.job_title, asha_after.emails) == ("", "Dancer", ())
    page = as_owner.get(f"/imports/{batch.id}").text
    assert "changed since, so this stays" in page and "so it was archived" in page
    assert _count(Phone) == 1 + 0 + 0 or _count(Phone) == 1


def _with(details: ContactDetails, **changed: str) -> ContactDetails:
    from dataclasses import replace

    return replace(details, **changed)  # type: ignore[arg-type]


def test_undo_ends_after_thirty_days(as_owner: PageClient) -> None:
    batch = imported(as_owner, PEOPLE)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        as_owner.get(f"/imports/{batch.id}")
    batch.imported_at = NOW - timedelta(days=31)
    db.session.commit()
    as_owner.post(f"/imports/{batch.id}/undoing", status=422)


def test_the_very_same_file_makes_no_second_contact(as_owner: PageClient) -> None:
    table = "Name,City\nAsha,Chennai\nAsha,Mumbai\n"
    imported(as_owner, table)
    again = tried(as_owner, table)
    assert again.summary["counts"]["new"] == 0
    assert "This very file was imported" in as_owner.get(f"/imports/{again.id}").text


def test_the_number_in_another_program_is_enough(as_owner: PageClient) -> None:
    table = "Record ID,First Name,Last Name,Email,Create Date\n4711,Asha,Joshi,asha@example.com,2024-01-01\n"
    imported(as_owner, table)
    again = imported(as_owner, table.replace("Asha", "Aasha").replace("asha@", "new@"), "later.csv")
    assert again.summary["done"] == {"new": 0, "matched": 1, "changed": 1, "wrong": 0}


def test_an_import_runs_once_whoever_does_it(as_owner: PageClient, now: object) -> None:
    batch = imported(as_owner, PEOPLE)
    job = db.session.get_one(Job, batch.job_id)
    job.done_at = None
    db.session.commit()
    work_all()
    assert _count(Contact) == 2


def test_a_failure_in_the_middle_stores_nothing(as_owner: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = tried(as_owner, PEOPLE)
    as_owner.post(f"/imports/{batch.id}/acceptance")

    def fail(*_args: object, **_given: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("crm.contacts.import_task.add_to_matched", fail)
    work_all()
    assert _count(Contact) == 0 and _count(ContactChange) == 0
    monkeypatch.undo()
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        work_all()
    assert _count(Contact) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("nul.csv", b"\x00" * 5000),
        ("page.csv", b"<html><body>hi</body></html>"),
        ("broken.xlsx", b"PK\x03\x04 not a workbook"),
        ("binary.csv", bytes(range(256)) * 40),
        ("quote.csv", b'Name,Email\n"Anna,a@example.com\n' * 300),
        ("wide.csv", b",".join(b"c%d" % n for n in range(20_000)) + b"\n"),
        ("cell.csv", b"Name\n" + b"x" * 3_000_000),
    ],
)
def test_hostile_files_are_answered_in_a_sentence(as_owner: PageClient, name: str, content: bytes) -> None:
    batch = tried(as_owner, content, name)
    assert batch.state in {"unreadable", "tried"}
    as_owner.get(f"/imports/{batch.id}")


def test_a_percent_sign_in_the_file_is_only_a_sign(as_owner: PageClient) -> None:
    batch = tried(as_owner, "Name,Email,Company %(x)s\nA,%s%(a)d,B\nC 100%,c@example.com,%(b)s\n")
    assert "%s%(a)d" in as_owner.get(f"/imports/{batch.id}?tab=wrong").text
    assert "C 100%" in as_owner.get(f"/imports/{batch.id}?tab=new").text
    assert "%(x)s" in as_owner.get(f"/imports/{batch.id}/columns").text


def test_a_file_of_another_kind_is_refused_at_once(as_owner: PageClient) -> None:
    page = as_owner.post("/imports", {"file": (io.BytesIO(b"x"), "virus.exe")}, status=422).text
    assert "Files ending in" in page and _count(ImportBatch) == 0
    as_owner.post("/imports", {}, status=422)


def test_a_form_sent_twice_makes_one_import(as_owner: PageClient) -> None:
    for _time in range(2):
        as_owner.post("/imports", {"file": (io.BytesIO(b"Name\nA\n"), "a.csv"), "form_key": "once"})
    assert _count(ImportBatch) == 1


def test_progress_is_shown_and_refreshes_itself(as_owner: PageClient) -> None:
    answer = as_owner.post("/imports", {"file": (io.BytesIO(PEOPLE.encode()), "a.csv")})
    page = as_owner.get(answer.location).text
    assert "Waiting for the worker" in page and 'hx-trigger="every 1s"' in page and "http-equiv" in page
    work_all()
    assert "every 1s" not in as_owner.get(answer.location, follow_redirects=True).text


def test_giving_up_removes_the_files(app: Flask, as_owner: PageClient) -> None:
    folder = app.config["SETTINGS"].data_dir
    before = len(uploads(folder))
    batch = tried(as_owner, PEOPLE)
    as_owner.post(f"/imports/{batch.id}/discarding")
    assert len(uploads(folder)) == before
    as_owner.post(f"/imports/{batch.id}/acceptance", status=409)
    as_owner.get(f"/imports/{batch.id}/errors", status=404)


@pytest.mark.parametrize("path", ["/imports", "/imports/1", "/imports/1/columns", "/imports/1/errors", "/exports"])
def test_only_the_owner_imports_and_exports(as_manager: PageClient, path: str) -> None:
    as_manager.get(path, status=403)


def test_what_does_not_exist_is_404(as_owner: PageClient) -> None:
    for path in ("/imports/99", "/imports/99/columns", "/imports/99/errors"):
        as_owner.get(path, status=404)
    as_owner.post("/imports/99/acceptance", status=404)


def test_each_step_leaves_one_event_without_personal_data(as_owner: PageClient) -> None:
    imported(as_owner, PEOPLE)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action.like("import.%"))).all()
    steps = ["import.received", "import.columns_chosen", "import.started", "import.done"]
    assert [event.action for event in events] == steps
    assert events[-1].details == {"new": 2, "matched": 0, "changed": 0, "wrong": 1}


def test_created_contacts_are_those_that_the_form_makes(as_owner: PageClient) -> None:
    imported(
        as_owner,
        "Name,Mobile,Email,Website,Tags,Notes,Company\nJosé Pérez,612345678,J@Example.com,https://a.example,vip,Hello,Casa\n",
    )
    made = contacts_by_name()["José Pérez"]
    by_form = create_contact(details_of(made), now=clock.now(), by_id=made.created_by_id)
    assert _rows(made) == _rows(by_form)


def _rows(contact: Contact) -> list[object]:
    from sqlalchemy import text

    leave_out = {"id", "contact_id"}
    own = {c.name: getattr(contact, c.name) for c in Contact.__table__.columns if c.name not in leave_out}
    lists: list[Any] = [contact.phones, contact.emails, contact.addresses, contact.links]
    parts = [
        {c.name: getattr(each, c.name) for c in type(each).__table__.columns if c.name not in leave_out}
        for items in lists
        for each in items
    ]
    statement = text("SELECT names, sounds, other, digits, is_active FROM contact_search WHERE contact_id = :id")
    index = db.session.execute(statement, {"id": contact.id}).one()
    return [own, parts, [tag.id for tag in contact.tags], tuple(index)]


def test_what_is_added_reads_as_a_reader_writes_it(app: Flask) -> None:
    with app.test_request_context():
        dates = [added_text("birthday", text) for text in ("1984-03-07", "--03-07", "--03")]
        others = [added_text(*each) for each in (("notes", "tea"), ("refused", "all"), ("refused", "text"))]
    assert dates == ["March 7, 1984", "March 7", "--03"]
    assert others == ["tea", "all", "Text message"]
