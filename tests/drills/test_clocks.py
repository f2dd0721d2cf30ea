"""The clock jumps under the running program: back, far ahead, over switches of the hour, leap days, past 2038."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.drills.attacked import crawl, demo_shop
from tests.drills.browser import Browser
from tests.drills.clocks import Clock
from tests.drills.figures import Figure
from tests.drills.form_lengths import IS_LONG, MARKS, PATIENCE, long_only
from tests.drills.invariants import faults_of
from tests.drills.mail import MailServer
from tests.drills.shop import OWNER, PASSWORD, Seed, Shop

pytestmark = MARKS
HOUR, DAY = 3600, 86_400
JUMPS = (0, -HOUR, -DAY, 400 * DAY, -30 * DAY, 0) if IS_LONG else (-DAY, 400 * DAY, 0)
# Moments a little before something: the switches of the hour north and south of the equator, a leap day, 2038.
MOMENTS = {
    "America/New_York": ("2027-03-14T06:59:40", "2027-11-07T05:59:40"),
    "Europe/Berlin": ("2027-03-28T00:59:40", "2027-10-31T00:59:40"),
    "Australia/Lord_Howe": ("2027-04-03T14:59:40", "2027-10-02T15:29:40"),
    "America/Santiago": ("2027-04-04T02:59:40", "2027-09-05T03:59:40"),
    "Asia/Kathmandu": ("2028-02-28T18:14:40", "2028-02-29T18:14:40"),
    "Pacific/Chatham": ("2027-12-31T10:14:40", "2028-02-28T10:14:40"),
    "UTC": ("2038-01-19T03:13:50", "2106-02-07T06:28:00"),
}
SHORT_MOMENTS = {"Australia/Lord_Howe": ("2027-10-02T15:29:40",), "UTC": ("2038-01-19T03:13:50",)}
PAGES = ("/", "/contacts", "/contacts/1", "/contacts/1/complaints/new", "/complaints", "/regulars", "/rewards")
OWNERS_PAGES = ("/health", "/review", "/settings", "/audit", "/settings/opening-hours")


@dataclass
class Place:
    """A running shop, its clock, and the mail server that it sends to."""

    shop: Shop
    clock: Clock
    mail: MailServer


@pytest.fixture(scope="module")
def running(
    sqlite_seed: Seed, databases: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A shop on a machine whose own time zone is nonsense, and without the system's files of time zones."""
    folder = tmp_path_factory.mktemp("clocks")
    clock, mail = Clock(folder / "clock"), MailServer()
    mail.open()
    odd = {"TZ": "Nowhere/Lost", "PYTHONTZPATH": ""}
    shop = sqlite_seed.copy(folder / "shop", databases, SMTP_URL=mail.url, **odd, **clock.settings)
    shop.program.start()
    yield Place(shop, clock, mail)
    shop.program.kill()
    mail.close()


@pytest.fixture
def place(running: Place) -> Place:
    """The shop, its clock right and its mail server well."""
    running.clock.ahead(0)
    running.mail.mood = "accept"
    return running


def _signed_in(shop: Shop) -> Browser:
    browser = Browser(shop.program.port)
    form = browser.form("/sign-in", "/sign-in")
    answer = browser.post("/sign-in", {**form.fields, "email": OWNER, "password": PASSWORD})
    assert answer.status == 303, answer.text[:1000]
    return browser


def _read(browser: Browser, paths: tuple[str, ...]) -> list[tuple[str, int]]:
    """Read pages; return those that are answered with an error of ours."""
    answers = [(path, browser.get(path).status) for path in paths]
    return [(path, status) for path, status in answers if status >= 500]


def _work(browser: Browser, words: str) -> None:
    """Log an entry and open a complaint that somebody else is told of by mail."""
    entry = "/contacts/1/interactions"
    assert browser.post(entry, {**browser.form("/contacts/1", entry).fields, "note": words}).status == 303
    path = "/contacts/2/complaints"
    fields = browser.form(f"{path}/new", path).fields
    answer = browser.post(path, {**fields, "words": words, "in_charge_id": "2"})
    assert answer.status == 303, answer.text[:1000]
    assert browser.get(answer.location).status == 200


