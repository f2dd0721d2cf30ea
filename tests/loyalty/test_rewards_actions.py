"""Rewards issued, handed over and taken back: each once, each with exactly one event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.accounts.models import Staff
from crm.complaints.actions import ending
from crm.contacts.actions.consent import record_consent
from crm.contacts.actions.erasing import anonymise, block
from crm.contacts.actions.merging import merge
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.models import Contact
from crm.contacts.queries.record import record_of
from crm.contacts.rules import ContactBlocked
from crm.contacts.rules.merging import Choices
from crm.extensions import db
from crm.loyalty.actions import tact as tact_actions
from crm.loyalty.actions.moments import give
from crm.loyalty.actions.reward_settings import (
    CatalogueChanged,
    CatalogueDetails,
    change_budget,
    change_in_catalogue,
    retire,
)
from crm.loyalty.actions.rewards import Cause, hand_over, issue, take_back
from crm.loyalty.models.rewards import Bereavement, Reward, TactDecision
from crm.loyalty.queries.reward_report import birthdays_next_month, rewards_in
from crm.loyalty.queries.rewards import RewardFilter, budget_of, reward_by_id, reward_page, vouchers_of
from crm.loyalty.rules.budget import ConfirmOverBudget, OverBudget
from crm.loyalty.rules.rewards import (
    AlreadyHandedOver,
    AlreadyIssued,
    NotYoursToGive,
    ReasonNeeded,
    RewardExpired,
    RewardRetired,
    RewardState,
    RewardTakenBack,
)
from crm.loyalty.rules.tact import Held
from crm.shared.models import AuditEvent
from crm.shared.permissions import Role
from tests.conftest import NOW
from tests.factories.accounts import make_business, make_staff
from tests.factories.complaints import by, make_case
from tests.factories.contacts import make_contact
from tests.factories.key_dates import make_key_date
from tests.factories.rewards import giving, make_item, make_moment, make_reward
from tests.loyalty.at_once import at_once

TODAY = date(2026, 6, 12)
TWENTY_EIGHTH = LeapDayRule.FEBRUARY_28


@pytest.fixture
def murugan(owner: Staff) -> Contact:
    """A regular."""
    return make_contact()


def events(action: str) -> list[AuditEvent]:
    """Return the events of an action."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_a_reward_is_issued_once_for_a_reason(kavitha: Staff, asha: Staff, murugan: Contact) -> None:
    item, cause = make_item(), Cause(reason="birthday", occurrence="2026")
    reward = issue(murugan, item, cause, giving(kavitha))
    assert (reward.expires_on, reward.cost, reward.name) == (date(2026, 7, 12), Decimal(450), "Hair spa")
    assert len(reward.code) == 16 and "முருகன்" not in reward.code
    with pytest.raises(AlreadyIssued):
        issue(murugan, item, cause, giving(asha))
    issue(murugan, item, Cause(reason="birthday", occurrence="2027"), giving(asha))
    assert len(events("reward.issued")) == 2


def test_the_same_reward_by_hand_only_once_a_day(kavitha: Staff, murugan: Contact) -> None:
    item = make_item()
    make_reward(murugan, kavitha, item)
    with pytest.raises(AlreadyIssued):
        make_reward(murugan, kavitha, item)
    make_reward(murugan, kavitha, make_item("Head massage"))


def test_a_treat_ahead_of_its_day_holds_from_that_day_on(kavitha: Staff, murugan: Contact) -> None:
    cause = Cause(reason="birthday", occurrence="2026", falls_on=date(2026, 6, 19))
    assert make_reward(murugan, kavitha, cause=cause).expires_on == date(2026, 7, 19)


def test_role_and_catalogue_decide_who_gives_what(kavitha: Staff, manager: Staff, murugan: Contact) -> None:
    dear = make_item("A day at the spa", least_role="manager")
    with pytest.raises(NotYoursToGive):
        make_reward(murugan, kavitha, dear)
    make_reward(murugan, manager, dear)
    retire(dear, is_retired=True, now=NOW)
    with pytest.raises(RewardRetired):
        make_reward(murugan, manager, dear)


