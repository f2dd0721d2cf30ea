"""Documents read back from the PDF: what they say, in each script, who may have them, what trace they leave."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.cli import cli
from crm.complaints.actions.conversation import Said, say
from crm.complaints.models import Complaint
from crm.contacts.actions.erasing import block
from crm.contacts.forms.labels import DETAIL_NAMES
from crm.contacts.forms.privacy import COLUMN_NAMES, HIDDEN, TABLE_NAMES
from crm.contacts.models import Contact
from crm.contacts.queries.pointers import pointers
from crm.contacts.queries.record import name_columns
from crm.contacts.rules import AddressDetails
from crm.extensions import db
from crm.interactions.models import FollowUp
from crm.reports.printing import drawing
from crm.shared.models import AuditEvent, Job
from crm.shared.pdf import render_pdf
from crm.worker import do_one_job
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.complaints import by, make_case, make_complaint
from tests.factories.contacts import make_contact

NAMES = {"ta": "முருகன் செல்வி", "te": "రావు గారు", "mr": "संजय मोरे", "fa": "مریم احمدی", "en": "Renée O'Brien"}


@pytest.fixture(autouse=True)
def no_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail for any warning of WeasyPrint."""
    caplog.set_level(logging.WARNING, logger="weasyprint")
    yield
    told = [each.getMessage() for each in caplog.records if each.name.lower().startswith("weasyprint")]
    assert told == []


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def text_of(client: PageClient, path: str) -> str:
    """Return the text of a document that a browser gets as a PDF."""
    answer = client.get(path)
    assert answer.mimetype == "application/pdf"
    return " ".join(pages(answer.data))


def traces(action: str) -> int:
    """Count the events of a kind in the audit trail."""
    return db.session.scalar(select(func.count()).where(AuditEvent.action == action)) or 0


@pytest.fixture
def complaint(kavitha: Staff) -> Complaint:
    """A complaint with an answer and an internal note."""
    return make_complaint(kavitha)


# ── The case file ──


def test_the_case_file_says_what_the_page_says(as_owner: PageClient, complaint: Complaint, kavitha: Staff) -> None:
    case = make_case(kavitha)
    said = Said(channel="text", text="We are looking into it.\nPlease wait.", occurred_at=NOW, reason="")
    say(case, said, by(kavitha))
    path = f"/print/case-file.pdf?complaint={case.complaint.id}"
    text = text_of(as_owner, path)
    assert case.complaint.reference in text
    assert "We are looking into it." in text
    assert "No remedy was offered." in text and "The root cause is not named yet." in text
    assert traces("complaint.disclosed") == 1
    as_owner.get(f"/print/case-file?complaint={case.complaint.id}&internal=no")
    assert traces("complaint.disclosed") == 2


def test_the_front_desk_takes_no_case_file_away(as_kavitha: PageClient, complaint: Complaint) -> None:
    as_kavitha.get(f"/print/case-file?complaint={complaint.id}", status=403)
    as_kavitha.get(f"/print/case-file.pdf?complaint={complaint.id}", status=403)
    assert traces("complaint.disclosed") == 0


@pytest.mark.parametrize("name", ["case-file", "slip"])
def test_a_complaint_that_is_not_there(as_owner: PageClient, name: str) -> None:
    for asked in ("", "?complaint=", "?complaint=999999", "?complaint=x"):
        as_owner.get(f"/print/{name}{asked}", status=404)
        as_owner.get(f"/print/{name}.pdf{asked}", status=404)


# ── The slip ──


def test_the_slip_is_80_mm_wide_and_names_the_reference(as_kavitha: PageClient, complaint: Complaint) -> None:
    answer = as_kavitha.get(f"/print/slip.pdf?complaint={complaint.id}")
    box = PdfReader(BytesIO(answer.data)).pages[0].mediabox
    assert round(float(box.width) / 72 * 25.4) == 80
    assert 50 < float(box.height) / 72 * 25.4 < 110 and len(pages(answer.data)) == 1
    assert complaint.reference in pages(answer.data)[0]
    assert "Our promise to you" in pages(answer.data)[0]


