"""Malformed ids, numbers, dates, texts and bodies on every address: refused or taken, never an error of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from tests.drills.attacked import Target, crawl, demo_shop, forms_in
from tests.drills.figures import Figure
from tests.drills.form_lengths import IS_LONG, MARKS, long_only

pytestmark = MARKS
IDS = (
    "0",
    "2147483648",
    "9223372036854775808",
    "99999999999999999999999",
    "-1",
    "1e3",
    "%D9%A3",
    "%00",
    "x'%20OR%201=1--",
)
ODD = (
    "\x00",
    "99999999999999999999",
    "-1",
    "1e999",
    "NaN",
    "0000-00-00",
    "9999-12-31T23:59",
    "2026-02-30",
    "\ud800",
    "' OR 1=1 --",
    "%s%n{{7*7}}",
    "🙂" * 3000,
)
NAMES = ("from", "tag", "kind", "letter", "show", "do", "event", "clock", "at", "day", "week", "to", "number", "next")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=long_only)])
def target(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, databases: Callable[[], str]
) -> Iterator[Target]:
    """A demo shop that is running."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_seed")
    url = "" if request.param == "sqlite" else databases()
    target = demo_shop(tmp_path_factory.mktemp("attacked") / "shop", url)
    yield target
    target.shop.program.kill()


def _encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


def _errors(target: Target) -> str:
    return "\n".join(line for line in target.shop.program.log().splitlines() if "error " in line or "Error" in line)[
        -3000:
    ]


@long_only
def test_ids_and_parameters_that_make_no_sense(target: Target, figure: Figure) -> None:
    browser, asked, broken = target.shop.browser(), 0, []
    for number in IDS if IS_LONG else IDS[1:4]:
        for route in target.routes("GET", number):
            if ".pdf" in route.rule or (number == IDS[1] and "<" not in route.rule):
                continue
            asked += 1
            status = browser.get(route.path).status
            if status >= 500:
                broken.append((status, route.path))
    for route in target.routes("GET", 1):
        odd = ODD if IS_LONG and ".pdf" not in route.rule else ODD[8:9]
        for value in odd:
            query = "&".join(f"{name}={_encoded(value)}" for name in NAMES)
            asked += 1
            status = browser.get(f"{route.path}?{query[:6000]}").status
            if status >= 500:
                broken.append((status, f"{route.path} {value[:20]!r}"))
    figure(f"{asked} addresses, {len(broken)} answered with an error of ours")
    assert broken == [], _errors(target)


@long_only
def test_forms_with_fields_that_make_no_sense(target: Target, figure: Figure) -> None:
    browser, sent, broken = target.shop.browser(), 0, []
    forms = forms_in(crawl(browser))
    for value in ODD if IS_LONG else (ODD[0], ODD[1], ODD[8]):
        for action, fields, kinds in forms.values():
            kept = {name: given for name, given in fields.items() if name in {"csrf_token"}}
            body = {**fields, **dict.fromkeys(set(kinds) - set(kept) - {"form_key"}, value)}
            sent += 1
            raw = "&".join(f"{_encoded(name)}={_encoded(str(each))}" for name, each in body.items())
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = browser.send("POST", action, raw.encode(), headers)
            if answer.status >= 500:
                broken.append((answer.status, action, value[:20]))
    figure(f"{len(forms)} forms, {sent} sent, {len(broken)} answered with an error of ours")
    assert len(forms) >= 25
    assert broken == [], _errors(target)


@long_only
def test_bodies_that_make_no_sense(target: Target, figure: Figure) -> None:
    browser, broken = target.shop.browser(), []
    token = str(browser.form("/contacts/new", "/contacts").fields["csrf_token"])
    bodies = (
        (b"\xff\xfe\x00%%%=&&&===", "application/x-www-form-urlencoded"),
        (b'{"name": "x"}', "application/json"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"&".join(b"a%d=1" % number for number in range(1_500)), "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
    )
    for route in target.routes("POST", 1):
        for body, kind in bodies:
            headers = {"Content-Type": kind, "X-CSRFToken": token}
            if route.path not in {"/sign-out", "/lock", "/unlocking"} and not route.path.startswith("/account/"):
                status = browser.send("POST", route.path, body, headers).status
                if status >= 500:
                    broken.append((status, route.path, body[:20]))
    figure(f"{len(bodies)} kinds of bodies to every form, {len(broken)} answered with an error of ours")
    assert broken == [], _errors(target)
