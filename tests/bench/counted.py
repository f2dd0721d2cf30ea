"""What the page benchmark asks for, and how many queries each page makes, counted within the program."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from config import Settings
from crm import create_app
from crm.accounts import actions
from crm.accounts.models import Staff
from crm.contacts.models import Contact, Email, Phone
from crm.extensions import db
from crm.shared import clock
from crm.shared.text import latin
from tests.bench.browser import _TOKEN

_NEXT_PLACE = re.compile(r'href="(/contacts\?[^"]*(?:from|place)=[^"]+)"')


@dataclass
class Prepared:
    """A signed-in session, and enough different things to ask for."""

    cookie: str
    contact_ids: list[int]
    queries: list[str]
    list_addresses: list[str]
    run: str = ""

    def entry(self, at: int) -> dict[str, str]:
        """Return the form of the n-th quick log."""
        form = {"channel": "phone", "direction": "in", "kind": "enquiry", "outcome": "reached", "due": ""}
        return form | {"note": f"Asked whether we are open on day {at}.", "form_key": f"bench-{self.run}-{at}"}


def prepare(folder: Path, count: int) -> Prepared:
    """Start a session in a demo business and choose contacts, searches and places of the list."""
    app, dice = _app(folder), random.Random(5)
    with app.app_context():
        owner = db.session.scalars(select(Staff).order_by(Staff.id)).first()
        assert owner is not None
        token = actions.start_session(owner, address="127.0.0.1", browser="bench", now=clock.now())
        db.session.commit()
        last = db.session.scalar(select(func.max(Contact.id))) or 1
        ids = [dice.randint(1, last) for _each in range(count)]
        queries = list(_queries(dice, ids))
    client = _client(app, token)
    addresses = list(_list_addresses(client, count))
    cookie = client.get_cookie("regulars")
    assert cookie is not None
    _close(app)
    return Prepared(f"regulars={cookie.value}", ids, queries, addresses, run=token[:8])


def count_queries(folder: Path, prepared: Prepared) -> dict[str, int]:
    """Return the number of queries of each page, those of session and business included."""
    app = _app(folder)
    client = app.test_client()
    client.set_cookie("regulars", prepared.cookie.partition("=")[2])
    found = _TOKEN.search(client.get("/").text)
    assert found is not None
    headers = {"X-CSRFToken": found[1].split('"')[3], "HX-Request": "true"}
    contact = f"/contacts/{prepared.contact_ids[0]}"
    entry = prepared.entry(0) | {"form_key": f"counted-{prepared.run}"}
    asks: dict[str, Callable[[], object]] = {
        "search suggestion": lambda: client.post(
            "/search/suggestions", data={"query": prepared.queries[0]}, headers=headers
        ),
        "contact page": lambda: client.get(contact),
        "contacts list": lambda: client.get(prepared.list_addresses[-1]),
        "Today": lambda: client.get("/"),
        "quick log (POST)": lambda: client.post(f"{contact}/interactions", data=entry, headers=headers),
        "key dates, 30 days": lambda: client.get("/key-dates"),
    }
    counts = {name: _counted(app, ask) for name, ask in asks.items()}
    _close(app)
    return counts


def _counted(app: Flask, ask: Callable[[], object]) -> int:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return sum(not each.startswith(("BEGIN", "SAVEPOINT", "RELEASE")) for each in statements)


def _queries(dice: random.Random, ids: list[int]) -> Iterator[str]:
    """Yield what people type: starts and wholes of names in any script, spelt in Latin, numbers, addresses."""
    names = dict(db.session.execute(select(Contact.id, Contact.name).where(Contact.id.in_(ids))).tuples().all())
    phones = dict(
        db.session.execute(select(Phone.contact_id, Phone.raw).where(Phone.contact_id.in_(ids))).tuples().all()
    )
    emails = dict(
        db.session.execute(select(Email.contact_id, Email.address).where(Email.contact_id.in_(ids))).tuples().all()
    )
    shapes: tuple[Callable[[str, str, str], str], ...] = (
        lambda name, _phone, _email: name,
        lambda name, _phone, _email: name[:4],
        lambda name, _phone, _email: latin(name) or name,
        lambda name, _phone, _email: (latin(name) or name)[:3],
        lambda name, _phone, _email: name.split()[-1],
        lambda _name, phone, _email: phone[-6:],
        lambda _name, _phone, email: email[:9],
        lambda name, _phone, _email: " ".join(word[:3] for word in (latin(name) or name).split()),
    )
    for contact_id in ids:
        name = names[contact_id]
        yield dice.choice(shapes)(name, phones.get(contact_id, name), emails.get(contact_id, name))


def _list_addresses(client: FlaskClient, count: int) -> Iterator[str]:
    """Yield places of the list, walking down page by page."""
    address = "/contacts"
    for _page in range(count):
        yield address
        found = _NEXT_PLACE.search(client.get(address).text)
        address = found[1].replace("&amp;", "&") if found else "/contacts"


def _app(folder: Path) -> Flask:
    settings = Settings.from_environment({"CRM_DATA_DIR": str(folder)})
    return create_app(settings)


def _client(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return client


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        held = app.extensions.pop("held_connection", None)
        if held is not None:
            held.close()
        db.engine.dispose()
