"""What contacts allowed and refused; lines of merged contacts count for the one that was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, union_all

from crm.accounts.models import Staff
from crm.contacts.models import Consent, Contact
from crm.contacts.rules.closed_sets import CONSENT_CHANNELS, ConsentPurpose
from crm.contacts.rules.consent import ConsentKey, ConsentLine, is_refusing_everything, latest_lines
from crm.shared.database import read


@dataclass(frozen=True)
class ConsentPanel:
    """The consent of one contact: the line that holds per channel and purpose, and all lines, newest first."""

    states: dict[ConsentKey, ConsentLine]
    lines: list[ConsentLine]

    @property
    def channels(self) -> list[str]:
        """Return the channels about which something is known, in their fixed order."""
        known = {channel for channel, _purpose in self.states}
        return [str(channel) for channel in CONSENT_CHANNELS if channel in known]

    @property
    def is_all_refused(self) -> bool:
        """Tell whether nothing is left to opt out of."""
        return is_refusing_everything(self.states, CONSENT_CHANNELS, ConsentPurpose)


def consent_panel(contact_id: int) -> ConsentPanel:
    """Return the consents of one contact in one query."""
    lines = consent_lines([contact_id])[contact_id]
    return ConsentPanel(states=latest_lines(lines), lines=lines[::-1])


def consent_states(contact_ids: Sequence[int]) -> dict[int, dict[ConsentKey, ConsentLine]]:
    """Return for each contact the line that holds per channel and purpose; ask `rules.consent.may_contact`."""
    return {contact_id: latest_lines(lines) for contact_id, lines in consent_lines(contact_ids).items()}


def consent_lines(contact_ids: Sequence[int]) -> dict[int, list[ConsentLine]]:
    """Return all lines of contacts and of those merged into them, oldest first."""
    found: dict[int, list[ConsentLine]] = {contact_id: [] for contact_id in contact_ids}
    for each in read(_lines(), {"contact_ids": contact_ids}):
        owner_id = each.merged_into_id if each.merged_into_id in found else each.contact_id
        line = ConsentLine(
            id=each.id,
            contact_id=each.contact_id,
            channel=each.channel,
            purpose=each.purpose,
            is_given=each.is_given,
            at=each.at,
            text_version=each.text_version,
            source=each.source,
            by_name=each.by_name,
            merged_at=each.archived_at if owner_id != each.contact_id else None,
        )
        found[owner_id].append(line)
    return found


@cache
def _lines() -> Any:
    contact_ids: Any = bindparam("contact_ids", expanding=True)
    group = union_all(
        select(Contact.id).where(Contact.id.in_(contact_ids)),
        select(Contact.id).where(Contact.merged_into_id.in_(contact_ids)),
    )
    return (
        select(
            Consent.id,
            Consent.contact_id,
            Consent.channel,
            Consent.purpose,
            Consent.is_given,
            Consent.at,
            Consent.text_version,
            Consent.source,
            func.coalesce(Staff.name, "").label("by_name"),
            Contact.merged_into_id,
            Contact.archived_at,
        )
        .join(Contact, Contact.id == Consent.contact_id)
        .outerjoin(Staff, Staff.id == Consent.by_id)
        .where(Consent.contact_id.in_(group))
        .order_by(Consent.id)
    )
