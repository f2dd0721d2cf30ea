"""The index follows the search rules: written anew at the next start, also when that was killed half-way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from config import Settings
from crm import create_app
from crm.cli import upgrading
from crm.contacts.actions import indexing
from crm.contacts.models import SearchIndexState
from crm.contacts.search_rules import SEARCH_RULES_VERSION, search_document
from crm.extensions import db
from crm.shared.database import close_connections
from tests.factories.accounts import make_business
from tests.factories.contacts import make_contact

# The digest of the keys that each version of the search rules makes of the same names.
KEYS_OF_VERSION = {5: "1b0ff2c241cd2f23"}
NAMES = """\
முருகன் சுப்பிரமணியம்; கவிதா ஸ்ரீ; శ్రీనివాస్ రావు; లక్ష్మీ నారాయణ; प्रकाश जोशी; विठ्ठल कुलकर्णी; अनिता देशपांडे
محمد رضا کریمی; علي حسن; فاطمه الزهراء; عبدالله; José Álvarez; Zoë Müller-Strauß; Jean-Luc d'Arc; Nguyễn Thị Hương
王小明; 山田 太郎; 김철수; Иван Петров; Ελένη Παπαδοπούλου; Ma. Cristina Dela Cruz; Juan dela Peña Jr.; M. K. Stalin
Krishnamoorthy Venkatasubramanian; Sh. Abdul-Rahman al-Hashimi; Mohammed; Mohamad; Muhammed; Xavier; Quizon; O'Brien
محمدجواد ظریف; عثمان; Ευάγγελος; Sean; 黃毓民; יוסף בן־חור; 鈴木一郎; महेंद्र राठौड़; জয়ন্ত ঘোষ; ஈசுவரன்; Çağla Özçelik
Devraj Shivkumar; भावना गवळी; George Joyce; Yellamma; Minatchi; കുഞ്ഞു; Ігор; Γιώτα; Ouahab Achraf
""".replace("\n", "; ").split("; ")
CONTACTS = 7


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A business with seven contacts, whose index is read in batches of three."""
    monkeypatch.setattr(indexing, "CHUNK", 3)
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'regulars.db'}", secret_key="test")
    app = create_app(settings, TESTING=True)
    with app.app_context():
        upgrading.bring_up_to_date()
        make_business()
        for number in range(CONTACTS):
            make_contact(f"Anita {number}")
        db.session.commit()
        yield app
        db.session.remove()
    close_connections(app)


def _made_by_older_rules() -> None:
    db.session.execute(text("UPDATE contact_search SET names = ' older '"))
    db.session.execute(text("UPDATE contact SET sort_name = 'older'"))
    db.session.execute(text("UPDATE search_index_state SET rules_version = rules_version - 1"))
    db.session.commit()


def _older() -> int:
    count = db.session.scalar(text("SELECT count(*) FROM contact_search WHERE names = ' older '"))
    db.session.rollback()
    return int(count or 0)


def test_older_rules_are_replaced_at_the_next_start(shop: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    _made_by_older_rules()
    upgrading.bring_up_to_date()
    assert _older() == 0
    assert "Indexing 7 contacts" in capsys.readouterr().out
    assert db.session.scalar(text("SELECT count(*) FROM contact WHERE sort_name = 'older'")) == 0
    assert db.session.get_one(SearchIndexState, 1).rules_version == SEARCH_RULES_VERSION


def test_an_index_of_the_present_rules_is_left_alone(shop: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    db.session.execute(text("UPDATE contact_search SET names = ' older '"))
    db.session.commit()
    upgrading.bring_up_to_date()
    assert _older() == CONTACTS
    assert capsys.readouterr().out == ""


def test_an_index_of_unknown_rules_is_written_anew(shop: Flask) -> None:
    _made_by_older_rules()
    db.session.execute(text("DELETE FROM search_index_state"))
    db.session.commit()
    upgrading.bring_up_to_date()
    assert _older() == 0


def test_killed_half_way_it_goes_on_where_it_was(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _made_by_older_rules()
    batches = iter([indexing.reindex_outdated, indexing.reindex_outdated])

    def killed_at_the_third() -> int:
        try:
            return next(batches)()
        except StopIteration:
            raise KeyboardInterrupt from None

    with monkeypatch.context() as patched:
        patched.setattr(upgrading, "reindex_outdated", killed_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            upgrading.bring_up_to_date()
    db.session.rollback()
    assert _older() == 1
    db.session.rollback()
    assert indexing.index_backlog() == 1
    db.session.rollback()
    upgrading.bring_up_to_date()
    assert _older() == 0
    assert indexing.index_backlog() is None


def test_half_way_by_other_rules_it_begins_again(shop: Flask) -> None:
    _made_by_older_rules()
    db.session.execute(text("UPDATE search_index_state SET reached_id = 5"))
    db.session.commit()
    assert indexing.index_backlog() == CONTACTS
    db.session.rollback()
    upgrading.bring_up_to_date()
    assert _older() == 0


def test_other_keys_come_with_another_version() -> None:
    """Fails when the rules make other keys of names: raise SEARCH_RULES_VERSION, and note the digest above."""
    documents = [
        search_document(
            names=[name], organisations=["Café & Söhne"], emails=["A@B.example"], phones=["+98 912"], tags=["vip"]
        )
        for name in NAMES
    ]
    digest = hashlib.sha256(repr(documents).encode()).hexdigest()[:16]
    assert KEYS_OF_VERSION[SEARCH_RULES_VERSION] == digest
