"""One contact for its page: the row and whom it was referred by, everything around it, its consents.

Two queries, however much is known: what identifies and describes a contact, and its consents, come in one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager, load_only

from crm.accounts.models import Staff
from crm.contacts.models import (
    Address,
    Consent,
    Contact,
    ContactField,
    ContactFieldValue,
    ContactTag,
    Email,
    Link,
    Phone,
    Tag,
    Tie,
)
from crm.contacts.queries.consent import ConsentPanel
from crm.contacts.queries.details import plain_texts
from crm.contacts.queries.shown import ShownTag
from crm.contacts.rules import AddressDetails, ContactDetails, ContactKind, EmailDetails, PhoneDetails, latin_reading
from crm.contacts.rules.consent import ConsentLine, latest_lines
from crm.extensions import db
from crm.shared.database import read

MOST_TEXTS = 9


@dataclass(frozen=True)
class ReachPhone:
    """A phone on the contact's page."""

    id: int
    raw: str
    e164: str | None
    kind: str


@dataclass(frozen=True)
class ReachEmail:
    """An email address on the contact's page."""

    id: int
    address: str
    kind: str


@dataclass(frozen=True)
class FieldValue:
    """The value of an own field on the contact's page."""

    field_id: int
    name: str
    kind: str
    value: str


@dataclass(frozen=True)
class ShownTie:
    """A tie as seen from this contact; `is_first` when it is the one that works at, or is cared for by, the other."""

    id: int
    kind: str
    is_first: bool
    contact_id: int
    contact_name: str


@dataclass
class ContactCard:
    """Everything that a contact's page shows of the contact itself."""

    contact: Contact
    phones: list[ReachPhone] = field(default_factory=list)
    emails: list[ReachEmail] = field(default_factory=list)
    addresses: list[AddressDetails] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: list[ShownTag] = field(default_factory=list)
    field_values: list[FieldValue] = field(default_factory=list)
    ties: list[ShownTie] = field(default_factory=list)
    consent_lines: list[ConsentLine] = field(default_factory=list)

    @cached_property
    def consents(self) -> ConsentPanel:
        """Return the consents: what holds, and all lines, newest first."""
        return ConsentPanel(states=latest_lines(self.consent_lines), lines=self.consent_lines[::-1])

    @property
    def latin(self) -> str:
        """Return how the name reads in Latin letters, empty when it is written in them."""
        return latin_reading(self.contact.name, self.contact.other_names)

    @property
    def details(self) -> ContactDetails:
        """Return everything in the form in which people write it."""
        return ContactDetails(
            kind=ContactKind(self.contact.kind),
            phones=tuple(PhoneDetails(raw=each.raw, kind=each.kind) for each in self.phones),
            emails=tuple(EmailDetails(address=each.address, kind=each.kind) for each in self.emails),
            addresses=tuple(self.addresses),
            links=tuple(self.links),
            tags=tuple(tag.name for tag in self.tags),
            referred_by_id=self.contact.referred_by_id,
            field_values={each.field_id: each.value for each in self.field_values},
            **plain_texts(self.contact),
        )


def contact_card(contact_id: int) -> ContactCard | None:
    """Return a contact with everything around it and its consents, in two queries."""
    contact = db.session.scalar(_contact_statement(), {"contact_id": contact_id})
    if contact is None:
        return None
    card = ContactCard(contact=contact)
    _read_around(card)
    return card


@cache
def _contact_statement() -> Select[Any]:
    giver = aliased(Contact)
    referred_by = contains_eager(Contact.referred_by.of_type(giver)).options(load_only(giver.name))
    statement = select(Contact).outerjoin(giver, Contact.referred_by).where(Contact.id == bindparam("contact_id"))
    return statement.options(referred_by)


def ties_of(contact_id: int) -> list[ShownTie]:
    """Return the ties of a contact, both those written from its side and from the other's."""
    return [_tie(row) for row in read(_ties_statement(), {"contact_id": contact_id}).all()]


def _read_around(card: ContactCard) -> None:
    for row in read(_around_statement(), {"contact_id": card.contact.id}).all():
        _READERS[row.part](card, row)


# The statements are built once: putting them together costs more than running them.
@cache
def _around_statement() -> CompoundSelect[Any]:
    return union_all(*_parts(bindparam("contact_id", type_=Integer))).order_by("part", "position", "id")


@cache
def _ties_statement() -> CompoundSelect[Any]:
    return union_all(*_ties(bindparam("contact_id", type_=Integer))).order_by("position", "id")


