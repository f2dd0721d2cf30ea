"""Two owners who take each other's place at the same moment, and many who guess at once."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import text

from tests.drills.browser import Answer, Browser, Fields
from tests.drills.conftest import MakeShop
from tests.drills.figures import Figure
from tests.drills.form_lengths import MARKS, long_only
from tests.drills.shop import PASSWORD, Shop

# On SQLite, which lets one write at a time, in the long form only.
DATABASES = ["postgresql", pytest.param("sqlite", marks=long_only)]
pytestmark = [*MARKS, pytest.mark.parametrize("make_shop", DATABASES, indirect=True)]
OTHERS = "nine green parrots"


def _together(sending: list[tuple[Browser, str, Fields]]) -> list[Answer]:
    """Send forms from several browsers at the same moment."""
    gate, answers = threading.Barrier(len(sending)), []

    def send(browser: Browser, path: str, fields: Fields) -> None:
        gate.wait()
        answers.append(browser.post(path, fields))
        browser.close()

    threads = [threading.Thread(target=send, args=each) for each in sending]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _execute(shop: Shop, statement: str) -> None:
    with shop.engine().begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("deed", ["role", "disabling"])
def test_one_of_two_owners_stays(make_shop: MakeShop, figure: Figure, deed: str) -> None:
    shop = make_shop()
    shop.program.start("--no-worker")
    left, statuses = [], Counter[int]()
    for _round in range(5):
        _execute(shop, "UPDATE staff SET role = 'owner', disabled_at = NULL WHERE id IN (1, 2)")
        meena, farid = Browser(shop.program.port), Browser(shop.program.port)
        for browser, email, password in (
            (meena, "meena@jasmine.example", PASSWORD),
            (farid, "farid@jasmine.example", OTHERS),
        ):
            signing = browser.form("/sign-in", "/sign-in").fields
            assert browser.post("/sign-in", {**signing, "email": email, "password": password}).status == 303
        sending: list[tuple[Browser, str, Fields]] = []
        for browser, other, password in ((meena, 2, PASSWORD), (farid, 1, OTHERS)):
            token = browser.form("/account", "/account/language").fields["csrf_token"]
            fields: Fields = {"csrf_token": token, "role": "front-desk", "current_password": password}
            sending.append((browser, f"/staff/{other}/{deed}", fields))
        statuses.update(answer.status for answer in _together(sending))
        left.append(shop.number("SELECT count(*) FROM staff WHERE role = 'owner' AND disabled_at IS NULL"))
    figure(f"two owners against each other {len(left)} times: {dict(statuses)}, owners left {left}")
    assert left == [1] * 5
    assert max(statuses) < 500


def test_forty_guesses_at_once_are_five(make_shop: MakeShop, figure: Figure) -> None:
    shop = make_shop()
    shop.program.start("--no-worker")
    sending: list[tuple[Browser, str, Fields]] = []
    for number in range(40):
        browser = Browser(shop.program.port)
        fields = browser.form("/sign-in", "/sign-in").fields
        fields |= {"email": "farid@jasmine.example", "password": f"guess {number}"}
        sending.append((browser, "/sign-in", fields))
    statuses = Counter(answer.status for answer in _together(sending))
    figure(f"40 guesses at once: {dict(statuses)}")
    assert statuses == {422: 5, 429: 35}
