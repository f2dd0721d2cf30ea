"""Where a contact's page is, and how its numbers are written; for templates of every domain."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from crm.accounts.queries import business
from crm.shared.phones import format_phone


class _Phone(Protocol):
    @property
    def raw(self) -> str: ...
    @property
    def e164(self) -> str | None: ...


def contact_path(contact_id: int) -> str:
    """Return the address of a contact's page, which belongs to the timeline above this domain."""
    return f"/contacts/{contact_id}"


def phone_text(phone: _Phone) -> str:
    """Return a number as people at home write it; one that is none as it was typed."""
    found = business()
    return _formatted(phone.e164, found.country if found else "") if phone.e164 else phone.raw


def number_text(e164: str) -> str:
    """Return a number that is known only as E.164 as people at home write it."""
    found = business()
    return _formatted(e164, found.country if found else "")


@lru_cache(maxsize=4096)
def _formatted(e164: str, region: str) -> str:
    return format_phone(e164, region)
