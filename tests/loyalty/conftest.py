"""Regulars and their visits; an application of its own for what two tills or two workers do at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from config import Settings
from crm import create_app
from crm.accounts.models import Business
from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.actions.standings import refresh
from crm.shared.schema import upgrade_database
from tests.conftest import POSTGRESQL, _administer
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction

Visiting = Callable[..., None]


@pytest.fixture(params=["sqlite", "postgresql"])
def own_app(request: pytest.FixtureRequest, tmp_path: Path, testrun_uid: str, worker_id: str) -> Iterator[Flask]:
    """The application with an empty database in which every connection sees what another committed."""
    name = f"regulars_own_{testrun_uid[:8]}_{worker_id}"
    url = f"sqlite:///{tmp_path / 'own.db'}"
    if request.param == "postgresql":
        if not _administer(f"CREATE DATABASE {name}"):
            pytest.skip("no PostgreSQL server answers")
        url = make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    app = create_app(Settings(data_dir=tmp_path, database_url=url, secret_key="test"), TESTING=True)
    with app.app_context():
        upgrade_database()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        held = app.extensions.get("held_connection")
        if held is not None:
            held.close()
        db.engine.dispose()
    if request.param == "postgresql":
        _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def visiting(business: Business, now: datetime) -> Visiting:
    """Let a contact come so many days ago, each with what was paid, and bring the standing up to date."""

    def visit(contact: Contact, *days_ago: int, **given: Any) -> None:
        for days in days_ago:
            values = {"kind": "visit", "channel": "in-person", "note": ""} | given
            make_interaction(contact, **{"occurred_at": now - timedelta(days=days), **values})
        refresh([contact.id], now=now)

    return visit


@pytest.fixture
def asha_k(business: Business) -> Contact:
    """Somebody who comes to the salon."""
    return make_contact("Anjali Kumar", phone="+91 98400 55555")
