"""Where contacts stand: written by one author, right at once after a visit, and the same when worked out anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from crm.accounts.models import Staff
from crm.contacts.actions.erasing import anonymise, block
from crm.contacts.actions.merging import merge
from crm.contacts.models import Contact
from crm.contacts.queries.record import record_of
from crm.contacts.rules.merging import Choices
from crm.extensions import db
from crm.loyalty import rounds
from crm.loyalty.actions.grants import end_grant, give_level, note_departure
from crm.loyalty.actions.settings import save_ladder
from crm.loyalty.actions.standings import refresh
from crm.loyalty.models import Departure, LevelChange, LevelGrant, LoyaltySettings, MemberStanding
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.queries.members import AwayShelf, away, changes_of, departure_of
from crm.loyalty.queries.rehearsal import rehearse
from crm.loyalty.rules.levels import GrantEnded, Lost, NeverCame, SettingsChanged, Way
from crm.loyalty.rules.rehearsal import LevelDraft
from crm.shared import jobs
from crm.shared.models import AuditEvent, Job
from crm.shared.paging import BadPlace, encode_place
from tests.factories.complaints import make_complaint
from tests.factories.contacts import make_contact
from tests.factories.interactions import make_interaction
from tests.loyalty.conftest import Visiting

TABLE: Any = MemberStanding.__table__
GUEST, REGULAR, FRIEND, CHAMPION = 1, 2, 3, 4


def stored(contact: Contact) -> dict[str, Any]:
    row = db.session.execute(select(TABLE).where(TABLE.c.contact_id == contact.id)).mappings().first()
    assert row is not None
    return dict(row)


def all_stored() -> dict[int, dict[str, Any]]:
    return {row["contact_id"]: dict(row) for row in db.session.execute(select(TABLE)).mappings()}


def run_round(now: datetime) -> None:
    """Do the jobs of a round as the worker does, without its commits."""
    while job := db.session.scalar(select(Job).where(Job.kind == rounds.ROUND, Job.done_at.is_(None))):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rounds, "reading_only", Nothing)
            jobs.do(job, now)
        db.session.flush()


class Nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...


def test_two_entries_of_one_day_are_one_visit(asha_k: Contact, visiting: Visiting) -> None:
    visiting(asha_k, 3, 3, 2, kind="purchase", amount=100, currency="INR")
    visiting(asha_k, 1, kind="enquiry")
    row = stored(asha_k)
    assert (row["visits_total"], row["visits_12m"], row["spend_12m"]) == (2, 2, 300)
    assert (row["first_visit_on"], row["last_visit_on"]) == (date(2026, 6, 9), date(2026, 6, 10))


def test_a_visit_falls_on_the_business_date_and_a_correction_counts_nothing(
    asha_k: Contact, visiting: Visiting
) -> None:
    before_midnight = datetime(2026, 6, 10, 18, 29, tzinfo=UTC)
    visiting(asha_k, 0, occurred_at=before_midnight)
    visiting(asha_k, 0, occurred_at=before_midnight + timedelta(minutes=1))
    assert stored(asha_k)["visits_total"] == 2
    entry = make_interaction(asha_k, kind="visit")
    visiting(asha_k, 5, corrects_id=entry.id)
    assert stored(asha_k)["visits_total"] == 3


def test_money_of_another_currency_is_not_mixed_in(asha_k: Contact, visiting: Visiting) -> None:
    visiting(asha_k, 3, amount=100, currency="USD")
    visiting(asha_k, 2, amount=7, currency="INR")
    assert stored(asha_k)["spend_12m"] == 7


def test_rising_leaves_one_record_with_its_figures(asha_k: Contact, visiting: Visiting) -> None:
    visiting(asha_k, *range(1, 6))
    assert stored(asha_k)["level_id"] == GUEST
    visiting(asha_k, 6)
    assert (stored(asha_k)["level_id"], stored(asha_k)["held_by"]) == (REGULAR, "rule")
    (change,) = changes_of(asha_k.id)
    assert (change.from_level_id, change.to_level_id, change.is_up, change.why) == (GUEST, REGULAR, True, "rule")
    assert change.details["figures"][0] == {"what": "visits", "have": "6", "needs": "6", "since": "2025-06-12"}


def test_an_open_complaint_keeps_the_level(asha_k: Contact, visiting: Visiting, kavitha: Staff, now: datetime) -> None:
    visiting(asha_k, *range(355, 361))
    later = now + timedelta(days=20)
    refresh([asha_k.id], now=later)
    assert stored(asha_k)["held_by"] == "grace"
    make_complaint(kavitha, asha_k)
    refresh([asha_k.id], now=later + timedelta(days=100))
    assert (stored(asha_k)["level_id"], stored(asha_k)["held_by"]) == (REGULAR, "complaint")


def test_a_referral_counts_when_the_newcomer_first_buys(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    newcomer = make_contact("Priya Nair", referred_by_id=asha_k.id)
    refresh([newcomer.id], now=now)
    assert stored(asha_k)["referrals"] == 0
    visiting(newcomer, 1)
    assert stored(asha_k)["referrals"] == 1


def test_a_level_is_given_and_ended_by_a_named_person_once(asha_k: Contact, manager: Staff, now: datetime) -> None:
    until = date(2026, 12, 31)
    grant = give_level(asha_k, CHAMPION, reason="brought the choir", until_on=until, by_id=manager.id, now=now)
    assert (stored(asha_k)["level_id"], stored(asha_k)["held_by"]) == (CHAMPION, "hand")
    end_grant(grant, by_id=manager.id, now=now)
    assert stored(asha_k)["level_id"] == GUEST
    with pytest.raises(GrantEnded):
        end_grant(grant, by_id=manager.id, now=now)
    events = select(AuditEvent.action).where(AuditEvent.action.like("level.%")).order_by(AuditEvent.id)
    assert db.session.scalars(events).all() == ["level.given", "level.grant_ended"]


def test_a_grant_holds_on_its_last_day_and_not_after(asha_k: Contact, manager: Staff, now: datetime) -> None:
    give_level(asha_k, FRIEND, reason="cousin", until_on=date(2026, 6, 20), by_id=manager.id, now=now)
    held = []
    for days in (8, 9):
        refresh([asha_k.id], now=now + timedelta(days=days))
        held.append(stored(asha_k)["level_id"])
    assert held == [FRIEND, GUEST]


def test_who_left_is_not_listed_until_the_next_visit(
    asha_k: Contact, visiting: Visiting, kavitha: Staff, now: datetime
) -> None:
    with pytest.raises(NeverCame):
        note_departure(asha_k, Lost.MOVED, "", by_id=kavitha.id, now=now)
    visiting(asha_k, 61, 51, 41, 31)
    listed = [lambda: [row.contact_id for row in away(AwayShelf.OVERDUE, ladder(now), None).rows]]
    assert listed[0]() == [asha_k.id]
    note_departure(asha_k, Lost.MOVED, "to Madurai", by_id=kavitha.id, now=now)
    assert listed[0]() == [] and departure_of(asha_k.id) is not None
    visiting(asha_k, 17)
    assert departure_of(asha_k.id) is None and listed[0]() == [asha_k.id]


def test_lost_is_whoever_came_last_before_the_limit_however_seldom(
    asha_k: Contact, visiting: Visiting, now: datetime
) -> None:
    once, within, never = (make_contact(name) for name in ("Once Only", "Just Within", "Never Came"))
    visiting(once, 181)
    visiting(within, 180)
    visiting(asha_k, 260, 240, 220, 200)
    refresh([never.id], now=now)
    rows = away(AwayShelf.LOST, ladder(now), None).rows
    assert [(row.contact_id, row.gap_days, row.days) for row in rows] == [(once.id, None, 181), (asha_k.id, 20, 200)]


def test_the_list_of_the_lost_pages_by_day_and_refuses_what_is_no_place(
    visiting: Visiting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.loyalty.queries.members.PAGE_SIZE", 2)
    lost = [make_contact(f"Lost {number}") for number in range(5)]
    for number, each in enumerate(lost):
        visiting(each, 200 + number // 2)
    seen: list[int] = []
    place: str | None = None
    for _page in range(3):
        page = away(AwayShelf.LOST, ladder(now), place)
        seen, place = [*seen, *(row.contact_id for row in page.rows)], page.next_place
    assert (seen, place) == ([lost[at].id for at in (1, 0, 3, 2, 4)], None)
    with pytest.raises(BadPlace):
        away(AwayShelf.LOST, ladder(now), encode_place([-1, 1]))


def test_everything_worked_out_anew_is_the_same(kavitha: Staff, manager: Staff, now: datetime) -> None:
    dice, people = Random(7), [make_contact(f"Person {number}") for number in range(25)]
    for number, contact in enumerate(people):
        contact.referred_by_id = people[number - 1].id if number % 4 == 1 else None
        for _each in range(dice.randrange(30)):
            at = now - timedelta(hours=dice.randrange(20_000))
            kind = dice.choice(("visit", "purchase", "enquiry"))
            make_interaction(contact, occurred_at=at, kind=kind, amount=dice.randrange(5_000), currency="INR")
        refresh([contact.id], now=now)
    make_complaint(kavitha, people[3])
    give_level(people[4], FRIEND, reason="cousin", until_on=date(2026, 7, 1), by_id=manager.id, now=now)
    kept = all_stored()
    assert len(kept) == 25 and len({row["level_id"] for row in kept.values()}) >= 3
    rounds.plan_round(now)
    run_round(now)
    assert all_stored() == kept
    assert db.session.get_one(LoyaltySettings, 1).computed_on == date(2026, 6, 12)
    levels_then = {contact_id: (row["level_id"], row["since_on"]) for contact_id, row in kept.items()}
    db.session.execute(TABLE.delete())
    refresh(kept, now=now)
    assert {key: (row["level_id"], row["since_on"]) for key, row in all_stored().items()} == levels_then


def test_a_round_goes_on_in_stretches_and_once_a_day(
    asha_k: Contact, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "STRETCH", asha_k.id)
    others = [make_contact(f"Other {number}") for number in range(3)]
    rounds.plan_round(now)
    rounds.plan_round(now)
    run_round(now)
    assert set(all_stored()) >= {asha_k.id, *(each.id for each in others)}
    rounds.plan_round(now)
    planned = select(Job).where(Job.kind == rounds.ROUND, Job.done_at.is_(None))
    assert db.session.scalars(planned).all() == []
    rounds.plan_round(now + timedelta(hours=8))  # past midnight in Chennai
    assert len(db.session.scalars(planned).all()) == 1


def test_new_entries_are_looked_at_wherever_they_come_from(asha_k: Contact, now: datetime) -> None:
    make_interaction(asha_k, kind="visit")
    rounds.look_at_new_entries(now)
    assert stored(asha_k)["visits_total"] == 1
    seen = db.session.scalar(select(LoyaltySettings.seen_interaction_id))
    make_interaction(asha_k, kind="visit", occurred_at=now - timedelta(days=2))
    rounds.look_at_new_entries(now)
    assert stored(asha_k)["visits_total"] == 2
    assert (db.session.scalar(select(LoyaltySettings.seen_interaction_id)) or 0) > (seen or 0)


def drafts(regular: int) -> list[LevelDraft]:
    return [
        LevelDraft(GUEST, "Guest", "", (), keeps_key=True),
        LevelDraft(REGULAR, "Neighbour", "tea", (Way(visits=regular),)),
    ]


def test_saved_levels_hold_for_everybody_after_the_round(
    asha_k: Contact, visiting: Visiting, owner: Staff, now: datetime
) -> None:
    visiting(asha_k, 1, 2, 3)
    rehearsed = rehearse(drafts(3), 60, now)
    assert [(move.count, move.people) for move in rehearsed.up] == [(1, [(asha_k.id, "Anjali Kumar")])]
    version = save_ladder(drafts(3), grace_days=60, lost_days=180, version=1, by_id=owner.id, now=now)
    with pytest.raises(SettingsChanged):
        save_ladder(drafts(4), grace_days=60, lost_days=180, version=1, by_id=owner.id, now=now)
    rounds.plan_after_change(version, now=now)
    run_round(now)
    assert stored(asha_k)["level_id"] == REGULAR
    assert [change.why for change in changes_of(asha_k.id)] == ["rules"]
    names = [(level.name, level.is_retired) for level in ladder(now).levels]
    assert ("Neighbour", False) in names and ("Champion", True) in names


def test_the_rehearsal_of_stored_standings_says_what_entries_say(
    asha_k: Contact, visiting: Visiting, now: datetime
) -> None:
    visiting(asha_k, *range(1, 7))
    from_entries = rehearse(drafts(7), 60, now)
    db.session.get_one(LoyaltySettings, 1).computed_on = date(2026, 6, 12)
    db.session.flush()
    assert rehearse(drafts(7), 60, now) == from_entries
    assert [(move.count, move.to_place) for move in from_entries.down] == [(1, 0)]


def test_an_erased_person_leaves_no_words_and_no_standing(
    asha_k: Contact, visiting: Visiting, manager: Staff, now: datetime
) -> None:
    visiting(asha_k, 2)
    give_level(asha_k, FRIEND, reason="her cousin works here", until_on=date(2026, 7, 1), by_id=manager.id, now=now)
    note_departure(asha_k, Lost.MOVED, "to Madurai", by_id=manager.id, now=now)
    assert {"member_standing", "level_grant", "level_change", "departure"} <= record_of(asha_k.id).tables.keys()
    block(asha_k, now=now)
    anonymise(asha_k, now=now)
    assert asha_k.id not in all_stored()
    assert [grant.reason for grant in db.session.query(LevelGrant)] == [""]
    assert [each.note for each in db.session.query(Departure)] == [""]
    assert db.session.query(LevelChange).count() == 1
    refresh([asha_k.id], now=now)
    assert asha_k.id not in all_stored()


def test_a_merge_brings_the_visits_together(asha_k: Contact, visiting: Visiting, now: datetime) -> None:
    twin = make_contact("Anjali K.")
    visiting(asha_k, 1, 2, 3)
    visiting(twin, 4, 5, 6)
    merge(asha_k, twin, Choices(fields={}, own_fields={}), now=now)
    assert (stored(asha_k)["visits_total"], stored(asha_k)["level_id"]) == (6, REGULAR)
    assert [key for key, row in all_stored().items() if row["is_listed"]] == [asha_k.id]