def _wait(what: str, is_so: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < 15 * PATIENCE, f"still waiting: {what}"
        time.sleep(0.05)
    return time.monotonic() - begun


def _are_told(shop: Shop, complaints: int) -> bool:
    """Tell whether of so many complaints somebody was told, and all mails are sent."""
    told = shop.number("SELECT count(*) FROM notice WHERE kind = 'assigned'")
    return told == complaints and not shop.number("SELECT count(*) FROM outbox_message WHERE state <> 'sent'")


def _faults_in_the_log(shop: Shop) -> list[str]:
    return [line for line in shop.program.log().splitlines() if re.search(r" ERROR |Traceback", line)]


def test_clock_jumps_under_the_running_program(place: Place, figure: Figure) -> None:
    shop, wrong, waits = place.shop, [], []
    old, before = shop.browser(), shop.number("SELECT count(*) FROM complaint")
    for number, seconds in enumerate(JUMPS):
        place.clock.ahead(seconds)
        wrong += _read(old, PAGES)
        browser = _signed_in(shop)
        _work(browser, f"drill {number} at {seconds}")
        wrong += _read(browser, PAGES + OWNERS_PAGES)
        waits.append(_wait("all are told", partial(_are_told, shop, before + number + 1)))
    twice = [each for each, times in place.mail.times().items() if times > 1]
    figure(
        f"{len(JUMPS)} jumps between {min(JUMPS) // DAY} and {max(JUMPS) // DAY} days: {len(wrong)} errors, "
        f"{len(place.mail.times())} mails, {len(twice)} twice, after at most {max(waits):.1f} s"
    )
    assert (wrong, twice) == ([], [])
    assert faults_of(shop) == {}
    assert _faults_in_the_log(shop) == []


def test_what_waits_is_not_lost_when_the_clock_is_set_right_again(place: Place, figure: Figure) -> None:
    shop, tries = place.shop, place.mail.tries
    place.mail.mood = "later"
    place.clock.ahead(400 * DAY)
    before = shop.number("SELECT count(*) FROM complaint")
    _work(_signed_in(shop), "drill with a clock far ahead")
    put_off = "SELECT count(*) FROM outbox_message WHERE state = 'new' AND attempts > 0 AND leased_until IS NULL"
    _wait("it was tried", lambda: place.mail.tries > tries and shop.number(put_off) > 0)
    place.mail.mood = "accept"
    place.clock.ahead(0)
    waited = _wait("it is sent", lambda: _are_told(shop, before + 1))
    figure(f"a mail put off with the clock 400 days ahead came {waited:.1f} s after the clock was set right")
    assert set(place.mail.times().values()) == {1}


def test_sittings_end_whatever_the_clock_did(place: Place, figure: Figure) -> None:
    browser, answers = _signed_in(place.shop), {}
    wanted = {
        "at once": (0, 200),
        "5 min back": (-300, 200),
        "31 min on": (31 * 60, "/lock"),
        "1 h back": (-HOUR, "/lock"),
        "1 day back": (-DAY, "/sign-in"),
        "13 h on": (13 * HOUR, "/sign-in"),
    }
    for name, (seconds, _answer) in wanted.items():
        place.clock.ahead(seconds)
        answer = browser.get("/contacts/1")
        answers[name] = answer.location.split("?")[0] or answer.status
    figure(f"answers by the clock: {answers}")
    assert answers == {name: answer for name, (_seconds, answer) in wanted.items()}


def _set_zone(shop: Shop, zone: str) -> None:
    with shop.engine().begin() as connection:
        for table in ("business", "calendar_version"):
            connection.execute(text(f"UPDATE {table} SET time_zone = :zone"), {"zone": zone})


def test_switches_of_the_hour_leap_days_and_2038(place: Place, figure: Figure) -> None:
    shop, wanted = place.shop, MOMENTS if IS_LONG else SHORT_MOMENTS
    wrong: list[tuple[str, str, str, int]] = []
    for zone, moments in wanted.items():
        _set_zone(shop, zone)
        for moment in moments:
            before = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            place.clock.at(before)
            browser = _signed_in(shop)
            _work(browser, f"drill before {moment}")
            place.clock.at(before + timedelta(minutes=2))
            _work(browser, f"drill after {moment}")
            wrong += [(zone, moment, *each) for each in _read(browser, PAGES + OWNERS_PAGES)]
    times = sum(map(len, wanted.values()))
    clocks = shop.rows("SELECT started_at, due_at FROM complaint_clock WHERE kind = 'resolution'")
    lengths = {str(_moment(due) - _moment(started)) for started, due in clocks}
    figure(f"{times} moments in {len(wanted)} zones: {len(wrong)} errors, open all day each promise is {lengths} long")
    assert wrong == []
    assert len(lengths) == 1, "the switch changed a promise"
    assert faults_of(shop) == {}
    assert _faults_in_the_log(shop) == []


def _moment(stored: object) -> datetime:
    return datetime.fromisoformat(str(stored))


@long_only
@pytest.mark.parametrize("years", [0.7, 12, 80])
def test_every_page_of_a_shop_with_history_when_the_clock_is_years_ahead(
    tmp_path: Path, figure: Figure, years: float
) -> None:
    clock = Clock(tmp_path / "clock")
    target = demo_shop(tmp_path / "shop", "", contacts=30, **clock.settings)
    try:
        clock.ahead(int(years * 365.25) * DAY)
        browser = Browser(target.shop.program.port)
        from crm.demo.sign_in import demo_sign_in

        known = demo_sign_in((target.shop.program.folder / "secret_key").read_text().strip())
        form = browser.form("/sign-in", "/sign-in")
        browser.post("/sign-in", {**form.fields, "email": known.email, "password": known.password})
        pages = crawl(browser)
        time.sleep(5)
    except HTTPException:
        pytest.fail(target.shop.program.log()[-2000:])
    finally:
        target.shop.program.kill()
    figure(f"{years} years ahead: {len(pages)} kinds of pages, none with an error of ours")
    assert len(pages) > 60
    assert _faults_in_the_log(target.shop) == []
