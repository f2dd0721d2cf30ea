"""Everything that a form or an import says about one contact, and how it is tidied before it is stored.

Nothing typed is lost: what does not fit its column, and a link that is not a web address, is kept in
the notes in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from crm.contacts.rules.closed_sets import ContactKind
from crm.shared.text import fold

Item = TypeVar("Item")
LIMITS = {
    "name": 240,
    "given_name": 120,
    "family_name": 120,
    "other_names": 240,
    "organisation": 200,
    "job_title": 120,
    "source": 80,
    "language": 10,
    "preferred_channel": 20,
}
_HOST = re.compile(r"[^\s/@:]+\.[^\s/@:.]{2,}(?::\d+)?(?:/\S*)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneDetails:
    """A number as typed, and what it is ("mobile", "work")."""

    raw: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailDetails:
    """An email address as typed, and what it is."""

    address: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDetails:
    """A postal address, and what it is."""

    street: str = ""
    locality: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    kind: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing but the kind is known."""
        return not any((self.street, self.locality, self.region, self.postcode, self.country))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """Everything about a contact that people write; `field_values` by the id of the own field."""

    kind: ContactKind = ContactKind.PERSON
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    other_names: str = ""
    organisation: str = ""
    job_title: str = ""
    phones: tuple[PhoneDetails, ...] = ()
    emails: tuple[EmailDetails, ...] = ()
    addresses: tuple[AddressDetails, ...] = ()
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    preferences: str = ""
    notes: str = ""
    preferred_channel: str = ""
    language: str = ""
    source: str = ""
    referred_by_id: int | None = None
    field_values: Mapping[int, str] = field(default_factory=dict)


def fold_email(address: str) -> str:
    """Return an email address as it is compared: without spaces and letter case."""
    return "".join(address.split()).casefold()


def fold_tag(name: str) -> str:
    """Return a tag as it is compared: without letter case, accents and keyboard."""
    return fold(name)[:60]


def safe_link(text: str) -> str | None:
    """Return a web address with http or https, adding https where it is left out; None for any other text."""
    url = text.strip()
    if any(ord(character) <= 32 for character in url):
        return None
    if "://" not in url and _HOST.match(url):
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else None


def tidied(details: ContactDetails) -> ContactDetails:
    """Return the details without empty and repeated entries, each fitting its column."""
    lost: list[str] = []
    texts: dict[str, Any] = {name: _fitted(getattr(details, name), limit, lost) for name, limit in LIMITS.items()}
    phones = [
        PhoneDetails(raw=_fitted(p.raw, 80, lost), kind=p.kind.strip()[:30].rstrip())
        for p in details.phones
        if p.raw.strip()
    ]
    emails = [
        EmailDetails(address=_fitted(e.address, 254, lost), kind=e.kind.strip()[:30].rstrip())
        for e in details.emails
        if e.address.strip()
    ]
    links = [safe_link(link) or _not_kept(link, lost) for link in details.links if link.strip()]
    tags = [_fitted(" ".join(tag.split()), 60, lost) for tag in details.tags if fold_tag(tag)]
    addresses = tuple(_tidied_address(address, lost) for address in details.addresses if not address.is_empty)
    return replace(
        details,
        **texts,
        phones=_without_repeats(phones, lambda phone: phone.raw),
        emails=_without_repeats(emails, lambda email: fold_email(email.address)),
        addresses=tuple(dict.fromkeys(addresses)),
        links=tuple(dict.fromkeys(filter(None, links))),
        tags=_without_repeats(tags, fold_tag),
        preferences=_plain(details.preferences),
        notes="\n".join(filter(None, [_plain(details.notes), *lost])),
        field_values={key: value.strip() for key, value in details.field_values.items() if value.strip()},
    )


def _plain(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _fitted(text: str, limit: int, lost: list[str]) -> str:
    plain = _plain(text)
    if len(plain) > limit:
        lost.append(plain)
    return plain[:limit].rstrip()


def _not_kept(text: str, lost: list[str]) -> str:
    lost.append(_plain(text))
    return ""


def _tidied_address(address: AddressDetails, lost: list[str]) -> AddressDetails:
    return AddressDetails(
        street=_plain(address.street),
        locality=_fitted(address.locality, 120, lost),
        region=_fitted(address.region, 120, lost),
        postcode=_fitted(address.postcode, 20, lost),
        country=_fitted(address.country, 80, lost),
        kind=address.kind.strip()[:30].rstrip(),
    )


def _without_repeats(items: Iterable[Item], key: Any) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(key(item), item)
    return tuple(found.values())


def changed_names(before: ContactDetails, after: ContactDetails) -> list[str]:
    """Return the names of the details that differ, for the audit trail, which holds no values."""
    return [each.name for each in fields(ContactDetails) if getattr(before, each.name) != getattr(after, each.name)]


def differences(mine: ContactDetails, stored: ContactDetails) -> list[tuple[str, str]]:
    """Return the name and the stored text of each detail that differs from mine, to be read beside it."""
    tidy = tidied(mine)
    return [(name, _as_text(getattr(stored, name))) for name in changed_names(tidy, stored)]


def _as_text(value: Any) -> str:
    """Return a detail as one text; a single item of a list by what is written in it, without its kind."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if not isinstance(value, tuple):
        return "" if value is None else str(value)
    return "; ".join(each if isinstance(each, str) else _item_text(each) for each in value)


def _item_text(item: PhoneDetails | EmailDetails | AddressDetails) -> str:
    texts = (getattr(item, each.name) for each in fields(item) if each.name != "kind")
    return ", ".join(text for text in texts if text)


def details_to_json(details: ContactDetails) -> dict[str, Any]:
    """Return details as plain values, to be kept until a change is undone."""
    plain = asdict(details)
    plain["kind"] = str(details.kind)
    plain["field_values"] = {str(key): value for key, value in details.field_values.items()}
    return plain


def details_from_json(plain: Mapping[str, Any]) -> ContactDetails:
    """Return details from plain values; names that are not known are left out."""
    known = {each.name for each in fields(ContactDetails)}
    values = {name: value for name, value in plain.items() if name in known}
    return ContactDetails(
        **values
        | {
            "kind": ContactKind(values.get("kind", "person")),
            "phones": tuple(PhoneDetails(**each) for each in values.get("phones", ())),
            "emails": tuple(EmailDetails(**each) for each in values.get("emails", ())),
            "addresses": tuple(AddressDetails(**each) for each in values.get("addresses", ())),
            "links": tuple(values.get("links", ())),
            "tags": tuple(values.get("tags", ())),
            "field_values": {int(key): value for key, value in values.get("field_values", {}).items()},
        }
    )