def test_the_slip_speaks_the_customers_language(as_kavitha: PageClient, complaint: Complaint) -> None:
    complaint.contact = make_contact(NAMES["fa"], language="fa")
    db.session.flush()
    page = as_kavitha.get(f"/print/slip?complaint={complaint.id}").text
    assert 'lang="fa" dir="rtl"' in page
    assert '<nav class="toolbar" lang="en" dir="ltr"' in page and "As it is printed" in page
    assert 'lang="en"' in as_kavitha.get(f"/print/slip?complaint={complaint.id}&language=en").text


# ── The daily sheet ──


def test_the_daily_sheet_has_the_day_by_time(as_kavitha: PageClient, complaint: Complaint, kavitha: Staff) -> None:
    contact = make_contact("Ana Cruz", phone="98410 77777")
    for task, due_on in (("Ask about the colour", NOW.date()), ("Later", NOW.date() + timedelta(days=1))):
        db.session.add(FollowUp(contact_id=contact.id, task=task, due_on=due_on, created_at=NOW))
    db.session.flush()
    answer = as_kavitha.get("/print/daily-sheet.pdf")
    text = " ".join(pages(answer.data))
    assert "Ana Cruz" in text and "98410 77777" in text and "Ask about the colour" in text
    assert "Later" not in text
    assert complaint.reference in text
    assert len(PdfReader(BytesIO(answer.data)).pages[0].images) == 2  # a code per line
    assert traces("daily_sheet.printed") == 1


def test_an_empty_day_says_so(as_kavitha: PageClient) -> None:
    text = text_of(as_kavitha, "/print/daily-sheet.pdf?on=2031-01-01")
    assert "Nothing is due on this day." in text
    assert "No key date falls on these days." in text


# ── The record ──


@pytest.mark.parametrize(("language", "name"), NAMES.items())
def test_the_record_can_be_read_back_in_each_script(as_manager: PageClient, language: str, name: str) -> None:
    contact = make_contact(name)
    text = text_of(as_manager, f"/print/record.pdf?contact={contact.id}&language={language}")
    letters = {letter for letter in name if letter.isalpha()}
    assert letters <= set(text)
    assert traces("contact.disclosed") == 1


def test_every_table_and_column_of_the_record_has_a_name_that_people_read(app: Flask) -> None:
    tables = {"contact", "audit_event"} | {pointer.table.name for pointer in pointers()}
    missing = tables - TABLE_NAMES.keys() - {"complaint_link", "notice", "outbox_message"}
    for table in tables & TABLE_NAMES.keys():
        columns = db.metadata.tables[table].columns
        leads_to = {column for column, _target in name_columns(table)}
        shown = {each.name for each in columns if not each.name.endswith("_id") or each.name in leads_to} - HIDDEN
        moments = {f"{name.removesuffix('_at')}_by_id" for name in shown if name.endswith("_at")}
        missing |= {f"{table}.{name}" for name in shown - moments - COLUMN_NAMES.keys() - DETAIL_NAMES.keys()}
    assert missing == set()


def test_the_record_says_fixed_words_and_amounts_in_the_language_of_the_document(
    as_manager: PageClient, complaint: Complaint
) -> None:
    page = as_manager.get(f"/print/record?contact={complaint.contact_id}&language=fil").text
    assert "Severity" not in page and "normal" not in page
    assert "Is late" not in page and "category_id" not in page
    assert str(complaint.channel) not in page.split("<main>")[1]


def test_the_record_is_for_those_who_may_disclose(as_kavitha: PageClient) -> None:
    contact = make_contact("Ana Cruz")
    as_kavitha.get(f"/print/record.pdf?contact={contact.id}", status=403)
    assert traces("contact.disclosed") == 0


# ── Labels ──


def _lives(name: str, **given: Any) -> Contact:
    address = AddressDetails(street="12 Beach Road", locality="Chennai", postcode="600001", country="IN")
    return make_contact(name, addresses=(address,), **given)


