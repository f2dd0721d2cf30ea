"""Asking by itself: once for each occasion, only who allowed it, within the limit, and never by two workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from crm.accounts.models import Business, Staff
from crm.complaints.actions.ending import Resolution, follow_up, resolve, withdraw
from crm.complaints.rules import FollowUpAnswer
from crm.contacts.actions.consent import record_consent
from crm.contacts.actions.merging import merge
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.models import Contact
from crm.contacts.rules.merging import Choices
from crm.extensions import db
from crm.feedback import rounds, rules
from crm.feedback.actions.settings import AskingHabits, change_settings
from crm.feedback.models import FeedbackInvitation
from crm.feedback.rounds import ASKING, plan_asking
from crm.feedback.rules import Way
from crm.loyalty.actions.standings import refresh
from crm.messages.models import OutboxMessage
from crm.shared.models import Job
from crm.worker import do_one_job
from tests.conftest import NOW
from tests.factories.complaints import by, make_case
from tests.factories.contacts import make_contact
from tests.factories.feedback import make_invitation, make_reachable
from tests.factories.interactions import make_interaction

ALL = {"asks_after_service": True, "asks_after_complaint": True, "asks_yearly": True}
TODAY = date(2026, 6, 12)


@pytest.fixture
def with_mail(app: Flask, business: Business) -> Iterator[None]:
    """A mail server that nobody asks."""
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(kept, smtp_url="smtp://mail.example")
    yield
    app.config["SETTINGS"] = kept


def _habits(**given: Any) -> None:
    values: dict[str, Any] = {
        "limit_days": 30, "asks_after_service": False, "service_days": 1, "asks_after_complaint": False,
        "asks_yearly": False,
    }  # fmt: skip
    change_settings(AskingHabits(**(values | given)), now=NOW, by_id=None)


def _round(now: datetime = NOW) -> list[tuple[int | None, str, str]]:
    """Let the worker ask what is due; returns everything that was ever asked by itself, in order."""
    plan_asking(now)
    db.session.commit()
    while do_one_job(now):
        pass
    rows = db.session.scalars(select(FeedbackInvitation).order_by(FeedbackInvitation.id))
    return [(each.contact_id, each.moment, each.measure) for each in rows if each.asked_by_id is None]


def _visit(contact: Contact, days_ago: int, **given: Any) -> None:
    values = {"kind": "visit", "channel": "in-person", "note": ""} | given
    make_interaction(contact, occurred_at=NOW - timedelta(days=days_ago), **values)
    refresh([contact.id], now=NOW)


@pytest.mark.parametrize(
    ("days", "first", "last"), [(1, date(2026, 6, 8), date(2026, 6, 11)), (0, date(2026, 6, 9), TODAY)]
)
def test_whose_visit_is_asked_about(days: int, first: date, last: date) -> None:
    assert rules.visits_asked_about(TODAY, days) == (first, last)


@pytest.mark.parametrize(
    ("since", "limit", "expected"),
    [
        (date(2025, 6, 12), 30, TODAY),
        (date(2025, 6, 13), 30, None),
        (date(2020, 6, 12), 30, TODAY),
        (date(2026, 6, 12), 30, None),
        (date(2025, 5, 10), 30, date(2026, 5, 10)),
        (date(2025, 5, 9), 30, None),
        (date(2025, 6, 9), 0, date(2026, 6, 9)),
        (date(2025, 6, 8), 0, None),
    ],
)
def test_which_year_is_still_asked_about(since: date, limit: int, expected: date | None) -> None:
    assert rules.year_to_ask_on(since, TODAY, limit, LeapDayRule.FEBRUARY_28) == expected


def test_a_leap_day_comes_round_as_the_business_set_it() -> None:
    asked = [rules.year_to_ask_on(date(2024, 2, 29), date(2026, 2, 28), 0, rule) for rule in LeapDayRule]
    assert asked.count(date(2026, 2, 28)) == 1 and asked.count(None) == len(asked) - 1


def test_nothing_is_asked_by_itself_at_the_beginning(with_mail: None) -> None:
    _visit(make_reachable(), 1)
    assert _round() == [] and db.session.scalar(select(Job.id).where(Job.kind == ASKING)) is None


def test_without_a_mail_server_nobody_is_asked(business: Business) -> None:
    _habits(**ALL)
    _visit(make_reachable(), 1)
    assert _round() == []


def test_after_a_visit_once(with_mail: None) -> None:
    _habits(asks_after_service=True, service_days=2)
    meena = make_reachable()
    _visit(meena, 2)
    for days_ago, name in ((1, "too young"), (6, "too old")):
        _visit(make_reachable(name, email=f"{days_ago}@example.com"), days_ago)
    _visit(make_contact("No consent", email="x@example.com"), 2)
    enquiry = make_reachable("Enquiry", email="y@example.com")
    make_interaction(enquiry, occurred_at=NOW - timedelta(days=2))
    assert _round() == [(meena.id, "after-service", "csat")]
    [mail] = db.session.scalars(select(OutboxMessage)).all()
    assert mail.recipient == "meena@example.com"
    for later in (timedelta(hours=1), timedelta(days=1)):
        with time_machine.travel(NOW + later, tick=False):
            assert len([each for each in _round(NOW + later) if each[0] == meena.id]) == 1


def test_it_waits_for_the_hour_of_reminders(with_mail: None) -> None:
    _habits(asks_after_service=True)
    _visit(make_reachable(), 1)
    early = datetime.fromisoformat("2026-06-12T07:59:00+05:30")
    assert _round(early) == []
    assert len(_round(early + timedelta(minutes=1))) == 1


def test_after_a_complaint_is_over_but_not_after_one_that_was_taken_back(with_mail: None, kavitha: Staff) -> None:
    _habits(asks_after_complaint=True)
    meena, ravi, open_one = (make_reachable(name, email=f"{name}@example.com") for name in ("meena", "ravi", "asha"))
    case = make_case(kavitha, meena)
    resolve(case, Resolution(text="done"), by(kavitha))
    follow_up(case, FollowUpAnswer.SATISFIED, "phone", "", by(kavitha))
    withdraw(make_case(kavitha, ravi), "a mistake", by(kavitha))
    make_case(kavitha, open_one)
    assert _round() == [(meena.id, "after-complaint", "ces")]
    assert db.session.scalars(select(FeedbackInvitation)).one().complaint_id == case.complaint.id


def test_once_a_year_also_when_the_limit_held_it_back(with_mail: None) -> None:
    _habits(asks_yearly=True)
    today, lately, never = (make_reachable(name, email=f"{name}@example.com") for name in ("one", "two", "three"))
    _visit(today, 365)
    _visit(lately, 365 + 20)
    _visit(never, 300)
    assert sorted(_round()) == sorted([(today.id, "yearly", "nps"), (lately.id, "yearly", "nps")])


def test_the_rarer_question_goes_first_and_the_limit_holds_back_the_other(with_mail: None) -> None:
    _habits(**ALL)
    meena = make_reachable()
    _visit(meena, 365)
    _visit(meena, 1)
    assert _round() == [(meena.id, "yearly", "nps")]


@pytest.mark.parametrize("why", ["asked", "refused since", "open complaint", "no address"])
def test_who_may_not_be_asked_is_passed_over(with_mail: None, kavitha: Staff, why: str) -> None:
    _habits(**ALL)
    meena = make_reachable() if why != "no address" else make_reachable(email=())
    _visit(meena, 1)
    if why == "asked":
        make_invitation(meena, kavitha)
    elif why == "refused since":
        record_consent(meena, channel="email", purpose="feedback", is_given=False, now=NOW)
    elif why == "open complaint":
        make_case(kavitha, meena)
    assert _round() == []


def test_a_mail_that_waits_is_withdrawn_when_it_is_refused(kavitha: Staff, with_mail: None) -> None:
    meena, latha = make_reachable(), make_reachable("Latha", email="latha@example.com")
    for each in (meena, latha):
        make_invitation(each, kavitha, way=Way.EMAIL)
    rounds.withdraw_refused(NOW)
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 2
    record_consent(meena, channel="email", purpose="feedback", is_given=False, now=NOW)
    db.session.flush()
    rounds.withdraw_refused(NOW)
    assert [mail.recipient for mail in db.session.scalars(select(OutboxMessage))] == ["latha@example.com"]


def test_a_yes_given_before_a_merge_counts(with_mail: None) -> None:
    _habits(asks_after_service=True)
    kept, other = make_contact("Meena"), make_reachable("Meena K")
    merge(kept, other, Choices(fields={}, own_fields={}), now=NOW)
    _visit(kept, 1)
    assert _round() == [(kept.id, "after-service", "csat")]


def test_a_long_round_goes_on_in_steps(with_mail: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "AT_ONCE", 2)
    _habits(asks_after_service=True)
    people = [make_reachable(f"Guest {number}", email=f"{number}@example.com") for number in range(5)]
    record_consent(people[1], channel="email", purpose="feedback", is_given=False, now=NOW)
    for each in people:
        _visit(each, 1)
    assert len(_round()) == 4
    assert len(db.session.scalars(select(Job).where(Job.kind == ASKING)).all()) == 3
    assert len(_round()) == 4


def test_a_round_that_is_done_twice_asks_once(with_mail: None) -> None:
    _habits(asks_after_service=True, limit_days=0)
    _visit(make_reachable(), 1)
    assert len(_round()) == 1
    job = db.session.scalars(select(Job).where(Job.kind == ASKING)).one()
    rounds.ask_some(job, NOW)
    assert len(_round()) == 1
