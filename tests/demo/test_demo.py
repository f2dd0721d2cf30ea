"""The demo data: as the program itself would have stored it, the same for the same seed, never in a real business."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import func, select, text

from crm.accounts.models import Business, Staff
from crm.accounts.rules import check_pin
from crm.contacts.actions.indexing import document_of
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.models import Consent, Contact, KeyDate, Phone
from crm.contacts.queries.key_dates import coming_key_dates
from crm.contacts.rules import Channel, sort_name
from crm.demo.load import NotADemo, load_demo
from crm.demo.names import NAMINGS
from crm.demo.people import make_person
from crm.demo.recognition import HABITS
from crm.demo.rewards import CATALOGUE, MOST_PAST, PAST_DAYS, REWARDED_SHARE, budget_for
from crm.demo.sign_in import demo_sign_in
from crm.extensions import db
from crm.feedback.models import FeedbackAnswer, FeedbackInvitation
from crm.feedback.rules import SCALES, Measure, is_low
from crm.interactions.models import FollowUp, Interaction
from crm.interactions.rules import Direction, Kind
from crm.loyalty.models import LevelChange, MemberStanding
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.queries.members import AwayShelf, away
from crm.shared.models import AuditEvent
from crm.shared.permissions import Role
from crm.shared.phones import normalise_phone
from crm.shared.text import latin
from tests.client import PageClient
from tests.conftest import NOW

SECRETS = {"password_hash": "x", "pin_hash": "y"}
COUNT = 60
EXTRA = sum(people * visits for people, _gap, visits, _last in HABITS)  # the visits of regulars


@pytest.fixture
def loaded(session: object, now: datetime) -> Iterator[Staff]:
    yield load_demo(contacts=COUNT, seed=7, now=now, **SECRETS)


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_ten_entries_for_each_contact_and_one_event(loaded: Staff) -> None:
    assert _count(Contact) == COUNT
    assert _count(Interaction) == 10 * COUNT + EXTRA
    assert _count(FollowUp) > 20 and _count(KeyDate) > COUNT / 2 and _count(Consent) > 20
    loads = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "demo.loaded")
    assert db.session.scalar(loads) == 1
    roles = [person.role for person in db.session.scalars(select(Staff).order_by(Staff.id))]
    assert roles == [Role.OWNER, Role.MANAGER, Role.FRONT_DESK, Role.FRONT_DESK]
    assert db.session.get_one(Business, 1).is_demo


def test_everything_derived_is_as_its_author_writes_it(loaded: Staff) -> None:
    stored = {
        row.contact_id: tuple(row[1:])
        for row in db.session.execute(text("SELECT contact_id, names, sounds, other, digits FROM contact_search"))
    }
    for contact in db.session.scalars(select(Contact)):
        document = document_of(contact)
        assert document is not None
        assert stored[contact.id] == (document.names, document.sounds, document.other, document.digits)
        assert contact.sort_name == sort_name(contact.name)


def test_entries_use_the_words_of_the_counter_and_lie_in_the_past(loaded: Staff) -> None:
    for entry in db.session.scalars(select(Interaction)):
        assert Channel(entry.channel) and Kind(entry.kind) and Direction(entry.direction)
        assert entry.occurred_at <= entry.logged_at <= NOW
        assert entry.is_late == ((entry.logged_at - entry.occurred_at).total_seconds() > 3600)
    newest = db.session.scalar(select(func.max(Interaction.occurred_at)))
    assert newest is not None and (NOW - newest).days < 7


def test_some_dates_are_today_and_in_the_week(loaded: Staff) -> None:
    days = [(each.falls_on - NOW.date()).days for each in coming_key_dates(NOW.date(), 7, LeapDayRule.FEBRUARY_28)]
    assert days.count(0) >= 3 and len(set(days)) >= 5


def test_numbers_read_as_the_numbers_they_are_stored_as() -> None:
    people = (make_person(Random(at), at, at + 1, NOW, NOW.date(), 1) for at in range(300))
    phones = [phone for person in people for phone in person.phones]
    wrong = [phone for phone in phones if normalise_phone(str(phone["raw"]), "IN").e164 != phone["e164"]]
    assert wrong == []


def test_names_come_in_five_scripts_and_all_have_a_latin_reading() -> None:
    assert len({naming.language for naming in NAMINGS}) == 6
    assert [name for naming in NAMINGS for name in (*naming.given, *naming.family) if not latin(name)] == []


def test_the_same_seed_gives_the_same_people_and_more_can_be_added(loaded: Staff, now: datetime) -> None:
    load_demo(contacts=COUNT, seed=7, now=now, **SECRETS)
    names = db.session.scalars(select(Contact.name).order_by(Contact.id)).all()
    assert names[:COUNT] == names[COUNT:]
    raws = db.session.scalars(select(Phone.raw).order_by(Phone.id)).all()
    assert raws[: len(raws) // 2] == raws[len(raws) // 2 :]
    db.session.add(Contact(name="New", sort_name="new", created_at=now, updated_at=now))
    db.session.flush()


def test_some_were_asked_and_every_low_answer_of_somebody_led_to_a_complaint(loaded: Staff) -> None:
    invitations = db.session.scalars(select(FeedbackInvitation)).all()
    answers = db.session.scalars(select(FeedbackAnswer)).all()
    assert len(invitations) > 10 and len({each.contact_id for each in invitations}) == len(invitations)
    assert all(each.asked_at <= NOW for each in invitations) and all(each.answered_at <= NOW for each in answers)
    known = [each for each in answers if each.contact_id is not None]
    assert 0 < len(known) < len(invitations) and len(known) < len(answers)
    assert all(each.complaint_id is not None for each in known if is_low(each.measure, each.score))
    assert all(each.score in SCALES[Measure(each.measure)].scores for each in answers)


def test_a_real_business_is_left_alone(business: Business, now: datetime) -> None:
    with pytest.raises(NotADemo):
        load_demo(contacts=1, seed=1, now=now, **SECRETS)
    assert _count(Contact) == 0


def test_the_sign_in_belongs_to_one_installation() -> None:
    one, other = demo_sign_in("a"), demo_sign_in("b")
    assert one == demo_sign_in("a") and one.password != other.password and check_pin(one.pin)


def test_the_button_opens_the_demo_once(anonymous: PageClient, now: datetime) -> None:
    anonymous.get("/set-up")
    assert anonymous.post("/demo").location == "/"
    known = demo_sign_in("test")
    page = anonymous.get("/key-dates").text
    assert "Demo data." in page and known.password in page
    anonymous.post("/demo", status=404)
    anonymous.post("/sign-out")
    anonymous.get("/sign-in")
    anonymous.post("/sign-in", {"email": known.email, "password": known.password})


def test_regulars_of_each_level_some_overdue_and_some_referrals(loaded: Staff) -> None:
    held = select(MemberStanding.level_id, func.count()).group_by(MemberStanding.level_id)
    counts = {level_id: count for level_id, count in db.session.execute(held)}
    assert set(counts) == {1, 2, 3, 4} and min(counts.values()) >= 3
    terms = ladder(NOW)
    assert len(away(AwayShelf.OVERDUE, terms, None).rows) >= 5
    assert len(away(AwayShelf.LOST, terms, None).rows) >= 1
    assert _count(LevelChange) >= 20
    assert all(level.perks for level in terms.levels if level.rank)


@pytest.mark.parametrize("contacts", [200, 2_000, 100_000])
def test_a_reward_can_be_given_whatever_the_size_of_the_demo(contacts: int) -> None:
    rewards = min(contacts // REWARDED_SHARE, MOST_PAST)
    each = Decimal(sum(cost for _name, _kind, cost, *_rest in CATALOGUE)) / len(CATALOGUE)
    assert rewards * each / (PAST_DAYS // 30) < budget_for(rewards) * Decimal("0.75")  # handed over or promised
