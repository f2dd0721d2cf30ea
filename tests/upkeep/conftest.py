"""A shop of its own on the disk: backups, restores and damage need a database that is really there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from config import Settings
from crm import create_app
from crm.extensions import db
from crm.shared.database import close_connections
from crm.shared.permissions import Role
from crm.shared.schema import upgrade_database
from tests.conftest import POSTGRESQL, _administer
from tests.factories.accounts import make_business, make_staff
from tests.factories.contacts import make_contact


@pytest.fixture
def empty_postgresql() -> Iterator[str | None]:
    """The address of a fresh PostgreSQL database, None where no server answers."""
    yield from _fresh_postgresql()


@pytest.fixture
def another_postgresql() -> Iterator[str | None]:
    """The address of a second one."""
    yield from _fresh_postgresql()


def _fresh_postgresql() -> Iterator[str | None]:
    name = f"regulars_upkeep_{uuid4().hex[:12]}"
    if not _administer(f"CREATE DATABASE {name}"):
        yield None
        return
    yield make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an installation without a database yet."""
    folder = tmp_path / "data"
    folder.mkdir()
    url: str | None = f"sqlite:///{folder / 'regulars.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgresql")
    if url is None:
        pytest.skip("no PostgreSQL server answers")
    return Settings(data_dir=folder, database_url=url, secret_key="the key of the shop")


@pytest.fixture
def shop(settings: Settings, now: datetime) -> Iterator[Flask]:
    """A salon with an owner, two contacts and an upload."""
    app = create_app(settings, TESTING=True, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        upgrade_database()
        make_business()
        make_staff("Meena Raman", role=Role.OWNER)
        make_contact("Lakshmi Narayanan")
        make_contact("Ravi Kumar")
        db.session.commit()
        (settings.data_dir / "uploads" / "complaints").mkdir(parents=True)
        (settings.data_dir / "uploads" / "complaints" / "log.csv").write_text("subject\nlate\n")
        yield app
        db.session.remove()
    close(app)


def close(app: Flask) -> None:
    """Let go of an application's database, as a process does when it ends."""
    close_connections(app)
