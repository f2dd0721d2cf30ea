"""What the dry run shows: one line a row, in the files that its pages are read from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from crm.contacts.actions.import_rows import ImportSettings, Rows
from crm.contacts.import_details import row_texts
from crm.contacts.import_rules import Additions, Outcome, additions
from crm.contacts.importing import ContactDraft, ImportError_
from crm.contacts.queries.import_matches import contacts_with_details, stored_contacts
from crm.contacts.queries.imports import chunks
from crm.extensions import db

Line = dict[str, Any]
_REASONS = {
    Outcome.AMBIGUOUS: "This fits more than one contact: {}. Nothing was imported.",
    Outcome.REPEATED: "This contact is in the file more than a hundred times.",
    Outcome.BLOCKED: "This person asked to be erased ({}). Nothing was imported.",
}
LONGEST = 200


def new_line(draft: ContactDraft) -> Line:
    """Return what the dry run shows of a new contact."""
    return {
        "row": draft.row,
        "name": draft.shown_name,
        "kind": draft.kind.value,
        "phones": [phone.raw for phone in draft.phones],
        "emails": list(draft.emails),
        "organisation": draft.organisation if draft.organisation != draft.name else "",
        "tags": list(draft.tags),
        "dates": {kind: day for kind in ("birthday", "anniversary") if (day := getattr(draft, kind))},
        "refused": sorted(draft.opted_out),
        "warnings": list(draft.warnings),
    }


def matched_lines(rows: Rows, settings: ImportSettings, track: Callable[[int], None]) -> Iterator[Line]:
    """Yield what the dry run shows of rows that are stored contacts: what is added, what stays."""
    matched = [(draft, verdict) for draft, verdict in rows if verdict.outcome is Outcome.MATCHED]
    names = {each.id: name for name, each in settings.own_fields.items()}
    done = 0
    for chunk in chunks(matched):
        contacts = contacts_with_details(verdict.contact_ids[0] for _draft, verdict in chunk)
        stored = stored_contacts(contacts)
        for draft, verdict in chunk:
            contact = contacts[verdict.contact_ids[0]]
            added = additions(stored[contact.id], draft, row_texts(draft, settings.own_fields, settings.source))
            yield {
                "row": draft.row,
                "name": draft.shown_name,
                "contact_id": contact.id,
                "contact_name": contact.name,
                "is_archived": contact.is_archived,
                "evidence": list(verdict.evidence),
                "adds": _added(added, names),
                "kept": [[name, ours[:LONGEST], theirs[:LONGEST]] for name, (ours, theirs) in added.kept.items()],
            }
        done += len(chunk)
        track(done)
        db.session.expire_all()


def wrong_lines(rows: Rows, errors: Iterable[ImportError_]) -> Iterator[Line]:
    """Yield the rows that are not imported, in the order of the file."""
    found: list[Line] = [{"row": error.row, "reason": error.reason, "name": "", "contacts": []} for error in errors]
    for draft, verdict in rows:
        if verdict.outcome in _REASONS:
            ids = list(verdict.contact_ids[:5])
            reason = _REASONS[verdict.outcome].format(", ".join(f"no. {each}" for each in ids))
            found.append({"row": draft.row, "reason": reason, "name": draft.shown_name, "contacts": ids})
    yield from sorted(found, key=lambda line: line["row"])


def _added(added: Additions, own_names: dict[int, str]) -> list[list[str]]:
    """Return pairs of field and text, in the order of a contact's page."""
    pairs = [*added.texts.items()]
    pairs += [("phone", phone.raw) for phone in added.phones]
    pairs += [("email", email) for email in added.emails]
    pairs += [("address", ", ".join(filter(None, (a.street, a.locality, a.postcode)))) for a in added.addresses]
    pairs += [("link", link) for link in added.links]
    pairs += [("tag", tag) for tag in added.tags]
    pairs += [*added.dates.items()]
    pairs += [("refused", channel) for channel in added.refused]
    pairs += [("allowed", channel) for channel in added.allowed]
    pairs += [(own_names.get(key, ""), value) for key, value in added.fields.items()]
    return [[name, text[:LONGEST]] for name, text in pairs]
