"""Guessing passwords and PINs: slowed for whoever is attacked, noted, and no lock-out for who signed in before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from crm.accounts import credentials, passwords
from crm.accounts.models import SignInFailure, Staff
from crm.extensions import db
from crm.shared.models import AuditEvent
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.accounts import PASSWORD, PIN

THROTTLED = "Too many failed attempts"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def few_from_everywhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ten attempts at one account, or from one address, fail before further ones wait."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], sign_in_address_failures=10))


def _sign_in(client: PageClient, staff: Staff, password: str = PASSWORD, *, address: str = "127.0.0.1") -> int:
    """Return the status of an attempt to sign in."""
    given = {"email": staff.email, "password": password}
    sent = client.post("/sign-in", given, status=None, environ_base={"REMOTE_ADDR": address})
    client.token = ""
    return sent.status_code


def _events(action: str) -> list[tuple[int | None, int | None]]:
    """Return who did it and to whom."""
    rows = db.session.execute(select(AuditEvent.actor_id, AuditEvent.subject_id).where(AuditEvent.action == action))
    return [(actor_id, subject_id) for actor_id, subject_id in rows]


def _unlock(client: PageClient, staff: Staff, pin: str) -> int:
    sent = client.post("/unlocking", {"staff_id": staff.id, "pin": pin}, status=None, headers=JSON)
    client.token = str((sent.json or {}).get("csrf", client.token))
    return sent.status_code


# ── PINs ──


@pytest.mark.parametrize("is_locked", [True, False])
def test_the_own_pin_in_between_does_not_let_one_guess_another_persons(
    as_kavitha: PageClient, kavitha: Staff, owner: Staff, is_locked: bool
) -> None:
    guessed = []
    for number in range(3):
        if is_locked:
            as_kavitha.post("/lock")
        guessed += [_unlock(as_kavitha, owner, f"97{number}{each}") for each in range(3)]
        assert _unlock(as_kavitha, kavitha, PIN) == 200
    assert guessed == [422] * 5 + [429] * 4
    assert _unlock(as_kavitha, owner, PIN) == 429
    assert _events("session.wrong_pin") == [(kavitha.id, owner.id)] * 5


def test_whose_pin_was_guessed_at_waits_and_is_let_in_by_the_password(
    as_kavitha: PageClient, as_owner: PageClient, anonymous: PageClient, owner: Staff
) -> None:
    assert [_unlock(as_kavitha, owner, f"97{number}1") for number in range(5)] == [422] * 4 + [401]
    assert THROTTLED in as_owner.post("/unlocking", {"staff_id": owner.id, "pin": PIN}, status=429).text
    assert _sign_in(anonymous, owner) == 303
    assert _unlock(as_owner, owner, PIN) == 200


def test_a_pin_of_nobody_is_wrong_and_names_nobody(as_kavitha: PageClient, kavitha: Staff) -> None:
    for staff_id in ("999999", ""):
        as_kavitha.post("/unlocking", {"staff_id": staff_id, "pin": PIN}, status=422)
    assert _events("session.wrong_pin") == [(kavitha.id, None)] * 2


# ── The password asked again ──


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/account/password", {"password": "nine green parrots"}),
        ("/account/pin", {"pin": "71935"}),
        ("/staff", {"name": "Ravi", "email": "ravi@jasmine.example", "role": "owner"}),
        ("/staff/{0}/role", {"role": "owner"}),
        ("/staff/{0}/reset-link", {}),
        ("/staff/{0}/disabling", {}),
        ("/staff/{0}/enabling", {}),
    ],
)
def test_the_password_asked_again_is_throttled_noted_and_needed(
    as_owner: PageClient, owner: Staff, kavitha: Staff, path: str, given: dict[str, str]
) -> None:
    path = path.format(kavitha.id)
    before = [(each.role, each.password_hash, each.pin_hash, each.disabled_at) for each in (owner, kavitha)]
    as_owner.post(path, given, status=422)
    for number in range(5):
        page = as_owner.post(path, {**given, "current_password": f"guess {number}"}, status=422).text
        assert "That is not your password." in page
    page = as_owner.post(path, {**given, "current_password": PASSWORD}, status=422).text
    assert THROTTLED in page and "/access/" not in page
    assert _events("password.refused") == [(owner.id, owner.id)] * 5
    after = [(each.role, each.password_hash, each.pin_hash, each.disabled_at) for each in (owner, kavitha)]
    assert after == before and len(db.session.scalars(select(Staff)).all()) == 2
    with time_machine.travel(NOW + timedelta(seconds=16), tick=False):
        assert THROTTLED not in as_owner.post(path, {**given, "current_password": PASSWORD}, status=None).text


def test_the_right_password_forgets_the_wrong_ones_and_holds_nobody_else_up(
    as_owner: PageClient, as_kavitha: PageClient, owner: Staff, kavitha: Staff
) -> None:
    for _round in range(3):
        for number in range(4):
            as_owner.post(f"/staff/{kavitha.id}/enabling", {"current_password": f"guess {number}"}, status=422)
        as_owner.post(f"/staff/{kavitha.id}/enabling", {"current_password": PASSWORD})
    assert db.session.scalars(select(SignInFailure)).all() == []


# ── Signing in ──


def test_a_guesser_elsewhere_does_not_lock_the_person_out(anonymous: PageClient, app: Flask, kavitha: Staff) -> None:
    guesser = PageClient(app)
    for _attempt in range(8):
        _sign_in(guesser, kavitha, "wrong wrong", address="10.0.0.9")
    assert _sign_in(guesser, kavitha, address="10.0.0.9") == 429
    assert _sign_in(anonymous, kavitha) == 303


def test_many_guessers_hold_up_strange_browsers_only(anonymous: PageClient, app: Flask, kavitha: Staff) -> None:
    assert _sign_in(anonymous, kavitha) == 303
    anonymous.post("/sign-out")
    anonymous.token = ""
    for number in range(12):
        _sign_in(PageClient(app), kavitha, "wrong wrong", address=f"10.0.0.{number}")
    assert _sign_in(PageClient(app), kavitha, address="10.0.1.1") == 429
    assert _sign_in(anonymous, kavitha) == 303


def test_a_known_browser_is_throttled_by_itself_and_is_known_of_one_person(
    anonymous: PageClient, app: Flask, kavitha: Staff, asha: Staff
) -> None:
    _sign_in(anonymous, kavitha)
    anonymous.post("/sign-out")
    anonymous.token = ""
    assert [_sign_in(anonymous, kavitha, "wrong wrong") for _attempt in range(6)] == [422] * 5 + [429]
    assert _sign_in(anonymous, kavitha) == 429
    assert _sign_in(PageClient(app), kavitha) == 303
    assert [_sign_in(anonymous, asha, "wrong wrong") for _attempt in range(6)] == [422] * 5 + [429]


@pytest.mark.parametrize("cookie", ["", "x", "WyJhIixbMV1d", "WyJhIixbMV1d.x"])
def test_a_forged_cookie_makes_no_browser_known(anonymous: PageClient, kavitha: Staff, cookie: str) -> None:
    anonymous.client.set_cookie("known", cookie)
    assert [_sign_in(anonymous, kavitha, "wrong wrong") for _attempt in range(6)] == [422] * 5 + [429]


def test_one_address_is_throttled_for_all_accounts(anonymous: PageClient, owner: Staff, kavitha: Staff) -> None:
    strangers = [Staff(email=f"nobody{number}@jasmine.example") for number in range(10)]
    assert {_sign_in(anonymous, stranger, "wrong wrong") for stranger in strangers} == {422}
    assert _sign_in(anonymous, owner) == 429
    assert _sign_in(anonymous, owner, address="10.0.0.1") == 303


@pytest.fixture
def at_once(app: Flask, kavitha: Staff, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """While the first password is being checked, nine others are sent; their statuses."""
    statuses: list[int] = []
    check = passwords.is_secret

    def checked_late(secret: str, hashed: str | None) -> bool:
        if not statuses:
            statuses.append(0)
            statuses[:] = [_sign_in(PageClient(app), kavitha, "wrong wrong") for _attempt in range(9)]
        return check(secret, hashed)

    monkeypatch.setattr(credentials, "is_secret", checked_late)
    yield statuses


@pytest.mark.parametrize(("password", "status"), [("wrong wrong", 422), (PASSWORD, 303)])
def test_many_at_once_are_no_more_than_one_after_the_other(
    anonymous: PageClient, kavitha: Staff, at_once: list[int], password: str, status: int
) -> None:
    assert _sign_in(anonymous, kavitha, password) == status
    assert at_once == [422] * 4 + [429] * 5


def test_a_failed_sign_in_names_the_person_it_was_tried_for(anonymous: PageClient, kavitha: Staff) -> None:
    _sign_in(anonymous, kavitha, "wrong wrong")
    _sign_in(anonymous, Staff(email="nobody@jasmine.example"), "wrong wrong")
    assert _events("session.sign_in_failed") == [(None, kavitha.id), (None, None)]
