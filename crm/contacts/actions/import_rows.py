"""Storing the rows of an import: new contacts in bulk, matched ones by what the row adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from crm.contacts.actions.contacts import write_details
from crm.contacts.actions.indexing import reindex_many
from crm.contacts.import_details import OwnField, details_with, row_texts
from crm.contacts.import_newcomers import Newcomer, consent_rows, key_date_rows, newcomer
from crm.contacts.import_rules import Additions, Outcome, Verdict, additions, external_key
from crm.contacts.importing import ContactDraft
from crm.contacts.models import Consent, Contact, ContactChange, KeyDate
from crm.contacts.queries.details import details_of
from crm.contacts.queries.import_matches import contacts_with_details, stored_contacts
from crm.contacts.queries.imports import chunks
from crm.contacts.rules import ContactDetails, fold_email, fold_tag
from crm.extensions import db
from crm.shared.phones import normalise_phone

Rows = Sequence[tuple[ContactDraft, Verdict]]
Track = Callable[[int], None]
_TEXTS = (
    *("name", "given_name", "family_name", "other_names", "organisation", "job_title", "preferences", "notes"),
    *("preferred_channel", "language", "source"),
)


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """What holds for all rows of one import; `program` names numbers, `source` contacts and consents."""

    region: str
    program: str
    source: str
    own_fields: Mapping[str, OwnField]


def newcomers_of(rows: Rows, settings: ImportSettings, *, now: datetime, track: Track) -> list[Newcomer]:
    """Compute the rows of all new contacts, before the transaction begins."""
    found = []
    new = [draft for draft, verdict in rows if verdict.outcome is Outcome.NEW]
    for done, draft in enumerate(new):
        found.append(
            newcomer(
                draft,
                row_texts(draft, settings.own_fields, settings.source),
                number=external_key(draft, settings.program),
                source=f"import: {settings.source}",
                now=now,
                e164_of=lambda raw: normalise_phone(raw, settings.region).e164,
            )
        )
        track(done)
    return found


def add_to_matched(
    rows: Rows, settings: ImportSettings, *, batch_id: int, now: datetime, by_id: int | None, track: Track
) -> int:
    """Add what the rows say to the contacts they were matched to; returns how many contacts changed."""
    matched = [(draft, verdict.contact_ids[0]) for draft, verdict in rows if verdict.outcome is Outcome.MATCHED]
    changed = done = 0
    for chunk in chunks(matched):
        contacts = contacts_with_details(contact_id for _draft, contact_id in chunk)
        stored = stored_contacts(contacts)
        touched = []
        for draft, contact_id in chunk:
            contact = contacts.get(contact_id)
            if contact is None or contact.is_blocked:
                continue
            added = additions(stored[contact_id], draft, row_texts(draft, settings.own_fields, settings.source))
            if not added.is_empty:
                _add(contact, draft, added, settings, batch_id=batch_id, now=now, by_id=by_id)
                touched.append(contact)
        reindex_many(touched)
        changed, done = changed + len(touched), done + len(chunk)
        db.session.flush()
        track(done)
    return changed


def _add(
    contact: Contact,
    draft: ContactDraft,
    added: Additions,
    settings: ImportSettings,
    *,
    batch_id: int,
    now: datetime,
    by_id: int | None,
) -> None:
    before = details_of(contact)
    write_details(contact, details_with(before, added), region=settings.region)
    contact.version += 1
    contact.updated_at = now
    dates = key_date_rows(draft, added.dates)
    consents = consent_rows(draft, added.refused, added.allowed, source=f"import: {settings.source}", now=now)
    _insert(KeyDate, dates, contact_id=contact.id, created_at=now)
    _insert(Consent, consents, contact_id=contact.id, by_id=by_id)
    note = {"row": draft.row, **changes_between(before, details_of(contact)), "dates": dates, "consents": len(consents)}
    if number := external_key(draft, settings.program):
        note["number"] = number
    change = ContactChange(
        batch_id=batch_id, contact_id=contact.id, kind="changed", version_after=contact.version, before=note
    )
    db.session.add(change)


def changes_between(before: ContactDetails, after: ContactDetails) -> dict[str, Any]:
    """Return what was changed, field by field, in the form in which it is undone."""
    changed = {
        name: [getattr(before, name), getattr(after, name)]
        for name in _TEXTS
        if getattr(before, name) != getattr(after, name)
    }
    return {
        "texts": changed,
        "phones": [each.raw for each in after.phones if each not in before.phones],
        "emails": [fold_email(each.address) for each in after.emails if each not in before.emails],
        "addresses": [asdict(each) for each in after.addresses if each not in before.addresses],
        "links": [each for each in after.links if each not in before.links],
        "tags": [fold_tag(each) for each in after.tags if each not in before.tags],
        "fields": {str(key): value for key, value in after.field_values.items() if key not in before.field_values},
    }


def _insert(model: Any, rows: Iterable[Mapping[str, Any]], **common: object) -> None:
    values = [{**row, **common} for row in rows]
    if values:
        db.session.execute(insert(model), values)
