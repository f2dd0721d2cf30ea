"""Moments proposed by the worker: each once, none of the past, released when nothing holds them any more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm import worker
from crm.accounts.models import Staff
from crm.complaints.actions import ending
from crm.complaints.models import Complaint
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.models import Contact
from crm.contacts.queries.key_dates import coming_date, coming_key_dates, coming_of_contacts, missing_notices
from crm.extensions import db
from crm.loyalty import reward_work
from crm.loyalty.actions import moments as actions
from crm.loyalty.actions.grants import note_departure
from crm.loyalty.actions.reward_settings import change_budget, change_moment
from crm.loyalty.actions.standings import refresh
from crm.loyalty.actions.surprises import dismiss as leave
from crm.loyalty.actions.surprises import give as surprise
from crm.loyalty.actions.surprises import suggest
from crm.loyalty.models import LoyaltySettings, MemberStanding
from crm.loyalty.models.rewards import CatalogueReward, Moment, MomentSetting, Reward, SurpriseSuggestion
from crm.loyalty.queries.moments import moments_of, moments_today, open_moments
from crm.loyalty.queries.report import Period, referrals
from crm.loyalty.queries.rewards import reward_settings
from crm.loyalty.queries.surprises import candidates, suggestion_by_id, suggestions_of_week
from crm.loyalty.queries.tact import held_contacts
from crm.loyalty.reward_words import held_texts
from crm.loyalty.rules.levels import Lost
from crm.loyalty.rules.moments import Found, MomentKind, MomentSettled
from crm.loyalty.rules.rewards import AlreadyIssued, ReasonNeeded
from crm.loyalty.rules.tact import Act, Held
from crm.shared.models import AuditEvent, Job
from tests.conftest import NOW
from tests.factories.accounts import make_business
from tests.factories.complaints import by, make_case
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction
from tests.factories.key_dates import make_key_date
from tests.factories.rewards import giving, make_item, make_moment
from tests.loyalty.at_once import at_once

TODAY = date(2026, 6, 12)
DAY = timedelta(days=1)


@pytest.fixture
def murugan(owner: Staff) -> Contact:
    """A regular."""
    return make_contact()


def begin(since: date = date(2026, 1, 1)) -> None:
    """Let the business have begun with moments on a day."""
    reward_settings().moments_since = since
    db.session.flush()


def look(now: datetime = NOW) -> None:
    """Let the worker look for moments."""
    job = db.session.scalar(select(Job).where(Job.kind == "test-look"))
    if job is None:
        job = Job(kind="test-look", due_at=now, created_at=now, payload={})
        db.session.add(job)
    db.session.commit()
    reward_work.look_for_moments(job, now)
    db.session.commit()


def proposed() -> list[tuple[str, str, date]]:
    """Return what was proposed."""
    rows = db.session.scalars(select(Moment).order_by(Moment.kind, Moment.occurrence))
    return [(each.kind, each.occurrence, each.falls_on) for each in rows]


def visit(contact: Contact, days_ago: int, **given: object) -> None:
    """Log a visit some days ago at the present hour."""
    values: dict[str, Any] = {"kind": "visit", "occurred_at": NOW - days_ago * DAY}
    make_interaction(contact, **(values | given))


def by_itself(kind: str, item: CatalogueReward, notice_days: int = 7) -> None:
    """Let a kind of moment be given by itself."""
    setting = db.session.get_one(MomentSetting, kind)
    change_moment(
        setting, is_proposed=True, is_automatic=True, automatic_id=item.id, notice_days=notice_days, now=NOW
    )  # fmt: skip
    db.session.flush()


def test_the_first_run_on_an_old_database_proposes_nothing_of_the_past(murugan: Contact) -> None:
    make_key_date(murugan, 11, 6, 1980)
    for days in range(1, 11):
        visit(murugan, days)
    look()
    assert proposed() == [] and reward_settings().moments_since == TODAY


def test_birthdays_are_proposed_with_notice_and_once(murugan: Contact) -> None:
    begin()
    make_key_date(murugan, 19, 6, 1980)
    make_key_date(make_contact("Latha"), 20, 6)
    make_key_date(make_contact("Ravi"), 12, 6, kind="renewal")
    look()
    look()
    assert proposed() == [("birthday", "2026", date(2026, 6, 19))]
    moment = db.session.scalars(select(Moment)).one()
    assert moment.number == 46
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "moments.proposed")).all()
    assert [each.details["count"] for each in events] == [1]


@pytest.mark.parametrize(("days_late", "found"), [(3, True), (4, False)])
def test_a_late_run_catches_up_a_few_days(murugan: Contact, days_late: int, found: bool) -> None:
    begin()
    make_key_date(murugan, 12, 6)
    look(NOW + days_late * DAY)
    assert bool(proposed()) is found


def test_nobody_who_is_gone_is_proposed(murugan: Contact, kavitha: Staff) -> None:
    begin()
    for number, field in enumerate(("archived_at", "blocked_at")):
        gone = make_contact(f"Gone {number}")
        make_key_date(gone, 12, 6)
        visit(gone, 0)
        visit(gone, 400)
        setattr(gone, field, NOW)
    look()
    assert proposed() == []


def test_years_as_a_customer_come_from_the_first_visit_or_the_date_noted(murugan: Contact) -> None:
    begin()
    visit(murugan, 365)
    visit(murugan, 300)
    noted = make_contact("Latha")
    visit(noted, 365)
    make_key_date(noted, 12, 6, 2016, kind="first-visit")
    returning = make_contact("Ravi")
    visit(returning, 365)
    visit(returning, 800)
    refresh([murugan.id, noted.id, returning.id], now=NOW)
    look()
    found = db.session.scalars(select(Moment).where(Moment.kind == "years").order_by(Moment.number)).all()
    assert [(each.contact_id, each.number) for each in found] == [(murugan.id, 1), (noted.id, 10)]


def test_years_as_a_customer_count_from_the_day_that_levels_count_from(murugan: Contact) -> None:
    begin()
    yearless, late, early = murugan, make_contact("Latha"), make_contact("Ravi")
    for each in (yearless, late):
        visit(each, 365)
    make_key_date(yearless, 1, 3, None, kind="first-visit")
    make_key_date(late, 12, 6, 2025, kind="first-visit")
    visit(late, 365 * 3)  # 13 June 2023: came before the day that was noted
    make_key_date(early, 12, 6, 2011, kind="first-visit")  # noted, and no visit on record
    refresh([each.id for each in (yearless, late, early)], now=NOW)
    look()
    found = db.session.scalars(select(Moment).where(Moment.kind == "years").order_by(Moment.number)).all()
    assert [(each.contact_id, each.number) for each in found] == [(yearless.id, 1), (early.id, 15)]


@pytest.mark.parametrize(("ahead", "found"), [(0, True), (20, True), (31, False)])
def test_years_around_new_year_are_proposed_in_time(murugan: Contact, ahead: int, found: bool) -> None:
    new_year = datetime(2026, 1, 1, 6, 30, tzinfo=UTC)
    begin(date(2025, 1, 1))
    db.session.get_one(MomentSetting, "years").notice_days = 30
    visit(murugan, 0, occurred_at=datetime(2025, 1, 1, 6, 30, tzinfo=UTC))
    refresh([murugan.id], now=new_year - ahead * DAY)
    look(new_year - ahead * DAY)
    assert proposed() == ([("years", "2026", date(2026, 1, 1))] if found else [])


def test_round_visits_referrals_and_returns(murugan: Contact, kavitha: Staff) -> None:
    begin()
    newcomer = make_contact("Latha", referred_by_id=murugan.id)
    visit(newcomer, 0, kind="purchase", amount=Decimal(300), currency="INR")
    for days in range(9):
        visit(murugan, 200 + days)
    visit(murugan, 0)
    other = make_contact("Ravi", referred_by_id=murugan.id)
    visit(other, 0, kind="enquiry", amount=Decimal(300), currency="INR")
    look()
    assert proposed() == [
        ("long-away", "2026-06-12", TODAY),
        ("referral", f"newcomer-{newcomer.id}", TODAY),
        ("visits", "10", TODAY),
    ]


def test_a_referral_is_one_for_moments_levels_and_the_report_alike(murugan: Contact) -> None:
    begin()
    came, asked = (make_contact(name, referred_by_id=murugan.id) for name in ("Latha", "Ravi"))
    visit(came, 0)
    visit(asked, 0, kind="enquiry", amount=Decimal(300), currency="INR")
    refresh([came.id, asked.id], now=NOW)
    look()
    assert proposed() == [("referral", f"newcomer-{came.id}", TODAY)]
    assert db.session.get_one(MemberStanding, murugan.id).referrals == 1
    assert [row.newcomer_id for row in referrals(Period(TODAY, TODAY))] == [came.id]


def test_who_was_away_longer_than_the_business_allows_is_welcomed_back(murugan: Contact) -> None:
    begin()
    db.session.get_one(LoyaltySettings, 1).lost_days = 90
    visit(murugan, 91)
    visit(murugan, 0)
    look()
    assert proposed() == [("long-away", "2026-06-12", TODAY)]


def test_the_first_visit_after_a_complaint(murugan: Contact, kavitha: Staff) -> None:
    begin()
    case = make_case(kavitha, murugan)
    visit(murugan, 0)
    look()
    assert proposed() == []
    over = db.session.get_one(Complaint, case.complaint.id)
    over.closed_at, over.status = NOW - 5 * DAY, "closed"
    db.session.flush()
    look()
    assert proposed() == [("after-complaint", f"complaint-{over.id}", TODAY)]


def test_a_kind_that_is_switched_off_is_not_proposed(murugan: Contact) -> None:
    begin()
    make_key_date(murugan, 12, 6)
    setting = db.session.get_one(MomentSetting, "birthday")
    change_moment(setting, is_proposed=False, is_automatic=False, automatic_id=None, notice_days=7, now=NOW)
    look()
    assert proposed() == []


def test_a_visit_is_looked_at_as_soon_as_it_is_logged(murugan: Contact) -> None:
    begin()
    for days in range(1, 10):
        visit(murugan, days * 7)
    reward_work.look_at_new_visits(NOW)
    visit(murugan, 0)
    reward_work.look_at_new_visits(NOW)
    reward_work.look_at_new_visits(NOW)
    assert proposed() == [("visits", "10", TODAY)]


def test_issued_by_itself_once_with_nobody_named(murugan: Contact) -> None:
    begin()
    make_key_date(murugan, 14, 6)
    by_itself("birthday", make_item())
    look()
    look(NOW + 2 * DAY)
    reward = db.session.scalars(select(Reward)).one()
    assert (reward.reason, reward.occurrence, reward.issued_by_id) == ("birthday", "2026", None)
    assert reward.expires_on == date(2026, 7, 14)
    assert db.session.scalars(select(Moment)).one().settled_at == NOW


def test_held_by_an_open_complaint_and_released_when_it_closes(murugan: Contact, kavitha: Staff) -> None:
    begin()
    make_key_date(murugan, 12, 6)
    by_itself("birthday", make_item())
    case = make_case(kavitha, murugan)
    look()
    assert db.session.scalars(select(Reward)).all() == []
    assert [each.kind for each in moments_today(TODAY)] == ["birthday"]
    ending.withdraw(case, "settled on the phone", by(kavitha))
    look(NOW + 14 * DAY)
    assert db.session.scalars(select(Reward)).one().contact_id == murugan.id


def test_nothing_cheerful_for_somebody_who_has_died(murugan: Contact, kavitha: Staff) -> None:
    visit(murugan, 30)
    note_departure(murugan, Lost.MOVED, "", by_id=kavitha.id, now=NOW)
    by_itself("birthday", make_item())
    moment = make_moment(murugan)
    assert held_contacts([murugan.id], Act.REWARD, TODAY)[murugan.id] == ()
    note_departure(murugan, Lost.DIED, "", by_id=kavitha.id, now=NOW)
    assert actions.issue_by_itself(NOW, TODAY) == 0
    with pytest.raises(Held):
        actions.give(moment, make_item(), giving(kavitha), is_handed_over=True)
    assert held_texts([murugan.id], TODAY) == {murugan.id: ["Noted as having died."]}
    visit(murugan, 0)  # it was somebody else
    refresh([murugan.id], now=NOW)
    assert actions.issue_by_itself(NOW, TODAY) == 1


def test_nobody_is_asked_to_greet_who_has_died(murugan: Contact, kavitha: Staff) -> None:
    """Neither on Today nor in search results nor by a reminder; a visit of the family's takes the note back."""
    visit(murugan, 30)
    key_date = make_key_date(murugan, TODAY.day, TODAY.month)
    rule = LeapDayRule.FEBRUARY_28

    def come_up() -> tuple[int, int, int]:
        coming = coming_key_dates(TODAY, 7, rule), coming_of_contacts([murugan.id], TODAY, 7, rule)
        return len(coming[0]), len(coming[1]), len(missing_notices(TODAY, rule))

    assert come_up() == (1, 1, 1) and coming_date(key_date.id, TODAY) is not None
    note_departure(murugan, Lost.MOVED, "", by_id=kavitha.id, now=NOW)
    assert come_up() == (1, 1, 1)
    note_departure(murugan, Lost.DIED, "", by_id=kavitha.id, now=NOW)
    assert come_up() == (0, 0, 0) and coming_date(key_date.id, TODAY) is None
    visit(murugan, 0)
    refresh([murugan.id], now=NOW)
    assert come_up() == (1, 1, 1)


