"""One application and one schema per database and process; each test in a transaction that is rolled back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from config import Settings
from crm import create_app
from crm.accounts.models import Business, Staff
from crm.extensions import db
from crm.shared.permissions import Role
from crm.shared.schema import upgrade_database
from tests.client import PageClient
from tests.drills.figures import print_figures
from tests.factories.accounts import make_business, make_staff

# A Friday afternoon in Chennai: 16:30 on 12 June 2026.
NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
_NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"  # an empty TEST_POSTGRESQL asks for SQLite alone
POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/test") or _NOWHERE

# What the drills measured, at the end of a run.
pytest_terminal_summary = print_figures


def _administer(statement: str) -> bool:
    """Run a statement about whole databases; returns False where no server answers."""
    engine = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


@pytest.fixture(scope="session")
def postgresql_url(testrun_uid: str, worker_id: str) -> Iterator[str | None]:
    """The address of an empty database of this test process, None where no server answers."""
    name = f"regulars_test_{testrun_uid[:8]}_{worker_id}"
    if not _administer(f"CREATE DATABASE {name}"):
        yield None
        return
    yield make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on one of the two databases, with its schema made by the migrations."""
    folder: Path = tmp_path_factory.mktemp("data")
    is_sqlite = request.param == "sqlite"
    url = "sqlite:///:memory:" if is_sqlite else request.getfixturevalue("postgresql_url")
    if url is None:
        pytest.skip("no PostgreSQL server answers")
    settings = Settings(data_dir=folder, database_url=url, secret_key="test")
    app = create_app(settings, TESTING=True, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        upgrade_database()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[object]:
    """A database session whose work, and that of every request in the test, is rolled back."""
    with app.app_context():
        engines = db._app_engines[app]
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        engines[None] = connection  # type: ignore[assignment]
        try:
            yield db.session
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = engine


@pytest.fixture
def now() -> Iterator[datetime]:
    """The present, held at a Friday afternoon."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def business(session: object, now: datetime) -> Business:
    """Jasmine Salon in Chennai."""
    return make_business()


@pytest.fixture
def owner(business: Business) -> Staff:
    """Meena, who owns the salon."""
    return make_staff("Meena Raman", role=Role.OWNER)


@pytest.fixture
def manager(owner: Staff) -> Staff:
    """Farid, who manages it."""
    return make_staff("Farid Karimi", role=Role.MANAGER)


@pytest.fixture
def kavitha(owner: Staff) -> Staff:
    """Kavitha at the front desk."""
    return make_staff("Kavitha S", role=Role.FRONT_DESK)


@pytest.fixture
def asha(owner: Staff) -> Staff:
    """Asha, also at the front desk."""
    return make_staff("Asha Joshi", role=Role.FRONT_DESK)


@pytest.fixture
def anonymous(app: Flask, session: object) -> PageClient:
    """A browser that nobody signed in."""
    return PageClient(app)


@pytest.fixture
def as_owner(app: Flask, owner: Staff) -> PageClient:
    """The owner's browser."""
    return PageClient(app).signed_in(owner)


@pytest.fixture
def as_manager(app: Flask, manager: Staff) -> PageClient:
    """The manager's browser."""
    return PageClient(app).signed_in(manager)


@pytest.fixture
def as_kavitha(app: Flask, kavitha: Staff) -> PageClient:
    """Kavitha's browser at the counter."""
    return PageClient(app).signed_in(kavitha)
