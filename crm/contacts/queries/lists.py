"""The list of contacts in the order of their sort names, page by page.

A filter by tag is written in one of two ways: a rare tag is read whole and then ordered, a common one is
looked up while walking along the list; both stop at a page, however many contacts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_

from crm.contacts.models import Contact, ContactField, ContactTag, Tag
from crm.contacts.queries.shown import COLUMNS, ShownContact, ShownTag, shown
from crm.extensions import db
from crm.shared.database import read
from crm.shared.paging import PAGE_SIZE, Page, decode_place, page_of

RARE = 1_000
MOST_TAGS = 200
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # a range uses the index where "is not null" scans the table


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """Which contacts are listed; `letter` is a to z, or # for names that begin with a number or sign."""

    tag_id: int | None = None
    kind: str = ""
    letter: str = ""
    is_archived: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether everybody is listed."""
        return self == ListFilter()


def contact_list(place: str | None, wanted: ListFilter) -> Page[ShownContact]:
    """Return a page of contacts with their phones and tags, by sort name."""
    statement = _everybody() if wanted.is_empty else _page(wanted)
    key = decode_place(place, 2)
    if key is not None and isinstance(key[0], str) and isinstance(key[1], int):
        statement = statement.where(tuple_(Contact.sort_name, Contact.id) > tuple_(key[0], key[1]))
    rows = shown(statement, with_tags=True)
    return page_of(rows, PAGE_SIZE, lambda contact: [contact.sort_name, contact.id])


@cache
def _everybody() -> Select[*tuple[Any, ...]]:
    return _page(ListFilter())


def _page(wanted: ListFilter) -> Select[*tuple[Any, ...]]:
    return _listed(wanted).order_by(Contact.sort_name, Contact.id).limit(PAGE_SIZE + 1)


def _listed(wanted: ListFilter) -> Select[*tuple[Any, ...]]:
    is_archived = Contact.archived_at > _LONG_AGO if wanted.is_archived else Contact.archived_at.is_(None)
    statement = select(*COLUMNS).where(is_archived, Contact.merged_into_id.is_(None), Contact.blocked_at.is_(None))
    if wanted.kind:
        statement = statement.where(Contact.kind == wanted.kind)
    if wanted.letter:
        statement = statement.where(_starts_with(wanted.letter))
    if wanted.tag_id is not None:
        statement = statement.where(_has_tag(wanted.tag_id))
    return statement


def _starts_with(letter: str) -> ColumnElement[bool]:
    """Sort names are in a to z, so the names of one letter lie between it and the next."""
    if not ("a" <= letter <= "z"):
        return Contact.sort_name < "a"
    if letter == "z":
        return Contact.sort_name >= "z"
    return (Contact.sort_name >= letter) & (Contact.sort_name < chr(ord(letter) + 1))


def _has_tag(tag_id: int) -> ColumnElement[bool]:
    tagged = select(ContactTag.contact_id).where(ContactTag.tag_id == tag_id)
    ids = db.session.scalars(tagged.limit(RARE + 1)).all()
    if len(ids) <= RARE:
        return Contact.id.in_(ids)
    return tagged.where(ContactTag.contact_id == Contact.id).correlate(Contact).exists()


def all_tags() -> list[ShownTag]:
    """Return the tags by name."""
    rows = read(select(Tag.id, Tag.name).order_by(Tag.name, Tag.id).limit(MOST_TAGS))
    return [ShownTag(*row) for row in rows]


def own_fields(*, with_retired: bool = False) -> Sequence[ContactField]:
    """Return the owner's own fields in their order."""
    statement = select(ContactField).order_by(ContactField.position, ContactField.id)
    if not with_retired:
        statement = statement.where(ContactField.retired_at.is_(None))
    return db.session.scalars(statement).all()