def test_25_labels_are_two_sheets(as_owner: PageClient, owner: Staff) -> None:
    for number in range(25):
        _lives(f"Customer {number:02}")
    make_contact("Nobody Knows Where")
    blocked = _lives("Wants To Be Forgotten")
    block(blocked, now=NOW, by_id=owner.id)
    found = pages(as_owner.get("/print/labels.pdf").data)
    assert [page.count("12 Beach Road") for page in found] == [24, 1]
    assert "Chennai 600001" in found[0] and " IN" not in found[0]
    assert "Forgotten" not in " ".join(found) and "Nobody" not in " ".join(found)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "contacts.exported")).one()
    assert event.details == {"count": 25, "format": "labels"}
    assert "1 contact without an address is left out." in as_owner.get("/print/labels").text


def test_labels_of_a_tag_alone(as_owner: PageClient) -> None:
    tagged = _lives("With Tag", tags=("vip",))
    _lives("Without Tag")
    text = text_of(as_owner, f"/print/labels.pdf?tag={tagged.tags[0].id}")
    assert "With Tag" in text and "Without Tag" not in text


def test_no_labels_says_so(as_owner: PageClient) -> None:
    assert "Nobody of these has an address" in text_of(as_owner, "/print/labels.pdf")


def test_labels_are_an_export(as_manager: PageClient) -> None:
    as_manager.get("/print/labels.pdf", status=403)


# ── Long ones ──


