"""Signing in, the lock, the account, the staff list and the audit trail, as a browser sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from crm.accounts import actions
from crm.accounts.models import Staff, StaffSession
from crm.extensions import db
from crm.shared.models import AuditEvent
from crm.shared.permissions import Permission, Role, can
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.accounts import PASSWORD, PIN


def _sign_in(client: PageClient, email: str = "kavitha@jasmine.example", password: str = PASSWORD, status: int = 303):
    return client.post("/sign-in", {"email": email, "password": password}, status=status)


def test_sign_in_and_out_ends_the_session_on_the_server(anonymous: PageClient, kavitha: Staff) -> None:
    _sign_in(anonymous, "  KAVITHA@jasmine.example ")
    cookie = anonymous.client.get_cookie("regulars")
    assert cookie is not None
    anonymous.get("/")
    response = anonymous.post("/sign-out")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    anonymous.client.set_cookie("regulars", cookie.value)
    assert anonymous.get("/", status=302).location.startswith("/sign-in")


def test_wrong_password_and_unknown_person_get_the_same_answer(anonymous: PageClient, kavitha: Staff) -> None:
    wrong = _sign_in(anonymous, password="wrong wrong", status=422).text
    unknown = _sign_in(anonymous, email="nobody@jasmine.example", status=422).text
    sentence = "The email address or the password is not right."
    assert sentence in wrong and sentence in unknown
    assert 'value="nobody@jasmine.example"' in unknown


def test_sign_in_is_throttled_and_opens_again(anonymous: PageClient, kavitha: Staff) -> None:
    for _attempt in range(5):
        _sign_in(anonymous, password="wrong wrong", status=422)
    assert "Too many failed attempts" in _sign_in(anonymous, status=429).text
    with time_machine.travel(NOW + timedelta(seconds=16), tick=False):
        _sign_in(anonymous)


def test_a_disabled_person_is_out_at_once(as_kavitha: PageClient, kavitha: Staff, as_owner: PageClient) -> None:
    as_kavitha.get("/")
    as_owner.post(f"/staff/{kavitha.id}/disabling", {"current_password": PASSWORD})
    as_kavitha.get("/", status=302)


def test_htmx_of_a_stranger_gets_an_address_and_no_page(anonymous: PageClient, owner: Staff) -> None:
    response = anonymous.get("/", htmx=True, status=401)
    for current, back in (
        ("http://localhost/contacts/7?filter=visit", "?next=/contacts/7?filter%3Dvisit"),
        ("http://localhost/", ""),
        ("//evil.example/x", "?next=/x"),
        ("http://evil.example//evil.example", ""),
        ("http://[", ""),
    ):
        sent_on = anonymous.post("/account/language", {}, htmx=True, status=401, headers={"HX-Current-URL": current})
        assert sent_on.headers["HX-Redirect"] == f"/sign-in{back}"
    assert response.headers["HX-Redirect"].startswith("/sign-in")
    assert response.text == ""


def test_idle_screen_locks_and_a_colleague_takes_over(as_kavitha: PageClient, asha: Staff) -> None:
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        assert as_kavitha.get("/", status=302).location == "/lock"
        as_kavitha.get("/lock")
        as_kavitha.post("/unlocking", {"staff_id": asha.id, "pin": "9999"}, status=422)
        as_kavitha.post("/unlocking", {"staff_id": asha.id, "pin": PIN})
        assert "Asha Joshi" in as_kavitha.get("/").text


def test_five_wrong_pins_end_the_session(as_kavitha: PageClient, kavitha: Staff) -> None:
    as_kavitha.post("/lock")
    for _attempt in range(4):
        as_kavitha.post("/unlocking", {"staff_id": kavitha.id, "pin": "9999"}, status=422)
    as_kavitha.post("/unlocking", {"staff_id": kavitha.id, "pin": "9999"})
    assert db.session.scalar(select(func.count()).select_from(StaffSession)) == 0


def test_text_posted_from_a_locked_screen_comes_back(as_kavitha: PageClient) -> None:
    as_kavitha.get("/account")
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        answer = as_kavitha.post(
            "/account/language", {"language": "ta", "note": "a long story about a colour " * 3}, status=401
        )
    assert "a long story about a colour" in answer.text


def test_invitation_link_works_once(as_owner: PageClient, anonymous: PageClient) -> None:
    page = as_owner.post(
        "/staff",
        {"name": "Ravi", "email": "ravi@jasmine.example", "role": "front-desk", "current_password": PASSWORD},
        status=200,
    ).text
    path = "/access/" + page.split("/access/")[1].split('"')[0]
    anonymous.get(path)
    anonymous.post(path, {"password": "short"}, status=422)
    anonymous.post(path, {"password": "nine green parrots"})
    assert "Ravi" in anonymous.get("/account").text
    anonymous.get(path, status=410)


@pytest.mark.parametrize(("pin", "kept"), [("2580", True), ("", False)])
def test_an_invited_colleague_may_choose_a_pin(
    owner: Staff, kavitha: Staff, anonymous: PageClient, pin: str, kept: bool
) -> None:
    path = _invited(kavitha, "invitation")
    assert "PIN for the counter, 4 to 8 digits" in anonymous.get(path).text
    anonymous.post(path, {"password": "nine green parrots", "pin": pin})
    where = (AuditEvent.action == "staff.pin_changed", AuditEvent.actor_id == kavitha.id)
    assert db.session.scalar(select(func.count()).where(*where)) == int(kept)
    anonymous.get("/")
    anonymous.post("/lock")
    anonymous.post("/unlocking", {"staff_id": kavitha.id, "pin": "2580"}, status=303 if kept else 422)


@pytest.mark.parametrize("pin", ["1234", "12", "abcd", " "])
def test_a_weak_pin_in_an_invitation_changes_nothing(
    owner: Staff, kavitha: Staff, anonymous: PageClient, pin: str
) -> None:
    path = _invited(kavitha, "invitation")
    page = anonymous.post(path, {"password": "nine green parrots", "pin": pin}, status=422).text
    assert "A PIN has 4 to 8 digits" in page and f'value="{pin}"' not in page
    assert (kavitha.password_hash, kavitha.pin_hash) == (None, None)
    anonymous.get(path)


@pytest.mark.parametrize(("kind", "has_pin"), [("reset", True), ("reset", False), ("invitation", True)])
def test_a_pin_that_is_not_asked_for_stays(
    owner: Staff, kavitha: Staff, anonymous: PageClient, kind: str, has_pin: bool
) -> None:
    pin_hash = kavitha.pin_hash
    path = _invited(kavitha, kind, pin_hash=pin_hash if has_pin else None)
    assert 'name="pin"' not in anonymous.get(path).text
    anonymous.post(path, {"password": "nine green parrots", "pin": "2580"})
    assert db.session.get_one(Staff, kavitha.id).pin_hash == (pin_hash if has_pin else None)


def _invited(person: Staff, kind: str, *, pin_hash: str | None = None) -> str:
    """Return the address of a link for a person without a password."""
    person.password_hash, person.pin_hash = None, pin_hash
    token = actions.make_link(person, kind, now=NOW)
    db.session.commit()
    return f"/access/{token}"


def test_inviting_asks_for_the_password_and_keeps_what_was_typed(as_owner: PageClient) -> None:
    data = {"name": "Ravi", "email": "ravi@jasmine.example", "role": "owner", "current_password": "wrong"}
    page = as_owner.post("/staff", data, status=422).text
    assert "That is not your password." in page and 'value="Ravi"' in page
    assert db.session.scalar(select(Staff).where(Staff.name == "Ravi")) is None


@pytest.mark.parametrize("path", ["/staff", "/audit", "/settings"])
def test_front_desk_may_not_open_the_owners_pages(as_kavitha: PageClient, path: str) -> None:
    as_kavitha.get(path, status=403)


def test_role_change_takes_effect_with_the_next_request(
    as_owner: PageClient, as_kavitha: PageClient, kavitha: Staff
) -> None:
    as_owner.post(f"/staff/{kavitha.id}/role", {"role": "owner", "current_password": PASSWORD})
    as_kavitha.get("/staff")


def test_the_last_owner_stays(as_owner: PageClient, owner: Staff) -> None:
    refused = as_owner.post(
        f"/staff/{owner.id}/disabling",
        {"current_password": PASSWORD},
        status=422,
        headers={"Referer": "http://localhost/staff?role=owner"},
    ).text
    assert '<a class="button button--main" href="/staff">Back</a>' in refused
    elsewhere = as_owner.post(
        f"/staff/{owner.id}/disabling",
        {"current_password": PASSWORD},
        status=422,
        headers={"Referer": "https://evil.example/staff"},
    ).text
    assert ">Back</a>" not in elsewhere
    assert db.session.get_one(Staff, owner.id).is_active


def test_password_change_ends_other_sessions(as_kavitha: PageClient, kavitha: Staff, anonymous: PageClient) -> None:
    _sign_in(anonymous)
    as_kavitha.post("/account/password", {"current_password": PASSWORD, "password": "nine green parrots"})
    as_kavitha.get("/")
    anonymous.get("/", status=302)


def test_post_without_a_csrf_token_is_refused(as_kavitha: PageClient) -> None:
    as_kavitha.post("/account/language", {"csrf_token": "", "language": "ta"}, status=400)
    assert 'lang="en"' in as_kavitha.get("/").text


def test_language_turns_the_page(as_kavitha: PageClient) -> None:
    as_kavitha.post("/account/language", {"language": "fa"})
    assert '<html lang="fa" dir="rtl">' in as_kavitha.get("/").text


def test_audit_trail_shows_who_did_what_and_cannot_be_changed(as_owner: PageClient, kavitha: Staff) -> None:
    as_owner.post(f"/staff/{kavitha.id}/disabling", {"current_password": PASSWORD})
    assert "Staff: disabled" in as_owner.get("/audit").text
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "staff.disabled")).one()
    for statement in ("UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(f"{statement} WHERE id = {event.id}"))


def test_settings_are_changed_by_the_owner(as_owner: PageClient) -> None:
    page = as_owner.get("/settings").text
    assert "Jasmine Salon" in page
    data = {
        "name": "Jasmine & Sons",
        "country": "IN",
        "time_zone": "Asia/Kolkata",
        "currency": "INR",
        "languages": ["en", "fa"],
        "idle_minutes": "20",
        "leap_day_rule": "march-1",
        "reminder_hour": "9",
        "keep_years": "6",
        "code_page": "cp1256",
    }
    as_owner.post("/settings", data)
    assert "Jasmine &amp; Sons" in as_owner.get("/settings").text
    as_owner.post("/settings", data | {"idle_minutes": "31"}, status=422)


def test_extra_fields_change_nothing(as_kavitha: PageClient, kavitha: Staff) -> None:
    as_kavitha.post("/account/language", {"language": "ta", "role": "owner", "password_hash": "x"})
    assert db.session.get_one(Staff, kavitha.id).role == Role.FRONT_DESK


def test_nobody_signed_in_may_nothing(app: Flask) -> None:
    with app.test_request_context():
        assert [can(permission) for permission in Permission] == [False] * len(Permission)
