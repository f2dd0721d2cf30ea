"""Who works something out from contacts, and is told when one of them changed.

An upper domain registers a function that brings up to date what it derives from contacts, complaints among
them: whether they are merged, archived or blocked, who brought them, since when they are customers, whether
a complaint is open. It runs in the transaction of the change; this domain never imports one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from crm.accounts.queries import business

AT_ONCE = 500
Follower = Callable[[Collection[int], datetime], None]
_followers: list[Follower] = []


def follower(function: Follower) -> Follower:
    """Register a function that works out anew what is derived from some contacts, by their ids."""
    if function not in _followers:
        _followers.append(function)
    return function


def tell_changed(contact_ids: Iterable[int | None], *, now: datetime) -> None:
    """Let every follower work out anew what it derives from some contacts; None among them is nobody."""
    ids = sorted({each for each in contact_ids if each is not None})
    if business() is None:
        return
    for start in range(0, len(ids), AT_ONCE):
        for each in _followers:
            each(ids[start : start + AT_ONCE], now)
