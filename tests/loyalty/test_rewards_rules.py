"""What the business decides about rewards, moments, tact, the budget and surprises: tables of examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.rules.consent import ConsentLine
from crm.loyalty.rules import budget as money
from crm.loyalty.rules import moments, rewards, surprises, tact
from crm.loyalty.rules.moments import ClosedComplaint, FirstVisit, MomentKind, Window
from crm.loyalty.rules.rewards import RewardFacts, RewardState
from crm.loyalty.rules.surprises import Candidate, SurpriseReason
from crm.loyalty.rules.tact import Act, Hold, TactFacts

TODAY = date(2026, 6, 12)
AT = datetime(2026, 6, 12, 11, tzinfo=UTC)
DAY = timedelta(days=1)
LEAP = LeapDayRule.FEBRUARY_28


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (RewardFacts(expires_on=TODAY + DAY), RewardState.OPEN),
        (RewardFacts(expires_on=TODAY), RewardState.OPEN),
        (RewardFacts(expires_on=TODAY - DAY), RewardState.EXPIRED),
        (RewardFacts(expires_on=TODAY - DAY, handed_over_at=AT), RewardState.HANDED_OVER),
        (RewardFacts(expires_on=TODAY, handed_over_at=AT, taken_back_at=AT), RewardState.TAKEN_BACK),
    ],
)
def test_state_follows_from_facts(facts: RewardFacts, state: RewardState) -> None:
    assert rewards.state_of(facts, TODAY) is state


@pytest.mark.parametrize(
    ("role", "least", "may"),
    [
        ("front-desk", "front-desk", True),
        ("front-desk", "manager", False),
        ("manager", "manager", True),
        ("manager", "owner", False),
        ("owner", "front-desk", True),
    ],
)
def test_a_role_gives_what_is_its_own_or_below(role: str, least: str, may: bool) -> None:
    assert rewards.may_give(role, least) is may


def test_what_was_handed_over_is_taken_back_by_seniors_only() -> None:
    assert rewards.may_take_back("front-desk", RewardState.OPEN)
    assert not rewards.may_take_back("front-desk", RewardState.HANDED_OVER)
    assert rewards.may_take_back("manager", RewardState.HANDED_OVER)
    assert not rewards.may_take_back("owner", RewardState.EXPIRED)


def test_a_reward_holds_through_its_last_day() -> None:
    assert rewards.last_day(TODAY, 30) == date(2026, 7, 12)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCD-EFGH-JKMN-PQRS", "ABCDEFGHJKMNPQRS"),
        (" abcd efgh jkmn pqrs ", "ABCDEFGHJKMNPQRS"),
        ("ABCD-EFGH-JKMN-PQR", ""),
        ("ABCD-EFGH-JKMN-PQR1", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_as_it_is_said(typed: str, code: str) -> None:
    assert rewards.typed_code(typed) == code
    assert not code or rewards.typed_code(rewards.spoken_code(code)) == code


def line(*, is_given: bool, channel: str = "email", purpose: str = "marketing") -> dict[tuple[str, str], ConsentLine]:
    """Return the consent that holds."""
    said = ConsentLine(id=1, contact_id=1, channel=channel, purpose=purpose, is_given=is_given, at=AT)
    return {(channel, purpose): said}


@pytest.mark.parametrize(
    ("facts", "act", "channel", "held"),
    [
        (TactFacts(), Act.REWARD, "in-person", ()),
        (TactFacts(), Act.GREETING, "email", (Hold.NO_CONSENT,)),
        (TactFacts(consents=line(is_given=True)), Act.GREETING, "email", ()),
        (TactFacts(consents=line(is_given=True)), Act.GREETING, "text", (Hold.NO_CONSENT,)),
        (TactFacts(consents=line(is_given=True)), Act.REQUEST, "email", (Hold.NO_CONSENT,)),
        (TactFacts(consents=line(is_given=True, purpose="feedback")), Act.REQUEST, "email", ()),
        (TactFacts(consents=line(is_given=False)), Act.REWARD, "in-person", (Hold.NO_CONSENT,)),
        (
            TactFacts(consents=line(is_given=False) | line(is_given=True, channel="text")),
            Act.REWARD,
            "in-person",
            (),
        ),
        (TactFacts(consents=line(is_given=False, purpose="feedback")), Act.REWARD, "in-person", ()),
        (TactFacts(complaint_ids=(7,)), Act.REWARD, "in-person", (Hold.OPEN_COMPLAINT,)),
        (TactFacts(mourning_until=TODAY), Act.REQUEST, "in-person", (Hold.BEREAVEMENT,)),
        (TactFacts(mourning_until=TODAY - DAY), Act.REWARD, "in-person", ()),
        (
            TactFacts(complaint_ids=(7,), mourning_until=TODAY, consents=line(is_given=False)),
            Act.GREETING,
            "email",
            (Hold.OPEN_COMPLAINT, Hold.BEREAVEMENT, Hold.NO_CONSENT),
        ),
    ],
)
def test_tact_holds(facts: TactFacts, act: Act, channel: str, held: tuple[Hold, ...]) -> None:
    assert tact.holds(facts, act, TODAY, channel=channel) == held


def test_a_decision_settles_only_what_it_was_about() -> None:
    found = (Hold.OPEN_COMPLAINT, Hold.BEREAVEMENT)
    assert tact.still_holding(found, ["open-complaint"]) == (Hold.BEREAVEMENT,)


@pytest.mark.parametrize("until", [TODAY - DAY, TODAY + timedelta(days=731)])
def test_a_bereavement_note_ends_within_reason(until: date) -> None:
    with pytest.raises(tact.BadEndDate):
        tact.mourning_end(TODAY, until)
    assert tact.mourning_end(TODAY) == date(2026, 9, 10)
    assert tact.mourning_end(TODAY, TODAY) == TODAY


def purse(amount: str | None, given: str = "0", promised: str = "0") -> money.Budget:
    """Return how June's budget stands."""
    total = None if amount is None else Decimal(amount)
    return money.Budget(month=date(2026, 6, 1), amount=total, given=Decimal(given), promised=Decimal(promised))


