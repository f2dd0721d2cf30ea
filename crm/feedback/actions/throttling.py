"""Counting what comes from an address: links that lead nowhere, and answers at the counter."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.actions import count_attempt
from crm.accounts.rules import Limit
from crm.feedback.queries.counter import has_to_wait


def count(limit: Limit, *, now: datetime) -> bool:
    """Count one more under a limit and return True; return False, and count nothing, where it has to wait."""
    if has_to_wait(limit, now):
        return False
    count_attempt([limit], now=now)
    return True
