"""A person's own account and the owner's list of people: what is changed, asked for again, and refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from crm.accounts import actions
from crm.accounts.models import Staff, StaffSession
from crm.extensions import db
from crm.shared import clock
from crm.shared.models import AuditEvent
from crm.shared.permissions import Role
from tests.client import PageClient
from tests.conftest import NOW
from tests.factories.accounts import PASSWORD, PIN

JSON = {"Accept": "application/json"}


def _sessions(staff: Staff) -> list[int]:
    return list(db.session.scalars(select(StaffSession.id).where(StaffSession.staff_id == staff.id)))


def _events(action: str) -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action)) or 0


@pytest.mark.parametrize(
    ("password", "current", "sentence"),
    [
        ("nine green parrots", "wrong", "That is not your password."),
        ("", PASSWORD, "Please fill this in."),
        ("kavitha", PASSWORD, "8 characters"),
    ],
)
def test_a_password_that_may_not_be_stays_the_old_one(
    as_kavitha: PageClient, kavitha: Staff, password: str, current: str, sentence: str
) -> None:
    before = kavitha.password_hash
    page = as_kavitha.post("/account/password", {"current_password": current, "password": password}, status=422).text
    assert sentence in page
    assert db.session.get_one(Staff, kavitha.id).password_hash == before and _events("staff.password_changed") == 0


def test_a_new_pin_opens_the_counter_and_the_old_one_does_not(as_kavitha: PageClient, kavitha: Staff) -> None:
    as_kavitha.post("/account/pin", {"pin": "71935", "current_password": PASSWORD})
    assert _events("staff.pin_changed") == 1
    as_kavitha.post("/lock")
    as_kavitha.post("/unlocking", {"staff_id": kavitha.id, "pin": PIN}, status=422)
    as_kavitha.post("/unlocking", {"staff_id": kavitha.id, "pin": "71935"})
    as_kavitha.get("/")


@pytest.mark.parametrize(
    ("pin", "current", "sentence"),
    [
        ("71935", "wrong", "That is not your password."),
        ("1234", PASSWORD, "A PIN has 4 to 8 digits"),
        ("", PASSWORD, "Please fill this in."),
    ],
)
def test_a_pin_that_may_not_be_stays_the_old_one(
    as_kavitha: PageClient, kavitha: Staff, pin: str, current: str, sentence: str
) -> None:
    before = kavitha.pin_hash
    assert sentence in as_kavitha.post("/account/pin", {"pin": pin, "current_password": current}, status=422).text
    assert db.session.get_one(Staff, kavitha.id).pin_hash == before


def test_a_language_that_is_none_of_ours_is_refused(as_kavitha: PageClient, kavitha: Staff) -> None:
    as_kavitha.post("/account/language", {"language": "tlh"}, status=422)
    assert db.session.get_one(Staff, kavitha.id).language == ""


def test_one_browser_or_all_are_signed_out_and_only_ones_own(
    as_kavitha: PageClient, as_owner: PageClient, kavitha: Staff, owner: Staff
) -> None:
    here = _sessions(kavitha)
    actions.start_session(kavitha, address="127.0.0.1", browser="a tablet", now=clock.now())
    (there,) = set(_sessions(kavitha)) - set(here)
    (owners,) = _sessions(owner)
    assert "a tablet" in as_kavitha.get("/account").text
    as_kavitha.post(f"/account/sessions/{owners}/ending", status=404)
    as_kavitha.post("/account/sessions/999999/ending", status=404)
    as_kavitha.post(f"/account/sessions/{there}/ending")
    assert "a tablet" not in as_kavitha.get("/account").text
    actions.start_session(kavitha, address="127.0.0.1", browser="a tablet", now=clock.now())
    as_kavitha.post("/account/sessions/ending")
    with as_kavitha.client.session_transaction() as cookie:
        assert "token" not in cookie
    assert _sessions(kavitha) == [] and _sessions(owner) == [owners]
    assert as_kavitha.get("/", status=302).location.startswith("/sign-in")
    assert _events("session.ended_everywhere") == 1


# ── The lock of the counter ──


def test_a_stranger_has_nothing_to_lock_or_unlock(anonymous: PageClient, kavitha: Staff) -> None:
    assert anonymous.get("/lock?next=/contacts", status=302).location == "/sign-in?next=/contacts"
    assert anonymous.post("/lock").location == "/lock?next=/"
    assert anonymous.post("/unlocking", {"staff_id": kavitha.id, "pin": PIN}).location == "/sign-in"
    told = anonymous.post("/unlocking", {"staff_id": kavitha.id, "pin": PIN}, status=401, headers=JSON)
    assert told.json == {"next": "/sign-in"}
    anonymous.get("/", status=302)


def test_a_page_that_unlocks_in_place_is_told_what_came_of_it(
    as_kavitha: PageClient, kavitha: Staff, asha: Staff
) -> None:
    def unlock(staff: Staff, pin: str, status: int) -> dict[str, object]:
        given = {"staff_id": staff.id, "pin": pin, "next": "/contacts"}
        said = as_kavitha.post("/unlocking", given, status=status, headers=JSON).json
        assert isinstance(said, dict)
        return said

    as_kavitha.post("/lock")
    assert unlock(kavitha, "9999", 422) == {"refusal": "That PIN is not right."}
    told = unlock(kavitha, PIN, 200)
    assert (told["same"], told["next"]) == (True, "/contacts") and told["csrf"]
    as_kavitha.token = str(told["csrf"])
    as_kavitha.post("/lock")
    told = unlock(asha, PIN, 200)
    assert told["same"] is False
    as_kavitha.token = str(told["csrf"])
    as_kavitha.post("/lock")
    for _attempt in range(4):
        unlock(asha, "9999", 422)
    assert unlock(asha, "9999", 401) == {"next": "/sign-in?next=/contacts"}


def test_somebody_is_still_here(as_kavitha: PageClient) -> None:
    as_kavitha.get("/presence", status=204)


# ── The owner's list ──


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("", "Somebody with this email address is on the list already."), ("fa", "از قبل در فهرست هست")],
)
def test_an_address_stands_on_the_list_once(
    as_owner: PageClient, owner: Staff, kavitha: Staff, language: str, sentence: str
) -> None:
    owner.language = language
    data = {"name": "Kavi", "email": " Kavitha@Jasmine.example", "role": "front-desk", "current_password": PASSWORD}
    page = as_owner.post("/staff", data, status=409).text
    assert sentence in page and 'value="Kavi"' in page
    assert db.session.scalar(select(func.count()).select_from(Staff)) == 2


def test_a_role_is_changed_with_the_owners_password_only(as_owner: PageClient, kavitha: Staff) -> None:
    assert kavitha.email in as_owner.get(f"/staff/{kavitha.id}").text
    as_owner.get("/staff/999999", status=404)
    page = as_owner.post(f"/staff/{kavitha.id}/role", {"role": "owner", "current_password": "wrong"}, status=422).text
    assert "That is not your password." in page
    as_owner.post(f"/staff/{kavitha.id}/role", {"role": "queen", "current_password": PASSWORD}, status=422)
    assert db.session.get_one(Staff, kavitha.id).role == Role.FRONT_DESK


def test_whoever_was_disabled_is_let_in_again(as_owner: PageClient, anonymous: PageClient, kavitha: Staff) -> None:
    as_owner.post(f"/staff/{kavitha.id}/disabling", {"current_password": PASSWORD})
    given = {"email": kavitha.email, "password": PASSWORD}
    anonymous.post("/sign-in", given, status=422)
    as_owner.post(f"/staff/{kavitha.id}/enabling", {"current_password": PASSWORD})
    anonymous.post("/sign-in", given)
    anonymous.get("/")
    assert (_events("staff.disabled"), _events("staff.enabled")) == (1, 1)


@pytest.mark.parametrize(("has_password", "kind"), [(True, "reset"), (False, "invitation")])
def test_a_link_to_a_new_password_is_shown_once_and_ends_what_was(
    as_owner: PageClient, as_kavitha: PageClient, anonymous: PageClient, kavitha: Staff, has_password: bool, kind: str
) -> None:
    if not has_password:
        kavitha.password_hash = None
    page = as_owner.post(f"/staff/{kavitha.id}/reset-link", {"current_password": PASSWORD}, status=200).text
    path = "/access/" + page.split("/access/")[1].split('"')[0]
    assert _events(f"staff.{kind}_link_made") == 1
    assert "/access/" not in as_owner.get("/staff").text
    anonymous.post(path, {"password": "nine green parrots"})
    as_kavitha.get("/", status=302)
    anonymous.get("/")


def test_the_audit_trail_goes_on_and_is_narrowed(as_owner: PageClient, owner: Staff, kavitha: Staff) -> None:
    for number in range(60):
        (actions.disable if number % 2 else actions.enable)(kavitha, now=clock.now())
    newest = as_owner.get("/audit")
    assert "staff.enabled" in newest.text
    place = newest.text.split("from=")[1].split('"')[0]
    assert place and as_owner.get(f"/audit?from={place}").text != newest.text
    only = as_owner.get("/audit?action=staff.enabled").text
    assert "staff.disabled" not in only.split("<tbody")[-1]


def test_a_page_that_looks_as_before_says_that_it_was_saved_once(as_kavitha: PageClient) -> None:
    as_kavitha.post("/account/language", {"language": "en"}, status=303)
    assert "Saved." in as_kavitha.get("/account").text
    assert "Saved." not in as_kavitha.get("/account").text
    as_kavitha.post("/account/language", {"language": "tlh"}, status=422)
    assert "Saved." not in as_kavitha.get("/account").text


# ── What the trail says ──


def test_a_refused_page_is_noted_once_in_a_while(as_kavitha: PageClient, kavitha: Staff, as_owner: PageClient) -> None:
    for _time in range(3):
        as_kavitha.get("/staff", status=403)
        as_kavitha.post("/staff", {"name": "Ravi"}, status=403)
        as_kavitha.get(f"/staff/{kavitha.id}", status=403, htmx=True)
    refused = select(AuditEvent).where(AuditEvent.action == "access.refused").order_by(AuditEvent.id)
    noted = [(each.actor_id, each.details["page"]) for each in db.session.scalars(refused)]
    assert noted == [(kavitha.id, page) for page in ("GET /staff", "POST /staff", "GET /staff/<int:staff_id>")]
    with time_machine.travel(NOW + timedelta(minutes=14), tick=False):
        as_kavitha.get("/staff", status=403)
        assert _events("access.refused") == 3
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        as_kavitha.signed_in(kavitha).get("/staff", status=403)
    assert _events("access.refused") == 4
    assert "Page: refused" in as_owner.get("/audit").text


def test_a_refused_page_is_refused_though_nothing_can_be_noted(
    as_kavitha: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(*_given: object, **_named: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(actions, "note_refused_access", is_full)
    as_kavitha.get("/staff", status=403)
    as_kavitha.post("/staff", status=403)


def test_a_language_is_noted(as_kavitha: PageClient) -> None:
    as_kavitha.post("/account/language", {"language": "ta"})
    assert _events("language.changed") == 1


def test_what_the_browser_kept_is_cleared_also_where_one_signs_out_everywhere(as_kavitha: PageClient) -> None:
    answer = as_kavitha.post("/account/sessions/ending")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