def test_what_is_released_too_late_is_let_go(murugan: Contact, kavitha: Staff) -> None:
    begin()
    make_moment(murugan)
    by_itself("birthday", make_item())
    look(NOW + 15 * DAY)
    assert db.session.scalars(select(Reward)).all() == [] and open_moments(TODAY + 15 * DAY).rows == []


def test_beyond_the_budget_a_person_decides(murugan: Contact) -> None:
    begin()
    make_key_date(murugan, 12, 6)
    by_itself("birthday", make_item())
    change_budget(date(2026, 6, 1), Decimal(100), 3, now=NOW)
    look()
    assert db.session.scalars(select(Reward)).all() == [] and len(moments_of(murugan.id, TODAY)) == 1


def test_given_and_handed_over_in_one_go_by_one_person(murugan: Contact, kavitha: Staff, asha: Staff) -> None:
    moment, item = make_moment(murugan), make_item()
    reward = actions.give(moment, item, giving(kavitha), is_handed_over=True)
    assert (reward.handed_over_by_id, moment.settled_by_id) == (kavitha.id, kavitha.id)
    with pytest.raises(AlreadyIssued):
        actions.give(moment, item, giving(asha), is_handed_over=True)
    with pytest.raises(MomentSettled):
        actions.dismiss(moment, "no", giving(asha))


