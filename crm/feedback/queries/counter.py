"""The link at the counter, and how many answers or wrong links came from an address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from crm.accounts.passwords import token_hash
from crm.accounts.queries import failures_since
from crm.accounts.rules import Limit, retry_after
from crm.extensions import db
from crm.feedback.models import CounterLink

LONGEST_TOKEN = 64


def counter_link() -> CounterLink | None:
    """Return the link that hangs at the counter, None before there is one."""
    statement = select(CounterLink).where(CounterLink.ended_at.is_(None)).order_by(CounterLink.id.desc())
    return db.session.scalar(statement.limit(1))


def counter_link_by_token(token: str) -> CounterLink | None:
    """Return the link of a token while it holds, else None; what no token of ours can be is not looked up."""
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(select(CounterLink).where(CounterLink.token == token, CounterLink.ended_at.is_(None)))


def has_to_wait(limit: Limit, now: datetime) -> bool:
    """Tell whether so much came from an address that more has to wait."""
    counted = failures_since(token_hash(limit.scope), now - limit.window)
    return retry_after(counted, allowed=limit.allowed, window=limit.window, now=now) is not None
