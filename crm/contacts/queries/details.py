"""What is stored about a contact, in the form in which people write it."""

from __future__ import annotations

from typing import Any

from crm.contacts.models import Contact
from crm.contacts.rules import AddressDetails, ContactDetails, ContactKind, EmailDetails, PhoneDetails

_TEXTS = (
    "name",
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
)


def details_of(contact: Contact) -> ContactDetails:
    """Return the details of a stored contact."""
    return ContactDetails(
        kind=ContactKind(contact.kind),
        phones=tuple(PhoneDetails(raw=phone.raw, kind=phone.kind) for phone in contact.phones),
        emails=tuple(EmailDetails(address=email.address, kind=email.kind) for email in contact.emails),
        addresses=tuple(
            AddressDetails(
                street=each.street,
                locality=each.locality,
                region=each.region,
                postcode=each.postcode,
                country=each.country,
                kind=each.kind,
            )
            for each in contact.addresses
        ),
        links=tuple(link.url for link in contact.links),
        tags=tuple(tag.name for tag in contact.tags),
        referred_by_id=contact.referred_by_id,
        field_values={value.field_id: value.value for value in contact.field_values},
        **plain_texts(contact),
    )


def plain_texts(contact: Contact) -> dict[str, Any]:
    """Return the details of a contact that are plain texts, by name."""
    return {name: getattr(contact, name) or "" for name in _TEXTS}
