"""Forms of other sites: answered before anything is read, kept or set."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from werkzeug.exceptions import TooManyRequests

from crm.cli.serving import THREADS
from crm.contacts.models import Contact
from crm.extensions import db
from crm.shared import bodies
from tests.client import PageClient
from tests.factories.contacts import make_contact

OURS = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "http://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
]
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "null"},
    {"Origin": "http://["},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("cookie", ["none", "a stranger's", "a session", "a session and its token"])
def test_a_form_of_another_site_is_neither_done_nor_kept_and_sets_no_cookie(
    anonymous: PageClient, as_kavitha: PageClient, cookie: str, headers: dict[str, str]
) -> None:
    contact = make_contact("Meena")
    db.session.commit()
    browser = as_kavitha if "session" in cookie else anonymous
    if cookie != "none":
        browser.get("/sign-in", follow_redirects=True)
    fields = {"reason": "evil words", "csrf_token": browser.token if "token" in cookie else "bad"}
    for path in (f"/contacts/{contact.id}/archiving", "/sign-in", "/nowhere"):
        answer = browser.client.post(path, data=fields, headers=headers)
        assert answer.status_code == 403 and answer.mimetype == "text/plain"
        assert "evil words" not in answer.text and "Set-Cookie" not in answer.headers
    db.session.expire_all()
    assert db.session.get_one(Contact, contact.id).archived_at is None


@pytest.mark.parametrize("headers", OURS)
def test_a_form_of_our_own_is_kept_through_a_sign_in(anonymous: PageClient, headers: dict[str, str]) -> None:
    answer = anonymous.client.post("/contacts/5/archiving", data={"reason": "my words"}, headers=headers)
    assert answer.status_code == 401 and "my words" in answer.text


@pytest.mark.parametrize("headers", OURS)
def test_a_form_of_our_own_is_done(as_kavitha: PageClient, headers: dict[str, str]) -> None:
    contact = make_contact("Meena")
    as_kavitha.post(f"/contacts/{contact.id}/archiving", headers=headers, status=303)


def test_a_page_may_be_opened_from_anywhere(as_kavitha: PageClient) -> None:
    as_kavitha.get("/contacts", headers={"Sec-Fetch-Site": "cross-site"})


def test_strangers_forms_are_read_a_few_at_a_time(
    anonymous: PageClient, as_kavitha: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.01)
    here, elsewhere = bodies._limits(None, "127.0.0.1"), bodies._limits(None, "10.0.0.9")
    contact = make_contact("Meena")
    with ExitStack() as slow:
        for _line in range(bodies.MOST_OF_AN_ADDRESS):
            anonymous.post("/contacts/5/archiving", {"reason": "my words"}, status=401)
            slow.enter_context(bodies._place(here))
        for path in ("/sign-in", "/contacts/5/archiving", "/nowhere"):
            anonymous.post(path, {"email": "a@b.example"}, status=429)
        anonymous.get("/sign-in", status=None)
        as_kavitha.post(f"/contacts/{contact.id}/archiving", status=303)
        for _line in range(bodies.MOST_OF_STRANGERS - bodies.MOST_OF_AN_ADDRESS):
            slow.enter_context(bodies._place(elsewhere))  # others find their places elsewhere
        with pytest.raises(TooManyRequests), bodies._place(elsewhere):
            pass
        as_kavitha.post(f"/contacts/{contact.id}/restoration", status=303)
    anonymous.post("/contacts/5/archiving", status=401)
    assert not bodies._reading


def test_a_person_reads_few_bodies_at_once_and_leaves_places_to_others(
    as_kavitha: PageClient, as_owner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.01)
    contact = make_contact("Meena")
    db.session.commit()
    path = f"/contacts/{contact.id}/archiving"
    as_kavitha.get("/account")
    with as_kavitha.client.session_transaction() as cookie:
        token = cookie["token"]
    with ExitStack() as slow:
        for _line in range(bodies.MOST_OF_A_SESSION):
            slow.enter_context(bodies._place(bodies._limits(token, None)))
        as_kavitha.post(path, status=429)
        as_kavitha.get(f"/contacts/{contact.id}")
        as_owner.post(path, status=303)
        for line in range(bodies.MOST - bodies.MOST_OF_A_SESSION):
            slow.enter_context(bodies._place(bodies._limits(str(line), None)))
        as_owner.post(f"/contacts/{contact.id}/restoration", status=429)
        as_owner.get(f"/contacts/{contact.id}")
    as_owner.post(f"/contacts/{contact.id}/restoration", status=303)
    assert not bodies._reading


def test_threads_are_left_for_pages_while_bodies_are_read() -> None:
    assert bodies.MOST_OF_STRANGERS + 2 * bodies.MOST_OF_A_SESSION <= bodies.MOST <= THREADS - 4
    assert 12 < bodies.MOST_OF_AN_ADDRESS < bodies.MOST_OF_STRANGERS - 4
