"""The one author of the search index of contacts.

A merged, blocked or erased contact is not in the index; an archived one is found only on demand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from crm.contacts import search_index
from crm.contacts.models import Contact, SearchIndexState
from crm.contacts.queries.details import details_of
from crm.contacts.rules import index_document, sort_name
from crm.contacts.search_rules import SEARCH_RULES_VERSION, SearchDocument
from crm.extensions import db

CHUNK = 500


def document_of(contact: Contact) -> SearchDocument | None:
    """Return what the index holds of a contact, None for one that must not be found."""
    if contact.merged_into_id is not None or contact.blocked_at is not None or contact.erased_at is not None:
        return None
    e164s = [phone.e164 for phone in contact.phones if phone.e164]
    return index_document(details_of(contact), name=contact.name, e164s=e164s)


def reindex(contact: Contact) -> None:
    """Write the index of one contact anew after any change of its names, numbers, tags or state."""
    reindex_many([contact])


def reindex_many(contacts: Iterable[Contact]) -> None:
    """Write the index of many contacts anew."""
    db.session.flush()
    active: list[tuple[int, SearchDocument]] = []
    for contact in contacts:
        document = document_of(contact)
        if document is None:
            search_index.remove_document(db.session(), contact.id)
        elif contact.is_archived:
            search_index.store_document(db.session(), contact.id, document, is_active=False)
        else:
            active.append((contact.id, document))
    search_index.store_documents(db.session(), active)


def index_backlog() -> int | None:
    """Return how many contacts are to be indexed by the present search rules, None where that is done."""
    state = db.session.get(SearchIndexState, 1)
    is_begun = state is not None and state.rules_version == SEARCH_RULES_VERSION
    if state is not None and is_begun and state.reached_id is None:
        return None
    reached_id = state.reached_id if state is not None and is_begun else 0
    return db.session.scalars(select(func.count(Contact.id)).where(Contact.id > reached_id)).one()


def reindex_outdated() -> int:
    """Index the next contacts by the present search rules; returns how many, 0 once all are.

    Their place in the list follows: it is how their names are read. How far it came is written in the same
    transaction: after a stop it goes on from there.
    """
    state = _state_of_present_rules()
    if state.reached_id is None:
        return 0
    chunk = _chunk_after(state.reached_id)
    for contact in chunk:
        contact.sort_name = sort_name(contact.name)
    reindex_many(chunk)
    state.reached_id = chunk[-1].id if chunk else None
    db.session.flush()
    db.session.expire_all()
    return len(chunk)


def _state_of_present_rules() -> SearchIndexState:
    state = db.session.get(SearchIndexState, 1)
    if state is None:
        state = SearchIndexState(id=1, rules_version=0)
        db.session.add(state)
    if state.rules_version != SEARCH_RULES_VERSION:
        state.rules_version, state.reached_id = SEARCH_RULES_VERSION, 0
    return state


def _chunk_after(last_id: int) -> Sequence[Contact]:
    loaded = (Contact.phones, Contact.emails, Contact.addresses, Contact.links, Contact.tags, Contact.field_values)
    statement = select(Contact).where(Contact.id > last_id).order_by(Contact.id).limit(CHUNK)
    return db.session.scalars(statement.options(*(selectinload(each) for each in loaded))).all()