def test_nobody_who_asked_to_be_erased_gets_a_reward(kavitha: Staff, murugan: Contact) -> None:
    reward = make_reward(murugan, kavitha)
    block(murugan, now=NOW)
    with pytest.raises(ContactBlocked):
        make_reward(murugan, kavitha, make_item("Other"))
    with pytest.raises(ContactBlocked):
        hand_over(reward, giving(kavitha))


def test_handed_over_once_and_the_other_is_told_by_whom(kavitha: Staff, asha: Staff, murugan: Contact) -> None:
    reward = make_reward(murugan, kavitha)
    hand_over(reward, giving(kavitha))
    with pytest.raises(AlreadyHandedOver):
        hand_over(reward, giving(asha))
    assert (reward.handed_over_by_id, reward.handed_over_at) == (kavitha.id, NOW)
    assert len(events("reward.handed_over")) == 1


def test_a_till_that_saw_it_open_still_loses(kavitha: Staff, asha: Staff, murugan: Contact) -> None:
    reward = make_reward(murugan, kavitha)
    stale = Reward.__table__.update().where(Reward.__table__.c.id == reward.id)  # type: ignore[attr-defined]
    db.session.execute(stale.values(handed_over_at=NOW, handed_over_by_id=asha.id))
    assert reward.handed_over_at is None
    with pytest.raises(AlreadyHandedOver):
        hand_over(reward, giving(kavitha))
    assert reward.handed_over_by_id == asha.id and events("reward.handed_over") == []


@pytest.mark.parametrize(("days", "is_handed"), [(29, True), (30, True), (31, False)])
def test_handed_over_until_its_last_day(kavitha: Staff, murugan: Contact, days: int, is_handed: bool) -> None:
    reward = make_reward(murugan, kavitha)
    later = giving(kavitha, today=TODAY + timedelta(days=days))
    if is_handed:
        hand_over(reward, later)
    else:
        with pytest.raises(RewardExpired):
            hand_over(reward, later)
    assert (reward.handed_over_at is not None) is is_handed


def test_taken_back_with_a_reason_and_by_whom_it_may(kavitha: Staff, manager: Staff, murugan: Contact) -> None:
    reward = make_reward(murugan, kavitha)
    with pytest.raises(ReasonNeeded):
        take_back(reward, "  ", giving(kavitha))
    take_back(reward, "wrong person", giving(kavitha))
    for again in (lambda: hand_over(reward, giving(kavitha)), lambda: take_back(reward, "again", giving(manager))):
        with pytest.raises(RewardTakenBack):
            again()
    assert reward.take_back_reason == "wrong person" and len(events("reward.taken_back")) == 1
    handed = make_reward(murugan, kavitha, make_item("Other"))
    hand_over(handed, giving(kavitha))
    with pytest.raises(NotYoursToGive):
        take_back(handed, "mistake", giving(kavitha))
    take_back(handed, "mistake", giving(manager))
    assert budget_of(TODAY, TODAY).given == 0


def test_an_open_complaint_holds_and_a_person_decides(kavitha: Staff, murugan: Contact) -> None:
    case = make_case(kavitha, murugan)
    with pytest.raises(Held):
        make_reward(murugan, kavitha)
    reward = make_reward(murugan, kavitha, make_item("Other"), why="  she asked for it  ")
    decision = db.session.scalars(select(TactDecision)).one()
    assert (decision.holds, decision.why, decision.by_id) == ("open-complaint", "she asked for it", kavitha.id)
    assert events("reward.issued")[0].details["in_spite_of"] == ["open-complaint"]
    hand_over(reward, giving(kavitha))  # what was decided once is not asked again
    assert case.complaint.closed_at is None


