"""What somebody typed comes back under its labels when the answer had to be a sign-in; what was saved is named."""

from __future__ import annotations

import re

import pytest

from tests.client import PageClient
from tests.factories.contacts import make_contact

TYPED = {
    "name": "Anita Desai",
    "phones-0-raw": "98400 12345",
    "phones-0-kind": "shop floor",
    "note": "Two\nlines",
    "mystery": "x" * 41,
    "kind": "person",
    "form_key": "k" * 50,
    "version": "3",
    "tags": "",
}


def test_everything_typed_is_shown_under_a_label_and_codes_are_only_sent_along(anonymous: PageClient) -> None:
    page = anonymous.post("/contacts", TYPED, status=401).text
    shown = dict(re.findall(r'class="label">([^<]+)</span>\s*<(?:textarea|input)[^>]* name="([^"]+)"', page))
    assert shown == {
        "Name": "name",
        "Phone": "phones-0-raw",
        "What it is": "phones-0-kind",
        "Note": "note",
        "Words": "mystery",
    }
    hidden = set(re.findall(r'type="hidden" name="([^"]+)"', page)) - {"csrf_token"}
    assert hidden == {"kind", "form_key", "version", "tags"}
    assert "Sign in and go on where you were" in page


def test_a_form_of_an_older_session_says_why_it_came_back(as_kavitha: PageClient) -> None:
    contact = make_contact("Anita Desai")
    as_kavitha.get("/contacts")
    as_kavitha.token = "of another session"
    page = as_kavitha.post(f"/contacts/{contact.id}/details", TYPED, status=400).text
    assert "Somebody signed in after it was written." in page and "Anita Desai" in page


@pytest.mark.parametrize(("name", "is_named"), [("Anita Devi", True), ("", False)])
def test_the_browser_hears_which_form_was_saved(as_kavitha: PageClient, name: str, is_named: bool) -> None:
    contact = make_contact("Anita Desai")
    as_kavitha.get(f"/contacts/{contact.id}/details")
    path = f"/contacts/{contact.id}/details"
    answer = as_kavitha.post(path, {"name": name, "kind": "person", "version": "1"}, status=303 if is_named else 422)
    cookies = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"sent_form={path};")]
    assert bool(cookies) is is_named
