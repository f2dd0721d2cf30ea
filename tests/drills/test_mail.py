"""The mail server gone, slow, refusing, dropping; and five workers at once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from tests.drills.browser import Browser
from tests.drills.conftest import MakeShop
from tests.drills.figures import Figure
from tests.drills.form_lengths import BOTH, MARKS, PATIENCE, count, long_only
from tests.drills.mail import MailServer
from tests.drills.shop import Shop

pytestmark = MARKS
UNSENT = "SELECT count(*) FROM outbox_message WHERE state <> 'sent'"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that is not open yet."""
    server = MailServer()
    yield server
    server.close()


def _wait(what: str, is_so: Callable[[], bool], seconds: float = 40) -> float:
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < seconds, f"still waiting: {what}"
        time.sleep(0.1)
    return time.monotonic() - begun


def _put_in_charge(browser: Browser, contact_id: int, words: str, staff_id: int) -> float:
    """Open a complaint and give it to another person, who is told by mail; return the seconds of the answer."""
    path = f"/contacts/{contact_id}/complaints"
    fields = browser.form(f"{path}/new", path).fields
    begun = time.monotonic()
    answer = browser.post(path, {**fields, "words": words, "in_charge_id": str(staff_id)})
    assert answer.status == 303, answer.text[:1000]
    return time.monotonic() - begun


def _all_due_now(shop: Shop) -> None:
    """Bring the next tries forward, so that nobody has to wait for them; leases stay as they are."""
    engine = shop.engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox_message SET due_at = created_at WHERE state = 'new'"))


def test_mail_server_gone_then_later_then_back_with_a_restart_between(
    make_shop: MakeShop, mail: MailServer, figure: Figure
) -> None:
    shop = make_shop(SMTP_URL=mail.url)
    shop.program.start()
    browser = shop.browser()
    took = [_put_in_charge(browser, 1, "while the server is gone", 2)]
    _wait("the mail is written", lambda: shop.number(UNSENT) == 1)
    tried = "SELECT count(*) FROM outbox_message WHERE attempts > 0 AND leased_until IS NULL"
    _wait("it was tried and put off", lambda: shop.number(tried) == 1)
    shop.program.kill()
    mail.mood = "later"
    mail.open()
    shop.program.start()
    took.append(_put_in_charge(shop.browser(), 2, "while the server says 451", 3))
    _wait("both are written", lambda: shop.number(UNSENT) == 2)
    _wait("451 was answered", lambda: mail.tries >= 1)
    assert mail.delivered == []
    mail.mood = "accept"
    _wait(
        "nothing is held",
        lambda: shop.number("SELECT count(*) FROM outbox_message WHERE leased_until IS NOT NULL") == 0,
    )
    _all_due_now(shop)
    waited = _wait("all are sent", lambda: shop.number(UNSENT) == 0)
    times = mail.times()
    figure(
        f"forms within {max(took):.2f} s; {len(times)} mails, each {max(times.values())} time, "
        f"{waited:.1f} s after its return"
    )
    assert max(took) < 3
    assert sorted(times.values()) == [1, 1]


@long_only
def test_mail_server_that_hangs_does_not_hold_a_form(make_shop: MakeShop, mail: MailServer, figure: Figure) -> None:
    shop = make_shop(SMTP_URL=mail.url)
    mail.mood = "hang"
    mail.open()
    shop.program.start()
    browser = shop.browser()
    took = [_put_in_charge(browser, 1, "first", 2)]
    _wait("the worker hangs in it", lambda: mail.tries >= 1)
    took += [_put_in_charge(browser, number, "meanwhile", 2) for number in (2, 3)]
    figure(f"3 forms, slowest {max(took):.2f} s")
    assert max(took) < 3


@long_only
def test_mail_dropped_after_data_or_killed_while_sending_comes_again_with_the_same_id(
    make_shop: MakeShop, mail: MailServer, figure: Figure
) -> None:
    shop = make_shop(SMTP_URL=mail.url)
    mail.mood = "drop"
    mail.open()
    shop.program.start()
    _put_in_charge(shop.browser(), 1, "dropped", 2)
    _wait("it came once", lambda: len(mail.delivered) == 1)
    mail.mood = "hang"
    _wait(
        "it waits for its next try",
        lambda: shop.number("SELECT count(*) FROM outbox_message WHERE leased_until IS NULL") == 1,
    )
    _all_due_now(shop)
    tries = mail.tries
    _wait("it is being sent", lambda: mail.tries > tries)
    shop.program.kill()
    mail.mood = "accept"
    engine = shop.engine()
    with engine.begin() as connection:  # five minutes later, when the lease of the killed worker is over
        connection.execute(text("UPDATE outbox_message SET leased_until = created_at, due_at = created_at"))
    shop.program.start()
    _wait("it is sent", lambda: shop.number(UNSENT) == 0)
    times = mail.times()
    figure(f"{len(times)} mail, {sum(times.values())} times with one Message-ID")
    assert list(times.values()) == [2]


@long_only
def test_one_refused_address_does_not_stop_the_others(make_shop: MakeShop, mail: MailServer, figure: Figure) -> None:
    shop = make_shop(SMTP_URL=mail.url)
    mail.refused = "farid@jasmine.example"
    mail.open()
    shop.program.start()
    browser = shop.browser()
    _put_in_charge(browser, 1, "to the refused", 2)
    _put_in_charge(browser, 2, "to the other", 3)
    _wait("the other got it", lambda: len(mail.delivered) >= 1)
    _wait("it is given up", lambda: shop.number("SELECT count(*) FROM outbox_message WHERE state = 'dead'") == 1)
    tries = mail.tries
    time.sleep(2.5)
    assert mail.tries == tries
    assert "farid" in browser.get("/undelivered").text.casefold()
    figure(f"given up after {shop.number('SELECT max(attempts) FROM outbox_message')} try, the other sent")
    assert shop.number("SELECT max(attempts) FROM outbox_message WHERE state = 'dead'") == 1


@BOTH
def test_five_workers_send_each_mail_and_alert_once(make_shop: MakeShop, mail: MailServer, figure: Figure) -> None:
    complaints = count("MAILS", short=8, long=60)
    shop = make_shop(SMTP_URL=mail.url)
    mail.open()
    shop.program.start()
    workers: list[subprocess.Popen[bytes]] = [shop.program.launch("worker") for _more in range(4)]
    try:
        browser = shop.browser()
        for number in range(complaints):
            _put_in_charge(browser, number % 5 + 1, f"complaint {number}", 2 + number % 2)
        wanted = "SELECT count(*) FROM notice WHERE kind = 'assigned'"
        _wait("all are told", lambda: shop.number(wanted) == complaints, 60 * PATIENCE)
        _wait("all are sent", lambda: shop.number(UNSENT) == 0, 60 * PATIENCE)
        time.sleep(2)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    times, told = mail.times(), shop.number(wanted)
    mentioned = sum(each.count("/complaints/") for each in mail.texts)
    figure(f"{complaints} complaints, {told} notices, {len(times)} mails naming {mentioned}, none twice")
    assert set(times.values()) == {1}
    assert told == complaints
    assert mentioned == complaints
