"""Loading the demo data: rows in bulk, in one transaction, a few thousand contacts in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import TypeVar

from sqlalchemy import func, select

from crm.accounts.models import Business, Staff
from crm.contacts.models import Consent, Contact, ContactTag, Email, KeyDate, Phone, Tag
from crm.contacts.rules import fold_tag
from crm.contacts.search_index import store_documents
from crm.demo import stories
from crm.demo.bulk import advance_ids, insert_rows
from crm.demo.complaints import load_complaints
from crm.demo.feedback import load_feedback
from crm.demo.people import TAGS, Person, make_person
from crm.demo.recognition import load_recognition
from crm.demo.rewards import load_rewards
from crm.demo.sign_in import OWNER_EMAIL, PEOPLE
from crm.demo.stories import Shop
from crm.extensions import Model, db
from crm.interactions.models import CannedNote, FollowUp, Interaction
from crm.shared import clock
from crm.shared.database import refresh_statistics
from crm.shared.errors import Conflict
from crm.shared.events import record
from crm.shared.zones import zone_named
from crm.sla.actions import change_opening_hours

PEOPLE_AT_ONCE = 2_000
ROWS_AT_ONCE = 20_000
LANGUAGES = ["en", "ta", "te", "mr", "fa", "fil"]
WEEKLY = {str(day): [["09:00", "20:00"]] if day < 6 else [] for day in range(7)}
Item = TypeVar("Item")


class NotADemo(Conflict):
    """This is a real business; demo data would mix with it. Start one with another CRM_DATA_DIR."""


def load_demo(*, contacts: int, seed: int, password_hash: str, pin_hash: str, now: datetime) -> Staff:
    """Make the demo business, or add to it, so many contacts with ten entries each; returns its owner.

    Raise NotADemo for a business that is not one.
    """
    business = db.session.get(Business, 1)
    if business is not None and not business.is_demo:
        raise NotADemo
    if business is None:
        business = _business(now)
    shop = _shop(business, password_hash, pin_hash, now)
    dice = Random(f"{seed}:{contacts}")
    first_id = (db.session.scalar(select(func.max(Contact.id))) or 0) + 1
    moments = _load_people(dice, contacts, first_id, shop, _tag_ids())
    moments.sort()
    _insert_all(Interaction, stories.interactions(dice, moments, first_id, shop))
    _insert_all(FollowUp, stories.follow_ups(dice, contacts, first_id, shop))
    _write_canned_notes()
    advance_ids(Contact)
    load_complaints(dice, range(first_id, first_id + contacts), shop)
    load_recognition(dice, contacts, first_id, shop)
    load_rewards(Random(f"rewards:{seed}:{first_id}"), range(first_id, first_id + contacts), shop)
    load_feedback(Random(f"feedback:{seed}:{first_id}"), range(first_id, first_id + contacts), shop)
    refresh_statistics()
    owner = db.session.get_one(Staff, shop.owner_id)
    record("demo.loaded", at=now, subject=owner, actor_id=owner.id, contacts=contacts)
    return owner


def _business(now: datetime) -> Business:
    business = Business(
        id=1,
        name="Jasmine Salon",
        country="IN",
        region="TN",
        time_zone="Asia/Kolkata",
        currency="INR",
        languages=LANGUAGES,
        is_demo=True,
        created_at=now,
    )
    db.session.add(business)
    db.session.flush()
    opened = now - stories.HISTORY - timedelta(days=30)
    change_opening_hours(business.time_zone, WEEKLY, valid_from=opened, by_id=None, now=now)
    return business


def _shop(business: Business, password_hash: str, pin_hash: str, now: datetime) -> Shop:
    """Return the shop with its staff, added where they are missing."""
    known = {person.email: person for person in db.session.scalars(select(Staff))}
    for name, email, role in PEOPLE:
        if email not in known:
            secrets = {"password_hash": password_hash, "pin_hash": pin_hash}
            known[email] = Staff(name=name, email=email, role=role, language="en", created_at=now, **secrets)
            db.session.add(known[email])
    db.session.flush()
    ids = [known[email].id for _name, email, _role in PEOPLE]
    offset = now.astimezone(zone_named(business.time_zone)).utcoffset() or timedelta(0)
    staff_ids = (ids[0], ids[1], *ids[2:] * 3)
    return Shop(known[OWNER_EMAIL].id, staff_ids, business.currency, now, offset)


def _tag_ids() -> list[int]:
    known = {tag.folded: tag for tag in db.session.scalars(select(Tag))}
    for name in TAGS:
        if fold_tag(name) not in known:
            known[fold_tag(name)] = Tag(name=name, folded=fold_tag(name))
            db.session.add(known[fold_tag(name)])
    db.session.flush()
    return [known[fold_tag(name)].id for name in TAGS]


def _load_people(dice: Random, count: int, first_id: int, shop: Shop, tag_ids: Sequence[int]) -> list[int]:
    """Insert the contacts with everything about them; return the moments of their histories."""
    today = clock.local_date(shop.now, "UTC") if not shop.utc_offset else (shop.now + shop.utc_offset).date()
    moments: list[int] = []
    for numbers in _chunks(range(count), PEOPLE_AT_ONCE):
        people = []
        for number in numbers:
            own = stories.moments_of(dice, number, shop)
            moments += own
            since, by_id = stories.instant_of(min(own), shop), dice.choice(shop.staff_ids)
            people.append(make_person(dice, number, first_id + number, since, today, by_id))
        _insert_people(people, tag_ids)
    return moments


def _insert_people(people: Sequence[Person], tag_ids: Sequence[int]) -> None:
    insert_rows(Contact, [each.contact for each in people])
    insert_rows(Phone, [row for each in people for row in each.phones])
    insert_rows(Email, [row for each in people for row in each.emails])
    links = ((each.contact["id"], tag_ids[at]) for each in people for at in each.tags)
    insert_rows(ContactTag, [{"contact_id": contact_id, "tag_id": tag_id} for contact_id, tag_id in links])
    insert_rows(Consent, [row for each in people for row in each.consents])
    insert_rows(KeyDate, [row for each in people for row in each.key_dates])
    store_documents(db.session(), [(int(str(each.contact["id"])), each.document) for each in people])


def _write_canned_notes() -> None:
    if db.session.scalar(select(CannedNote.id).limit(1)) is None:
        insert_rows(CannedNote, [{"text": note, "position": at} for at, note in enumerate(stories.CANNED)])


def _insert_all(model: type[Model], rows: Iterable[dict[str, object]]) -> None:
    for chunk in _chunks(rows, ROWS_AT_ONCE):
        insert_rows(model, chunk)


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
