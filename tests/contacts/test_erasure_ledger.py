"""The list of who was erased: whatever becomes of the disk it lies on, nobody comes back and nothing else is erased."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from crm.accounts.models import Staff
from crm.contacts.actions.erasing import anonymise, block
from crm.contacts.erasure_ledger import erase_again, keep_ledger
from crm.contacts.models import Contact
from crm.extensions import db
from crm.shared.backups.restoring import erasure_lines
from tests.conftest import NOW
from tests.factories.contacts import make_contact


def _line(contact: Contact) -> str:
    return json.dumps({"contact": contact.id, "made_at": contact.created_at.isoformat()})


def _erased(name: str = "Ravi") -> Contact:
    contact = make_contact(name)
    block(contact, now=NOW)
    anonymise(contact, now=NOW)
    db.session.flush()
    return contact


def test_a_disk_that_cannot_be_written_is_logged_and_caught_up_later(
    owner: Staff, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ravi, folder = _erased(), tmp_path / "not-there"
    keep_ledger(folder / "erasures.jsonl")
    assert "the ledger of erasures cannot be written" in caplog.text
    folder.mkdir()
    keep_ledger(folder / "erasures.jsonl")
    assert (folder / "erasures.jsonl").read_text() == _line(ravi) + "\n"


def test_a_line_torn_by_a_power_cut_or_damaged_costs_itself_only(owner: Staff, tmp_path: Path) -> None:
    ravi, path = _erased(), tmp_path / "erasures.jsonl"
    path.write_bytes(b'\xff{"contact": 1, "made')
    for _night in range(2):
        keep_ledger(path)
    lines = path.read_text(errors="replace").splitlines()
    assert lines.count(_line(ravi)) == 1
    back = make_contact("Asha")
    damaged = ['{"contact": 1, "made', "[]", "7", '{"contact": "x", "made_at": "y"}', '{"contact": 1}', "", *lines]
    assert erase_again([*damaged, _line(back)], now=NOW) == (1, [])
    assert (db.session.get_one(Contact, back.id).erased_at, back.name) != (None, "Asha")


@pytest.mark.parametrize("is_blocked", [False, True])
def test_whoever_came_back_with_a_backup_is_erased_again_and_a_namesake_of_the_number_is_not(
    owner: Staff, is_blocked: bool
) -> None:
    back, other = make_contact("Ravi", phone="98765 43210"), make_contact("Asha")
    if is_blocked:
        block(back, now=NOW)
    later = json.dumps({"contact": other.id, "made_at": "2020-01-01T00:00:00+00:00"})
    assert erase_again([_line(back), later], now=NOW) == (1, [])
    assert back.erased_at == NOW and back.phones == [] and other.name == "Asha"
    assert erase_again([_line(back)], now=NOW) == (0, [])


def test_whoever_is_a_part_of_somebody_else_by_now_is_named_and_left(owner: Staff) -> None:
    kept, part = make_contact("Ravi K"), make_contact("Ravi")
    part.merged_into_id = kept.id
    db.session.flush()
    assert erase_again([_line(part)], now=NOW) == (0, [part.id])
    assert kept.erased_at is None


def test_a_damaged_list_does_not_stop_a_restore(
    app: Flask, owner: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ravi = make_contact("Ravi")
    monkeypatch.setattr("crm.shared.backups.restoring.archive.read_part", lambda *_where: b"")
    (tmp_path / "erasures.jsonl").write_bytes(b"\xff{\n" + _line(ravi).encode() + b"\n")
    settings = replace(app.config["SETTINGS"], data_dir=tmp_path)
    assert _line(ravi) in erasure_lines(settings, tmp_path / "backup.zip")
