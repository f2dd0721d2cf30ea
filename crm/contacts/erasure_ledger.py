"""Who was erased, kept outside the database, so that restoring an older backup brings nobody back.

A line is a contact's number and when the contact and the erasure were noted: no personal data. The instant at
which a contact was made tells it from another one that got the same number after a restore.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from crm.contacts.actions.erasing import anonymise, block
from crm.contacts.models import Contact
from crm.extensions import db

logger = logging.getLogger("crm")


def keep_ledger(path: Path) -> None:
    """Add to the ledger who was erased and is not in it yet; a disk that cannot be written is only logged."""
    erased = db.session.execute(select(Contact.id, Contact.created_at).where(Contact.erased_at.is_not(None))).all()
    try:
        known = set(path.read_text(errors="replace").splitlines()) if path.exists() else set()
        lines = sorted({_line(contact_id, made_at) for contact_id, made_at in erased} - known)
        if lines:
            _append(path, lines)
    except OSError as error:
        logger.warning("the ledger of erasures cannot be written: %s", error.strerror)


def _line(contact_id: int, made_at: datetime) -> str:
    return json.dumps({"contact": contact_id, "made_at": made_at.isoformat()})


def _append(path: Path, lines: Iterable[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def erase_again(lines: Iterable[str], *, now: datetime) -> tuple[int, list[int]]:
    """Erase everybody in the ledger who came back with a backup; the caller commits.

    Returns how many contacts were erased, and the numbers of those that are now a part of somebody who was
    not erased, which only a person can part again.
    """
    people = [contact for contact in map(_contact_of, lines) if contact is not None]
    ids = {contact.id for contact in people}
    parts = [each.id for each in people if each.merged_into_id is not None and each.merged_into_id not in ids]
    erased = 0
    for contact in people:
        if contact.merged_into_id is None and contact.erased_at is None:
            if not contact.is_blocked:
                block(contact, now=now)
            anonymise(contact, now=now)
            erased += 1
    return erased, sorted(parts)


def _contact_of(line: str) -> Contact | None:
    try:
        entry = json.loads(line)
        contact = db.session.get(Contact, int(entry["contact"]))
        is_same = contact is not None and contact.created_at == datetime.fromisoformat(entry["made_at"])
    except (ValueError, KeyError, TypeError):
        return None
    return contact if is_same and contact is not None and contact.erased_at is None else None
