"""What the page benchmark asks for: the pages of the counter and of the owner, each with enough different things."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.complaints.models import Complaint
from crm.contacts.models import Contact, Email, Phone
from crm.extensions import db
from crm.reports.rules import WEEK, monday_of
from crm.shared import clock
from crm.shared.text import latin

_NEXT_PLACE = re.compile(r'href="(/contacts\?[^"]*(?:from|place)=[^"]+)"')
Address = Callable[[int], str]
Form = Callable[[int], dict[str, str]]


@dataclass(frozen=True)
class Journey:
    """A page as what to ask for the n-th time; a form is sent as htmx does. `limit`: the most times the floor."""

    name: str
    address: Address
    form: Form | None = None
    limit: float | None = None
    requests: int = 200
    is_report: bool = False


@dataclass
class Prepared:
    """A signed-in session, and enough different things to ask for."""

    cookie: str
    contact_ids: list[int]
    complaint_ids: list[int]
    queries: list[str]
    list_addresses: list[str]
    run: str = ""
    journeys: list[Journey] = field(default_factory=list)

    def entry(self, at: int) -> dict[str, str]:
        """Return the form of the n-th quick log."""
        form = {"channel": "phone", "direction": "in", "kind": "enquiry", "outcome": "reached", "due": ""}
        return form | {"note": f"Asked whether we are open on day {at}.", "form_key": f"bench-{self.run}-{at}"}


def journeys_of(prepared: Prepared) -> list[Journey]:
    """Return every journey that is measured."""
    contacts, complaints = prepared.contact_ids, prepared.complaint_ids

    def nth(items: list[int] | list[str], at: int) -> int | str:
        return items[at % len(items)]

    return [
        Journey(
            "search suggestion",
            lambda _at: "/search/suggestions",
            lambda at: {"query": str(nth(prepared.queries, at))},
            4,
        ),
        Journey("contact page", lambda at: f"/contacts/{nth(contacts, at)}", limit=4),
        Journey("contacts list", lambda at: str(nth(prepared.list_addresses, at)), limit=4),
        Journey("Today", lambda _at: "/", limit=4),
        Journey("quick log", lambda at: f"/contacts/{nth(contacts, at)}/interactions", prepared.entry),
        Journey("key dates", lambda _at: "/key-dates"),
        Journey("board", lambda _at: "/complaints", limit=4),
        Journey("complaint page", lambda at: f"/complaints/{nth(complaints, at)}"),
        Journey("regulars", lambda _at: "/regulars"),
        Journey("staying away", lambda _at: "/regulars/away"),
        Journey("rewards", lambda _at: "/rewards"),
        Journey("review of a quarter", lambda _at: "/review?period=last-quarter", is_report=True),
        Journey("broken promises of a quarter", lambda _at: "/review/breaches?period=last-quarter", is_report=True),
        Journey("customers of a quarter", lambda _at: "/review/customers", requests=10, is_report=True),
        Journey("SLA report of a day as PDF", lambda _at: _monday_as_pdf(), requests=3, is_report=True),
    ]


def _monday_as_pdf() -> str:
    """Return the address of a report that is short enough, at any size, to be drawn while its reader waits."""
    monday = monday_of(clock.now().date()) - WEEK
    return f"/print/promises.pdf?from={monday}&to={monday}"


def choose(count: int) -> tuple[list[int], list[int], list[str]]:
    """Return contacts, complaints and searches, chosen by chance but the same every time."""
    dice = random.Random(5)
    last = db.session.scalar(select(func.max(Contact.id))) or 1
    ids = [dice.randint(1, last) for _each in range(count)]
    open_ones = list(db.session.scalars(select(Complaint.id).where(Complaint.closed_at.is_(None)).limit(500)))
    return ids, dice.sample(open_ones, min(len(open_ones), count)), list(_queries(dice, ids))


def list_addresses(client: FlaskClient, count: int) -> Iterator[str]:
    """Yield places of the list, walking down page by page."""
    address = "/contacts"
    for _page in range(count):
        yield address
        found = _NEXT_PLACE.search(client.get(address).text)
        address = found[1].replace("&amp;", "&") if found else "/contacts"


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