@pytest.mark.parametrize(
    ("budget", "cost", "beyond"),
    [
        (purse(None, "900"), "500", False),
        (purse("1000"), "1000", False),
        (purse("1000"), "1000.01", True),
        (purse("1000", "400", "400"), "200", False),
        (purse("1000", "400", "400"), "200.01", True),
        (purse("1000", "1200"), "0", False),
        (purse("0"), "1", True),
    ],
)
def test_what_goes_beyond_the_budget(budget: money.Budget, cost: str, beyond: bool) -> None:
    assert money.is_beyond(budget, Decimal(cost)) is beyond


def test_beyond_the_budget_the_front_desk_asks_and_seniors_confirm() -> None:
    full, cost = purse("100", "100"), Decimal(1)
    with pytest.raises(money.OverBudget):
        money.check_budget(full, cost, role="front-desk", is_confirmed=True)
    with pytest.raises(money.ConfirmOverBudget):
        money.check_budget(full, cost, role="owner")
    money.check_budget(full, cost, role="manager", is_confirmed=True)
    assert (full.left, full.used_share, purse(None, "5").used_share) == (Decimal(0), 100, 100)


def test_months_follow_each_other() -> None:
    assert money.month_of(TODAY) == date(2026, 6, 1)
    assert (money.next_month(date(2026, 12, 1)), money.next_month(date(2026, 6, 1))) == (
        date(2027, 1, 1),
        date(2026, 7, 1),
    )


def window(today: date = TODAY, since: date = date(2026, 1, 1)) -> Window:
    """Return a run's days."""
    return Window(today=today, since=since)


