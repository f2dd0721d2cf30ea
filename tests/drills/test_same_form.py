"""One form sent again and again, and one version changed by many."""

from __future__ import annotations

import threading
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.drills.browser import Answer, Browser, Fields
from tests.drills.figures import Figure
from tests.drills.form_lengths import BOTH_SHARED, MARKS
from tests.drills.invariants import faults_of
from tests.drills.shop import Shop

pytestmark = MARKS
# A page, the form on it, the field that takes the marker, and where it is stored.
FORMS = {
    "contact": ("/contacts/new", "/contacts", "name", "SELECT count(*) FROM contact WHERE name = :marker"),
    "entry": (
        "/contacts/1",
        "/contacts/1/interactions",
        "note",
        "SELECT count(*) FROM interaction WHERE note = :marker",
    ),
    "complaint": (
        "/contacts/1/complaints/new",
        "/contacts/1/complaints",
        "words",
        "SELECT count(*) FROM complaint WHERE words = :marker",
    ),
    "newcomer": ("/log", "/log", "name", "SELECT count(*) FROM contact WHERE name = :marker"),
}


def at_once(shop: Shop, path: str, bodies: list[Fields], role: str = "owner") -> list[Answer]:
    """Send forms at the same moment, each over a connection of its own."""
    gate, answers = threading.Barrier(len(bodies)), []

    def send(body: Fields) -> None:
        browser = shop.browser(role)
        gate.wait()
        answers.append(browser.post(path, body))
        browser.close()

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _abandon(shop: Shop, path: str, fields: Fields) -> None:
    """Send a form and hang up without reading the answer."""
    browser = shop.browser()
    connection = HTTPConnection("127.0.0.1", shop.program.port, timeout=10)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode(fields, doseq=True), headers)
    connection.close()
    browser.close()


@BOTH_SHARED
def test_the_same_form_counts_once(shared_shop: Shop, figure: Figure) -> None:
    shop = shared_shop
    browser, stored = shop.browser(), {}
    for kind, (page, action, name, query) in FORMS.items():
        for way in ("three in a row", "five at once", "abandoned and sent again"):
            marker = f"drill {kind} {way}"
            body: Fields = {**browser.form(page, action).fields, name: marker}
            if kind == "newcomer":
                body["note"] = "asked for a price"
            if way == "three in a row":
                answers = [browser.post(action, body) for _time in range(3)]
            elif way == "five at once":
                answers = at_once(shop, action, [body] * 5)
            else:
                _abandon(shop, action, body)
                answers = [browser.post(action, body)]
            assert {answer.status for answer in answers} == {303}, (kind, way, [each.status for each in answers])
            assert len({answer.location for answer in answers}) == 1, (kind, way)
            stored[marker] = shop.number(query, marker=marker)
    figure(f"{len(FORMS)} forms, 3 ways each: records {sorted(set(stored.values()))}")
    assert set(stored.values()) == {1}, stored
    assert faults_of(shop) == {}


@BOTH_SHARED
def test_eight_saves_of_one_version(shared_shop: Shop, figure: Figure) -> None:
    shop = shared_shop
    browser = shop.browser()
    path = "/contacts/1/complaints"
    opened = browser.post(path, {**browser.form(f"{path}/new", path).fields, "words": "the colour came out wrong"})
    complaint = opened.location.split("?")[0]
    results = {}
    for page, action, name in (
        ("/contacts/1/details", "/contacts/1/details", "notes"),
        (complaint, f"{complaint}/conversation", "text"),
    ):
        bodies: list[Fields] = []
        for number in range(8):
            bodies.append({**browser.form(page, action).fields, name: f"what person {number} wrote"})
        answers = at_once(shop, action, bodies)
        refused = [answer for answer in answers if answer.status == 409]
        results[action] = sorted(answer.status for answer in answers)
        winner = next(number for number in range(8) if f"person {number} wrote" in browser.get(page).text)
        for answer in refused:
            assert f"person {winner} wrote" in answer.text, "the text that was saved is not shown"
            assert sum(f"person {number} wrote" in answer.text for number in range(8)) == 2, "one's own text is lost"
    figure(f"8 saves: {[results[each] for each in results]}")
    assert all(statuses == [303] + [409] * 7 for statuses in results.values()), results


def _change(browser: Browser, path: str, action: str, **changed: str) -> Answer:
    return browser.post(action, {**browser.form(path, action).fields, **changed})


def test_a_remedy_is_handed_over_once(shared_shop: Shop, figure: Figure) -> None:
    shop = shared_shop
    browser = shop.browser()
    path = "/contacts/1/complaints"
    opened = browser.post(path, {**browser.form(f"{path}/new", path).fields, "words": "a chipped cup"})
    complaint = opened.location.split("?")[0]
    offered = _change(browser, f"{complaint}?do=offer-remedy", f"{complaint}/remedies", cost="50", description="cup")
    assert offered.status == 303, offered.text[:1500]
    counters = [shop.browser(role).form(complaint, f"{complaint}/remedies/handover") for role in ("owner", "owner")]
    answers = at_once(shop, counters[0].action, [form.fields for form in counters])
    number = int(complaint.rsplit("/", 1)[1])
    given = "SELECT count(*) FROM complaint_event WHERE kind = 'remedy-given' AND complaint_id = :number"
    events = shop.number(given, number=number)
    figure(f"answers {sorted(answer.status for answer in answers)}, handed over {events} time")
    assert events == 1
    assert sorted(answer.status for answer in answers) == [303, 409]
    told = next(answer.text for answer in answers if answer.status == 409)
    news = told.split("The customer has this remedy already.")[0].split('<div class="note">')[-1]
    assert "Meena Raman</bdi></b> changed this" in news, "by whom is not told"
