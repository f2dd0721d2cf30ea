"""The owner's own fields: adding, changing, retiring. Values stay when a field is retired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from crm.contacts.models import ContactField
from crm.contacts.rules import FieldKind, FieldNameTaken
from crm.extensions import db
from crm.shared.events import record


def add_field(name: str, kind: FieldKind, choices: Sequence[str], *, now: datetime) -> ContactField:
    """Add an own field at the end; raise FieldNameTaken for a name that is in use."""
    _check_name(name)
    last = db.session.scalar(select(func.max(ContactField.position))) or 0
    own_field = ContactField(name=name, kind=kind, choices=list(choices), position=last + 1)
    db.session.add(own_field)
    db.session.flush()
    record("contact_field.added", at=now, subject=own_field, kind=str(kind))
    return own_field


def change_field(own_field: ContactField, name: str, choices: Sequence[str], *, position: int, now: datetime) -> None:
    """Change the name, choices and place of a field; its kind stays, because values are stored in it."""
    if name != own_field.name:
        _check_name(name)
    own_field.name, own_field.choices, own_field.position = name, list(choices), position
    record("contact_field.changed", at=now, subject=own_field)


def retire_field(own_field: ContactField, *, now: datetime) -> None:
    """Take a field out of the forms; what was written in it stays readable."""
    own_field.retired_at = own_field.retired_at or now
    record("contact_field.retired", at=now, subject=own_field)


def return_field(own_field: ContactField, *, now: datetime) -> None:
    """Bring a retired field back into the forms."""
    own_field.retired_at = None
    record("contact_field.returned", at=now, subject=own_field)


def _check_name(name: str) -> None:
    if db.session.scalar(select(ContactField.id).where(ContactField.name == name)) is not None:
        raise FieldNameTaken