@pytest.mark.parametrize(
    ("falls_on", "notice", "due"),
    [
        (TODAY, 0, True),
        (TODAY + DAY, 0, False),
        (TODAY + 7 * DAY, 7, True),
        (TODAY + 8 * DAY, 7, False),
        (TODAY - 3 * DAY, 0, True),
        (TODAY - 4 * DAY, 0, False),
    ],
)
def test_a_moment_is_due_from_its_notice_until_a_late_run(falls_on: date, notice: int, due: bool) -> None:
    assert window().is_due(falls_on, notice) is due


def test_nothing_from_before_the_beginning_is_proposed() -> None:
    assert not window(since=TODAY).is_due(TODAY - DAY)
    assert window(since=TODAY).is_due(TODAY)


def test_a_birthday_around_new_year_belongs_to_its_own_year() -> None:
    born = FirstVisit(date(1990, 1, 2))
    late_december = window(date(2026, 12, 30), since=date(2026, 12, 1))
    found = list(moments.dated_moments(1, MomentKind.BIRTHDAY, born, late_december, LEAP, 7))
    assert [(each.occurrence, each.number) for each in found] == [("2027", 37)]
    new_year = FirstVisit(date(1990, 12, 31))
    found = list(moments.dated_moments(1, MomentKind.BIRTHDAY, new_year, window(date(2027, 1, 2)), LEAP, 0))
    assert [each.occurrence for each in found] == ["2026"]


def test_a_leap_day_comes_every_year() -> None:
    born = FirstVisit(date(2000, 2, 29))
    found = list(moments.dated_moments(1, MomentKind.BIRTHDAY, born, window(date(2026, 2, 28)), LEAP, 0))
    assert [each.falls_on for each in found] == [date(2026, 2, 28)]


@pytest.mark.parametrize(
    ("first", "years"), [(date(2025, 6, 12), [1]), (date(2026, 6, 12), []), (date(2016, 6, 10), [10])]
)
def test_full_years_as_a_customer(first: date, years: list[int]) -> None:
    assert [each.number for each in moments.years_moments(1, first, window(), LEAP, 0)] == years


def test_round_visits_count_days_not_entries() -> None:
    days = [TODAY - (9 - at) * 7 * DAY for at in range(10)]
    found = list(moments.visit_moments(1, [*days, *days], window()))
    assert [(each.kind, each.occurrence, each.falls_on) for each in found] == [(MomentKind.VISITS, "10", TODAY)]
    assert list(moments.visit_moments(1, days[1:], window())) == []
    a_day_later = moments.visit_moments(1, [*days, TODAY + DAY], window(TODAY + DAY))
    assert [each.falls_on for each in a_day_later] == [TODAY]


@pytest.mark.parametrize(("gap", "away"), [(179, []), (180, []), (181, [181]), (400, [400])])
def test_a_return_after_a_long_gap(gap: int, away: list[int]) -> None:
    found = moments.visit_moments(1, [TODAY - gap * DAY, TODAY], window())
    assert [each.number for each in found if each.kind is MomentKind.LONG_AWAY] == away


def test_a_long_gap_is_what_the_business_calls_lost() -> None:
    patient = Window(today=TODAY, since=date(2026, 1, 1), lost_days=400)
    assert list(moments.visit_moments(1, [TODAY - 400 * DAY, TODAY], patient)) == []
    (found,) = moments.visit_moments(1, [TODAY - 401 * DAY, TODAY], patient)
    assert found.kind is MomentKind.LONG_AWAY


def test_the_first_visit_after_a_complaint_counts_once() -> None:
    over = [ClosedComplaint(id=7, contact_id=1, closed_on=TODAY - 5 * DAY)]
    found = list(moments.returns_after_complaints(over, {1: [TODAY - 9 * DAY, TODAY - DAY, TODAY]}, window()))
    assert [(each.occurrence, each.falls_on) for each in found] == [("complaint-7", TODAY - DAY)]
    assert list(moments.returns_after_complaints(over, {1: [TODAY - 4 * DAY, TODAY]}, window())) == []
    assert list(moments.returns_after_complaints(over, {1: [TODAY - 5 * DAY]}, window())) == []


