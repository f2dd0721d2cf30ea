"""Made-up contacts: names in five scripts, numbers, addresses, tags, preferences, consent, key dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from crm.contacts.key_date_rules import KeyDateKind
from crm.contacts.rules import (
    Channel,
    ConsentPurpose,
    ContactDetails,
    ContactKind,
    EmailDetails,
    PhoneDetails,
    display_name,
    fold_email,
    index_document,
    sort_name,
)
from crm.contacts.search_rules import SearchDocument
from crm.demo.names import NAMINGS, ORGANISATIONS, SHARES, Naming
from crm.shared.text import latin

Row = dict[str, object]
TAGS = ("bridal", "colour", "package", "regular", "senior", "student", "vip", "walk-in", "wholesale", "நண்பர்")
SOURCES = ("walk-in", "a friend", "Instagram", "website", "newspaper", "passed by")
PREFERENCES = (
    "Window seat, no peanuts.",
    "Allergic to ammonia; only the mild colour.",
    "Speaks softly; prefers the quiet chair.",
    "Tea without sugar.",
    "Please call after six.",
    "தமிழில் பேச விரும்புவார்.",
    "Always with Asha.",
)
SOON = (0, 0, 0, 1, 2, 3, 5, 6, 7)  # the first contacts have birthdays in so many days
CONSENT_TEXT = "demo-1"


@dataclass
class Person:
    """One contact as rows of the tables; `tags` by their place in TAGS."""

    contact: Row
    document: SearchDocument
    phones: list[Row] = field(default_factory=list)
    emails: list[Row] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    consents: list[Row] = field(default_factory=list)
    key_dates: list[Row] = field(default_factory=list)


def make_person(dice: Random, number: int, contact_id: int, since: datetime, today: date, by_id: int) -> Person:
    """Return the contact of a number, known since an instant; the same dice give the same person."""
    naming = dice.choices(NAMINGS, SHARES)[0]
    details = _organisation(dice, naming, number) if number % 40 == 39 else _person(dice, naming, number)
    name = display_name(details)
    e164s = [naming.calling_code + _digits(phone.raw)[-10:] for phone in details.phones]
    tags = [at for at in range(len(TAGS)) if dice.random() < 0.08]
    document = index_document(_tagged(details, tags), name=name, e164s=e164s)
    return Person(
        contact=_contact_row(details, name, contact_id, since, by_id),
        document=document,
        phones=[
            {"contact_id": contact_id, "raw": phone.raw, "e164": e164, "kind": phone.kind, "position": at}
            for at, (phone, e164) in enumerate(zip(details.phones, e164s, strict=True))
        ],
        emails=[
            {
                "contact_id": contact_id,
                "address": email.address,
                "folded": fold_email(email.address),
                "kind": email.kind,
                "position": at,
            }
            for at, email in enumerate(details.emails)
        ],
        tags=tags,
        consents=list(_consents(dice, contact_id, since, by_id)),
        key_dates=list(_key_dates(dice, number, contact_id, since, today)) if details.given_name else [],
    )


def _person(dice: Random, naming: Naming, number: int) -> ContactDetails:
    given, family = dice.choice(naming.given), dice.choice(naming.family)
    return ContactDetails(
        name=f"{given} {family}",
        given_name=given,
        family_name=family,
        organisation=dice.choice(ORGANISATIONS) if dice.random() < 0.05 else "",
        phones=tuple(_phones(dice, naming)),
        emails=(_email(given, family, number),) if dice.random() < 0.6 else (),
        preferences=dice.choice(PREFERENCES) if dice.random() < 0.25 else "",
        preferred_channel=dice.choice(("", "", "", Channel.PHONE.value, Channel.MESSAGING.value, Channel.EMAIL.value)),
        language=naming.language if dice.random() < 0.5 else "",
        source=dice.choice(SOURCES) if dice.random() < 0.6 else "",
    )


def _organisation(dice: Random, naming: Naming, number: int) -> ContactDetails:
    name = dice.choice(ORGANISATIONS)
    return ContactDetails(
        kind=ContactKind.ORGANISATION,
        name=name if number < 500 else f"{name} {number // 40}",
        phones=tuple(_phones(dice, naming)),
        emails=(EmailDetails(address=f"office{number}@jasmine-friends.example", kind="work"),),
        source=dice.choice(SOURCES),
    )


def _phones(dice: Random, naming: Naming) -> Iterator[PhoneDetails]:
    for kind in ("mobile", "home") if dice.random() < 0.15 else ("mobile",):
        digits = f"{dice.choice(naming.prefixes)}{dice.randrange(10**7):07}"
        shape = dice.randrange(4) if naming.calling_code == "+91" else 3
        spaced = f"{digits[:5]} {digits[5:]}"
        raw = (spaced, digits, f"0{spaced}", f"{naming.calling_code} {spaced}")[shape]
        yield PhoneDetails(raw=raw, kind=kind)


def _email(given: str, family: str, number: int) -> EmailDetails:
    local = "".join(letter for letter in f"{latin(given)}.{latin(family)}" if letter.isascii() and letter not in " '")
    return EmailDetails(address=f"{local}{number}@mail{number % 7}.example")


def _digits(raw: str) -> str:
    return "".join(letter for letter in raw if letter.isdigit())


def _tagged(details: ContactDetails, tags: list[int]) -> ContactDetails:
    return replace(details, tags=tuple(TAGS[at] for at in tags)) if tags else details


def _contact_row(details: ContactDetails, name: str, contact_id: int, since: datetime, by_id: int) -> Row:
    return {
        "id": contact_id,
        "kind": details.kind.value,
        "name": name,
        "sort_name": sort_name(name),
        "given_name": details.given_name,
        "family_name": details.family_name,
        "other_names": "",
        "organisation": details.organisation,
        "job_title": "",
        "preferences": details.preferences,
        "notes": "",
        "preferred_channel": details.preferred_channel,
        "language": details.language,
        "source": details.source,
        "referred_by_id": None,
        "created_at": since,
        "created_by_id": by_id,
        "updated_at": since,
        "version": 1,
    }


def _consents(dice: Random, contact_id: int, since: datetime, by_id: int) -> Iterator[Row]:
    for channel, purpose in ((Channel.TEXT, ConsentPurpose.SERVICE), (Channel.MESSAGING, ConsentPurpose.MARKETING)):
        if dice.random() < 0.5:
            yield {
                "contact_id": contact_id,
                "channel": channel.value,
                "purpose": purpose.value,
                "is_given": dice.random() < 0.85,
                "text_version": CONSENT_TEXT,
                "source": "in-person",
                "at": since,
                "by_id": by_id,
            }


def _key_dates(dice: Random, number: int, contact_id: int, since: datetime, today: date) -> Iterator[Row]:
    born = date(1945, 1, 1) + timedelta(days=dice.randrange(24_000))
    if number < len(SOON):
        born = (today + timedelta(days=SOON[number])).replace(year=1988) if not _is_leap_day(today) else born
    if number < len(SOON) or dice.random() < 0.7:
        yield _key_date(contact_id, KeyDateKind.BIRTHDAY, born, since, has_year=dice.random() < 0.75)
    if dice.random() < 0.35:
        yield _key_date(contact_id, KeyDateKind.FIRST_VISIT, since.date(), since)
    if dice.random() < 0.12:
        wed = date(1980, 1, 1) + timedelta(days=dice.randrange(16_000))
        yield _key_date(contact_id, KeyDateKind.ANNIVERSARY, wed, since, notice_days=7)
    if dice.random() < 0.04:
        due = today + timedelta(days=dice.randrange(3, 300))
        yield _key_date(contact_id, KeyDateKind.RENEWAL, due, since, repeats=False, notice_days=14)


def _is_leap_day(today: date) -> bool:
    return any((day.month, day.day) == (2, 29) for day in (today + timedelta(days=ahead) for ahead in range(8)))


def _key_date(
    contact_id: int,
    kind: KeyDateKind,
    day: date,
    since: datetime,
    *,
    has_year: bool = True,
    repeats: bool = True,
    notice_days: int = 0,
) -> Row:
    return {
        "contact_id": contact_id,
        "kind": kind.value,
        "label": "",
        "day": day.day,
        "month": day.month,
        "year": day.year if has_year else None,
        "repeats": repeats,
        "notice_days": notice_days,
        "created_at": since,
    }