def test_dismissed_with_a_reason(murugan: Contact, kavitha: Staff) -> None:
    moment = make_moment(murugan)
    with pytest.raises(ReasonNeeded):
        actions.dismiss(moment, " ", giving(kavitha))
    actions.dismiss(make_moment(murugan, kind="years"), "is abroad", giving(kavitha))
    assert [each.kind for each in moments_today(TODAY)] == ["birthday"]


def test_two_workers_propose_once(own_app: Flask) -> None:
    with own_app.app_context():
        make_business()
        contact_ids = [make_contact(f"Regular {number}").id for number in range(5)]
        db.session.commit()
        db.session.remove()

    def propose() -> str:
        found = [
            Found(contact_id=each, kind=MomentKind.BIRTHDAY, occurrence="2026", falls_on=TODAY) for each in contact_ids
        ]
        actions.propose(found, NOW)
        db.session.commit()
        return "done"

    assert at_once(own_app, [propose] * 4) == ["done"] * 4
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Moment)) == 5


def test_two_workers_issue_once_and_suggest_once(own_app: Flask) -> None:
    with own_app.app_context():
        make_business()
        begin()
        by_itself("birthday", make_item())
        contact = make_contact()
        make_moment(contact, falls_on=datetime.now(UTC).date())
        make_interaction(contact, kind="compliment")
        db.session.commit()
        db.session.remove()

    def issue() -> str:
        now = datetime.now(UTC)
        actions.issue_by_itself(now, now.date())
        db.session.commit()
        suggest(candidates(now.date()), now.date(), now)
        db.session.commit()
        return "done"

    assert at_once(own_app, [issue] * 4) == ["done"] * 4
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reward)) == 1
        assert (db.session.scalar(select(func.count()).select_from(SurpriseSuggestion)) or 0) <= 1