def test_what_came_up_after_issuing_holds_the_handing_over(kavitha: Staff, murugan: Contact) -> None:
    reward = make_reward(murugan, kavitha)
    tact_actions.note_bereavement(murugan, None, today=TODAY, by_id=kavitha.id, now=NOW)
    with pytest.raises(Held):
        hand_over(reward, giving(kavitha))
    hand_over(reward, giving(kavitha, why="he came for it himself"))
    assert db.session.scalars(select(TactDecision)).one().holds == "bereavement"


def test_refused_marketing_holds(kavitha: Staff, murugan: Contact) -> None:
    record_consent(murugan, channel="email", purpose="marketing", is_given=False, now=NOW)
    with pytest.raises(Held):
        make_reward(murugan, kavitha)


def test_a_bereavement_note_is_one_and_can_be_lifted(kavitha: Staff, murugan: Contact) -> None:
    for until in (None, date(2026, 7, 1)):
        tact_actions.note_bereavement(murugan, until, today=TODAY, by_id=kavitha.id, now=NOW)
    assert db.session.scalars(select(Bereavement)).one().until == date(2026, 7, 1)
    tact_actions.lift_bereavement(murugan, today=TODAY, by_id=kavitha.id, now=NOW)
    tact_actions.lift_bereavement(murugan, today=TODAY, by_id=kavitha.id, now=NOW)
    make_reward(murugan, kavitha)
    assert len(events("bereavement.lifted")) == 1


def test_the_budget_holds_from_its_month_on(kavitha: Staff, manager: Staff, murugan: Contact) -> None:
    assert budget_of(TODAY, TODAY).left is None
    change_budget(date(2026, 6, 1), Decimal(800), 3, now=NOW)
    make_reward(murugan, kavitha)
    assert (budget_of(TODAY, TODAY).promised, budget_of(TODAY, TODAY).left) == (Decimal(450), Decimal(350))
    other = make_item("Other")
    with pytest.raises(OverBudget):
        make_reward(murugan, kavitha, other)
    with pytest.raises(ConfirmOverBudget):
        make_reward(murugan, manager, other)
    make_reward(murugan, manager, other, is_confirmed=True)
    assert budget_of(TODAY, TODAY).left == Decimal(-100)
    assert budget_of(date(2026, 5, 31), TODAY).amount is None
    july = budget_of(date(2026, 7, 1), TODAY)
    assert july.amount == Decimal(800) and july.promised == Decimal(0)


def test_a_stale_change_of_the_catalogue_is_refused(owner: Staff) -> None:
    item = make_item()
    details = CatalogueDetails(name="Spa", kind=item.kind, cost=Decimal(500), expiry_days=60, least_role="owner")  # type: ignore[arg-type]
    change_in_catalogue(item, details, version=1, now=NOW)
    with pytest.raises(CatalogueChanged):
        change_in_catalogue(item, details, version=1, now=NOW)
    assert (item.name, item.version) == ("Spa", 2)


def test_figures_of_a_period(kavitha: Staff, manager: Staff, murugan: Contact) -> None:
    change_budget(date(2026, 6, 1), Decimal(1000), 3, now=NOW)
    handed = make_reward(murugan, kavitha, make_item("a", cost=Decimal("100.50")))
    open_one = make_reward(murugan, kavitha, make_item("b", cost=Decimal(200), expiry_days=5))
    back = make_reward(murugan, kavitha, make_item("c", cost=Decimal(300), kind="surprise"))
    hand_over(handed, giving(kavitha))
    take_back(back, "mistake", giving(kavitha))
    june = rewards_in(date(2026, 6, 1), date(2026, 7, 1), date(2026, 7, 9))
    total = june.total
    assert (total.issued, total.handed_over, total.expired, total.taken_back) == (3, 1, 1, 1)
    assert (total.cost, june.budget, june.left) == (Decimal("100.50"), Decimal(1000), Decimal("899.50"))
    assert [each.kind for each in june.by_kind] == ["birthday", "surprise"]
    assert open_one.expires_on == date(2026, 6, 17)
    for today, expired in ((date(2026, 6, 17), 0), (date(2026, 6, 18), 1)):
        assert rewards_in(date(2026, 6, 1), date(2026, 7, 1), today).total.expired == expired
    until_seventeenth = rewards_in(date(2026, 6, 1), date(2026, 6, 18), date(2026, 7, 9))
    assert until_seventeenth.total.expired == 0
    assert rewards_in(date(2026, 6, 18), date(2026, 6, 19), date(2026, 7, 9)).total.expired == 1
    assert rewards_in(date(2026, 5, 1), date(2026, 6, 1), TODAY).is_empty
    assert rewards_in(date(2026, 5, 1), date(2026, 8, 1), TODAY).budget == 2000