@pytest.mark.parametrize("lines", [3, 4, 5])
def test_no_task_is_torn_between_two_pages(as_owner: PageClient, owner: Staff, lines: int) -> None:
    for number in range(25):
        contact = make_contact(f"Who{number}z")
        task = "long words " * 5 * (lines - 2) + f"what{number}z"
        db.session.add(FollowUp(contact_id=contact.id, task=task, due_on=NOW.date(), created_at=NOW))
    db.session.flush()
    drawn = pages(as_owner.get("/print/daily-sheet.pdf").data)
    assert len(drawn) > 1
    for number in range(25):
        assert [f"Who{number}z" in page for page in drawn] == [f"what{number}z" in page for page in drawn]


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call a document of two lines long."""
    monkeypatch.setattr("crm.reports.views.printing.AT_ONCE", 1)


def test_a_long_document_is_drawn_by_the_worker(
    app: Flask, as_owner: PageClient, long: None, owner: Staff, as_manager: PageClient
) -> None:
    for name in ("First", "Second"):
        _lives(name)
    answer = as_owner.get("/print/labels.pdf?kind=person", status=303)
    assert "It has 2 lines." in as_owner.get(answer.location).text
    data = {"document": "labels", "kind": "person", "form_key": "once"}
    addresses = {as_owner.post("/prints", data).location for _twice in range(2)}
    assert len(addresses) == 1
    address = addresses.pop()
    assert "It waits for its turn." in as_owner.get(address).text
    as_owner.get(f"{address}.pdf", status=404)
    assert do_one_job(NOW)
    assert "Open the PDF" in as_owner.get(address).text
    assert pages(as_owner.get(f"{address}.pdf").data)[0].count("12 Beach Road") == 2
    as_manager.get(address, status=404)
    as_manager.get(f"{address}.pdf", status=404)
    assert traces("contacts.exported") == 1


def test_the_waiting_page_says_which_step_it_is_at(
    app: Flask, as_owner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = as_owner.post("/prints", {"document": "labels"}).location
    assert "Step" not in as_owner.get(address).text
    shown, note = [], drawing._note_step

    def noted(token: str, number: int, page: int) -> None:
        note(token, number, page)
        shown.append((number, page))
        if page:
            assert json.loads((drawing.print_folder() / f"{token}.step").read_text()) == [5, 1]

    monkeypatch.setattr(drawing, "_note_step", noted)
    token = address.rsplit("/", 1)[1]
    note(token, 5, 11)
    assert "Step 5 of 7" in as_owner.get(address).text and "page 11 is laid out" in as_owner.get(address).text
    assert do_one_job(NOW)
    assert shown == sorted(shown) and {number for number, _page in shown} >= {3, 4, 5, 6, 7}
    assert "Step" not in as_owner.get(address).text and not (drawing.print_folder() / f"{token}.step").exists()


def test_a_drawn_document_is_gone_after_a_day(app: Flask, as_owner: PageClient) -> None:
    address = as_owner.post("/prints", {"document": "labels"}).location
    assert do_one_job(NOW)
    drawing.clear_old_prints(NOW + timedelta(hours=23))
    as_owner.get(f"{address}.pdf")
    files = list(drawing.print_folder().iterdir())
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    drawing.clear_old_prints(_made(files[-1]) + timedelta(days=1, minutes=1))
    assert list(drawing.print_folder().iterdir()) == []
    as_owner.get(f"{address}.pdf", status=404)


def _made(path: Path) -> Any:
    return NOW.fromtimestamp(path.stat().st_mtime, tz=NOW.tzinfo)


def test_nothing_is_held_in_the_database_while_a_page_is_drawn(
    as_owner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lives("First")
    held: list[bool] = []

    def draw(html: str, *_track: object) -> bytes:
        held.append(db.session().in_transaction())
        return b"%PDF"

    monkeypatch.setattr("crm.reports.views.printing.render_pdf", draw)
    monkeypatch.setattr("crm.reports.printing.drawing.render_pdf", draw)
    as_owner.get("/print/labels.pdf")
    as_owner.post("/prints", {"document": "labels"})
    assert do_one_job(NOW)
    assert held == [False, False]


def test_nobody_orders_what_their_role_does_not_admit(as_kavitha: PageClient) -> None:
    as_kavitha.post("/prints", {"document": "labels"}, status=404)
    as_kavitha.post("/prints", {"document": "nonsense"}, status=404)
    as_kavitha.get("/prints/new?document=labels", status=404)
    as_kavitha.get("/prints/" + "0" * 32, status=404)
    assert db.session.scalar(select(func.count(Job.id))) == 0


# ── Commands ──


@pytest.mark.parametrize(
    "command",
    [
        ["daily-sheet"],
        ["daily-sheet", "--on", "2026-06-13", "--language", "fa"],
        ["labels", "--kind", "person"],
    ],
)
def test_commands_write_a_pdf(app: Flask, owner: Staff, command: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    result = app.test_cli_runner().invoke(cli, ["report", *command, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert len(PdfReader(out).pages) == 1


def test_a_command_about_a_contact_leaves_the_trace(app: Flask, owner: Staff, tmp_path: Path) -> None:
    contact, out = make_contact(NAMES["ta"]), tmp_path / "out.pdf"
    result = app.test_cli_runner().invoke(cli, ["report", "record", str(contact.id), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert traces("contact.disclosed") == 1
    assert app.test_cli_runner().invoke(cli, ["report", "record", "999999", "--out", str(out)]).exit_code == 1


def test_everything_is_tagged_and_names_its_language(as_owner: PageClient, complaint: Complaint) -> None:
    answer = as_owner.get(f"/print/case-file.pdf?complaint={complaint.id}&language=fa")
    root: Any = PdfReader(BytesIO(answer.data)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fa"


def test_a_figure_without_a_value_says_nothing_in_proportion(as_manager: PageClient) -> None:
    page = as_manager.get("/print/promises?from=2026-06-01&to=2026-06-07").text
    assert "No promise was due in this period." in page and "nine of ten within" not in page


def test_a_name_of_two_lines_is_whole_at_the_foot_of_a_column() -> None:
    rows = "".join(f"<div><dt>{name}</dt><dd><bdi>راضی</bdi></dd></div>" for name in ("کانال", "پرسیده شد که آیا درست"))
    whole = rows.replace("آیا درست", "آیا درست است یا هنوز شکسته")
    page = f'<html lang="fa" dir="rtl"><title>T</title><dl class="facts">{whole}</dl></html>'
    assert "شکسته" in pages(render_pdf(page))[0]
