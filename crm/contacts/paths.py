"""Where a contact's page is, and how its numbers are written; for templates of every domain."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from crm.accounts.queries import business
from crm.shared.phones import format_phone, normalise_phone
from crm.shared.translating import gettext

_HAS_MORE = re.compile(r"[^\W\d_]|[#;,]").search  # than digits and what stands between them


class _Phone(Protocol):
    @property
    def raw(self) -> str: ...
    @property
    def e164(self) -> str | None: ...


def contact_path(contact_id: int) -> str:
    """Return the address of a contact's page, which belongs to the timeline above this domain."""
    return f"/contacts/{contact_id}"


def phone_text(phone: _Phone) -> str:
    """Return a number as people at home write it, with its extension; one that is none as it was typed."""
    if not phone.e164:
        return phone.raw
    text, extension = number_text(phone.e164), _extension_of(phone)
    return f"{text} {gettext('ext. %(number)s', number=extension)}" if extension else text


def phone_link(phone: _Phone) -> str:
    """Return the address by which a device dials a number (RFC 3966)."""
    extension = _extension_of(phone)
    return f"tel:{phone.e164};ext={extension}" if extension else f"tel:{phone.e164}"


def number_text(e164: str) -> str:
    """Return a number that is known only as E.164 as people at home write it."""
    found = business()
    return _formatted(e164, found.country if found else "")


def _extension_of(phone: _Phone) -> str | None:
    found = business()
    return _extension(phone.raw, found.country if found else "") if _HAS_MORE(phone.raw) else None


@lru_cache(maxsize=4096)
def _extension(raw: str, region: str) -> str | None:
    return normalise_phone(raw, region).extension


@lru_cache(maxsize=4096)
def _formatted(e164: str, region: str) -> str:
    return format_phone(e164, region)
