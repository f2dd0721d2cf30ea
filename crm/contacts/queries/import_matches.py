"""Which stored contacts the rows of a file may be, and what is stored of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.contacts.import_rules import (
    OWN_ID,
    Candidate,
    StoredContact,
    Verdict,
    external_key,
    identity_keys,
    judge,
)
from crm.contacts.importing import AddressDraft, ContactDraft, PhoneDraft
from crm.contacts.models import Contact, ContactChange, Email, KeyDate, Phone
from crm.contacts.queries.consent import consent_states
from crm.contacts.queries.imports import chunks, same_file_imported
from crm.contacts.rules import ConsentPurpose
from crm.extensions import db

MOST_OWNERS = 20


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """Where a file comes from: `program` names its numbers, `digest` the very file, `own` our installation."""

    program: str
    digest: str
    own: str = ""


@dataclass(slots=True)
class _Known:
    """Stored contacts by what they share with rows."""

    by_key: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    numbered: dict[str, int] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    contacts: dict[int, Candidate] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)


def verdicts(drafts: Sequence[ContactDraft], origin: FileOrigin) -> list[Verdict]:
    """Decide for each row which stored contact it is."""
    known = _known(drafts, origin)
    return [judge(draft, _candidates(draft, known, origin)) for draft in drafts]


def _known(drafts: Sequence[ContactDraft], origin: FileOrigin) -> _Known:
    known = _Known()
    keys = {key for draft in drafts for key in identity_keys(draft)}
    _find_owners(known, "phone", select(Phone.e164, Phone.contact_id), Phone.e164, keys)
    _find_owners(known, "email", select(Email.folded, Email.contact_id), Email.folded, keys)
    known.rows = _imported_rows(origin.digest)
    if any(draft.external_id for draft in drafts):
        known.numbered = _numbered_contacts()
    ids = {each for owners in known.by_key.values() for each in owners}
    ids |= {*known.rows.values(), *known.numbered.values()}
    ids |= {number for draft in drafts if (number := _own_number(draft, origin))}
    _load_candidates(known, ids)
    return known


def _find_owners(known: _Known, kind: str, statement: Any, column: Any, keys: Iterable[tuple[str, str]]) -> None:
    for chunk in chunks(value for key, value in keys if key == kind):
        for value, contact_id in db.session.execute(statement.where(column.in_(chunk))):
            known.by_key[(kind, value)].add(contact_id)


def _imported_rows(digest: str) -> dict[int, int]:
    """Return the contacts that the very same file made, by row."""
    batch = same_file_imported(digest, 0)
    if batch is None:
        return {}
    found = db.session.execute(
        select(ContactChange.before, ContactChange.contact_id).where(ContactChange.batch_id == batch.id)
    )
    return {before["row"]: contact_id for before, contact_id in found if "row" in before}


def _numbered_contacts() -> dict[str, int]:
    """Return the contacts that came with a number of another program."""
    statement = select(ContactChange.before, ContactChange.contact_id).order_by(ContactChange.id)
    found = db.session.execute(statement.execution_options(yield_per=5000))
    return {before["number"]: contact_id for before, contact_id in found if before.get("number")}


def _own_number(draft: ContactDraft, origin: FileOrigin) -> int:
    """Return the id in a number that this installation exported; 0 for any other."""
    start = f"{OWN_ID}{origin.own}-"
    rest = draft.external_id.removeprefix(start)
    return (
        int(rest)
        if origin.own and rest != draft.external_id and rest.isascii() and rest.isdigit() and len(rest) < 10
        else 0
    )


def _load_candidates(known: _Known, ids: set[int]) -> None:
    wanted = {each for each in ids if each < 2**31}
    while wanted:
        following: set[int] = set()
        for chunk in chunks(wanted):
            for contact in db.session.execute(_CANDIDATE.where(Contact.id.in_(chunk))):
                if contact.merged_into_id is not None:
                    known.merged[contact.id] = contact.merged_into_id
                    following.add(contact.merged_into_id)
                is_blocked = contact.blocked_at is not None or contact.erased_at is not None
                names = tuple(filter(None, (contact.name, contact.other_names)))
                known.contacts[contact.id] = Candidate(
                    contact.id, names, contact.kind, frozenset(), is_blocked=is_blocked
                )
        wanted = following - known.contacts.keys()
    _load_birthdays(known)


_CANDIDATE = select(
    Contact.id,
    Contact.name,
    Contact.other_names,
    Contact.kind,
    Contact.merged_into_id,
    Contact.blocked_at,
    Contact.erased_at,
)


def _load_birthdays(known: _Known) -> None:
    for chunk in chunks(known.contacts):
        where = (KeyDate.contact_id.in_(chunk), KeyDate.kind == "birthday")
        for contact_id, day, month, year in db.session.execute(
            select(KeyDate.contact_id, KeyDate.day, KeyDate.month, KeyDate.year).where(*where)
        ):
            birthday = f"{year:04}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"
            known.contacts[contact_id] = replace(known.contacts[contact_id], birthday=birthday)


def _candidates(draft: ContactDraft, known: _Known, origin: FileOrigin) -> list[Candidate]:
    evidence: dict[int, set[str]] = defaultdict(set)
    for key in identity_keys(draft):
        owners = known.by_key.get(key, ())
        for contact_id in owners if len(owners) <= MOST_OWNERS else ():
            evidence[_kept(contact_id, known)].add(key[0])
    numbers = (known.numbered.get(external_key(draft, origin.program)), _own_number(draft, origin))
    for number in (*numbers, known.rows.get(draft.row)):
        if number:
            evidence[_kept(number, known)].add("number")
    return [
        replace(one, evidence=frozenset(found))
        for contact_id, found in sorted(evidence.items())
        if (one := known.contacts.get(contact_id)) is not None
    ]


def _kept(contact_id: int, known: _Known) -> int:
    while contact_id in known.merged:
        contact_id = known.merged[contact_id]
    return contact_id


def contacts_with_details(ids: Iterable[int]) -> dict[int, Contact]:
    """Return contacts by id with everything that an import can add to."""
    loaded = (Contact.phones, Contact.emails, Contact.addresses, Contact.links, Contact.tags, Contact.field_values)
    statement = select(Contact).options(*(selectinload(each) for each in loaded))
    found = db.session.scalars(statement.where(Contact.id.in_(list(ids))))
    return {contact.id: contact for contact in found}


def stored_contacts(contacts: Mapping[int, Contact]) -> dict[int, StoredContact]:
    """Return what is stored of contacts, as rows are compared with it."""
    dates, refused, decided = _dates_of(contacts), *_consents_of(contacts)
    return {
        contact_id: StoredContact(
            texts={name: getattr(contact, name) or "" for name in _TEXTS},
            phones=tuple(PhoneDraft(phone.raw, phone.e164, phone.kind) for phone in contact.phones),
            emails=tuple(email.address for email in contact.emails),
            addresses=tuple(
                AddressDraft(each.street, each.locality, each.region, each.postcode, each.country, each.kind)
                for each in contact.addresses
            ),
            links=tuple(link.url for link in contact.links),
            tags=tuple(tag.name for tag in contact.tags),
            dates=frozenset(dates.get(contact_id, ())),
            refused=frozenset(refused.get(contact_id, ())),
            decided=frozenset(decided.get(contact_id, ())),
            fields={value.field_id: value.value for value in contact.field_values},
        )
        for contact_id, contact in contacts.items()
    }


_TEXTS = (
    *("name", "given_name", "family_name", "other_names", "organisation", "job_title"),
    *("preferences", "notes", "preferred_channel", "language", "source"),
)


def _dates_of(contacts: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for contact_id, kind in db.session.execute(
        select(KeyDate.contact_id, KeyDate.kind).where(KeyDate.contact_id.in_(list(contacts)))
    ):
        found[contact_id].add(kind)
    return found


def _consents_of(contacts: Iterable[int]) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Return the channels on which marketing is refused now, and those about which it was ever decided."""
    refused: dict[int, set[str]] = defaultdict(set)
    decided: dict[int, set[str]] = defaultdict(set)
    for contact_id, states in consent_states(list(contacts)).items():
        for (channel, purpose), line in states.items():
            if purpose == str(ConsentPurpose.MARKETING):
                decided[contact_id].add(channel)
                refused[contact_id].update(() if line.is_given else (channel,))
    return refused, decided