def test_birthdays_of_the_next_month(murugan: Contact) -> None:
    make_key_date(murugan, 31, 7, 1980)
    make_key_date(make_contact("Latha"), 1, 7)
    make_key_date(make_contact("Ravi"), 1, 8)
    found = birthdays_next_month(date(2026, 7, 1), TWENTY_EIGHTH)
    assert [(each.contact_name, each.years) for each in found] == [("Latha", None), ("முருகன் செல்வம்", 46)]


def test_the_list_pages_by_key_and_filters(kavitha: Staff, murugan: Contact) -> None:
    items = [make_item(f"Treat {number}", cost=Decimal(1)) for number in range(60)]
    rewards = [make_reward(murugan, kavitha, item) for item in items]
    hand_over(rewards[0], giving(kavitha))
    first = reward_page(RewardFilter(), TODAY)
    second = reward_page(RewardFilter(), TODAY, first.next_place)
    assert [each.id for each in (*first.rows, *second.rows)] == [each.id for each in reversed(rewards)]
    assert [each.id for each in reward_page(RewardFilter(state="handed-over"), TODAY).rows] == [rewards[0].id]
    assert len(reward_page(RewardFilter(state="expired"), TODAY + timedelta(days=40)).rows) == 50
    assert reward_page(RewardFilter(kind="surprise"), TODAY).rows == []


def test_a_voucher_tells_nothing_of_the_person(kavitha: Staff, murugan: Contact) -> None:
    reward = make_reward(murugan, kavitha)
    (voucher,) = vouchers_of([reward.id, 999])
    assert voucher.path == f"/rewards/{reward.code}"
    assert voucher.spoken_code.replace("-", "") == reward.code
    assert (voucher.business_name, voucher.reward_name) == ("Jasmine Salon", "Hair spa")


def test_rewards_move_with_a_merge_and_lose_their_words_with_an_erasure(
    kavitha: Staff, owner: Staff, murugan: Contact
) -> None:
    other, item = make_contact("Murugan S"), make_item()
    make_reward(murugan, kavitha, item, Cause(reason="birthday", occurrence="2026", note="walnut"))
    make_reward(other, kavitha, item, Cause(reason="birthday", occurrence="2026"))
    make_reward(other, kavitha, item, Cause(reason="visits", occurrence="10", note="peacock"))
    tact_actions.note_bereavement(other, None, today=TODAY, by_id=kavitha.id, now=NOW)
    merge(murugan, other, Choices(fields={}, own_fields={}), now=NOW)
    record = record_of(murugan.id)
    assert len(record.tables["reward"]) == 3 and len(record.tables["bereavement"]) == 1
    block(murugan, now=NOW)
    anonymise(murugan, now=NOW)
    rewards = db.session.scalars(select(Reward)).all()
    assert len(rewards) == 3 and {each.note for each in rewards} == {""}
    assert db.session.scalar(select(func.count()).select_from(Bereavement)) == 0


