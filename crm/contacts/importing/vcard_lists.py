"""Cards that list members, as Apple and Nextcloud keep groups: members in the file get the list's name as a tag."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm.contacts.importing.consents import consent_in_tags, strictest
from crm.contacts.importing.drafts import ContactDraft
from crm.contacts.importing.text import clean_line
from crm.contacts.importing.vcard_properties import Property

_MEMBER = {"MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"}


def is_list(found: Iterable[Property]) -> bool:
    """Tell a card of members from one of a contact."""
    return any(p.name.endswith("KIND") and p.text.strip().lower() == "group" for p in found)


def tagged(contacts: Sequence[ContactDraft], lists: Iterable[Sequence[Property]]) -> list[ContactDraft]:
    """Return the contacts with the names of the lists that name them, by the number in the other program."""
    tags: dict[str, list[str]] = {}
    for found in lists:
        name = next((clean_line(p.text) for p in found if p.name == "FN" and p.text.strip()), "")
        for entry in found:
            if name and entry.name in _MEMBER:
                tags.setdefault(_uid(entry.text), []).append(name)
    return (
        [_with_tags(contact, tags.get(_uid(contact.external_id), ())) for contact in contacts] if tags else [*contacts]
    )


def _with_tags(contact: ContactDraft, names: Iterable[str]) -> ContactDraft:
    """Add the names; one such as "Unsubscribed" is an opt-out, as among tags of the card's own."""
    tags, refused = tuple(dict.fromkeys((*contact.tags, *names))), consent_in_tags(names)
    consents = strictest([*contact.consents, *([refused] if refused else [])])
    return replace(contact, tags=tags, consents=consents)


def _uid(text: str) -> str:
    return re.sub(r"^(?:urn:)?uuid:", "", text.strip().casefold())
