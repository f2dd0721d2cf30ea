"""The bell and the addresses for alerts."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.extensions import db
from crm.messages import actions
from crm.messages.models import AlertAddress, Notice
from crm.messages.words import sentence
from crm.shared import jobs
from crm.shared.paging import PAGE_SIZE
from crm.sla.rules import ClockKind
from crm.sla.words import CLOCK_NAMES
from tests.client import PageClient

TELEGRAM = "tgram://123456789:a-token-of-thirty-five-characters-x/42"


def _notify(staff: Staff, now: datetime) -> bool:
    return actions.notify(
        staff.id, "breach", unique_key="clock-1-breach", path="/", now=now, reference="C-1042", what="first_response"
    )


def test_a_notice_comes_once_and_counts_until_read(as_kavitha: PageClient, kavitha: Staff, now: datetime) -> None:
    assert "Nothing to tell you" in as_kavitha.get("/notices").text
    assert _notify(kavitha, now) is True
    assert _notify(kavitha, now) is False
    page = as_kavitha.get("/notices").text
    assert "C-1042: a promise is broken (first response)." in page
    assert '<span class="count">1</span>' in page
    as_kavitha.post("/notices/reading")
    assert '<span class="count">' not in as_kavitha.get("/notices").text


@pytest.mark.parametrize("kind", ClockKind)
def test_a_clock_has_one_name_everywhere(app: Flask, kind: ClockKind) -> None:
    with app.app_context(), force_locale("fa"):
        said = sentence("breach", {"reference": "C-1042", "what": str(kind)})
        assert f"({CLOCK_NAMES[kind]})" in said


def test_older_notices_are_on_the_next_page(as_kavitha: PageClient, kavitha: Staff, now: datetime) -> None:
    for number in range(PAGE_SIZE + 1):
        reference = f"C-{2000 + number}"
        actions.notify(
            kavitha.id, "breach", unique_key=reference, path="/", now=now, reference=reference, what="first_response"
        )
    newest = as_kavitha.get("/notices").text
    assert "C-2050" in newest and "C-2001" in newest and "C-2000" not in newest
    older = re.search(r'href="(/notices\?from=[^"]+)"', newest)
    assert older is not None
    page = as_kavitha.get(older[1]).text
    assert "C-2000" in page and "C-2001" not in page and "/notices?from=" not in page


def test_notices_are_ones_own(as_kavitha: PageClient, asha: Staff, now: datetime) -> None:
    _notify(asha, now)
    assert "C-1042" not in as_kavitha.get("/notices").text


def test_addresses_are_checked_added_and_removed_by_their_person(as_kavitha: PageClient, as_owner: PageClient) -> None:
    page = as_kavitha.post("/notices/addresses", {"address": "nowhere at all"}, status=422).text
    assert 'value="nowhere at all"' in page
    assert "Please fill this in." in as_kavitha.post("/notices/addresses", {"address": " "}, status=422).text
    assert db.session.scalar(select(AlertAddress)) is None
    for _time in range(2):
        as_kavitha.post("/notices/addresses", {"address": TELEGRAM})
    address = db.session.scalars(select(AlertAddress)).one()
    as_owner.post(f"/notices/addresses/{address.id}/removal", status=404)
    as_kavitha.post(f"/notices/addresses/{address.id}/removal")
    assert db.session.scalar(select(AlertAddress)) is None


@pytest.mark.parametrize(
    "address",
    [
        "json://127.0.0.1:8899/x",
        "jsons://169.254.169.254/latest",
        "xml://10.0.0.1",
        "form://localhost:8899/p",
        "apprise://localhost/token",
        "syslog://",
        "rsyslog://127.0.0.1",
        "mailto://user:pass@127.0.0.1:25",
        "ntfy://localhost/topic",
        "ntfys://10.0.0.1/topic",
        "gotifys://alerts.example/token",
        f"{TELEGRAM}?template=http://127.0.0.1/x",
        f"{TELEGRAM}, json://127.0.0.1",
        "meena@jasmine.example, ravi@jasmine.example",
        "meena@jasmine.example\r\nBcc: all@jasmine.example",
        "meena@jas\u2028mine.example",
        "@",
    ],
)
def test_an_address_that_may_lead_into_the_house_or_to_several_people_is_refused(
    as_kavitha: PageClient, address: str
) -> None:
    page = as_kavitha.post("/notices/addresses", {"address": address}, status=422).text
    assert "Write one email address, or an address of a service of the internet" in page
    assert db.session.scalar(select(AlertAddress)) is None


@pytest.mark.parametrize(
    "address",
    [
        TELEGRAM,
        "ntfy://jasmine-alerts",
        "https://discord.com/api/webhooks/123456789012345678/a-token-of-thirty-five-characters-x",
        "meena@jasmine.example",
    ],
)
def test_mail_and_services_whose_host_nobody_can_choose_are_taken(as_kavitha: PageClient, address: str) -> None:
    as_kavitha.post("/notices/addresses", {"address": address}, status=303)
    assert db.session.scalars(select(AlertAddress.address)).all() == [address]


def test_every_page_says_when_no_worker_runs(as_kavitha: PageClient, now: datetime) -> None:
    sentence = "The worker is not running"
    assert sentence in as_kavitha.get("/").text
    jobs.beat(now)
    assert sentence not in as_kavitha.get("/").text


def test_unknown_kinds_are_still_shown(as_kavitha: PageClient, kavitha: Staff, now: datetime) -> None:
    db.session.add(Notice(staff_id=kavitha.id, kind="news", unique_key="n", path="/", at=now))
    db.session.flush()
    assert "news" in as_kavitha.get("/notices").text


def test_no_token_of_an_address_that_is_mistyped_stands_in_the_log(
    as_kavitha: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    for address in (
        "telegrm://secret-token/12",
        "tgram://secret-token/",
        "slack://secret-token/x",
        "discord://secret-token",
    ):
        as_kavitha.post("/notices/addresses", {"address": address}, status=422)
    assert "secret-token" not in caplog.text
