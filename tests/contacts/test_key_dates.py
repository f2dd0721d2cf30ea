"""Key dates in the database: which come up, what changes them, and the day's reminders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from crm.accounts.models import Business, Staff
from crm.contacts import reminders
from crm.contacts.actions.key_dates import add_key_date, change_key_date, mark_occurrence, remove_key_date
from crm.contacts.key_date_rules import KeyDateChanged, KeyDateFacts, KeyDateKind, LeapDayRule, NotThatDay
from crm.contacts.models import KeyDate, KeyDateNotice
from crm.contacts.queries.key_dates import (
    coming_key_dates,
    coming_of_contacts,
    key_date_page,
    key_dates_of,
    missing_notices,
)
from crm.extensions import db
from crm.shared import jobs
from crm.shared.models import AuditEvent, Job
from crm.worker import do_one_job
from tests.conftest import NOW
from tests.counting import counted_queries
from tests.factories.contacts import make_contact
from tests.factories.key_dates import make_key_date

FEB, MAR = LeapDayRule.FEBRUARY_28, LeapDayRule.MARCH_1
TODAY = date(2026, 6, 12)


def _events(action: str) -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action)) or 0


def test_the_next_days_come_in_order_with_years(business: Business) -> None:
    for name, day, month, year in (("Asha", 14, 6, 1990), ("Meera", 12, 6, None), ("Ana", 20, 6, 1985)):
        make_key_date(make_contact(name), day, month, year)
    make_key_date(make_contact("Too early"), 11, 6)
    make_key_date(make_contact("Not yet born"), 13, 6, 2027)
    make_key_date(make_contact("Once, long ago"), 13, 6, 2025, kind="renewal", repeats=False)
    coming = coming_key_dates(TODAY, 7, FEB)
    assert [(each.contact_name, each.falls_on.day, each.years) for each in coming] == [
        ("Meera", 12, None),
        ("Asha", 14, 36),
    ]
    assert [each.contact_name for each in coming_key_dates(TODAY, 7, FEB, kind="renewal")] == []


@pytest.mark.parametrize(
    ("today", "rule", "expected"),
    [
        (date(2026, 2, 22), FEB, date(2026, 2, 28)),
        (date(2026, 2, 28), FEB, date(2026, 2, 28)),
        (date(2026, 3, 1), FEB, None),
        (date(2026, 2, 28), MAR, date(2026, 3, 1)),
        (date(2026, 3, 1), MAR, date(2026, 3, 1)),
        (date(2028, 2, 28), MAR, date(2028, 2, 29)),
    ],
)
def test_the_leap_day_comes_where_the_business_wants_it(
    business: Business, today: date, rule: LeapDayRule, expected: date | None
) -> None:
    make_key_date(make_contact(), 29, 2, 2000)
    assert [each.falls_on for each in coming_key_dates(today, 6, rule)] == ([expected] if expected else [])


def test_the_list_goes_over_the_end_of_the_year(business: Business) -> None:
    for day, month in ((2, 1), (31, 12), (30, 12)):
        make_key_date(make_contact(), day, month)
    coming = coming_key_dates(date(2026, 12, 30), 7, FEB)
    assert [each.falls_on for each in coming] == [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 2)]


def test_archived_merged_and_blocked_contacts_have_no_dates(business: Business) -> None:
    archived, merged, blocked, other = (make_contact(name) for name in ("A", "B", "C", "D"))
    archived.archived_at = blocked.blocked_at = NOW
    merged.merged_into_id = other.id
    for contact in (archived, merged, blocked):
        make_key_date(contact, 12, 6)
    db.session.flush()
    assert coming_key_dates(TODAY, 7, FEB) == []
    assert missing_notices(TODAY, FEB) == []


def test_the_list_takes_one_query(business: Business) -> None:
    make_key_date(make_contact(), 12, 6)
    db.session.flush()
    with counted_queries() as statements:
        coming_key_dates(TODAY, 7, FEB)
    assert len(statements) == 1


@pytest.mark.parametrize("rule", [FEB, MAR])
def test_pages_show_every_date_once(business: Business, rule: LeapDayRule) -> None:
    contact = make_contact()
    for day, month in ((28, 2), (29, 2), (1, 3)):
        for _each in range(45):
            make_key_date(contact, day, month)
    shown, place, pages = [], None, 0
    while pages == 0 or place:
        page = key_date_page(date(2026, 2, 28), 30, rule, place=place)
        shown += [each.key_date_id for each in page.rows]
        place, pages = page.next_place, pages + 1
    assert len(shown) == len(set(shown)) == 135 and pages == 3


def test_dates_of_a_contact_and_of_many(business: Business, owner: Staff) -> None:
    contact, other = make_contact(), make_contact("Ana")
    later, soon = make_key_date(contact, 1, 9, 2020), make_key_date(contact, 14, 6, 1990)
    past = make_key_date(contact, 1, 1, 2026, kind="renewal", repeats=False)
    mark_occurrence(soon, date(2026, 6, 14), is_done=True, rule=FEB, by_id=owner.id, now=NOW)
    db.session.flush()
    found = key_dates_of(contact.id, TODAY, FEB)
    assert [(each.id, each.is_done) for each in found] == [(soon.id, True), (later.id, False), (past.id, False)]
    assert {
        key: each.key_date_id for key, each in coming_of_contacts([contact.id, other.id], TODAY, 7, FEB).items()
    } == {contact.id: soon.id}


def test_adding_and_removing_leave_one_event_each(business: Business) -> None:
    contact = make_contact()
    added = add_key_date(contact, KeyDateFacts(KeyDateKind.BIRTHDAY, 12, 8, 1990), now=NOW)
    db.session.add(KeyDateNotice(key_date_id=added.id, falls_on=date(2026, 8, 12), notice_days=0))
    db.session.flush()
    remove_key_date(added, seen=0, now=NOW)
    db.session.flush()
    assert db.session.query(KeyDate).count() == db.session.query(KeyDateNotice).count() == 0
    assert _events("key_date.added") == _events("key_date.removed") == 1


def test_a_reminder_moves_with_its_date(business: Business) -> None:
    key_date = make_key_date(make_contact(), 15, 6, notice_days=7)
    _give_notice()
    assert db.session.scalars(select(KeyDateNotice.falls_on)).all() == [date(2026, 6, 15)]
    facts = KeyDateFacts(KeyDateKind.BIRTHDAY, 17, 6, notice_days=7)
    change_key_date(key_date, facts, seen=0, today=TODAY, now=NOW)
    assert db.session.query(KeyDateNotice).count() == 0
    _give_notice()
    assert db.session.scalars(select(KeyDateNotice.falls_on)).all() == [date(2026, 6, 17)]
    assert _events("key_date.changed") == 1
    with pytest.raises(KeyDateChanged):
        change_key_date(key_date, facts, seen=0, today=TODAY, now=NOW)


def test_an_occurrence_is_seen_to_once_and_can_be_taken_back(business: Business, owner: Staff) -> None:
    key_date = make_key_date(make_contact(), 14, 6, notice_days=7)
    _give_notice()
    day = date(2026, 6, 14)
    for _twice in range(2):
        mark_occurrence(key_date, day, is_done=True, rule=FEB, by_id=owner.id, now=NOW)
        db.session.flush()
    assert _events("key_date.greeted") == 1
    assert coming_key_dates(TODAY, 7, FEB)[0].is_done
    mark_occurrence(key_date, day, is_done=False, rule=FEB, by_id=owner.id, now=NOW)
    db.session.flush()
    assert not coming_key_dates(TODAY, 7, FEB)[0].is_done
    with pytest.raises(NotThatDay):
        mark_occurrence(key_date, date(2026, 6, 15), is_done=True, rule=FEB, by_id=owner.id, now=NOW)


def test_long_notice_is_seen_before_the_week_comes(business: Business, owner: Staff) -> None:
    renewal = make_key_date(make_contact(), 2, 7, 2026, kind="renewal", repeats=False, notice_days=30)
    assert coming_key_dates(TODAY, 7, FEB, noticed=5) == []
    _give_notice()
    assert [each.key_date_id for each in coming_key_dates(TODAY, 7, FEB, noticed=5)] == [renewal.id]
    mark_occurrence(renewal, date(2026, 7, 2), is_done=True, rule=FEB, by_id=owner.id, now=NOW)
    db.session.flush()
    assert coming_key_dates(TODAY, 7, FEB, noticed=5) == []


def _give_notice(now: datetime = NOW) -> None:
    job = Job(kind=reminders.REMINDERS, payload={}, due_at=now, created_at=now)
    db.session.add(job)
    db.session.flush()
    reminders.give_notice(job, now)
    db.session.flush()


def test_reminders_go_out_once_a_day_at_the_local_hour(business: Business) -> None:
    make_key_date(make_contact(), 13, 6)
    midnight = datetime(2026, 6, 12, 18, 30, tzinfo=UTC)  # 00:00 on the 13th in Chennai
    for minutes in (0, 7 * 60 + 59):
        reminders.plan_reminders(midnight + timedelta(minutes=minutes))
        assert db.session.query(Job).count() == 0
    for minutes in (8 * 60, 8 * 60 + 1, 15 * 60):
        reminders.plan_reminders(midnight + timedelta(minutes=minutes))
    assert db.session.query(Job).count() == 1
    with time_machine.travel(midnight + timedelta(hours=8), tick=False):
        assert do_one_job(midnight + timedelta(hours=8))
    assert db.session.scalars(select(KeyDateNotice.falls_on)).all() == [date(2026, 6, 13)]
    _give_notice(midnight + timedelta(hours=9))
    assert db.session.query(KeyDateNotice).count() == 1
    assert _events("key_date.notices_given") == 1


def test_a_missed_day_is_made_up_for(business: Business) -> None:
    key_date = make_key_date(make_contact(), 15, 6, notice_days=7)
    assert missing_notices(TODAY, FEB) == [(key_date.id, date(2026, 6, 15), 7)]


def test_the_sweep_is_known_to_the_worker(business: Business) -> None:
    assert reminders.plan_reminders in jobs.sweeps()
