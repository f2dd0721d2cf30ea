"""Making one contact of two, and taking that back within 30 days.

The merged contact keeps its own row and whatever the kept one has already; everything else moves over.
Append-only tables stay where they are and are read through `merged_into_id`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.contacts.actions.contacts import take_version
from crm.contacts.actions.indexing import reindex_many
from crm.contacts.actions.ledger import Ledger
from crm.contacts.actions.moving import add_distinct_pairs, move_rows, swap_birthdays, write_own_fields
from crm.contacts.followers import tell_changed
from crm.contacts.models import Contact, ContactMerge
from crm.contacts.queries.people import latest_merge
from crm.contacts.rules import ContactChanged, sort_name
from crm.contacts.rules.merging import (
    FIELDS,
    CannotMerge,
    CannotUndoMerge,
    Choices,
    Keep,
    MergeChanged,
    chosen_text,
    undo_until,
)
from crm.extensions import db
from crm.shared.events import record


def merge(
    kept: Contact,
    other: Contact,
    choices: Choices,
    *,
    now: datetime,
    versions: tuple[int | None, int | None] = (None, None),
    by_id: int | None = None,
) -> ContactMerge:
    """Make one contact of two; raise MergeChanged unless both have the versions that the person saw."""
    _check(kept, other)
    _take_versions(kept, other, versions, now)
    brought_by = kept.referred_by_id
    before, after = _write_fields(kept, other, choices)
    db.session.flush()
    ledger = Ledger()
    write_own_fields(ledger, kept.id, other.id, choices)
    if choices.birthday is Keep.OTHER:
        swap_birthdays(ledger, kept.id, other.id)
    move_rows(ledger, kept.id, other.id)
    add_distinct_pairs(ledger, kept.id, other.id, now=now, by_id=by_id)
    state = {"archived_at": other.archived_at.isoformat() if other.archived_at else None}
    other.archived_at, other.merged_into_id = now, kept.id
    snapshot = {"fields": before, "after": after, "merged": state, "rows": ledger.entries}
    made = ContactMerge(kept_id=kept.id, merged_id=other.id, before=snapshot, at=now, by_id=by_id)
    db.session.add(made)
    _refresh(kept, other)
    record("contact.merged", at=now, subject=kept, actor_id=by_id, merged=other.id)
    tell_changed([kept.id, other.id, brought_by], now=now)
    return made


def _check(kept: Contact, other: Contact) -> None:
    if kept.id == other.id:
        raise CannotMerge("Choose another contact; this is the same one.")
    for contact in (kept, other):
        if contact.is_blocked or contact.erased_at is not None:
            raise CannotMerge("One of the two asked to be erased and is not changed any more.")
        if contact.merged_into_id is not None:
            raise CannotMerge("One of the two is merged into another contact already.")


def _take_versions(kept: Contact, other: Contact, versions: tuple[int | None, int | None], now: datetime) -> None:
    try:
        take_version(kept, versions[0], now=now)
        take_version(other, versions[1], now=now)
    except ContactChanged as error:
        raise MergeChanged from error


def _write_fields(kept: Contact, other: Contact, choices: Choices) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the chosen fields; returns those that changed, as they were and as they are."""
    names = (*FIELDS, "sort_name")
    before = {name: getattr(kept, name) for name in names}
    for name in FIELDS:
        setattr(kept, name, _chosen(name, kept, other, choices.of(name)))
    if kept.referred_by_id in {kept.id, other.id}:
        kept.referred_by_id = None
    kept.sort_name = sort_name(kept.name)
    changed = [name for name in names if getattr(kept, name) != before[name]]
    return {name: before[name] for name in changed}, {name: getattr(kept, name) for name in changed}


def _chosen(name: str, kept: Contact, other: Contact, keep: Keep) -> Any:
    this, that = getattr(kept, name), getattr(other, name)
    if not isinstance(this, str) or not isinstance(that, str):
        return that if keep is Keep.OTHER else this
    text = chosen_text(keep, this, that)
    if name == "other_names":
        return text.replace("\n", ", ")[:240]
    return text if name != "name" or text else this


def undo_merge(made: ContactMerge, *, now: datetime, by_id: int | None = None) -> None:
    """Make two contacts of one again, each as it was; raise CannotUndoMerge where that would lose something."""
    kept, other = db.session.get_one(Contact, made.kept_id), db.session.get_one(Contact, made.merged_id)
    _check_undo(made, kept, other, now)
    take_version(kept, None, now=now)
    take_version(other, None, now=now)
    brought_by = kept.referred_by_id
    for name, value in made.before["fields"].items():
        setattr(kept, name, value)
    archived_at = made.before["merged"]["archived_at"]
    other.archived_at = datetime.fromisoformat(archived_at) if archived_at else None
    other.merged_into_id = None
    db.session.flush()
    Ledger(made.before["rows"]).take_back()
    # The copy has served its purpose and is personal data: it goes at once.
    made.undone_at, made.before = now, {}
    _refresh(kept, other)
    record("contact.merge_undone", at=now, subject=kept, actor_id=by_id, merged=other.id)
    tell_changed([kept.id, other.id, brought_by], now=now)


def _check_undo(made: ContactMerge, kept: Contact, other: Contact, now: datetime) -> None:
    if made.undone_at is not None:
        raise CannotUndoMerge("This merge is undone already.")
    if kept.is_blocked or other.is_blocked or "rows" not in made.before:
        raise CannotUndoMerge("One of the two was erased or asked for it; nothing is left to bring back.")
    if now > undo_until(made.at):
        raise CannotUndoMerge("A merge can be undone for 30 days; this one is older.")
    latest = latest_merge([kept.id, other.id])
    if latest is not None and latest.id != made.id:
        raise CannotUndoMerge("There is a later merge of this contact. Undo that one first.")
    changed = [name for name, value in made.before["after"].items() if getattr(kept, name) != value]
    if changed:
        raise CannotUndoMerge(
            "Fields that the merge filled were changed since, and undoing would lose that. Archive or edit instead."
        )


def _refresh(*contacts: Contact) -> None:
    """Read both contacts anew, since their rows moved beneath the session, and index them."""
    db.session.flush()
    db.session.expire_all()
    reindex_many(contacts)
