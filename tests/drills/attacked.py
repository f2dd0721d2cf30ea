"""A demo shop to attack: every kind of record is there, and every route of the program is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import text

from config import Settings
from crm import create_app
from crm.demo.sign_in import PEOPLE, demo_sign_in
from crm.extensions import db
from tests.drills.browser import Browser, forms_of, links_of
from tests.drills.program import Program
from tests.drills.shop import Shop

# Leave these out where everything is pressed: they end the sitting or take the people away.
ENDINGS = re.compile(r"/sign-out|/lock|/unlocking|/account/sessions|/account/password|/staff/\d+/|/restor|/demo")
# Tables that a refused request may write to: who tried, and who was seen when.
TRACES = {"audit_event", "staff_session", "sign_in_failure", "worker_beat", "alembic_version", "submitted_form"}


@dataclass(frozen=True)
class Route:
    """A route of the program with an address of an existing or invented record."""

    endpoint: str
    method: str
    path: str
    rule: str


@dataclass
class Target:
    """The attacked program, its routes, and the sessions of its people."""

    shop: Shop
    app: Flask
    addresses: dict[str, str] = field(default_factory=dict)

    def routes(self, method: str, number: object = 1) -> Iterator[Route]:
        """Return every route that takes a method; its parts are a number or the word given."""
        for rule in self.app.url_map.iter_rules():
            if method in (rule.methods or set()):
                path = re.sub(r"<int:[a-z_]+>", str(number), rule.rule)
                path = re.sub(r"<(?:[a-z]+:)?[a-z_]+>", "x", path)
                yield Route(rule.endpoint, method, path, rule.rule)

    def contents(self) -> dict[str, int]:
        """Return the number of rows of every table that a refused request must not touch, and their versions."""
        engine = self.shop.engine()
        with engine.connect() as connection:
            names = [name for name in db.metadata.tables if name not in TRACES]
            return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def demo_shop(folder: Path, database_url: str, *arguments: str, contacts: int = 40, **settings: str) -> Target:
    """Fill a demo shop, serve it with the arguments given, and sign its people in."""
    program = Program(folder, database_url=database_url, SIGN_IN_ADDRESS_FAILURES="1000", **settings)
    filled = program.run("demo", "--contacts", str(contacts))
    assert filled.returncode == 0, filled.stderr[-2000:]
    program.start(*arguments)
    known = demo_sign_in((folder / "secret_key").read_text().strip())
    shop = Shop(program)
    for _name, email, role in PEOPLE[:3]:
        browser = Browser(program.port)
        form = browser.form("/sign-in", "/sign-in")
        answer = browser.post("/sign-in", {**form.fields, "email": email, "password": known.password})
        assert answer.status == 303, answer.text[:500]
        shop.cookies[role.value] = browser.cookies
        browser.close()
    routes_only = Settings(data_dir=folder, database_url="sqlite:///:memory:", secret_key="routes only")
    return Target(shop, create_app(routes_only))


def shape_of(path: str) -> str:
    """Return an address without its numbers, so that one page of each kind is enough."""
    parts = urlsplit(path)
    names = sorted(each.partition("=")[0] for each in parts.query.split("&") if each)
    return re.sub(r"\d+", "0", parts.path) + "?" + "&".join(names)


def crawl(browser: Browser, most: int = 400) -> dict[str, str]:
    """Open a page of each kind that can be reached from the start; return the pages by address."""
    waiting, seen = ["/"], {shape_of("/")}
    pages: dict[str, str] = {}
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        answer = browser.get(path)
        assert answer.status < 500, f"{path}: {answer.status} {answer.text[:500]}"
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        pages[path] = answer.text
        for link in links_of(answer.text):
            local = link.split("#")[0]
            if local.startswith("/") and not local.startswith("/assets") and shape_of(local) not in seen:
                seen.add(shape_of(local))
                waiting.append(local)
    return pages


def forms_in(pages: dict[str, str]) -> dict[str, tuple[str, dict[str, str | list[str]], dict[str, str]]]:
    """Return one form of each kind on these pages: its action, its fields as they stand, and their kinds.

    A form without an action goes to the page it stands on.
    """
    found: dict[str, tuple[str, dict[str, str | list[str]], dict[str, str]]] = {}
    for path, html in pages.items():
        for form in forms_of(html):
            action = form.action or path
            if form.method == "post" and not ENDINGS.search(action):
                found.setdefault(shape_of(action), (action, form.fields, form.kinds))
    return found
