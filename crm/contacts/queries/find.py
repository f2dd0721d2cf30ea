"""Finding contacts: as somebody types, by the number of a call, and those that a new one may repeat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from crm.contacts.models import Contact, Email, Phone
from crm.contacts.queries.facts import Fact, coming_dates, facts_of
from crm.contacts.queries.key_dates import ComingDate
from crm.contacts.queries.shown import ShownContact, contacts_shown
from crm.contacts.rules import ContactDetails, fold_email, latin_reading
from crm.contacts.rules.finding import Likeness, is_similar, likenesses
from crm.contacts.search_index import find
from crm.contacts.search_scores import Match
from crm.extensions import db
from crm.shared.phones import normalise_phone, phone_digits
from crm.shared.text import ascii_digits

MOST_HINTS = 4
LEAST_DIGITS = 7


@dataclass(frozen=True)
class Found:
    """A contact found, why, and what the counter needs to know about it."""

    contact: ShownContact
    match: Match | None = None
    facts: list[Fact] = field(default_factory=list)
    coming: ComingDate | None = None
    likenesses: list[Likeness] = field(default_factory=list)

    @property
    def latin(self) -> str:
        """Return how the name reads in Latin letters, empty when it is written in them."""
        return latin_reading(self.contact.name, self.contact.other_names)


def found_contacts(query: str, *, now: datetime, limit: int = 10, with_archived: bool = False) -> list[Found]:
    """Return the contacts that answer a query, best first, with why and what to know."""
    matches = find(db.session(), query, limit, with_archived=with_archived)
    return with_facts([(match.contact_id, match) for match in matches], now)


def with_facts(matches: Sequence[tuple[int, Match | None]], now: datetime) -> list[Found]:
    """Return contacts in the order given, with what to know about each."""
    ids = [contact_id for contact_id, _match in matches]
    contacts = contacts_shown(ids)
    facts, coming = facts_of(ids, now), coming_dates(ids, now)
    return [
        Found(contacts[contact_id], match, facts[contact_id], coming.get(contact_id))
        for contact_id, match in matches
        if contact_id in contacts
    ]


def ids_with_phones(raws: Iterable[str], region: str) -> list[int]:
    """Return the contacts who have one of the numbers, written in any way."""
    e164s = {normalise_phone(raw, region).e164 for raw in raws} - {None}
    if not e164s:
        return []
    statement = select(Phone.contact_id).where(Phone.e164.in_(e164s)).order_by(Phone.contact_id).distinct()
    return list(db.session.scalars(statement.join(Contact, Contact.id == Phone.contact_id).where(*_PRESENT)))


def ids_with_emails(addresses: Iterable[str]) -> list[int]:
    """Return the contacts who have one of the addresses."""
    folded = {fold_email(address) for address in addresses if "@" in address}
    if not folded:
        return []
    statement = select(Email.contact_id).where(Email.folded.in_(folded)).order_by(Email.contact_id).distinct()
    return list(db.session.scalars(statement.join(Contact, Contact.id == Email.contact_id).where(*_PRESENT)))


_PRESENT = (Contact.merged_into_id.is_(None), Contact.blocked_at.is_(None))


def contacts_calling(number: str, region: str, *, now: datetime) -> list[Found]:
    """Return the contacts with the number of a call: the same number, else one that ends in all its digits."""
    ids: list[tuple[int, Match | None]] = [(each, None) for each in ids_with_phones([number], region)]
    digits = phone_digits(ascii_digits(number)).lstrip("0")
    if ids or len(digits) < LEAST_DIGITS:
        return with_facts(ids, now)
    return found_contacts(digits, now=now)


def is_reached_like_another(details: ContactDetails, region: str) -> bool:
    """Tell whether a number or address of a contact is another's already; no name is looked for."""
    phones = ids_with_phones((phone.raw for phone in details.phones), region)
    return bool(phones or ids_with_emails(email.address for email in details.emails))


def likely_duplicates(details: ContactDetails, region: str, *, now: datetime, but: int | None = None) -> list[Found]:
    """Return contacts that may be the same as the one being typed, surest first."""
    phones = ids_with_phones((phone.raw for phone in details.phones), region)
    emails = ids_with_emails(email.address for email in details.emails)
    name = details.name or f"{details.given_name} {details.family_name}".strip()
    similar = find(db.session(), name, MOST_HINTS) if len(name) >= 3 else []
    reasons = likenesses(phones, emails, (match.contact_id for match in similar if is_similar(match)))
    ids = [contact_id for contact_id in reasons if contact_id != but][:MOST_HINTS]
    contacts = contacts_shown(ids)
    return [Found(contacts[each], likenesses=reasons[each]) for each in ids if each in contacts]