def test_a_referral_counts_when_the_newcomer_first_buys() -> None:
    found = moments.referral_moment(1, 2, [TODAY], window())
    assert found is not None and (found.contact_id, found.occurrence) == (1, "newcomer-2")
    assert moments.referral_moment(1, 2, [TODAY - 30 * DAY, TODAY], window()) is None
    assert moments.referral_moment(1, 2, [], window()) is None
    assert moments.referral_moment(1, 1, [TODAY], window()) is None


@pytest.mark.parametrize(("days", "fresh"), [(14, True), (15, False), (-3, True)])
def test_a_moment_stays_fresh_for_two_weeks(days: int, fresh: bool) -> None:
    assert moments.is_fresh(TODAY - days * DAY, TODAY) is fresh


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (Candidate(contact_id=1, visits=6), SurpriseReason.NEVER_REWARDED),
        (Candidate(contact_id=1, visits=5), None),
        (Candidate(contact_id=1, visits=9, rewarded_on=TODAY - 400 * DAY), None),
        (Candidate(contact_id=1, praised_on=TODAY - 59 * DAY), SurpriseReason.PRAISED),
        (Candidate(contact_id=1, praised_on=TODAY - 60 * DAY), None),
        (Candidate(contact_id=1, praised_on=TODAY, recovered_on=TODAY), SurpriseReason.RECOVERED),
        (Candidate(contact_id=1, visits=6, is_held=True), None),
        (Candidate(contact_id=1, praised_on=TODAY, rewarded_on=TODAY - 179 * DAY), None),
        (Candidate(contact_id=1, praised_on=TODAY, rewarded_on=TODAY - 180 * DAY), SurpriseReason.PRAISED),
        (Candidate(contact_id=1, visits=6, suggested_on=TODAY - 83 * DAY), None),
        (Candidate(contact_id=1, visits=6, suggested_on=TODAY - 84 * DAY), SurpriseReason.NEVER_REWARDED),
    ],
)
def test_why_somebody_is_surprised(candidate: Candidate, reason: SurpriseReason | None) -> None:
    assert surprises.reason_for(candidate, TODAY) is reason


def test_reasons_take_turns_and_the_week_decides_among_equals() -> None:
    regulars = [Candidate(contact_id=number, visits=8) for number in range(1, 20)]
    praised = [Candidate(contact_id=30, praised_on=TODAY), Candidate(contact_id=31, praised_on=TODAY)]
    found = surprises.suggestions([*regulars, *praised], TODAY, 3)
    assert [each.reason for each in found] == [
        SurpriseReason.PRAISED,
        SurpriseReason.NEVER_REWARDED,
        SurpriseReason.PRAISED,
    ]
    assert surprises.suggestions([*regulars, *praised], TODAY, 3) == found
    weeks = {surprises.suggestions(regulars, TODAY + 7 * DAY * week, 1)[0].contact_id for week in range(12)}
    assert len(weeks) > 1
    assert surprises.suggestions([], TODAY, 3) == []


def test_the_longest_unrewarded_comes_first() -> None:
    both = [
        Candidate(contact_id=1, praised_on=TODAY, rewarded_on=TODAY - 200 * DAY),
        Candidate(contact_id=2, praised_on=TODAY, rewarded_on=TODAY - 300 * DAY),
    ]
    assert [each.contact_id for each in surprises.suggestions(both, TODAY, 5)] == [2, 1]


@pytest.mark.parametrize(
    ("day", "week"), [(date(2026, 6, 12), "2026-W24"), (date(2027, 1, 1), "2026-W53"), (date(2027, 1, 4), "2027-W01")]
)
def test_weeks_are_iso_weeks(day: date, week: str) -> None:
    assert surprises.week_of(day) == week
