"""Levels, windows, years, grace: tables of examples, one before, on and after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.contacts.key_date_rules import LeapDayRule
from crm.loyalty.rules import gaps, levels
from crm.loyalty.rules.gaps import Absence
from crm.loyalty.rules.levels import Held, HeldBy, Holds, Known, Level, Terms, Way, Why
from crm.loyalty.rules.rehearsal import LevelDraft, Move, move_of, proposed_terms

TODAY = date(2026, 6, 12)
GUEST, REGULAR, FRIEND = 1, 2, 3
TERMS = Terms(
    levels=(
        Level(GUEST, 0),
        Level(REGULAR, 1, (Way(visits=6),)),
        Level(FRIEND, 2, (Way(visits=12), Way(visits=6, years=3), Way(referrals=2), Way(spend=Decimal(50_000)))),
    ),
    grace_days=60,
)
FEB_28, MAR_1 = LeapDayRule.FEBRUARY_28, LeapDayRule.MARCH_1


def known(visits: int = 0, **given: object) -> Known:
    return replace(Known({12: visits}), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 6, 12), 12, date(2025, 6, 12)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
        (date(2024, 2, 29), 48, date(2020, 2, 29)),
    ],
)
def test_a_window_begins_on_the_same_day_or_the_end_of_a_shorter_month(day: date, months: int, before: date) -> None:
    assert levels.months_before(day, months) == before


@pytest.mark.parametrize(
    ("visit", "counts"), [(date(2025, 6, 11), 0), (date(2025, 6, 12), 1), (date(2025, 6, 13), 1), (TODAY, 1)]
)
def test_the_first_day_of_the_window_counts(visit: date, counts: int) -> None:
    assert levels.visits_in([visit], 12, TODAY) == counts


@pytest.mark.parametrize("visit", [date(2024, 2, 29), date(2025, 2, 28), date(2025, 8, 31), date(2026, 6, 12)])
@pytest.mark.parametrize("months", [3, 6, 12, 24])
def test_the_last_safe_day_is_the_last_on_which_the_visit_counts(visit: date, months: int) -> None:
    last = levels.last_day_in_window(visit, months)
    assert levels.visits_in([visit], months, last) == 1
    assert levels.visits_in([visit], months, last + timedelta(1)) == 0


@pytest.mark.parametrize(
    ("since", "today", "rule", "years"),
    [
        (date(2023, 6, 13), TODAY, FEB_28, 2),
        (date(2023, 6, 12), TODAY, FEB_28, 3),
        (date(2023, 6, 11), TODAY, FEB_28, 3),
        (date(2024, 2, 29), date(2025, 2, 27), FEB_28, 0),
        (date(2024, 2, 29), date(2025, 2, 28), FEB_28, 1),
        (date(2024, 2, 29), date(2025, 2, 28), MAR_1, 0),
        (date(2024, 2, 29), date(2025, 3, 1), MAR_1, 1),
        (date(2024, 2, 29), date(2028, 2, 28), MAR_1, 3),
        (date(2024, 2, 29), date(2028, 2, 29), FEB_28, 4),
        (date(2026, 6, 13), TODAY, FEB_28, 0),
    ],
)
def test_a_year_is_full_on_its_anniversary(since: date, today: date, rule: LeapDayRule, years: int) -> None:
    assert levels.full_years(since, today, rule) == years


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (known(0), GUEST),
        (known(5), GUEST),
        (known(6), REGULAR),
        (known(11), REGULAR),
        (known(12), FRIEND),
        (known(6, since_on=date(2023, 6, 12)), FRIEND),
        (known(6, since_on=date(2023, 6, 13)), REGULAR),
        (known(5, since_on=date(2003, 6, 13)), GUEST),
        (known(0, referrals=1), GUEST),
        (known(0, referrals=2), FRIEND),
        (known(0, spend=Decimal("49999.99")), GUEST),
        (known(0, spend=Decimal(50_000)), FRIEND),
    ],
)
def test_the_highest_level_of_which_one_way_holds_is_earned(facts: Known, level: int) -> None:
    assert levels.earned(TERMS, facts, TODAY).id == level


def stand(held: Held | None, visits: int, today: date = TODAY, holds: Holds | None = None) -> Held:
    return levels.standing(TERMS, held, known(visits), holds or Holds(), today)


def test_rising_is_at_once_and_staying_keeps_the_date() -> None:
    guest = stand(None, 0)
    assert guest == Held(GUEST, TODAY)
    later = TODAY + timedelta(9)
    regular = stand(guest, 6, later)
    assert regular == Held(REGULAR, later)
    assert stand(regular, 7, later + timedelta(1)) == regular


def test_falling_waits_until_the_grace_is_over() -> None:
    regular = Held(REGULAR, date(2026, 1, 1))
    in_grace = stand(regular, 5)
    until = TODAY + timedelta(60)
    assert in_grace == Held(REGULAR, date(2026, 1, 1), HeldBy.GRACE, until)
    assert stand(in_grace, 5, until - timedelta(1)) == in_grace
    assert stand(in_grace, 5, until) == in_grace
    assert stand(in_grace, 5, until + timedelta(1)) == Held(GUEST, until + timedelta(1))
    assert stand(in_grace, 6, until) == regular


def test_without_grace_falling_is_at_once() -> None:
    terms = replace(TERMS, grace_days=0)
    held = levels.standing(terms, Held(REGULAR, date(2026, 1, 1)), known(5), Holds(), TODAY)
    assert held == Held(GUEST, TODAY)


def test_nothing_is_lost_while_a_complaint_is_open_and_the_grace_begins_anew() -> None:
    in_grace = Held(REGULAR, date(2026, 1, 1), HeldBy.GRACE, TODAY - timedelta(1))
    kept = stand(in_grace, 0, holds=Holds(is_complaining=True))
    assert kept == Held(REGULAR, date(2026, 1, 1), HeldBy.COMPLAINT)
    after = stand(kept, 0, TODAY + timedelta(5))
    assert (after.held_by, after.grace_until) == (HeldBy.GRACE, TODAY + timedelta(65))


def test_a_level_given_by_hand_holds_until_it_ends() -> None:
    given = stand(Held(GUEST, TODAY), 0, holds=Holds(FRIEND))
    assert given == Held(FRIEND, TODAY, HeldBy.HAND)
    assert stand(given, 6, TODAY + timedelta(1), Holds(FRIEND)) == given
    assert stand(given, 6, TODAY + timedelta(2)) == Held(REGULAR, TODAY + timedelta(2))
    assert stand(Held(FRIEND, TODAY), 12, holds=Holds(REGULAR)) == Held(FRIEND, TODAY)


def test_why_a_level_changed() -> None:
    guest, regular = Held(GUEST, TODAY), Held(REGULAR, TODAY)
    given = Held(FRIEND, TODAY, HeldBy.HAND)
    pairs = [(None, regular), (guest, regular), (guest, given), (regular, guest), (given, regular)]
    whys = [levels.why_changed(TERMS, before, after, rules_changed=False) for before, after in pairs]
    assert whys == [Why.START, Why.RULE, Why.HAND, Why.GRACE_OVER, Why.HAND_OVER]
    assert levels.why_changed(TERMS, guest, regular, rules_changed=True) is Why.RULES


def test_what_a_way_needs_is_told_beside_what_there_is() -> None:
    needed = levels.figures(Way(visits=12, years=3), known(14, since_on=date(2023, 1, 1)), TODAY, FEB_28)
    told = [(each.what, each.have, each.needs, each.is_met) for each in needed]
    assert told == [("visits", 14, 12, True), ("years", 3, 3, True)]
    assert needed[0].since_on == date(2025, 6, 12)
    (short,) = levels.figures(Way(visits=12), known(9), TODAY, FEB_28)
    assert (short.missing, short.is_met) == (3, False)
    facts = known(spend=Decimal(40_000), referrals=2)
    spend, referrals = levels.figures(Way(spend=Decimal(50_000), referrals=2), facts, TODAY, FEB_28)
    assert (spend.what, spend.have, spend.missing, spend.since_on) == ("spend", 40_000, 10_000, date(2025, 6, 12))
    assert (referrals.what, referrals.have, referrals.needs, referrals.is_met) == ("referrals", 2, 2, True)


def test_a_level_is_safe_until_its_oldest_needed_visit_leaves_the_window() -> None:
    visits = [date(2025, 8, 1), date(2025, 9, 1), date(2026, 1, 1)]
    assert levels.safe_until(Way(visits=2), visits, TODAY) == date(2026, 9, 1)
    assert levels.safe_until(Way(visits=4), visits, TODAY) is None
    assert levels.safe_until(Way(referrals=1), visits, TODAY) is None
    assert levels.safe_until(Way(visits=2, years=1), visits, TODAY) == date(2026, 9, 1)
    assert levels.safe_until(Way(visits=2, spend=Decimal(500)), visits, TODAY) is None  # the spend may be of August


@pytest.mark.parametrize(
    ("names", "ways", "refusal"),
    [
        (["Guest", " "], [(), ()], levels.NameNeeded),
        (["Guest", "guest"], [(), ()], levels.NameNeeded),
        (["Guest"], [(Way(visits=1),)], levels.LowestHasNoRules),
        (["Guest", "Regular"], [(), (Way(),)], levels.EmptyWay),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(
    names: list[str], ways: list[tuple[Way, ...]], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        levels.check_ladder(names, ways)
    levels.check_ladder(["Guest", "Regular"], [(), (Way(visits=1),)])


@pytest.mark.parametrize(
    ("level", "reason", "until", "refusal"),
    [
        (GUEST, "cousin", TODAY + timedelta(1), levels.NotALevelToGive),
        (99, "cousin", TODAY + timedelta(1), levels.NotALevelToGive),
        (FRIEND, " ", TODAY + timedelta(1), levels.ReasonNeeded),
        (FRIEND, "cousin", TODAY, levels.GrantInThePast),
        (FRIEND, "cousin", TODAY + timedelta(732), levels.GrantInThePast),
    ],
)
def test_a_grant_needs_a_level_a_reason_and_an_end(
    level: int, reason: str, until: date, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        levels.check_grant(TERMS, level, reason, until, TODAY)
    levels.check_grant(TERMS, FRIEND, "cousin", TODAY + timedelta(1), TODAY)


# ── Gaps ──


def days(*ago: int) -> list[date]:
    return [TODAY - timedelta(each) for each in sorted(ago, reverse=True)]


@pytest.mark.parametrize(
    ("visits", "gap"),
    [
        (days(), None),
        (days(5), None),
        (days(30, 20, 10), None),
        (days(40, 30, 20, 10), 10),
        (days(100, 30, 20, 10), 10),
        (days(43, 33, 20, 10, 5), 10),
        (days(46, 33, 20, 10, 5), 12),
    ],
)
def test_the_usual_gap_is_the_median_from_three_gaps_on(visits: list[date], gap: int | None) -> None:
    assert gaps.usual_gap(visits) == gap


@pytest.mark.parametrize(
    ("ago", "gap", "found"),
    [
        (14, 10, Absence.USUAL),
        (15, 10, Absence.OVERDUE),
        (20, 10, Absence.OVERDUE),
        (21, 10, Absence.AT_RISK),
        (180, 10, Absence.AT_RISK),
        (181, 10, Absence.LOST),
        (16, 11, Absence.USUAL),
        (17, 11, Absence.OVERDUE),
        (181, None, Absence.LOST),
        (180, None, Absence.USUAL),
    ],
)
def test_absence_is_measured_by_the_own_habit(ago: int, gap: int | None, found: Absence) -> None:
    assert gaps.absence(TODAY - timedelta(ago), gap, TODAY, lost_days=180) is found
    percent = gaps.overdue_percent(TODAY - timedelta(ago), gap, TODAY)
    if gap is not None and percent is not None:
        assert (percent >= gaps.OVERDUE_PERCENT) == (found is not Absence.USUAL)
        assert (percent > gaps.AT_RISK_PERCENT) == (found in {Absence.AT_RISK, Absence.LOST})


@pytest.mark.parametrize(("days", "at_risk"), [(200, False), (202, True), (201, True)])
def test_one_day_beyond_two_long_gaps_is_at_risk(days: int, at_risk: bool) -> None:
    percent = gaps.overdue_percent(TODAY - timedelta(days * 2), 200, TODAY)
    assert percent is not None and (percent > gaps.AT_RISK_PERCENT) is at_risk
    odd = gaps.overdue_percent(TODAY - timedelta(403), 201, TODAY)
    assert odd == 201 and gaps.absence(TODAY - timedelta(403), 201, TODAY, lost_days=999) is Absence.AT_RISK


# ── The rehearsal ──


def test_a_rehearsal_tells_who_rises_and_who_would_fall() -> None:
    drafts = [
        LevelDraft(GUEST, "Guest", "", ()),
        LevelDraft(REGULAR, "Regular", "", (Way(visits=8),)),
        LevelDraft(None, "Neighbour", "", (Way(visits=10),)),
    ]
    terms = proposed_terms(drafts, TERMS, 60)
    assert [(level.id, level.rank) for level in terms.levels] == [(GUEST, 0), (REGULAR, 1), (-3, 2), (FRIEND, 2)]

    def move(level: int, visits: int) -> Move | None:
        return move_of(terms, Held(level, TODAY), known(visits), Holds(), TODAY)

    assert move(GUEST, 7) is None
    assert move(GUEST, 8) == Move(GUEST, 1, True)
    assert move(REGULAR, 10) == Move(REGULAR, 2, True)
    assert move(REGULAR, 7) == Move(REGULAR, 0, False)
    assert move(FRIEND, 8) == Move(FRIEND, 1, False)
    in_grace = Held(REGULAR, TODAY, HeldBy.GRACE, TODAY)
    assert move_of(terms, in_grace, known(7), Holds(), TODAY) is None
    at_once = replace(terms, grace_days=0)
    assert move_of(at_once, Held(FRIEND, TODAY), known(8), Holds(), TODAY) == Move(FRIEND, 1, False)
    assert move_of(at_once, Held(REGULAR, TODAY), known(7), Holds(), TODAY) == Move(REGULAR, 0, False)
