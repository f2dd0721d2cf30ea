"""Contacts as they leave the program: read in parts, so that a hundred thousand fit in little memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from crm.contacts.import_details import PREFERENCES, PREFERRED_CHANNEL
from crm.contacts.import_rules import CHANNELS, OWN_ID
from crm.contacts.importing import AddressDraft, ConsentDraft, ContactDraft, Kind, PhoneDraft
from crm.contacts.models import Contact, ContactField, ContactTag, KeyDate, Tag
from crm.contacts.queries.consent import consent_states
from crm.contacts.rules import ConsentPurpose
from crm.contacts.rules.closed_sets import CONSENT_CHANNELS
from crm.extensions import db

CHUNK = 500
_DATES = ("birthday", "anniversary")


@dataclass(frozen=True, slots=True)
class ExportWish:
    """Which contacts to export; `archived` is "no", "yes" or "only". Blocked and erased ones never are."""

    kind: str = ""
    tag_id: int | None = None
    archived: str = "no"


def export_count(wish: ExportWish) -> int:
    """Count the contacts of an export."""
    return db.session.scalar(select(func.count()).select_from(Contact).where(*_conditions(wish))) or 0


def exported_contacts(wish: ExportWish, own: str) -> Iterator[ContactDraft]:
    """Yield the contacts of an export, oldest first; `own` names this installation in their numbers."""
    fields = {each.id: each.name for each in db.session.scalars(select(ContactField))}
    last_id = 0
    while chunk := _chunk(wish, last_id):
        ids = [contact.id for contact in chunk]
        dates, consents = _dates(ids), consent_states(ids)
        for contact in chunk:
            yield _draft(contact, dates[contact.id], _consents(consents[contact.id]), fields, own)
        last_id = ids[-1]
        db.session.expunge_all()


def tags_in_use() -> Sequence[tuple[int, str]]:
    """Return the tags that contacts bear."""
    used = select(ContactTag.tag_id).distinct()
    return [(each.id, each.name) for each in db.session.scalars(select(Tag).where(Tag.id.in_(used)).order_by(Tag.name))]


def _conditions(wish: ExportWish) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Contact.merged_into_id.is_(None),
        Contact.blocked_at.is_(None),
        Contact.erased_at.is_(None),
    ]
    if wish.kind:
        found.append(Contact.kind == wish.kind)
    if wish.tag_id:
        found.append(Contact.id.in_(select(ContactTag.contact_id).where(ContactTag.tag_id == wish.tag_id)))
    if wish.archived == "no":
        found.append(Contact.archived_at.is_(None))
    if wish.archived == "only":
        found.append(Contact.archived_at.is_not(None))
    return found


def _chunk(wish: ExportWish, last_id: int) -> Sequence[Contact]:
    loaded = (Contact.phones, Contact.emails, Contact.addresses, Contact.links, Contact.tags, Contact.field_values)
    statement = select(Contact).where(*_conditions(wish), Contact.id > last_id).order_by(Contact.id).limit(CHUNK)
    return db.session.scalars(statement.options(*(selectinload(each) for each in loaded))).all()


def _dates(ids: Sequence[int]) -> dict[int, list[KeyDate]]:
    found: dict[int, list[KeyDate]] = defaultdict(list)
    for each in db.session.scalars(select(KeyDate).where(KeyDate.contact_id.in_(ids)).order_by(KeyDate.id)):
        found[each.contact_id].append(each)
    return found


def _consents(states: Mapping[Any, Any]) -> tuple[ConsentDraft, ...]:
    """Return what holds for marketing, channel by channel; "all" where every channel is refused."""
    lines = {
        str(channel): line
        for channel in CONSENT_CHANNELS
        if (line := states.get((str(channel), str(ConsentPurpose.MARKETING)))) is not None
    }
    if len(lines) == len(CONSENT_CHANNELS) and not any(line.is_given for line in lines.values()):
        latest = max(lines.values(), key=lambda line: line.at)
        return (_consent("all", latest),)
    return tuple(_consent(name, lines[str(channel)]) for name, channel in CHANNELS.items() if str(channel) in lines)


def _consent(channel: str, line: Any) -> ConsentDraft:
    source = " ".join(line.source.removeprefix("import: ").split())
    return ConsentDraft(channel, line.is_given, line.at.strftime("%Y-%m-%dT%H:%M:%SZ"), source)


def _draft(
    contact: Contact, dates: Sequence[KeyDate], consents: tuple[ConsentDraft, ...], fields: Mapping[int, str], own: str
) -> ContactDraft:
    written = {each.kind: _written(each) for each in reversed(dates) if each.kind in _DATES}
    extra = {PREFERENCES: contact.preferences, PREFERRED_CHANNEL: contact.preferred_channel}
    extra |= {each.label or each.kind: _written(each) for each in dates if each.kind not in _DATES}
    extra |= {fields[value.field_id]: value.value for value in contact.field_values}
    return ContactDraft(
        name=contact.name,
        kind=Kind(contact.kind),
        given=contact.given_name,
        family=contact.family_name,
        nickname=contact.other_names,
        organisation=contact.organisation,
        title=contact.job_title,
        phones=tuple(PhoneDraft(phone.raw, phone.e164, _type(phone.kind)) for phone in contact.phones),
        emails=tuple(email.address for email in contact.emails),
        addresses=tuple(
            AddressDraft(each.street, each.locality, each.region, each.postcode, each.country, each.kind)
            for each in contact.addresses
        ),
        links=tuple(link.url for link in contact.links),
        birthday=written.get("birthday"),
        anniversary=written.get("anniversary"),
        tags=tuple(tag.name for tag in contact.tags),
        notes=contact.notes,
        language=contact.language,
        source=contact.source,
        external_id=f"{OWN_ID}{own}-{contact.id}",
        consents=consents,
        extra={name: value for name, value in extra.items() if value},
    )


def _type(kind: str) -> str:
    return " ".join("cell" if word == "mobile" else word for word in kind.split())


def _written(date: KeyDate) -> str:
    year = f"{date.year:04}" if date.year else "-"
    return f"{year}-{date.month:02}-{date.day:02}"
