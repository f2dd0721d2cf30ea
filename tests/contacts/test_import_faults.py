"""Imports when something goes wrong around them: a full disk, files gone, two workers, contacts that change."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from crm.accounts.models import Staff
from crm.contacts.actions import imports as actions
from crm.contacts.actions.merging import merge
from crm.contacts.import_files import FilesGone, ImportFiles, NoRoomForFiles, Tracker, read_progress
from crm.contacts.import_rules import OWN_ID, UNDO_DAYS
from crm.contacts.import_task import installation_id, upload_folder
from crm.contacts.import_work import clear_old_uploads
from crm.contacts.models import Consent, Contact, ContactField, ImportBatch
from crm.contacts.queries.import_matches import verdicts
from crm.contacts.rules.merging import Choices
from crm.extensions import db
from crm.shared import clock
from crm.shared.models import Job
from crm.shared.paging import BadPlace, encode_place
from tests.client import PageClient
from tests.conftest import NOW
from tests.contacts.importing_steps import batch_at, contacts_by_name, imported, tried, upload, uploads, work_all
from tests.factories.contacts import make_contact

PEOPLE = "Name,Phone\nAsha,9876543211\nRavi,9876543212\n"


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _again(batch: ImportBatch) -> None:
    """Let the worker do the last job of an import once more, as after a lease that ran out."""
    db.session.get_one(Job, batch.job_id).done_at = None
    db.session.commit()
    work_all()
    assert db.session.get_one(Job, batch.job_id, populate_existing=True).done_at is not None


# ── Side files ──


def _full(tmp_path: Path) -> ImportFiles:
    """Return files in a folder that cannot be made: a file is in its place."""
    (tmp_path / "uploads").write_bytes(b"")
    return ImportFiles(tmp_path / "uploads", "a")


def test_files_that_are_gone_say_so_and_their_pages_are_empty(tmp_path: Path) -> None:
    files = ImportFiles(tmp_path, "a")
    for read in (files.content, lambda: list(files.lines("new"))):
        with pytest.raises(FilesGone):
            read()
    assert list(files.page("new", None, 10).rows) == []
    assert read_progress(files).step == ""


def test_a_place_in_the_middle_of_a_line_is_no_place(tmp_path: Path) -> None:
    files = ImportFiles(tmp_path, "a")
    files.write_lines("new", [{"name": "Asha"}, {"name": "Ravi"}])
    first = files.page("new", None, 1)
    assert [row["name"] for row in first.rows] == ["Asha"]
    assert [row["name"] for row in files.page("new", first.next_place, 1).rows] == ["Ravi"]
    with pytest.raises(BadPlace):
        files.page("new", encode_place([3]), 1)


def test_a_full_disk_refuses_files_but_never_stops_an_import_for_its_progress(tmp_path: Path) -> None:
    files = _full(tmp_path)
    with pytest.raises(NoRoomForFiles):
        files.keep(io.BytesIO(b"Name\n"))
    Tracker(files)("reading")
    assert read_progress(files).step == ""


def test_an_upload_to_a_full_disk_is_answered_in_a_sentence_and_is_no_import(
    app: Flask, as_owner: PageClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    full = _full(tmp_path)
    monkeypatch.setattr("crm.contacts.import_task.upload_folder", lambda: full.folder)
    page = as_owner.post("/imports", {"file": (io.BytesIO(PEOPLE.encode()), "a.csv")}, status=503).text
    assert "The file cannot be kept just now" in page
    assert _count(ImportBatch) == 0


def test_files_are_removed_after_a_month_and_what_was_imported_stays(app: Flask, as_owner: PageClient) -> None:
    folder = app.config["SETTINGS"].data_dir
    before = uploads(folder)
    done, given_up = imported(as_owner, PEOPLE), tried(as_owner, "Name\nZoe\n", "later.csv")
    assert len(uploads(folder)) > len(before)
    clear_old_uploads(NOW + timedelta(days=UNDO_DAYS))
    assert db.session.get_one(ImportBatch, given_up.id).stored_name
    clear_old_uploads(NOW + timedelta(days=UNDO_DAYS, seconds=1))
    db.session.commit()
    assert uploads(folder) == before
    assert {each.stored_name for each in db.session.scalars(select(ImportBatch))} == {""}
    assert _count(Contact) == 2
    as_owner.get(f"/imports/{done.id}")
    as_owner.get(f"/imports/{given_up.id}")
    as_owner.post(f"/imports/{given_up.id}/columns", {"date_order": "", "encoding": ""}, status=404)


# ── The worker ──


def test_a_card_file_of_noise_is_refused_in_a_sentence(as_owner: PageClient) -> None:
    batch = tried(as_owner, b"BEGIN:VCARD\nFN:A\n" + bytes(range(1, 9)) * 100, "noise.vcf")
    assert (batch.state, batch.failure) == ("unreadable", "The file holds binary data, not a list of contacts.")
    assert "binary data" in as_owner.get(f"/imports/{batch.id}").text


def test_a_step_that_is_done_again_changes_nothing(as_owner: PageClient) -> None:
    batch = upload(as_owner, PEOPLE)
    _again(batch)
    assert db.session.get_one(ImportBatch, batch.id).state == "columns"
    as_owner.post(f"/imports/{batch.id}/columns", {"date_order": "", "encoding": ""})
    work_all()
    counts = dict(db.session.get_one(ImportBatch, batch.id, populate_existing=True).summary["counts"])
    _again(db.session.get_one(ImportBatch, batch.id))
    after = db.session.get_one(ImportBatch, batch.id)
    assert (after.state, dict(after.summary["counts"])) == ("tried", counts)


def test_the_slower_of_two_workers_stores_nothing_and_leaves_the_files(
    app: Flask, as_owner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = tried(as_owner, PEOPLE)
    as_owner.post(f"/imports/{batch.id}/acceptance")
    kept = uploads(app.config["SETTINGS"].data_dir)
    take = actions.take_import

    def take_later(mine: ImportBatch) -> None:
        db.session.execute(update(ImportBatch).where(ImportBatch.id == mine.id).values(state="imported"))
        take(mine)

    monkeypatch.setattr("crm.contacts.import_task.actions.take_import", take_later)
    work_all()
    job = db.session.scalars(select(Job).where(Job.kind == "contacts.import")).one()
    assert job.done_at is not None and not job.error
    assert _count(Contact) == 0
    assert set(kept) <= set(uploads(app.config["SETTINGS"].data_dir)) | {".progress"}


def _meanwhile(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Change something between the comparison and the storing of an import."""
    take = actions.take_import

    def changed_first(batch: ImportBatch) -> None:
        change()
        take(batch)

    monkeypatch.setattr("crm.contacts.import_task.actions.take_import", changed_first)