def test_the_work_is_planned_once_an_hour_and_once_a_week(murugan: Contact) -> None:
    for at in (NOW, NOW, NOW + timedelta(hours=1), NOW + 3 * DAY):
        reward_work.plan_reward_work(at)
    kinds = list(db.session.scalars(select(Job.kind).order_by(Job.kind)))
    assert kinds == ["reward-moments"] * 3 + ["surprise-suggestions"] * 2
    while worker.do_one_job(NOW + 3 * DAY):
        continue
    assert db.session.scalars(select(Job).where(Job.failed_at.is_not(None) | (Job.error != ""))).all() == []


def test_before_the_reminder_hour_nothing_is_planned(murugan: Contact) -> None:
    reward_work.plan_reward_work(datetime(2026, 6, 12, 2, 29, tzinfo=UTC))
    assert db.session.scalars(select(Job)).all() == []


def test_whom_to_surprise(murugan: Contact, kavitha: Staff) -> None:
    for days in range(6):
        visit(murugan, 10 + days)
    refresh([murugan.id], now=NOW)
    praising, held = make_contact("Latha"), make_contact("Ravi")
    for each in (praising, held):
        make_interaction(each, kind="compliment", note="so kind")
    make_case(kavitha, held)
    suggest(candidates(TODAY), TODAY, NOW)
    make_interaction(make_contact("Come later"), kind="compliment")
    suggest(candidates(TODAY), TODAY, NOW)
    found = suggestions_of_week("2026-W24")
    assert [(each.contact_id, each.reason, each.number) for each in found] == [
        (praising.id, "praised", 0),
        (murugan.id, "never-rewarded", 6),
    ]


