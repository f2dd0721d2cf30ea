"""What the loyalty report reads: who holds which level, who moved, who came back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm.contacts.actions.erasing import anonymise, block
from crm.contacts.models import Contact
from crm.extensions import db
from crm.loyalty.actions.standings import refresh
from crm.loyalty.models import LevelChange
from crm.loyalty.queries import report
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.queries.members import moved_since
from crm.loyalty.queries.report import Period
from tests.factories.contacts import make_contact
from tests.loyalty.conftest import Visiting

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))


def test_members_are_counted_by_level(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    refresh([make_contact("Never Came").id], now=now)
    visiting(make_contact("Came Once"), 3)
    visiting(asha_k, *range(1, 7))
    counted = report.level_history([date(2026, 6, 12)], ladder(now)).counts[0]
    assert [(each.level.name, each.members, each.is_first) for each in counted] == [
        ("Guest", 1, True),
        ("Regular", 1, False),
        ("Friend of the house", 0, False),
        ("Champion", 0, False),
    ]


def test_members_of_a_past_date_come_from_the_changes(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    visiting(asha_k, 40)
    visiting(asha_k, *range(1, 7))
    db.session.query(LevelChange).one().changed_on = date(2026, 6, 10)
    db.session.flush()
    on = {day: report.level_history([date(2026, 6, day)], ladder(now)).counts[0] for day in (9, 10)}
    assert [[each.members for each in on[day]][:2] for day in (9, 10)] == [[1, 0], [0, 1]]


def test_movements_and_the_newly_recognised(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    visiting(asha_k, 40)
    visiting(asha_k, *range(1, 7))
    (moved,) = report.movements(JUNE, ladder(now))
    assert (moved.from_level.name, moved.to_level.name, moved.is_up, moved.members) == ("Guest", "Regular", True, 1)
    (new,) = report.newly_recognised(JUNE, ladder(now))
    assert (new.contact_id, new.level.name, new.on) == (asha_k.id, "Regular", date(2026, 6, 12))
    may = Period(date(2026, 5, 1), date(2026, 5, 31))
    assert report.movements(may, ladder(now)) == []
    assert report.newly_recognised(may, ladder(now)) == []


def test_who_moved_and_was_archived_since_is_left_out_of_figures_and_names_alike(
    asha_k: Contact, visiting: Visiting, now: datetime
) -> None:
    for each in (asha_k, make_contact("Archived Since")):
        visiting(each, 40)
        visiting(each, *range(1, 7))
        each.archived_at = None if each is asha_k else now
    db.session.flush()
    (new,) = report.newly_recognised(JUNE, ladder(now))
    assert [each.members for each in report.movements(JUNE, ladder(now))] == [1]
    assert moved_since(JUNE.first) == {new.level.id: (1, 0)}


def test_an_erased_person_stays_in_the_figures_of_who_moved(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    visiting(asha_k, 40)
    visiting(asha_k, *range(1, 7))
    block(asha_k, now=now)
    assert report.movements(JUNE, ladder(now)) == [] and report.newly_recognised(JUNE, ladder(now)) == []
    anonymise(asha_k, now=now)
    assert [each.members for each in report.movements(JUNE, ladder(now))] == [1]
    (gone,) = report.newly_recognised(JUNE, ladder(now))
    assert "Anjali" not in gone.name and moved_since(JUNE.first) == {gone.level.id: (1, 0)}


def _known_since(now: datetime) -> date | None:
    return report.level_history([date(2026, 6, 12)], ladder(now)).known_since


def test_the_first_reckoning_moves_nobody(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    visiting(asha_k, *range(1, 7))
    assert _known_since(now) == date(2026, 6, 12)
    assert report.movements(JUNE, ladder(now)) == []
    assert report.newly_recognised(JUNE, ladder(now)) == []


def test_levels_are_known_since_anybody_stood_anywhere(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    assert _known_since(now) is None
    refresh([make_contact("Guest Since March").id], now=now - timedelta(days=100))
    visiting(asha_k, *range(1, 7))
    assert _known_since(now) == date(2026, 3, 4)
    (guests, regulars, *_others) = report.level_history([date(2026, 5, 31)], ladder(now)).counts[0]
    assert (guests.members, regulars.members) == (0, 0)


def test_a_referral_counts_on_the_day_of_the_first_visit(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    newcomer = make_contact("Priya Nair", referred_by_id=asha_k.id)
    refresh([newcomer.id], now=now)
    assert report.referrals(JUNE) == []
    visiting(newcomer, 2, 1)
    (row,) = report.referrals(JUNE)
    assert (row.newcomer_id, row.referrer_id, row.first_visit_on) == (newcomer.id, asha_k.id, date(2026, 6, 10))


def test_overdue_is_measured_by_the_own_gap(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    visiting(asha_k, 61, 51, 41, 31)
    visiting(make_contact("On Time"), 54, 44, 34, 24, 14)
    (row,) = report.overdue_regulars(ladder(now))
    assert (row.contact_id, row.usual_gap_days, row.percent) == (asha_k.id, 10, 310)


def test_who_came_again_is_told_apart(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    other, gone = make_contact("Other"), make_contact("Gone")
    visiting(asha_k, *range(16, 23))
    db.session.query(LevelChange).one().changed_on = date(2026, 5, 31)
    visiting(asha_k, 2)
    visiting(other, 20, 3)
    visiting(gone, 21)
    rates = report.return_rate(JUNE)
    assert (rates.regulars.came_before, rates.regulars.came_again) == (1, 1)
    assert (rates.others.came_before, rates.others.came_again, rates.others.share) == (2, 1, 0.5)
    nobody = report.return_rate(Period(date(2020, 1, 1), date(2020, 1, 31)))
    assert nobody.regulars.share is None


def test_days_end_at_the_business_midnight(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    late = now - timedelta(days=12, hours=16, minutes=31)  # 30 May 23:59 in Chennai
    visiting(asha_k, 0, occurred_at=late)

    def came_on(day: date) -> int:
        rates = report.return_rate(Period(day + timedelta(days=1), day + timedelta(days=1)))
        return rates.others.came_before + rates.regulars.came_before

    assert (came_on(date(2026, 5, 30)), came_on(date(2026, 5, 31))) == (1, 0)
