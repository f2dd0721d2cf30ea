"""Importing complaint logs in the running program: upload, columns and words, dry run, import by the worker."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import func, select

from config import Settings, SettingsError
from crm.accounts.models import Staff
from crm.cli import cli
from crm.complaints.import_task import clear_old_logs, upload_folder
from crm.complaints.models import CauseCategory, Complaint
from crm.extensions import db
from crm.shared.models import Job
from crm.sla.models import CalendarVersion
from tests.client import PageClient
from tests.complaints.logs import CFPB, NYC, content_of
from tests.contacts.importing_steps import work_all

LOG = "Ref,Via,Opened,Due,Closed,Remark\nA-1,Pigeon,3/13/2026 10:00,3/14/2026,3/14/2026,late\nA-2,Web,3/1/2026,,,\n"


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(Complaint)) or 0


def _upload(client: PageClient, content: str = LOG, name: str = "log.csv") -> str:
    answer = client.post("/imports/complaints", {"file": (io.BytesIO(content.encode()), name)})
    return str(answer.location)


def _chosen(**given: str) -> dict[str, Any]:
    return {"time_zone": "", "date_order": "", **given}


def test_a_log_goes_from_upload_to_complaints(as_owner: PageClient) -> None:
    page = _upload(as_owner)
    shown = as_owner.get(page)
    assert "Nothing is stored yet" in shown.text and "A channel word that means none of our channels" in shown.text
    assert "1 met, 0 late, 0 not closed" in shown.text and _count() == 0
    as_owner.post(f"{page}/acceptance")
    assert "being imported" in as_owner.get(page).text
    work_all()
    assert "Imported on" in as_owner.get(page).text and _count() == 2
    assert "2 complaints imported" in as_owner.get("/imports/complaints").text


def test_words_are_mapped_once_and_remembered(as_owner: PageClient) -> None:
    page = _upload(as_owner)
    as_owner.post(f"{page}/columns", _chosen(**{"channel-0": "letter", "time_zone": "America/New_York"}))
    assert "A channel word that means none" not in as_owner.get(page).text
    again = as_owner.get(_upload(as_owner, LOG.replace("late", "again")))
    assert "A channel word that means none" not in again.text
    assert 'selected value="America/New_York">' in again.text


def test_category_words_are_mapped_once_and_remembered(as_owner: PageClient) -> None:
    log = "Ref,Category,Opened\nA-1,Delay in delivery,3/13/2026\nA-2,Quality,3/14/2026\n"
    page, oddity = _upload(as_owner, log), "A category word that means none of our categories"
    assert oddity in as_owner.get(page).text
    name = db.session.scalars(select(CauseCategory.name)).all()[0]
    as_owner.post(f"{page}/columns", _chosen(**{"category-0": name, "category-1": name}))
    again = _upload(as_owner, log.replace("A-1", "A-3"))
    assert oddity not in as_owner.get(again).text
    as_owner.post(f"{again}/acceptance")
    work_all()
    assert {each.category.name for each in db.session.scalars(select(Complaint)) if each.category} == {name}


def test_a_later_choice_is_added_to_an_earlier_one(as_owner: PageClient) -> None:
    page = _upload(as_owner)
    as_owner.post(f"{page}/columns", _chosen(**{"channel-0": "letter"}))
    other = _upload(as_owner, LOG.replace("Pigeon", "Owl"))
    as_owner.post(f"{other}/columns", _chosen(**{"channel-0": "email", "date_order": "MDY"}))
    both = as_owner.get(_upload(as_owner, LOG.replace("A-2,Web", "A-2,Owl"))).text
    assert "A channel word that means none" not in both
    assert '<option selected value="MDY">' in both


def test_an_order_of_dates_that_does_not_exist_changes_nothing(as_owner: PageClient) -> None:
    page = _upload(as_owner)
    answer = as_owner.post(f"{page}/columns", _chosen(date_order="YDM", **{"channel-0": "letter"}), status=422)
    assert "Nothing is stored yet" in answer.text
    assert "A channel word that means none" in as_owner.get(_upload(as_owner)).text


def test_two_columns_for_one_field_are_refused(as_owner: PageClient) -> None:
    page = _upload(as_owner)
    answer = as_owner.post(f"{page}/columns", _chosen(**{"column-5": "created_at"}), status=422)
    assert "Two columns are chosen for Created" in answer.text
    as_owner.post(f"{page}/acceptance")
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_file_that_is_no_table_is_refused_and_not_kept(as_owner: PageClient, owner: Staff) -> None:
    before = set(upload_folder().glob("*"))
    for name, content in (("log.csv", ""), ("log.pdf", "%PDF"), ("log.csv", "%PDF-1.4")):
        as_owner.post("/imports/complaints", {"file": (io.BytesIO(content.encode()), name)}, status=422)
    assert set(upload_folder().glob("*")) == before


def test_accepting_twice_imports_once_and_giving_up_removes_the_file(as_owner: PageClient) -> None:
    page = _upload(as_owner)
    as_owner.post(f"{page}/acceptance")
    as_owner.post(f"{page}/acceptance")
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1
    other = _upload(as_owner)
    as_owner.post(f"{other}/discarding")
    as_owner.get(other, status=404)


def test_a_log_that_is_being_imported_is_not_given_up(as_owner: PageClient) -> None:
    page = _upload(as_owner)
    as_owner.post(f"{page}/acceptance")
    as_owner.post(f"{page}/discarding")
    work_all()
    assert "Imported on" in as_owner.get(page).text and _count() == 2


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda file: file.unlink(), "The file of this import is not kept any more"),
        (lambda file: file.write_bytes(b"%PDF"), "This is a PDF"),
        (lambda file: file.write_bytes(b"Colour,Size\nred,7\n"), "Which column says when"),
    ],
)
def test_a_file_that_is_lost_or_damaged_before_its_turn_is_said_and_stores_nothing(
    as_owner: PageClient, damage: Callable[[Path], object], sentence: str
) -> None:
    page = _upload(as_owner)
    as_owner.post(f"{page}/acceptance")
    damage(upload_folder() / f"{page.rsplit('/', 1)[1]}.file")
    work_all()
    shown = as_owner.get(page).text
    assert "This import failed; nothing was stored." in shown and sentence in shown
    assert _count() == 0


def test_what_went_wrong_is_said_in_the_readers_language(as_owner: PageClient, owner: Staff) -> None:
    owner.language = "fa"
    page = _upload(as_owner)
    as_owner.post(f"{page}/acceptance")
    (upload_folder() / f"{page.rsplit('/', 1)[1]}.file").unlink()
    work_all()
    assert "فایل این وارد کردن دیگر نگه داشته نشده است" in as_owner.get(page).text


def test_uploaded_logs_are_removed_after_a_month(as_owner: PageClient, now: datetime) -> None:
    _upload(as_owner)
    files = set(upload_folder().iterdir())
    for age, is_kept in ((timedelta(days=30), True), (timedelta(days=30, seconds=1), False)):
        for path in files:
            os.utime(path, times=((now - age).timestamp(),) * 2)
        clear_old_logs(now)
        assert all(path.exists() for path in files) is is_kept
    shutil.rmtree(upload_folder())
    clear_old_logs(now)


def test_who_may_not_import_is_refused(as_kavitha: PageClient) -> None:
    as_kavitha.get("/imports/complaints", status=403)
    as_kavitha.post("/imports/complaints", {"file": (io.BytesIO(b"x"), "x.csv")}, status=403)


def test_imported_complaints_open_as_pages(as_owner: PageClient) -> None:
    page = _upload(as_owner, LOG + "A-3,,3/1/2026,3/2/2026,,\n")
    as_owner.post(f"{page}/acceptance")
    work_all()
    for complaint_id in db.session.scalars(select(Complaint.id)).all():
        as_owner.get(f"/complaints/{complaint_id}")
    as_owner.get("/complaints")


def _run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(cli, words, obj=ScriptInfo(create_app=lambda: app), catch_exceptions=False)


def test_the_command_imports_and_says_what_was_odd(app: Flask, owner: Staff, tmp_path: Path) -> None:
    file, mapping = tmp_path / "log.csv", tmp_path / "mapping.json"
    file.write_text(LOG)
    mapping.write_text(json.dumps({"channels": {"Pigeon": "letter"}, "columns": {"created_at": "Opened"}}))
    db.session.commit()
    done = _run(app, "import", "complaints", str(file), "--mapping", str(mapping), "--json")
    said = json.loads(done.stdout)
    assert (said["imported"], said["already_here"], said["due"]["met"]) == (2, 0, 1)
    assert said["findings"]["missing_due_date"] == [3] and "unknown_channel" not in said["findings"]
    assert _count() == 2


def test_another_due_date_of_what_is_here_is_told_on_the_page_and_by_the_command(
    app: Flask, as_owner: PageClient, tmp_path: Path
) -> None:
    rows = "Ref,Via,Opened,Due,Closed\nC-1,Web,3/4/2026 10:00,4/4/2026 10:00,\n"
    for content, told in ((rows, False), (rows.replace("4/4", "9/4"), True)):
        page = _upload(as_owner, content)
        trial = as_owner.get(page).text
        as_owner.post(f"{page}/acceptance")
        work_all()
        for shown in (trial, as_owner.get(page).text):
            assert ("Here already, other due date in the file: not changed" in shown) is told
    file = tmp_path / "log.csv"
    file.write_text(rows.replace("4/4", "9/4"))
    db.session.commit()
    for words in ((), ("--dry-run",)):
        done = _run(app, "import", "complaints", str(file), "--json", *words)
        assert json.loads(done.stdout)["findings"]["other_due_date"] == [2]


def test_the_command_says_in_words_what_it_did(app: Flask, owner: Staff, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG + "A-3,Web,soon,,,\n")
    db.session.commit()
    done = _run(app, "import", "complaints", str(file), "--time-zone", "Asia/Kolkata")
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "3 rows: 2 complaints, 0 already here, 1 errors.",
        "Due dates: 1 given, 1 met, 0 late, 0 not closed.",
    ]
    assert "Disputed: 0 yes, 0 no, 2 unknown." in lines and "unknown channel: 1 row (2)" in lines
    assert "Columns: Ref = reference, Via = channel, Opened = created_at, Due = due_at, Closed = closed_at." in lines
    assert "Left out: Remark." in lines
    assert lines[-1].startswith("row 4: The date in “Opened” cannot be read")


def test_the_command_names_the_rows_of_what_is_odd(app: Flask, owner: Staff, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("Ref,Via,Opened,Due\n" + "".join(f"{number},,13/05/2024,14/05/2024\n" for number in range(7)))
    db.session.commit()
    lines = _run(app, "import", "complaints", str(file), "--dry-run").stdout.splitlines()
    assert "missing channel: 7 rows (2, 3, 4, 5, 6, …)" in lines
    assert "With --json every row of a finding is listed." in lines


def test_a_dry_run_says_what_the_import_would_do(app: Flask, owner: Staff, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("Ref,Via,Opened,Due,Closed\nB-1,Pigeon,3/4/2026 10:00,4/4/2026 10:00,4/4/2026\n")
    db.session.commit()
    dry = json.loads(_run(app, "import", "complaints", str(file), "--dry-run", "--json").stdout)
    assert (dry["imported"], dry["already_here"], _count()) == (1, 0, 0)
    assert (dry["read_as"]["time_zone"], dry["read_as"]["date_orders"]["created_at"]) == ("Asia/Kolkata", "DMY")
    done = json.loads(_run(app, "import", "complaints", str(file), "--json").stdout)
    assert {name: done[name] for name in dry} == dry
    again = json.loads(_run(app, "import", "complaints", str(file), "--dry-run", "--json").stdout)
    assert (again["imported"], again["already_here"]) == (0, 1) and again["findings"]["already_here"] == [2]


def test_a_dry_run_where_no_business_is_set_up_says_what_it_assumes(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("Ref,Via,Opened,Due\nB-1,Web,3/4/2026,4/4/2026\n")
    for words, order in (([], "MDY"), (["--region", "IN"], "DMY")):
        dry = _run(app, "import", "complaints", str(file), "--dry-run", *words)
        assert f"No business is set up: dates as in {(words or ['', 'US'])[1]}, times in UTC." in dry.stdout
        dry = _run(app, "import", "complaints", str(file), "--dry-run", "--json", *words)
        assert json.loads(dry.stdout)["read_as"]["date_orders"]["due_at"] == order


def test_a_log_that_cannot_be_stored_is_a_sentence_in_words_and_in_json(
    app: Flask, owner: Staff, tmp_path: Path
) -> None:
    for version in db.session.scalars(select(CalendarVersion)):
        db.session.delete(version)
    db.session.commit()
    file = tmp_path / "log.csv"
    file.write_text(LOG)
    done = _run(app, "import", "complaints", str(file))
    assert done.exit_code == 1 and done.output.startswith("Error: ") and "opening hours" in done.output
    done = _run(app, "import", "complaints", str(file), "--json")
    assert done.exit_code == 1 and "opening hours" in json.loads(done.stdout)["errors"][0]["reason"]
    assert _count() == 0


def test_a_dry_run_needs_no_database(tmp_path: Path) -> None:
    for log, words in ((NYC, ["--time-zone", "America/New_York"]), (CFPB, [])):
        content_of(log)
        done = subprocess.run(
            [sys.executable, "-m", "crm.cli.entry", "import", "complaints", str(log), "--dry-run", "--json", *words],
            capture_output=True,
            cwd=Path(__file__).parents[2],
            env={"HOME": str(tmp_path), "CRM_DATA_DIR": os.devnull, "PYTHONDONTWRITEBYTECODE": "1"},
            check=True,
        )
        said = json.loads(done.stdout)
        assert set(said) == {
            *("rows", "imported", "errors", "findings", "due", "disputed", "timely"),
            "read_as",
            "assumed",
        }


def _app_of_nowhere() -> Flask:
    app = Flask("nowhere")
    app.config["SETTINGS"] = replace(Settings.from_environment({}), database_url="sqlite:////nowhere/regulars.db")
    return app


def _app_of_wrong_settings() -> Flask:
    raise SettingsError("PORT must be a number.")


@pytest.mark.parametrize("create_app", [_app_of_nowhere, _app_of_wrong_settings])
def test_a_dry_run_goes_on_where_no_database_can_be_asked(create_app: Callable[[], Flask], tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG)
    words = ("import", "complaints", str(file), "--dry-run", "--json", "--region", "IN")
    done = CliRunner().invoke(cli, words, obj=ScriptInfo(create_app=create_app), catch_exceptions=False)
    assert json.loads(done.stdout)["assumed"]["region"] == "IN"


def test_a_wrong_mapping_says_so(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG)
    for mapping in ('{"columns": {"Nowhere": "due_at"}}', "not json", "[]", '{"time_zone": "Mars/Base"}'):
        (tmp_path / "mapping.json").write_text(mapping)
        words = ["--mapping", str(tmp_path / "mapping.json"), "--dry-run", "--json"]
        done = _run(app, "import", "complaints", str(file), *words)
        assert done.exit_code == 1 and json.loads(done.stdout)["errors"][0]["reason"]
        said = _run(app, "import", "complaints", str(file), *words[:-1])
        assert said.exit_code == 1 and said.output == f"Error: {json.loads(done.stdout)['errors'][0]['reason']}\n"