def test_two_entries_of_one_day_are_one_visit_to_a_surprise_too(murugan: Contact, kavitha: Staff) -> None:
    twice_a_day, praising = make_contact("Latha"), make_contact("Ravi")
    for each, days in ((murugan, 6), (twice_a_day, 3), (praising, 2)):
        for ago in range(10, 10 + days):
            visit(each, ago)
            visit(each, ago, kind="purchase")
    make_interaction(praising, kind="compliment")
    refresh([murugan.id, twice_a_day.id, praising.id], now=NOW)
    suggest(candidates(TODAY), TODAY, NOW)
    found = suggestions_of_week("2026-W24")
    assert [(each.contact_id, each.number) for each in found] == [(praising.id, 2), (murugan.id, 6)]


def test_nobody_is_surprised_who_left_for_a_known_reason(murugan: Contact, kavitha: Staff) -> None:
    for days in range(6):
        visit(murugan, 10 + days)
    make_interaction(murugan, kind="compliment")
    note_departure(murugan, Lost.MOVED, "", by_id=kavitha.id, now=NOW)
    assert candidates(TODAY) == []


def test_a_surprise_is_given_once_or_left_with_a_reason(murugan: Contact, kavitha: Staff, asha: Staff) -> None:
    make_interaction(murugan, kind="compliment")
    make_interaction(make_contact("Latha"), kind="compliment")
    suggest(candidates(TODAY), TODAY, NOW)
    first, second = suggestions_of_week("2026-W24")
    item = make_item("Flowers", kind="surprise")
    reward = surprise(first, item, giving(kavitha), is_handed_over=True)
    assert (reward.reason, reward.occurrence, reward.handed_over_by_id) == ("surprise", "2026-W24", kavitha.id)
    again = suggestion_by_id(first.id)
    assert again is not None
    with pytest.raises(AlreadyIssued):
        surprise(again, item, giving(asha), is_handed_over=False)
    with pytest.raises(ReasonNeeded):
        leave(second, "", giving(kavitha))


def test_a_surprise_too_is_held_with_tact(murugan: Contact, kavitha: Staff) -> None:
    make_interaction(murugan, kind="compliment")
    suggest(candidates(TODAY), TODAY, NOW)
    make_case(kavitha, murugan)
    with pytest.raises(Held):
        surprise(suggestions_of_week("2026-W24")[0], make_item(), giving(kavitha), is_handed_over=False)
