"""The list of contacts in the order of their sort names, page by page.

A filter by tag is written in one of two ways: a rare tag is read whole and then ordered, a common one is
looked up while walking along the list; both stop at a page, however many contacts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import load_only, selectinload

from crm.contacts.models import Contact, ContactField, ContactTag, Phone, Tag
from crm.extensions import db
from crm.shared.paging import PAGE_SIZE, Page, decode_place, page_of

RARE = 500
MOST_TAGS = 200


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


def contact_list(place: str | None, wanted: ListFilter) -> Page[Contact]:
    """Return a page of contacts with their phones and tags, by sort name."""
    statement = _listed(wanted).order_by(Contact.sort_name, Contact.id).limit(PAGE_SIZE + 1)
    key = decode_place(place, 2)
    if key is not None and isinstance(key[0], str) and isinstance(key[1], int):
        statement = statement.where(tuple_(Contact.sort_name, Contact.id) > tuple_(key[0], key[1]))
    shown = load_only(
        Contact.kind,
        Contact.name,
        Contact.sort_name,
        Contact.other_names,
        Contact.organisation,
        Contact.archived_at,
    )
    phones = selectinload(Contact.phones).load_only(Phone.contact_id, Phone.raw, Phone.e164)
    rows = db.session.scalars(statement.options(shown, phones, selectinload(Contact.tags))).all()
    return page_of(rows, PAGE_SIZE, lambda contact: [contact.sort_name, contact.id])


def _listed(wanted: ListFilter) -> Select[Contact]:
    is_archived = Contact.archived_at.is_not(None) if wanted.is_archived else Contact.archived_at.is_(None)
    statement = select(Contact).where(is_archived, Contact.merged_into_id.is_(None), Contact.blocked_at.is_(None))
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


def all_tags() -> Sequence[Tag]:
    """Return the tags by name."""
    return db.session.scalars(select(Tag).order_by(Tag.name, Tag.id).limit(MOST_TAGS)).all()


def own_fields(*, with_retired: bool = False) -> Sequence[ContactField]:
    """Return the owner's own fields in their order."""
    statement = select(ContactField).order_by(ContactField.position, ContactField.id)
    if not with_retired:
        statement = statement.where(ContactField.retired_at.is_(None))
    return db.session.scalars(statement).all()
