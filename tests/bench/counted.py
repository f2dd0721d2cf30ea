"""The demo shop of the page benchmark seen from inside: its data, a session, and the queries of each page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

from flask import Flask
from sqlalchemy import event, func, select

from config import Settings
from crm import create_app
from crm.accounts import actions
from crm.accounts.models import Staff
from crm.complaints.models import Complaint
from crm.contacts.models import Contact
from crm.demo.complaints import load_complaints
from crm.demo.stories import Shop
from crm.extensions import db
from crm.shared import clock
from crm.shared.database import close_connections
from tests.bench.browser import _TOKEN
from tests.bench.journeys import Journey, Prepared, choose, journeys_of, list_addresses

CONTACTS_PER_COMPLAINT = 5
OPEN_SHARE = 0.1


def prepare(environment: dict[str, str], count: int) -> Prepared:
    """Start a session in a demo business and choose what is asked for."""
    with _app(environment) as app:
        with app.app_context():
            _add_complaints()
            owner = db.session.scalars(select(Staff).order_by(Staff.id)).first()
            assert owner is not None
            token = actions.start_session(owner, address="127.0.0.1", browser="bench", now=clock.now())
            db.session.commit()
            ids, complaints, queries = choose(count)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["token"] = token
        addresses = list(list_addresses(client, count))
        sent = client.get_cookie("regulars")
        assert sent is not None
    prepared = Prepared(f"regulars={sent.value}", ids, complaints, queries, addresses, run=token[:8])
    prepared.journeys = journeys_of(prepared)
    return prepared


def _add_complaints() -> None:
    """Add complaints until there is one for every five contacts, one in ten of them open."""
    contacts = db.session.scalar(select(func.count()).select_from(Contact)) or 0
    there = db.session.scalar(select(func.count()).select_from(Complaint)) or 0
    missing = contacts // CONTACTS_PER_COMPLAINT - there
    if missing <= 0:
        return
    staff = tuple(db.session.scalars(select(Staff.id).order_by(Staff.id)))
    shop = Shop(staff[0], staff, "INR", clock.now(), timedelta(hours=5, minutes=30))
    # One complaint is made for every fifteen contacts named, so the same ones are named again and again.
    load_complaints(Random(7), [1 + at % contacts for at in range(missing * 15)], shop, recent_share=OPEN_SHARE)
    db.session.commit()


def count_queries(environment: dict[str, str], prepared: Prepared) -> dict[str, int]:
    """Return the number of queries of each page, those of session and business included."""
    with _app(environment) as app:
        client = app.test_client()
        client.set_cookie("regulars", prepared.cookie.partition("=")[2])
        found = _TOKEN.search(client.get("/").text)
        assert found is not None
        headers = {"X-CSRFToken": found[1].split('"')[3], "HX-Request": "true"}

        def ask(journey: Journey) -> int:
            statements: list[str] = []

            def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
                statements.append(statement)

            with app.app_context():
                engine = db.engine
            event.listen(engine, "before_cursor_execute", count)
            try:
                if journey.form is None:
                    client.get(journey.address(0))
                else:
                    form = journey.form(0)
                    if "form_key" in form:
                        form["form_key"] += "-counted"
                    client.post(journey.address(0), data=form, headers=headers)
            finally:
                event.remove(engine, "before_cursor_execute", count)
            return sum(not each.startswith(("BEGIN", "SAVEPOINT", "RELEASE")) for each in statements)

        return {journey.name: ask(journey) for journey in prepared.journeys}


@contextmanager
def _app(environment: dict[str, str]) -> Iterator[Flask]:
    names = ("CRM_DATA_DIR", "DATABASE_URL")
    app = create_app(Settings.from_environment({name: environment[name] for name in names if environment.get(name)}))
    yield app
    close_connections(app)