def test_two_contacts_who_were_one_get_a_treat_once(kavitha: Staff, asha: Staff, murugan: Contact) -> None:
    other, item, cause = make_contact("Murugan S"), make_item(), Cause(reason="birthday", occurrence="2026")
    kept, doubled = (make_reward(each, kavitha, item, cause) for each in (murugan, other))
    change_budget(date(2026, 6, 1), Decimal(1000), 3, now=NOW)
    assert budget_of(TODAY, TODAY).left == 100
    merge(murugan, other, Choices(fields={}, own_fields={}), now=NOW)
    assert [each.id for each in reward_page(RewardFilter(), TODAY).rows] == [kept.id]
    assert [each.id for each in reward_page(RewardFilter(state="open"), TODAY).rows] == [kept.id]
    assert budget_of(TODAY, TODAY).promised == 450  # the other one is void: nobody hands it over
    doubled.handed_over_at, doubled.handed_over_by_id = NOW, asha.id  # as if that had been before the merge
    db.session.flush()
    with pytest.raises(AlreadyHandedOver):
        hand_over(kept, giving(kavitha))
    assert {each.id for each in reward_page(RewardFilter(), TODAY).rows} == {kept.id, doubled.id}
    assert budget_of(TODAY, TODAY).given == 450


def test_what_a_merged_contact_got_is_not_issued_again(kavitha: Staff, murugan: Contact) -> None:
    other, item, cause = make_contact("Murugan S"), make_item(), Cause(reason="birthday", occurrence="2026")
    moments = [make_moment(each) for each in (murugan, other)]
    give(moments[1], item, giving(kavitha), is_handed_over=True)
    merge(murugan, other, Choices(fields={}, own_fields={}), now=NOW)
    with pytest.raises(AlreadyIssued):
        give(moments[0], item, giving(kavitha), is_handed_over=False)
    with pytest.raises(AlreadyIssued):
        issue(murugan, item, cause, giving(kavitha))


def test_two_tills_at_once_hand_over_once(own_app: Flask) -> None:
    with own_app.app_context():
        make_business()
        staff = [make_staff(name, role=Role.FRONT_DESK) for name in ("Kavitha S", "Asha Joshi")]
        reward = make_reward(make_contact(), staff[0])
        db.session.commit()
        reward_id, people = reward.id, [(each.id, each.role) for each in staff]
        db.session.remove()
    outcomes = at_once(own_app, [_till(reward_id, *people[number % 2]) for number in range(6)])
    assert sorted(outcomes) == ["AlreadyHandedOver"] * 5 + ["handed over"]
    with own_app.app_context():
        assert db.session.scalars(select(Reward)).one().handed_over_by_id in {each[0] for each in people}
        assert len(events("reward.handed_over")) == 1


def _till(reward_id: int, staff_id: int, role: str) -> Callable[[], str]:
    def press() -> str:
        reward = reward_by_id(reward_id)
        assert reward is not None
        try:
            hand_over(reward, giving(None, by_id=staff_id, role=role))
        except AlreadyHandedOver as refusal:
            db.session.rollback()
            return type(refusal).__name__
        db.session.commit()
        return "handed over"

    return press


def test_two_tills_at_once_issue_once(own_app: Flask) -> None:
    with own_app.app_context():
        make_business()
        contact, item = make_contact(), make_item()
        db.session.commit()
        contact_id, item_id = contact.id, item.id
        db.session.remove()

    def press() -> str:
        found = db.session.get_one(Contact, contact_id)
        try:
            issue(found, db.session.get_one(type(item), item_id), Cause(reason="visits", occurrence="10"), giving(None))
        except AlreadyIssued:
            db.session.rollback()
            return "AlreadyIssued"
        db.session.commit()
        return "issued"

    assert sorted(at_once(own_app, [press] * 5)) == ["AlreadyIssued"] * 4 + ["issued"]


def test_a_closed_complaint_holds_nothing_any_more(kavitha: Staff, murugan: Contact) -> None:
    case = make_case(kavitha, murugan)
    ending.withdraw(case, "settled on the phone", by(kavitha))
    db.session.flush()
    assert make_reward(murugan, kavitha).expires_on > TODAY
    assert reward_page(RewardFilter(state=RewardState.OPEN), TODAY).rows
