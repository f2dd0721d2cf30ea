"""Shops for the drills, on a SQLite file and on PostgreSQL; every process that a drill started ends with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests.conftest import POSTGRESQL
from tests.drills.figures import figure
from tests.drills.mail import MailServer
from tests.drills.program import Program
from tests.drills.shop import Seed, Shop, administer, set_up

__all__ = ["figure"]

MakeShop = Callable[..., Shop]


@pytest.fixture(scope="session")
def databases(testrun_uid: str, worker_id: str) -> Iterator[Callable[[str], str]]:
    """Make databases on the test server, as copies of another one where one is named; drop them at the end."""
    made: list[str] = []

    def make(template: str = "") -> str:
        name = f"regulars_drill_{testrun_uid[:8]}_{worker_id}_{len(made)}"
        administer(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        made.append(name)
        return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)

    yield make
    for name in reversed(made):
        administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _seeded(folder: Path, database_url: str) -> Seed:
    program = Program(folder, database_url=database_url)
    program.start("--no-worker")
    try:
        shop = set_up(program)
    finally:
        program.stop()
    (folder / "cookies.json").write_text(json.dumps(shop.cookies))
    return Seed(folder, database_url)


@pytest.fixture(scope="session")
def sqlite_seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """A shop on a SQLite file, stopped."""
    return _seeded(tmp_path_factory.mktemp("seed") / "sqlite", "")


@pytest.fixture(scope="session")
def postgresql_seed(tmp_path_factory: pytest.TempPathFactory, databases: Callable[[], str]) -> Seed:
    """A shop on PostgreSQL, stopped."""
    try:
        url = databases()
    except OperationalError:
        pytest.skip("no PostgreSQL server answers")
    return _seeded(tmp_path_factory.mktemp("seed") / "postgresql", url)


@pytest.fixture(params=["sqlite"])
def make_shop(request: pytest.FixtureRequest, tmp_path: Path, databases: Callable[[str], str]) -> Iterator[MakeShop]:
    """Copy a shop for this drill; whatever it started is killed at the end. Parametrise with both databases."""
    made: list[Shop] = []
    seed: Seed = request.getfixturevalue(f"{request.param}_seed")

    def make(folder: Path | None = None, **settings: Any) -> Shop:
        shop = seed.copy(folder or tmp_path / f"shop{len(made)}", databases, **settings)
        made.append(shop)
        return shop

    yield make
    for shop in made:
        shop.program.kill()


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    """The mail server of the shop that drills share."""
    server = MailServer()
    server.open()
    yield server
    server.close()


@pytest.fixture(scope="session", params=["sqlite"])
def shared_shop(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    databases: Callable[[str], str],
    mail_server: MailServer,
) -> Iterator[Shop]:
    """A running shop for drills that do it no harm and find their own records again by their words."""
    seed: Seed = request.getfixturevalue(f"{request.param}_seed")
    shop = seed.copy(tmp_path_factory.mktemp("shared") / "shop", databases, SMTP_URL=mail_server.url)
    shop.program.start()
    yield shop
    shop.program.kill()


@pytest.fixture
def shop(make_shop: MakeShop) -> Shop:
    """A shop of this drill, not yet started."""
    return make_shop()
