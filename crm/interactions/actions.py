"""What changes entries and follow-ups; an entry is changed by its author for a while, later only added to."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import update

from crm.contacts.models import Contact
from crm.contacts.queries.brief import ContactInBrief
from crm.contacts.rules import ContactBlocked
from crm.extensions import db
from crm.interactions import rules
from crm.interactions.models import FollowUp, Interaction
from crm.interactions.rules import DueDay, Entry, Task
from crm.shared.events import record

_OWN_STATEMENT: dict[str, Any] = {"synchronize_session": False}


def log(
    contact: Contact | ContactInBrief, entry: Entry, *, by_id: int, now: datetime, follow_up: Task | None = None
) -> Interaction:
    """Write down what happened, with its follow-up; raise ContactBlocked, NotYetHappened or NothingSaid."""
    if contact.is_blocked:
        raise ContactBlocked
    interaction = Interaction(contact_id=contact.id, staff_id=by_id, logged_at=now)
    _write(interaction, entry, now)
    db.session.add(interaction)
    db.session.flush()
    due = _add_follow_up(interaction, follow_up, by_id, now) if follow_up else None
    record(
        "interaction.logged", at=now, subject=interaction, actor_id=by_id, kind=interaction.kind,
        is_late=interaction.is_late, follow_up=due.id if due else None,
    )  # fmt: skip
    return interaction


def _write(interaction: Interaction, entry: Entry, now: datetime) -> None:
    outcome = rules.outcome_of(entry.channel, entry.outcome)
    rules.check_note(entry.kind, outcome, entry.note)
    values = asdict(entry) | {"outcome": outcome, "occurred_at": rules.occurred(entry.occurred_at, now)}
    values["currency"] = entry.currency if entry.amount is not None else ""
    for name, value in values.items():
        setattr(interaction, name, value)
    interaction.is_late = rules.is_late(interaction.occurred_at, interaction.logged_at)


def _add_follow_up(interaction: Interaction, wanted: Task, by_id: int, now: datetime) -> FollowUp:
    follow_up = FollowUp(
        contact_id=interaction.contact_id,
        interaction_id=interaction.id,
        task=rules.task_of(wanted.task, interaction.note),
        due_on=wanted.due.on,
        due_time=wanted.due.at,
        assignee_id=wanted.assignee_id,
        created_at=now,
        created_by_id=by_id,
    )
    db.session.add(follow_up)
    db.session.flush()
    return follow_up


def edit(interaction: Interaction, entry: Entry, *, version: int | None, by_id: int, now: datetime) -> None:
    """Change an own entry within 15 minutes; raise TooLateToEdit, or EntryChanged if it is another version."""
    if not rules.may_edit(interaction.staff_id, interaction.logged_at, by_id=by_id, now=now):
        raise rules.TooLateToEdit
    with db.session.no_autoflush:
        _write(interaction, entry, now)
        _take_version(interaction, version)
    interaction.edited_at = now
    db.session.flush()
    record("interaction.edited", at=now, subject=interaction, actor_id=by_id)


def _take_version(interaction: Interaction, version: int | None) -> None:
    """Move an entry to its next version in one statement; raise EntryChanged when another was faster."""
    seen = interaction.version if version is None else version
    statement = update(Interaction).where(Interaction.id == interaction.id, Interaction.version == seen)
    changed = db.session.execute(statement.values(version=seen + 1), execution_options=_OWN_STATEMENT)
    if not changed.rowcount:  # type: ignore[attr-defined]
        db.session.refresh(interaction)
        raise rules.EntryChanged
    interaction.version = seen + 1


def correct(interaction: Interaction, note: str, *, by_id: int, now: datetime) -> Interaction:
    """Add to an entry what was wrong or missing; it stands under it and counts as nothing of its own."""
    if not note.strip():
        raise rules.NothingSaid
    addition = Interaction(
        contact_id=interaction.contact_id,
        staff_id=by_id,
        occurred_at=interaction.occurred_at,
        logged_at=now,
        channel=interaction.channel,
        direction=interaction.direction,
        kind=interaction.kind,
        note=note,
        corrects_id=interaction.corrects_id or interaction.id,
    )
    db.session.add(addition)
    db.session.flush()
    record("interaction.corrected", at=now, subject=addition, actor_id=by_id, corrects=addition.corrects_id)
    return addition


# ── Follow-ups ──


def finish(follow_up: FollowUp, *, by_id: int, now: datetime) -> None:
    """Mark a follow-up as done, once; raise AlreadyDone for a second person. Your own second press changes nothing."""
    statement = update(FollowUp).where(FollowUp.id == follow_up.id, FollowUp.done_at.is_(None))
    values = {"done_at": now, "done_by_id": by_id, "version": FollowUp.version + 1}
    changed = db.session.execute(statement.values(**values), execution_options=_OWN_STATEMENT)
    db.session.refresh(follow_up)
    if changed.rowcount:  # type: ignore[attr-defined]
        record("follow_up.done", at=now, subject=follow_up, actor_id=by_id)
    elif follow_up.done_by_id != by_id:
        raise rules.AlreadyDone


def reopen(follow_up: FollowUp, *, version: int | None, by_id: int, now: datetime) -> None:
    """Take back a follow-up that was marked as done by mistake; raise FollowUpChanged for another version."""
    _change(follow_up, version, is_done=True, done_at=None, done_by_id=None)
    record("follow_up.reopened", at=now, subject=follow_up, actor_id=by_id)


def postpone(follow_up: FollowUp, due: DueDay, *, version: int | None, by_id: int, now: datetime) -> None:
    """Move a follow-up to another day and hour; raise FollowUpChanged for another version."""
    before = follow_up.due_on
    _change(follow_up, version, due_on=due.on, due_time=due.at)
    record(
        "follow_up.postponed", at=now, subject=follow_up, actor_id=by_id, was=before.isoformat(), due=due.on.isoformat()
    )


def assign(follow_up: FollowUp, staff_id: int | None, *, version: int | None, by_id: int, now: datetime) -> None:
    """Give a follow-up to a person, or to nobody; raise FollowUpChanged for another version."""
    _change(follow_up, version, assignee_id=staff_id)
    record("follow_up.assigned", at=now, subject=follow_up, actor_id=by_id, assignee=staff_id)


def _change(follow_up: FollowUp, version: int | None, *, is_done: bool = False, **values: Any) -> None:
    seen = follow_up.version if version is None else version
    is_in_state = FollowUp.done_at.is_not(None) if is_done else FollowUp.done_at.is_(None)
    statement = update(FollowUp).where(FollowUp.id == follow_up.id, FollowUp.version == seen, is_in_state)
    changed = db.session.execute(statement.values(version=seen + 1, **values), execution_options=_OWN_STATEMENT)
    db.session.refresh(follow_up)
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise rules.FollowUpChanged