def _row(part: str, row_id: Any, position: Any, *texts: Any) -> Select[Any]:
    """Select one part in the columns that all parts share."""
    filled = [*texts, *(null() for _missing in range(MOST_TEXTS - len(texts)))]
    named = (cast(text, Text).label(f"text_{at}") for at, text in enumerate(filled))
    columns = (cast(literal(part), Text).label("part"), row_id.label("id"), cast(position, Integer).label("position"))
    return select(*columns, *named)


def _parts(contact_id: BindParameter[int]) -> list[Select[Any]]:
    places = (Address.street, Address.locality, Address.region, Address.postcode, Address.country, Address.kind)
    values = (ContactField.name, ContactField.kind, ContactFieldValue.value)
    tags = _row("tag", Tag.id, literal(0), Tag.name).join(ContactTag, ContactTag.tag_id == Tag.id)
    own = _row("value", ContactField.id, ContactField.position, *values)
    own = own.join(ContactFieldValue, ContactFieldValue.field_id == ContactField.id)
    return [
        _row("phone", Phone.id, Phone.position, Phone.raw, Phone.e164, Phone.kind).where(
            Phone.contact_id == contact_id
        ),
        _row("email", Email.id, Email.position, Email.address, Email.kind).where(Email.contact_id == contact_id),
        _row("address", Address.id, Address.position, *places).where(Address.contact_id == contact_id),
        _row("link", Link.id, Link.position, Link.url).where(Link.contact_id == contact_id),
        tags.where(ContactTag.contact_id == contact_id),
        own.where(ContactFieldValue.contact_id == contact_id),
        _consents(contact_id),
        *_ties(contact_id),
    ]


def _consents(contact_id: BindParameter[int]) -> Select[Any]:
    """Select the lines of consent of the contact and of those merged into it."""
    said = (Consent.contact_id, Consent.channel, Consent.purpose, Consent.is_given, Consent.at)
    about = (Consent.text_version, Consent.source, Staff.name, Contact.archived_at)
    lines = _row("consent", Consent.id, literal(0), *said, *about).select_from(Consent)
    joined = lines.join(Contact, Contact.id == Consent.contact_id).outerjoin(Staff, Staff.id == Consent.by_id)
    return joined.where((Contact.id == contact_id) | (Contact.merged_into_id == contact_id))


def _ties(contact_id: BindParameter[int]) -> list[Select[Any]]:
    first = _row("tie", Tie.id, literal(0), Tie.kind, literal("1"), cast(Contact.id, Text), Contact.name)
    second = _row("tie", Tie.id, literal(1), Tie.kind, literal(""), cast(Contact.id, Text), Contact.name)
    is_known = Contact.erased_at.is_(None)
    return [
        first.join(Contact, Contact.id == Tie.other_id).where(Tie.contact_id == contact_id, is_known),
        second.join(Contact, Contact.id == Tie.contact_id).where(Tie.other_id == contact_id, is_known),
    ]


def _consent(card: ContactCard, row: Any) -> None:
    """Add a line of consent; that of a merged contact holds from when it was merged."""
    owner_id, channel, purpose, is_given, at, version, source, by_name, archived_at = row[3:12]
    is_merged = int(owner_id) != card.contact.id
    line = ConsentLine(
        id=row.id, contact_id=int(owner_id), channel=channel, purpose=purpose, is_given=is_given in {"1", "true", "t"},
        at=_instant(at), text_version=version, source=source, by_name=by_name or "",
        merged_at=_instant(archived_at) if is_merged and archived_at else None,
    )  # fmt: skip
    card.consent_lines.append(line)


def _instant(text: str) -> datetime:
    """Return an instant from its text, as both databases write it."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tie(row: Any) -> ShownTie:
    return ShownTie(row.id, row.text_0, bool(row.text_1), int(row.text_2), row.text_3)


def _address(row: Any) -> AddressDetails:
    street, locality, region, postcode, country, kind = row[3:9]
    return AddressDetails(
        street=street, locality=locality, region=region, postcode=postcode, country=country, kind=kind
    )


_READERS: dict[str, Callable[[ContactCard, Any], None]] = {
    "phone": lambda card, row: card.phones.append(ReachPhone(row.id, row.text_0, row.text_1, row.text_2)),
    "email": lambda card, row: card.emails.append(ReachEmail(row.id, row.text_0, row.text_1)),
    "address": lambda card, row: card.addresses.append(_address(row)),
    "link": lambda card, row: card.links.append(row.text_0),
    "tag": lambda card, row: card.tags.append(ShownTag(row.id, row.text_0)),
    "value": lambda card, row: card.field_values.append(FieldValue(row.id, row.text_0, row.text_1, row.text_2)),
    "consent": _consent,
    "tie": lambda card, row: card.ties.append(_tie(row)),
}
