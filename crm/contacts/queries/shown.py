"""Contacts as lists show them: plain rows, because a list of fifty is on every screen.

Two queries for any number of contacts, a third for their tags; no row is tracked for changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from crm.contacts.models import Contact, ContactTag, Phone, Tag
from crm.shared.database import read


class ShownPhone(NamedTuple):
    """A number in a list."""

    raw: str
    e164: str | None


class ShownTag(NamedTuple):
    """A tag of a contact."""

    id: int
    name: str


@dataclass(slots=True)
class ShownContact:
    """A contact in a list, with all its numbers; `tags` only where they were asked for."""

    id: int
    kind: str
    name: str
    sort_name: str
    other_names: str
    organisation: str
    archived_at: datetime | None
    blocked_at: datetime | None
    phones: list[ShownPhone] = field(default_factory=list)
    tags: list[ShownTag] = field(default_factory=list)

    @property
    def is_archived(self) -> bool:
        """Tell whether the contact is out of the daily lists."""
        return self.archived_at is not None

    @property
    def is_blocked(self) -> bool:
        """Tell whether the contact waits for its erasure or is erased."""
        return self.blocked_at is not None


COLUMNS = (
    Contact.id,
    Contact.kind,
    Contact.name,
    Contact.sort_name,
    Contact.other_names,
    Contact.organisation,
    Contact.archived_at,
    Contact.blocked_at,
)


def shown(
    statement: Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None, *, with_tags: bool = False
) -> list[ShownContact]:
    """Return what a statement over `COLUMNS` selects, with numbers and perhaps tags."""
    contacts = [ShownContact(*row) for row in read(statement, values).all()]
    by_id = {contact.id: contact for contact in contacts}
    if by_id:
        _add_phones(by_id)
        if with_tags:
            _add_tags(by_id)
    return contacts


def contacts_shown(ids: Sequence[int]) -> dict[int, ShownContact]:
    """Return contacts with their numbers, by id."""
    if not ids:
        return {}
    return _by_id(shown(_contacts(), {"ids": ids}))


def _by_id(contacts: Iterable[ShownContact]) -> dict[int, ShownContact]:
    return {contact.id: contact for contact in contacts}


def _add_phones(by_id: dict[int, ShownContact]) -> None:
    for contact_id, raw, e164 in read(_phones(), {"ids": list(by_id)}).all():
        by_id[contact_id].phones.append(ShownPhone(raw, e164))


def _add_tags(by_id: dict[int, ShownContact]) -> None:
    for contact_id, tag_id, name in read(_tags(), {"ids": list(by_id)}).all():
        by_id[contact_id].tags.append(ShownTag(tag_id, name))


# The statements are built once: putting them together costs more than running them.
_IDS: Any = bindparam("ids", expanding=True)


@cache
def _contacts() -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).where(Contact.id.in_(_IDS))


@cache
def _phones() -> Select[int, str, str | None]:
    statement = select(Phone.contact_id, Phone.raw, Phone.e164).where(Phone.contact_id.in_(_IDS))
    return statement.order_by(Phone.position, Phone.id)


@cache
def _tags() -> Select[int, int, str]:
    statement = select(ContactTag.contact_id, Tag.id, Tag.name).join(Tag, Tag.id == ContactTag.tag_id)
    return statement.where(ContactTag.contact_id.in_(_IDS)).order_by(Tag.name)
