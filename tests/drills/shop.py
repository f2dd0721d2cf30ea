"""A shop for a drill: set up through the first page as an owner would, then copied for each drill."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from crm.accounts.models import StaffSession
from tests.conftest import POSTGRESQL
from tests.drills.browser import Browser
from tests.drills.program import Program

PASSWORD = "seven lotus ponds"
OWNER = "meena@jasmine.example"
PEOPLE = {"manager": "farid@jasmine.example", "front-desk": "kavitha@jasmine.example"}
CUSTOMERS = ("Murugan Selvam", "Roya Karimi", "Jose Bautista", "Venkata Rao", "Dnyaneshwar Kulkarni")
WHOLE_WEEK = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "00:00-24:00"
)


def administer(statement: str) -> None:
    """Run a statement about whole databases on the server of the tests."""
    engine = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@dataclass
class Shop:
    """A running or stopped program with its people's sessions."""

    program: Program
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """Return the address of its database."""
        return self.program.settings["DATABASE_URL"] or f"sqlite:///{self.program.folder / 'regulars.db'}"

    def browser(self, role: str = "owner", **given: float) -> Browser:
        """Return a browser in which a person is signed in."""
        return Browser(self.program.port, self.cookies[role], **given)

    def engine(self) -> Engine:
        """Return an engine that looks at the database from outside."""
        return create_engine(self.database_url, poolclass=NullPool)

    def rows(self, statement: str, **given: object) -> list[tuple[object, ...]]:
        """Read rows from outside."""
        engine = self.engine()
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), given)]

    def number(self, statement: str, **given: object) -> int:
        """Read one number from outside."""
        return int(str(self.rows(statement, **given)[0][0] or 0))


def set_up(program: Program) -> Shop:
    """Set up a shop with an owner, a manager, a person at the front desk and five customers, by its pages."""
    shop = Shop(program)
    owner = Browser(program.port)
    form = owner.form("/set-up", "/set-up")
    own = {"name": "Jasmine Salon", "owner_name": "Meena Raman", "email": OWNER, "password": PASSWORD}
    answer = owner.post("/set-up", {**form.fields, **own, **WHOLE_WEEK})
    assert answer.status == 303, answer.text[:2000]
    shop.cookies["owner"] = owner.cookies
    for role, email in PEOPLE.items():
        shop.cookies[role] = invited(owner, role=role, email=email).cookies
    for name in CUSTOMERS:
        form = owner.form("/contacts/new", "/contacts")
        assert owner.post("/contacts", {**form.fields, "name": name}).status == 303
    owner.close()
    return shop


def invited(owner: Browser, *, role: str, email: str) -> Browser:
    """Invite a person and accept the invitation in a browser of their own."""
    form = owner.form("/staff", "/staff")
    own = {"name": email.split("@")[0].title(), "email": email, "role": role, "current_password": PASSWORD}
    page = owner.post("/staff", {**form.fields, **own})
    assert page.status == 200, page.text[:2000]
    path = "/access/" + page.text.split("/access/")[1].split('"')[0]
    person = Browser(owner.port)
    answer = person.post(path, {**person.form(path).fields, "password": "nine green parrots"})
    assert answer.status == 303, answer.text[:2000]
    person.close()
    return person


@dataclass(frozen=True)
class Seed:
    """A shop that was set up once and stopped, to be copied for each drill."""

    folder: Path
    database_url: str

    def copy(self, folder: Path, clone: Callable[[str], str], **settings: str) -> Shop:
        """Return a copy of the shop in another folder, with a database of its own and its people just now at work."""
        shutil.copytree(self.folder, folder)
        url = clone(make_url(self.database_url).database or "") if self.database_url else ""
        shop = Shop(Program(folder, database_url=url, **settings), json.loads((folder / "cookies.json").read_text()))
        with shop.engine().begin() as connection:
            connection.execute(update(StaffSession).values(seen_at=datetime.now(UTC)))
        return shop
