"""What changes about contacts and complaints reaches the stored standing in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from crm.accounts.models import Staff
from crm.complaints.actions.ending import reopen, withdraw
from crm.complaints.queries.cases import Case
from crm.contacts.actions.archiving import archive, restore
from crm.contacts.actions.contacts import update_contact
from crm.contacts.actions.erasing import block
from crm.contacts.actions.erasing import withdraw as withdraw_block
from crm.contacts.actions.key_dates import add_key_date, change_key_date, remove_key_date
from crm.contacts.actions.merging import merge, undo_merge
from crm.contacts.key_date_rules import KeyDateFacts, KeyDateKind
from crm.contacts.models import Contact
from crm.contacts.queries.details import details_of
from crm.contacts.rules.merging import Choices, Keep
from crm.loyalty.actions.standings import refresh
from crm.loyalty.rules.levels import HeldBy
from tests.factories.complaints import by, make_case
from tests.factories.contacts import make_contact
from tests.loyalty.conftest import Visiting
from tests.loyalty.test_standings import GUEST, REGULAR, all_stored, stored


def assert_nothing_is_left_for_the_night(now: datetime) -> None:
    """Every standing is what working it out anew gives."""
    before = all_stored()
    refresh(before, now=now)
    assert all_stored() == before


def refer(contact: Contact, referrer: Contact | None, now: datetime) -> None:
    details = replace(details_of(contact), referred_by_id=referrer.id if referrer else None)
    update_contact(contact, details, version=None, now=now)


@pytest.mark.parametrize(("leave", "come_back"), [(archive, restore), (block, withdraw_block)])
def test_who_is_archived_or_blocked_leaves_the_regulars_and_comes_back(
    asha_k: Contact, visiting: Visiting, now: datetime, leave: Callable[..., object], come_back: Callable[..., object]
) -> None:
    visiting(asha_k, 1)
    leave(asha_k, now=now)
    assert not stored(asha_k)["is_listed"]
    come_back(asha_k, now=now)
    assert stored(asha_k)["is_listed"]
    assert_nothing_is_left_for_the_night(now)


def test_who_brought_somebody_counts_at_once_and_who_did_not_counts_no_more(
    asha_k: Contact, visiting: Visiting, now: datetime
) -> None:
    ravi, newcomer = make_contact("Ravi Menon"), make_contact("Priya Nair")
    visiting(newcomer, 1)
    refer(newcomer, asha_k, now)
    assert stored(asha_k)["referrals"] == 1
    refer(newcomer, ravi, now)
    assert (stored(asha_k)["referrals"], stored(ravi)["referrals"]) == (0, 1)
    refer(newcomer, None, now)
    assert stored(ravi)["referrals"] == 0
    assert_nothing_is_left_for_the_night(now)


def test_a_merge_and_its_undoing_move_visits_level_and_friends_brought(
    asha_k: Contact, visiting: Visiting, now: datetime
) -> None:
    ravi, twin, newcomer = make_contact("Ravi Menon"), make_contact("Anjali K."), make_contact("Priya Nair")
    visiting(asha_k, 1, 2, 3)
    visiting(twin, 4, 5, 6)
    visiting(newcomer, 1)
    refer(newcomer, twin, now)
    refer(asha_k, ravi, now)
    assert (stored(ravi)["referrals"], stored(twin)["referrals"]) == (1, 1)
    made = merge(asha_k, twin, Choices(fields={"referred_by_id": Keep.OTHER}, own_fields={}), now=now)
    assert (stored(asha_k)["visits_total"], stored(asha_k)["level_id"]) == (6, REGULAR)
    assert (stored(asha_k)["referrals"], stored(ravi)["referrals"], stored(twin)["is_listed"]) == (1, 0, False)
    undo_merge(made, now=now)
    assert (stored(asha_k)["visits_total"], stored(twin)["visits_total"]) == (3, 3)
    assert (stored(twin)["referrals"], stored(ravi)["referrals"], stored(twin)["is_listed"]) == (1, 1, True)
    assert_nothing_is_left_for_the_night(now)


def test_opening_and_closing_a_complaint_hold_a_level_and_let_its_grace_begin(
    asha_k: Contact, visiting: Visiting, kavitha: Staff, now: datetime
) -> None:
    visiting(asha_k, *range(355, 361))
    with time_machine.travel(now + timedelta(days=20), tick=False):
        refresh([asha_k.id], now=now + timedelta(days=20))
        assert stored(asha_k)["held_by"] == HeldBy.GRACE
        case: Case = make_case(kavitha, asha_k)
        assert (stored(asha_k)["level_id"], stored(asha_k)["held_by"]) == (REGULAR, HeldBy.COMPLAINT)
        withdraw(case, "Taken back", by(kavitha))
        assert stored(asha_k)["held_by"] == HeldBy.GRACE
        reopen(case, "Not taken back after all", by(kavitha))
        assert stored(asha_k)["held_by"] == HeldBy.COMPLAINT
        withdraw(case, "Taken back", by(kavitha))
        assert_nothing_is_left_for_the_night(now + timedelta(days=20))


def test_the_day_of_the_first_visit_moves_the_years_as_a_customer(
    asha_k: Contact, visiting: Visiting, now: datetime
) -> None:
    visiting(asha_k, 1)
    assert stored(asha_k)["level_id"] == GUEST
    first: dict[str, Any] = {"kind": KeyDateKind.FIRST_VISIT, "day": 1, "month": 3}
    added = add_key_date(asha_k, KeyDateFacts(**first, year=2010), now=now)
    assert stored(asha_k)["customer_since_on"].year == 2010
    change_key_date(added, KeyDateFacts(**first, year=2012), seen=0, today=now.date(), now=now)
    assert stored(asha_k)["customer_since_on"].year == 2012
    remove_key_date(added, seen=1, now=now)
    assert stored(asha_k)["customer_since_on"].year == 2026
    assert_nothing_is_left_for_the_night(now)
