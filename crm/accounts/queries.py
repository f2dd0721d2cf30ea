"""Reads of the business, its staff and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from flask import g, has_request_context
from sqlalchemy import Select, and_, bindparam, func, or_, select

from crm.accounts.models import AccessLink, Business, SignInFailure, Staff, StaffSession
from crm.accounts.passwords import token_hash
from crm.extensions import db
from crm.shared.models import AuditEvent
from crm.shared.paging import PAGE_SIZE, Page, decode_place, page_of
from crm.shared.permissions import Role

_ATTEMPTS = 20260612  # a number of ours among PostgreSQL's advisory locks


def business() -> Business | None:
    """Return the business, read once a request; None before it is set up."""
    kept: Business | None = g.get("business") if has_request_context() else None
    if kept is not None:
        return kept
    found = db.session.get(Business, 1)
    if found is not None:
        _keep(found)
    return found


def _keep(found: Business) -> None:
    if has_request_context():
        g.business = found
        g.time_zone = found.time_zone


def the_business() -> Business:
    """Return the business; it exists on every page but the set-up."""
    found = business()
    if found is None:
        raise LookupError("The business is not set up yet.")
    return found


def is_set_up() -> bool:
    """Tell whether anybody works here, and so set-up is closed for ever."""
    return db.session.scalar(select(Staff.id).limit(1)) is not None


def staff_by_email(email: str) -> Staff | None:
    """Return the person with an email address, in any letter case."""
    return db.session.scalar(select(Staff).where(Staff.email == email.strip().casefold()))


def all_staff() -> Sequence[Staff]:
    """Return everybody, those still active first, by name."""
    return db.session.scalars(select(Staff).order_by(Staff.disabled_at.is_not(None), Staff.name)).all()


def active_staff() -> Sequence[Staff]:
    """Return everybody who may use the program, by name."""
    return db.session.scalars(select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.name)).all()


def has_colleagues(staff: Staff) -> bool:
    """Tell whether anybody else may use the program."""
    others = select(Staff.id).where(Staff.disabled_at.is_(None), Staff.id != staff.id)
    return db.session.scalar(others.limit(1)) is not None


def held_owners(beside: Staff) -> list[Staff]:
    """Return the owners who may sign in; they and one person more stay as they are until the transaction ends.

    Two who take each other's role away at once so come one after the other.
    """
    is_owner = and_(Staff.role == Role.OWNER, Staff.disabled_at.is_(None))
    statement = select(Staff).where(or_(is_owner, Staff.id == beside.id)).order_by(Staff.id)
    held = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return [each for each in db.session.scalars(held) if each.role == Role.OWNER and each.is_active]


def session_by_token(token: str) -> StaffSession | None:
    """Return the session of a cookie's token with its person, or None; the business comes with it, unasked for."""
    row = db.session.execute(_session_statement(), {"token_hash": token_hash(token)}).first()
    if row is None:
        return None
    if row.Business is not None:
        _keep(row.Business)
    found: StaffSession = row.StaffSession
    return found


@cache
def _session_statement() -> Select[StaffSession, Business]:
    statement = select(StaffSession, Business).outerjoin(Business, Business.id == 1)
    return statement.where(StaffSession.token_hash == bindparam("token_hash"))


def staff_by_feed_token(token: str) -> Staff | None:
    """Return the active person whose secret calendar address has the token, or None."""
    where = (Staff.feed_token_hash == token_hash(token), Staff.disabled_at.is_(None))
    return db.session.scalar(select(Staff).where(*where))


def sessions_of(staff: Staff) -> Sequence[StaffSession]:
    """Return a person's sessions, the latest seen first."""
    where = StaffSession.staff_id == staff.id
    return db.session.scalars(select(StaffSession).where(where).order_by(StaffSession.seen_at.desc())).all()


def link_by_token(token: str) -> AccessLink | None:
    """Return the access link of a token, or None."""
    return db.session.scalar(select(AccessLink).where(AccessLink.token_hash == token_hash(token)))


def hold_attempts() -> None:
    """Let one attempt at a secret be counted at a time, until the transaction ends."""
    begun = db.session.connection()  # on SQLite that alone lets nobody else write
    if begun.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_ATTEMPTS)))


def failures_since(scope_hash: str, since: datetime) -> Sequence[datetime]:
    """Return when sign-in failed for an account or address, since an instant."""
    where = (SignInFailure.scope_hash == scope_hash, SignInFailure.at >= since)
    return db.session.scalars(select(SignInFailure.at).where(*where)).all()


def refused_pages(staff_id: int, since: datetime) -> set[str]:
    """Return the pages that the audit trail says a person was refused since an instant."""
    where = (AuditEvent.actor_id == staff_id, AuditEvent.action == "access.refused", AuditEvent.at > since)
    return {details["page"] for details in db.session.scalars(select(AuditEvent.details).where(*where))}


def audited_actions() -> Sequence[str]:
    """Return every action that the audit trail holds, once: each is looked up after the one before, in the index."""
    first = select(func.min(AuditEvent.action).label("action")).cte("actions", recursive=True)
    after = select(func.min(AuditEvent.action)).where(AuditEvent.action > first.c.action).scalar_subquery()
    actions = first.union_all(select(after).where(first.c.action.is_not(None)))
    return db.session.scalars(select(actions.c.action).where(actions.c.action.is_not(None))).all()


def audit_events(place: str | None, *, action: str = "", staff_id: int | None = None) -> Page[AuditEvent]:
    """Return a page of the audit trail, newest first."""
    statement = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(PAGE_SIZE + 1)
    if action:
        statement = statement.where(AuditEvent.action == action)
    if staff_id:
        statement = statement.where(AuditEvent.actor_id == staff_id)
    key = decode_place(place, 1)
    if key is not None and isinstance(key[0], int):
        statement = statement.where(AuditEvent.id < key[0])
    return page_of(db.session.scalars(statement).all(), PAGE_SIZE, lambda event: [event.id])
