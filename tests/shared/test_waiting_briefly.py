"""Pages do not wait for another writer only to note when somebody was last seen."""

from __future__ import annotations

import sqlite3
import time
from datetime import timedelta
from pathlib import Path

import time_machine

from config import Settings
from crm import create_app
from crm.extensions import db
from crm.shared.permissions import Role
from crm.shared.schema import upgrade_database
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.accounts import make_business, make_staff


def test_a_page_is_answered_while_another_process_writes(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.db'}", secret_key="test")
    app = create_app(settings, TESTING=True, PROPAGATE_EXCEPTIONS=False)
    with time_machine.travel(NOW, tick=False), app.app_context():
        upgrade_database()
        make_business()
        owner = make_staff("Meena Raman", role=Role.OWNER)
        client = PageClient(app).signed_in(owner)
    writer = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False), app.app_context():
        begun = time.perf_counter()
        client.get("/imports")
        assert time.perf_counter() - begun < 3
        db.session.remove()
        db.engine.dispose()
    writer.execute("ROLLBACK")
    writer.close()
    app.extensions["held_connection"].close()
