"""A row of a file as the details of a contact, and back for an export. Pure.

What has no field of its own is kept: in the own field of the same name, else as a line of the notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from crm.contacts.import_rules import OWN_ID, Additions, RowTexts
from crm.contacts.importing import ContactDraft
from crm.contacts.rules.closed_sets import Channel, ContactKind
from crm.contacts.rules.details import (
    AddressDetails,
    ContactDetails,
    EmailDetails,
    PhoneDetails,
    tidied,
)
from crm.contacts.rules.errors import BadFieldValue
from crm.contacts.rules.own_fields import stored_value
from crm.shared.text import fold, words

PREFERENCES = "Preferences"
PREFERRED_CHANNEL = "Preferred channel"
_LANGUAGES = {
    language: code
    for code, languages in {
        "en": "english",
        "ta": "tamil தமிழ்",
        "te": "telugu తెలుగు",
        "mr": "marathi मराठी",
        "fa": "persian farsi فارسی",
        "fil": "filipino tagalog",
        "hi": "hindi हिन्दी",
        "de": "german deutsch",
        "fr": "french francais",
        "es": "spanish espanol",
        "pt": "portuguese portugues",
        "ar": "arabic العربية",
    }.items()
    for language in languages.split()
}
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


@dataclass(frozen=True, slots=True)
class OwnField:
    """An own field that a column can fill."""

    id: int
    kind: str
    choices: tuple[str, ...] = ()


def row_texts(draft: ContactDraft, own_fields: Mapping[str, OwnField], source: str) -> RowTexts:
    """Sort what a row says into the fields of a contact; `own_fields` by their folded names."""
    rest = dict(draft.extra)
    preferences = rest.pop(PREFERENCES, "")
    channel = rest.pop(PREFERRED_CHANNEL, "")
    if channel and channel not in set(Channel):
        rest[PREFERRED_CHANNEL] = channel
        channel = ""
    language = _language(draft.language)
    if draft.language and not language:
        rest["Language"] = draft.language
    fields, lines = _placed(rest, own_fields)
    texts = {
        "given_name": draft.given,
        "family_name": draft.family,
        "other_names": _other_names(draft),
        "organisation": draft.organisation,
        "job_title": draft.title,
        "preferences": preferences,
        "notes": "\n".join(filter(None, [draft.notes, *lines])),
        "preferred_channel": channel,
        "language": language,
        "source": draft.source or ("" if draft.external_id.startswith(OWN_ID) else source),
    }
    return RowTexts({name: text for name, text in texts.items() if text}, fields)


def details_of_row(draft: ContactDraft, row: RowTexts) -> ContactDetails:
    """Return the details of a new contact, tidied."""
    return tidied(
        ContactDetails(
            kind=ContactKind(draft.kind.value),
            name=draft.name,
            phones=tuple(PhoneDetails(raw=phone.raw, kind=place_of(phone.type)) for phone in draft.phones),
            emails=tuple(EmailDetails(address=email) for email in draft.emails),
            addresses=tuple(_address(draft)),
            links=draft.links,
            tags=draft.tags,
            field_values=row.fields,
            **row.texts,  # type: ignore[arg-type]
        )
    )


def details_with(before: ContactDetails, added: Additions) -> ContactDetails:
    """Return the details of a stored contact with what a row adds to them."""
    more = ContactDraft(addresses=added.addresses)
    return replace(
        before,
        **added.texts,  # type: ignore[arg-type]
        phones=before.phones + tuple(PhoneDetails(raw=phone.raw, kind=place_of(phone.type)) for phone in added.phones),
        emails=before.emails + tuple(EmailDetails(address=email) for email in added.emails),
        addresses=before.addresses + tuple(_address(more)),
        links=before.links + added.links,
        tags=before.tags + added.tags,
        field_values={**before.field_values, **added.fields},
    )


def place_of(phone_type: str) -> str:
    """Return what a phone is in our words: files say "cell" for what we call "mobile"."""
    return " ".join("mobile" if word == "cell" else word for word in phone_type.split())


def _address(draft: ContactDraft) -> Iterator[AddressDetails]:
    for each in draft.addresses:
        yield AddressDetails(
            street=each.street,
            locality=each.locality,
            region=each.region,
            postcode=each.postcode,
            country=each.country,
            kind=each.type,
        )


def _placed(rest: Mapping[str, str], own_fields: Mapping[str, OwnField]) -> tuple[dict[int, str], list[str]]:
    """Put what fits into own fields, the rest into lines of notes."""
    fields: dict[int, str] = {}
    lines = []
    for name, value in rest.items():
        own = own_fields.get(fold(name))
        try:
            if own is None or own.id in fields:
                raise BadFieldValue
            fields[own.id] = stored_value(own.kind, value, choices=own.choices)
        except BadFieldValue:
            lines.append(f"{name}: {value}")
    return fields, lines


def _language(text: str) -> str:
    if _LANGUAGE_CODE.fullmatch(text):
        return text.replace("_", "-")
    found = words(text)
    return _LANGUAGES.get(found[0], "") if found else ""


def _other_names(draft: ContactDraft) -> str:
    """Return the names beside the one shown: nickname, and parts that the shown name leaves out."""
    shown = set(words(draft.name))
    parts = [draft.prefix, draft.additional, draft.suffix]
    left_out = " ".join(part for part in parts if part and not set(words(part)) <= shown)
    nickname = draft.nickname if fold(draft.nickname) != fold(draft.name) else ""
    return ", ".join(filter(None, [nickname, left_out]))