def test_whoever_is_blocked_while_an_import_runs_gets_nothing_from_it(
    as_owner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = make_contact("Asha", phone="+91 98765 43211")
    batch = tried(as_owner, "Name,Phone,Company,Do not call\nAsha,9876543211,Raga,yes\nRavi,9876543212,Raga,\n")

    def block() -> None:
        db.session.get_one(Contact, asha.id).blocked_at = NOW
        db.session.flush()

    _meanwhile(monkeypatch, block)
    as_owner.post(f"/imports/{batch.id}/acceptance")
    work_all()
    done = db.session.get_one(ImportBatch, batch.id, populate_existing=True).summary["done"]
    assert (done["new"], done["changed"]) == (1, 0)
    assert db.session.get_one(Contact, asha.id).organisation == "" and _count(Consent) == 0


def test_a_row_that_became_doubtful_after_its_dry_run_is_listed_with_the_wrong_ones(as_owner: PageClient) -> None:
    make_contact("Anna Smith", phone="+91 98765 43211")
    batch = tried(as_owner, "Name,Phone,Email\nSmith,9876543211,\nZoe,,nowhere\n")
    assert batch.summary["counts"]["wrong"] == 1
    make_contact("Bob Smith", phone="+91 98765 43211")
    as_owner.post(f"/imports/{batch.id}/acceptance")
    work_all()
    done = db.session.get_one(ImportBatch, batch.id, populate_existing=True).summary["done"]
    assert (done["wrong"], done["changed"], done["new"]) == (2, 0, 0)
    page = as_owner.get(f"/imports/{batch.id}").text
    assert "fits more than one contact" in page and "nowhere" in page
    errors = as_owner.get(f"/imports/{batch.id}/errors").text
    assert "Smith" in errors and "Zoe" in errors


# ── What rows find ──


def test_a_row_with_the_number_of_a_merged_contact_goes_to_the_one_that_was_kept(
    as_owner: PageClient, owner: Staff
) -> None:
    first, second, kept = (make_contact(name) for name in ("Asha", "Asha J", "Asha Joshi"))
    for keeping, other in ((second, first), (kept, second)):
        merge(keeping, other, Choices(fields={}, own_fields={}), now=clock.now(), by_id=owner.id)
    number = f"{OWN_ID}{installation_id()}-{first.id}"
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:Asha\nUID:{number}\nTEL:+91 98765 43211\nEND:VCARD\n"
    batch = imported(as_owner, card, "own.vcf")
    assert batch.summary["done"] == {"new": 0, "matched": 1, "changed": 1, "wrong": 0}
    assert [phone.e164 for phone in db.session.get_one(Contact, kept.id).phones] == ["+919876543211"]


def test_cards_that_cannot_be_imported_come_back_as_cards_to_repair(as_owner: PageClient) -> None:
    good = "BEGIN:VCARD\nVERSION:3.0\nFN:Zoë\nTEL:+91 98765 43211\nEND:VCARD\n"
    bad = "BEGIN:VCARD\nVERSION:3.0\nNOTE:Without a name\nEND:VCARD\n"
    batch = imported(as_owner, good + bad, "phone.vcf")
    assert batch.summary["done"] == {"new": 1, "matched": 0, "changed": 0, "wrong": 1}
    answer = as_owner.get(f"/imports/{batch.id}/errors")
    assert answer.headers["Content-Type"].startswith("text/vcard")
    assert "Without a name" in answer.text and "X-REGULARS-REASON:There is no name" in answer.text
    assert "Zoë" not in answer.text
    again = imported(as_owner, answer.text.replace("NOTE:", "FN:Bob\r\nNOTE:"), "repaired.vcf")
    assert again.summary["done"]["new"] == 1
    assert contacts_by_name()["Bob"].notes == "Without a name"


def test_an_export_of_another_shop_brings_its_own_fields_once_and_no_endless_names(as_owner: PageClient) -> None:
    db.session.add(ContactField(name="Hair", kind="text", choices=[]))
    extra = {"Hair": "red", "Shoe size": "42", "x" * 61: "long", "Preferred channel": "pigeon"}
    card = (
        f"BEGIN:VCARD\nVERSION:3.0\nFN:Zoe\nUID:{OWN_ID}elsewhere-1\n"
        f"X-REGULARS-EXTRA:{json.dumps(extra)}\nEND:VCARD\n".replace(", ", "\\, ")
    )
    imported(as_owner, card, "own.vcf")
    assert sorted(db.session.scalars(select(ContactField.name))) == ["Hair", "Shoe size"]
    zoe = contacts_by_name()["Zoe"]
    assert f"{'x' * 61}: long" in zoe.notes and "Preferred channel: pigeon" in zoe.notes
    assert zoe.preferred_channel == ""


# ── The pages ──


def test_columns_of_several_of_a_kind_are_named_with_their_number(as_owner: PageClient) -> None:
    batch = upload(as_owner, "Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value\nAda,Work,9876543211,9876543212\n")
    page = as_owner.get(f"/imports/{batch.id}/columns").text
    assert '<option value="phone#1" selected>Phone 1</option>' in page
    assert '<option value="phone#2" selected>Phone 2</option>' in page


def test_columns_that_are_no_question_any_more_lead_to_the_import(as_owner: PageClient) -> None:
    batch = imported(as_owner, PEOPLE)
    answer = as_owner.get(f"/imports/{batch.id}/columns", status=None)
    assert answer.location == f"/imports/{batch.id}"
    cards = tried(as_owner, "BEGIN:VCARD\nFN:Ada\nEND:VCARD\n", "a.vcf")
    assert as_owner.get(f"/imports/{cards.id}/columns", status=None).location == f"/imports/{cards.id}"


@pytest.mark.parametrize("given", [{"date_order": "YDM", "encoding": ""}, {"date_order": "", "encoding": "rot13"}])
def test_an_order_or_encoding_that_does_not_exist_moves_nothing_on(as_owner: PageClient, given: dict[str, str]) -> None:
    batch = upload(as_owner, PEOPLE)
    page = as_owner.post(f"/imports/{batch.id}/columns", given, status=422).text
    assert "What are these columns?" in page
    assert db.session.get_one(ImportBatch, batch.id).state == "columns"


def test_an_import_discarded_while_it_is_tried_leaves_no_file(
    app: Flask, as_owner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = app.config["SETTINGS"].data_dir
    before = len(uploads(folder))

    def discarded_meanwhile(*given: Any) -> Any:
        batch = db.session.scalars(select(ImportBatch)).one()
        ImportFiles(upload_folder(), batch.stored_name).remove()
        actions.discard(batch, now=NOW)
        db.session.commit()
        return verdicts(*given)

    monkeypatch.setattr("crm.contacts.import_work.verdicts", discarded_meanwhile)
    batch = tried(as_owner, PEOPLE)
    assert batch.state == "discarded"
    assert len(uploads(folder)) == before
    assert db.session.get_one(Job, batch.job_id).done_at is not None


def test_an_import_whose_file_is_gone_is_tried_again_later(as_owner: PageClient) -> None:
    answer = as_owner.post("/imports", {"file": (io.BytesIO(PEOPLE.encode()), "people.csv")})
    batch = batch_at(answer.location)
    ImportFiles(upload_folder(), batch.stored_name).remove()
    work_all()
    assert db.session.get_one(ImportBatch, batch.id).state == "reading"
    assert db.session.get_one(Job, batch.job_id).done_at is None
