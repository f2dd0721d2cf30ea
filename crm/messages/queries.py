"""Reads of what the bell shows and of what is in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ScalarSelect, func, select

from crm.accounts.models import Staff
from crm.extensions import db
from crm.messages.models import AlertAddress, Notice, NoticeMark, OutboxMessage
from crm.messages.rules import LEASE, LONGEST_WAIT, MessageState
from crm.shared.due import may_be_taken
from crm.shared.paging import PAGE_SIZE, Page, decode_place, page_of

KEYS_AT_ONCE = 500


def unread_count(staff_id: int | BindParameter[int]) -> ScalarSelect[int]:
    """Return the number of a person's unread notices as a part of a larger query; 100 means many."""
    unread = select(Notice.id).where(Notice.staff_id == staff_id, Notice.read_at.is_(None)).limit(100).subquery()
    return select(func.count()).select_from(unread).scalar_subquery()


def dead_count() -> ScalarSelect[int]:
    """Return the number of messages that could not be delivered, as a part of a larger query."""
    dead = select(OutboxMessage.id).where(OutboxMessage.state == MessageState.DEAD).limit(100).subquery()
    return select(func.count()).select_from(dead).scalar_subquery()


def notices_of(staff_id: int, place: str | None) -> Page[Notice]:
    """Return a page of a person's notices, newest first."""
    statement = select(Notice).where(Notice.staff_id == staff_id).order_by(Notice.id.desc()).limit(PAGE_SIZE + 1)
    key = decode_place(place, 1)
    if key is not None and isinstance(key[0], int):
        statement = statement.where(Notice.id < key[0])
    return page_of(db.session.scalars(statement).all(), PAGE_SIZE, lambda notice: [notice.id])


def has_notice(unique_key: str) -> bool:
    """Tell whether a notice was given already."""
    return db.session.scalar(select(Notice.id).where(Notice.unique_key == unique_key)) is not None


def known_notices(unique_keys: Sequence[str]) -> set[str]:
    """Return which of these notices were given already."""
    known: set[str] = set()
    for start in range(0, len(unique_keys), KEYS_AT_ONCE):
        some = unique_keys[start : start + KEYS_AT_ONCE]
        known.update(db.session.scalars(select(Notice.unique_key).where(Notice.unique_key.in_(some))))
    return known


def mark(name: str) -> int | None:
    """Return how far a sweep has looked; None before its first round."""
    return db.session.scalar(select(NoticeMark.seen).where(NoticeMark.name == name))


def addresses_by_person(staff_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return where people want alerts besides the bell, by person."""
    found: dict[int, list[str]] = {}
    wanted = select(AlertAddress).where(AlertAddress.staff_id.in_(staff_ids)).order_by(AlertAddress.id)
    for address in db.session.scalars(wanted):
        found.setdefault(address.staff_id, []).append(address.address)
    return found


def addresses_of(staff_id: int) -> Sequence[AlertAddress]:
    """Return where a person wants alerts besides the bell."""
    return db.session.scalars(
        select(AlertAddress).where(AlertAddress.staff_id == staff_id).order_by(AlertAddress.id)
    ).all()


def due_message_id(now: datetime) -> int | None:
    """Return one message that is due and that no worker holds, locked where the database can."""
    is_due = may_be_taken(OutboxMessage, now, lease=LEASE, longest_wait=LONGEST_WAIT)
    due = select(OutboxMessage.id).where(OutboxMessage.state == MessageState.NEW, is_due)
    return db.session.scalar(
        due.order_by(OutboxMessage.due_at, OutboxMessage.id).limit(1).with_for_update(skip_locked=True)
    )


def retried_count() -> int:
    """Return the number of messages that did not get through yet and are tried again."""
    retried = select(func.count()).where(OutboxMessage.state == MessageState.NEW, OutboxMessage.attempts > 0)
    return db.session.scalar(retried) or 0


def dead_messages() -> Sequence[tuple[OutboxMessage, str | None]]:
    """Return the messages that could not be delivered, with the name of the person they were for."""
    rows = db.session.execute(
        select(OutboxMessage, Staff.name)
        .outerjoin(Staff, Staff.id == OutboxMessage.staff_id)
        .where(OutboxMessage.state == MessageState.DEAD)
        .order_by(OutboxMessage.id.desc())
        .limit(PAGE_SIZE)
    )
    return [(message, name) for message, name in rows]
