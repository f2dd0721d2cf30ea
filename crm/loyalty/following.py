"""Standings follow what changes about contacts and complaints, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from crm.contacts.followers import follower
from crm.loyalty.actions.standings import refresh


@follower
def follow(contact_ids: Collection[int], now: datetime) -> None:
    """Bring the standings of some contacts up to date, and those of whoever brought them."""
    refresh(contact_ids, now=now)
