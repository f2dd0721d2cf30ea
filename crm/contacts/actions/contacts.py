"""Creating and changing contacts. One author writes everything derived: the name shown, the sort name,
E.164 numbers, folded addresses and, through `indexing`, the search index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from crm.accounts.queries import business
from crm.contacts.actions.indexing import reindex, reindex_many
from crm.contacts.followers import tell_changed
from crm.contacts.models import Address, Contact, ContactFieldValue, Email, Link, Phone, Tag
from crm.contacts.queries.details import details_of
from crm.contacts.rules import (
    BadReferral,
    ContactBlocked,
    ContactChanged,
    ContactDetails,
    changed_names,
    display_name,
    fold_email,
    fold_tag,
    sort_name,
    tidied,
)
from crm.extensions import db
from crm.shared.events import record
from crm.shared.phones import normalise_phone

_PLAIN = (
    "kind",
    "given_name",
    "family_name",
    "other_names",
    "organisation",
    "job_title",
    "preferences",
    "notes",
    "preferred_channel",
    "language",
    "source",
    "referred_by_id",
)


def create_contact(details: ContactDetails, *, now: datetime, by_id: int | None = None) -> Contact:
    """Add a contact; raise NamelessContact when nothing names it."""
    contact = create_contacts([details], now=now, by_id=by_id)[0]
    record("contact.created", at=now, subject=contact, actor_id=by_id)
    return contact


def create_contacts(
    many: Iterable[ContactDetails], *, now: datetime, by_id: int | None = None, region: str | None = None
) -> list[Contact]:
    """Add contacts and their index in a few statements; their one event is the caller's to record."""
    contacts: list[Contact] = []
    known_tags: dict[str, Tag] = {}
    home = region or _home_region()
    with db.session.no_autoflush:
        for details in many:
            contact = Contact(created_at=now, created_by_id=by_id, updated_at=now, version=1)
            write_details(contact, details, region=home, known_tags=known_tags)
            db.session.add(contact)
            contacts.append(contact)
    reindex_many(contacts)
    return contacts


def update_contact(
    contact: Contact, details: ContactDetails, *, version: int | None, now: datetime, by_id: int | None = None
) -> None:
    """Change a contact; raise ContactChanged unless `version` is the one that is stored (None: whichever it is)."""
    if contact.is_blocked:
        raise ContactBlocked
    before = details_of(contact)
    take_version(contact, version, now=now)
    write_details(contact, details)
    reindex(contact)
    names = changed_names(before, details_of(contact))
    record("contact.changed", at=now, subject=contact, actor_id=by_id, names=names)
    if before.referred_by_id != contact.referred_by_id:
        tell_changed([contact.id, before.referred_by_id], now=now)


def take_version(contact: Contact, version: int | None, *, now: datetime) -> None:
    """Move a contact to its next version in one statement; raise ContactChanged when another was faster."""
    seen = contact.version if version is None else version
    statement = update(Contact).where(Contact.id == contact.id, Contact.version == seen)
    changed = db.session.execute(
        statement.values(version=seen + 1, updated_at=now), execution_options={"synchronize_session": False}
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise ContactChanged
    db.session.refresh(contact, ["version", "updated_at"])


def write_details(
    contact: Contact,
    details: ContactDetails,
    *,
    region: str | None = None,
    known_tags: dict[str, Tag] | None = None,
) -> None:
    """Write details into a contact with all that is derived from them; version and index are the caller's.

    `known_tags`, by their folded names, spare a query for each of many contacts.
    """
    tidy = tidied(details)
    if tidy.referred_by_id is not None and tidy.referred_by_id != contact.referred_by_id:
        _check_referral(contact, tidy.referred_by_id)
    contact.name = display_name(tidy)
    contact.sort_name = sort_name(contact.name)
    for name in _PLAIN:
        setattr(contact, name, getattr(tidy, name))
    _write_phones(contact, tidy, region or _home_region())
    _write_emails(contact, tidy)
    _write_places(contact, tidy)
    contact.tags = tags_named(tidy.tags, known_tags)
    _write_field_values(contact, tidy)


def _check_referral(contact: Contact, referred_by_id: int) -> None:
    giver = db.session.get(Contact, referred_by_id)
    if giver is None or giver is contact or giver.is_blocked or giver.merged_into_id is not None:
        raise BadReferral


def _home_region() -> str:
    found = business()
    return found.country if found is not None else ""


def _write_phones(contact: Contact, details: ContactDetails, region: str) -> None:
    kept = {phone.raw: phone for phone in contact.phones}
    phones = []
    for position, given in enumerate(details.phones):
        phone = kept.get(given.raw) or Phone(raw=given.raw)
        phone.e164 = normalise_phone(given.raw, region).e164
        phone.kind, phone.position = given.kind, position
        phones.append(phone)
    contact.phones = phones


def _write_emails(contact: Contact, details: ContactDetails) -> None:
    kept = {email.address: email for email in contact.emails}
    emails = []
    for position, given in enumerate(details.emails):
        email = kept.get(given.address) or Email(address=given.address)
        email.folded = fold_email(given.address)
        email.kind, email.position = given.kind, position
        emails.append(email)
    contact.emails = emails


def _write_places(contact: Contact, details: ContactDetails) -> None:
    addresses = [
        Address(
            street=each.street,
            locality=each.locality,
            region=each.region,
            postcode=each.postcode,
            country=each.country,
            kind=each.kind,
            position=position,
        )
        for position, each in enumerate(details.addresses)
    ]
    if [_address_key(each) for each in contact.addresses] != [_address_key(each) for each in addresses]:
        contact.addresses = addresses
    if [link.url for link in contact.links] != list(details.links):
        contact.links = [Link(url=url, position=position) for position, url in enumerate(details.links)]
    if contact.id is None:  # a list that was set is not looked up after the insert
        contact.addresses, contact.links = list(contact.addresses), list(contact.links)


def _address_key(address: Address) -> tuple[str, ...]:
    return (address.street, address.locality, address.region, address.postcode, address.country, address.kind)


def _write_field_values(contact: Contact, details: ContactDetails) -> None:
    kept = {value.field_id: value for value in contact.field_values}
    values = []
    for field_id, text in details.field_values.items():
        value = kept.get(field_id) or ContactFieldValue(field_id=field_id)
        value.value = text
        values.append(value)
    contact.field_values = values


def tags_named(names: Sequence[str], known: dict[str, Tag] | None = None) -> list[Tag]:
    """Return the tags with these names, in any spelling, making those that are new; `known` is added to."""
    found = {} if known is None else known
    wanted = {fold_tag(name): name for name in names}
    missing = [folded for folded in wanted if folded not in found]
    if missing:
        found |= {tag.folded: tag for tag in db.session.scalars(select(Tag).where(Tag.folded.in_(missing)))}
    for folded, name in wanted.items():
        if folded not in found:
            found[folded] = _new_tag(name, folded)
    return [found[folded] for folded in wanted]


def _new_tag(name: str, folded: str) -> Tag:
    """Make a tag, or take the one that somebody made at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Tag).values(name=name, folded=folded))
    except IntegrityError:  # it is there now
        pass
    return db.session.scalars(select(Tag).where(Tag.folded == folded)).one()
