"""Who is the first to be added, and that the set-up page stays closed once anybody works here."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from crm.accounts import actions, rules
from crm.accounts.models import Business, Staff
from crm.cli.users import USUAL
from crm.extensions import db
from crm.shared import clock
from crm.shared.permissions import Role
from tests.client import PageClient
from tests.factories.accounts import PASSWORD

OWN = {
    "name": "Tea House",
    "country": "GB",
    "time_zone": "Europe/London",
    "currency": "GBP",
    "languages": ["en"],
    "monday": "09:00-18:00",
    "owner_name": "Ana",
    "email": "ana@tea.example",
    "password": "seven lotus ponds",
}


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.MANAGER])
def test_nobody_but_an_owner_is_the_first(session: object, now: object, role: Role) -> None:
    with pytest.raises(rules.OwnerFirst):
        actions.add_staff(name="Farid", email="farid@tea.example", role=role, password_hash=None, now=clock.now())
    for first_and_next in (Role.OWNER, role):
        actions.add_staff(
            name="Ana", email=f"{first_and_next}@tea.example", role=first_and_next, password_hash=None, now=clock.now()
        )


def test_a_business_that_was_there_before_anybody_is_set_up_in_the_browser(anonymous: PageClient, now: object) -> None:
    actions.set_up_with_usual_values(USUAL, now=clock.now())
    assert anonymous.get("/sign-in", status=302).location == "/set-up"
    anonymous.token = "none"
    anonymous.get("/set-up")
    anonymous.post("/set-up", OWN)
    found = db.session.scalars(select(Business)).one()
    assert (found.name, found.country, found.currency) == ("Tea House", "GB", "GBP")
    assert "Tea House" in anonymous.get("/settings").text
    anonymous.get("/set-up", status=404)


def test_the_set_up_page_stays_closed_where_no_owner_is_left(
    anonymous: PageClient, owner: Staff, kavitha: Staff
) -> None:
    owner.role = Role.FRONT_DESK
    assert anonymous.get("/sign-in").status_code == 200
    anonymous.get("/set-up", status=404)
    anonymous.post("/set-up", OWN, status=404)
    anonymous.post("/demo", status=404)
    with pytest.raises(rules.SetUpClosed):
        actions.set_up(USUAL, owner_name="Ana", owner_email="a@tea.example", password_hash="x", now=clock.now())
    assert db.session.scalar(select(func.count()).select_from(Staff)) == 2


def test_an_owner_may_go_only_while_another_can_sign_in(
    as_owner: PageClient, owner: Staff, manager: Staff, kavitha: Staff
) -> None:
    manager.role = Role.OWNER
    actions.disable(manager, now=clock.now())
    for path, given in (("disabling", {}), ("role", {"role": "manager"})):
        as_owner.post(f"/staff/{owner.id}/{path}", {**given, "current_password": PASSWORD}, status=422)
    actions.enable(manager, now=clock.now())
    as_owner.post(f"/staff/{owner.id}/role", {"role": "manager", "current_password": PASSWORD})
    with pytest.raises(rules.LastOwner):
        actions.disable(manager, now=clock.now())
