"""`crm import contacts` and `crm export contacts`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from crm.accounts.models import Business
from crm.cli import cli
from crm.contacts.models import ImportBatch
from crm.extensions import db
from tests.contacts.importing_steps import contacts_by_name
from tests.factories.contacts import make_contact

TABLE = "Name,Phone,Email\nAsha,98765 43210,asha@example.com\nBad,,nowhere\n"


def _run(app: Flask, *words: str):
    return CliRunner().invoke(cli, words, obj=_info(app), catch_exceptions=False)


def _info(app: Flask):
    from flask.cli import ScriptInfo

    return ScriptInfo(create_app=lambda: app)


def test_a_dry_run_needs_no_database_and_no_settings(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(TABLE)
    words = ["import", "contacts", str(file), "--dry-run", "--json", "--region", "IN"]
    done = subprocess.run(
        [sys.executable, "-m", "crm.cli.entry", *words],
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={"HOME": str(tmp_path), "CRM_DATA_DIR": os.devnull, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
    )
    said = json.loads(done.stdout)
    assert set(said) == {"contacts", "errors", "encoding", "format", "notices"}
    assert said["contacts"][0]["phones"] == [{"raw": "98765 43210", "e164": "+919876543210", "type": ""}]
    assert [error["row"] for error in said["errors"]] == [3]


def test_an_unreadable_file_is_a_sentence_and_a_failure(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_bytes(b"")
    done = _run(app, "import", "contacts", str(file), "--dry-run")
    assert done.exit_code == 1 and "The file is empty." in done.output
    done = _run(app, "import", "contacts", str(file), "--dry-run", "--json")
    assert done.exit_code == 1 and json.loads(done.output)["errors"][0]["reason"] == "The file is empty."


def test_a_dry_run_says_in_words_what_was_read(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(TABLE.replace("Email", "Email,Birthday").replace("asha@example.com", "asha@example.com,7/3/1984"))
    done = _run(app, "import", "contacts", str(file), "--dry-run", "--region", "IN")
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "CSV, ascii: 1 contacts, 1 errors.",
        "row 3: The email “nowhere” is not an address that mail can reach.",
        "Dates were read day first.",
    ]


def test_an_import_says_in_words_what_it_did(app: Flask, business: Business, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(TABLE)
    db.session.commit()
    done = _run(app, "import", "contacts", str(file))
    assert done.output.splitlines() == [
        "1 new, 0 changed, 0 matched, 1 not imported.",
        "row 3: The email “nowhere” is not an address that mail can reach.",
    ]
    assert set(contacts_by_name()) == {"Asha"}


@pytest.mark.parametrize("fault", ["unreadable", "full"])
def test_an_import_that_fails_is_a_sentence_and_stores_nothing(
    app: Flask, business: Business, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(b"%PDF" if fault == "unreadable" else TABLE.encode())
    sentence = "This is a PDF" if fault == "unreadable" else "The file cannot be kept just now"
    if fault == "full":
        monkeypatch.setattr("crm.contacts.import_task.upload_folder", lambda: file / "below-a-file")
    db.session.commit()
    done = _run(app, "import", "contacts", str(file))
    assert done.exit_code == 1 and done.output.startswith(f"Error: {sentence}")
    done = _run(app, "import", "contacts", str(file), "--json")
    assert done.exit_code == 1 and json.loads(done.output)["errors"][0]["reason"].startswith(sentence)
    assert contacts_by_name() == {} and db.session.query(ImportBatch).count() == 0


def test_an_import_stores_and_says_what_it_did(app: Flask, business: Business, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(TABLE)
    db.session.commit()
    done = _run(app, "import", "contacts", str(file), "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)
    assert (said["new"], said["wrong"], said["errors"][0]["row"]) == (1, 1, 3)
    assert contacts_by_name()["Asha"].phones[0].e164 == "+919876543210"
    batch = db.session.query(ImportBatch).one()
    assert batch.state == "imported" and batch.imported_at is not None


def test_an_export_is_written_by_its_ending(app: Flask, business: Business, tmp_path: Path) -> None:
    make_contact("முருகன்", phone="98765 43210")
    db.session.commit()
    for name in ("out.csv", "out.xlsx", "out.vcf"):
        assert _run(app, "export", "contacts", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert "முருகன்" in (tmp_path / "out.vcf").read_text()
    assert _run(app, "export", "contacts", str(tmp_path / "out.pdf")).exit_code == 1
