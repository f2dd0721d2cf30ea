"""What the counter needs to know of each contact found: key dates from here, more from upper domains.

An upper domain registers a function with `fact_source`; this domain never imports one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.accounts.queries import business
from crm.contacts.key_date_rules import LeapDayRule
from crm.contacts.queries.key_dates import ComingDate, coming_of_contacts
from crm.shared.clock import local_date

BIRTHDAY_DAYS = 7


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said beside a contact: `tone` is breach, soon, joy, level or empty; `icon` may be empty."""

    text: str
    tone: str = ""
    icon: str = ""


FactSource = Callable[[Sequence[int], datetime], Mapping[int, Sequence[Fact]]]
_sources: list[FactSource] = []
_badges: list[FactSource] = []


def fact_source(source: FactSource) -> FactSource:
    """Register a function that tells facts about contacts by their ids, in at most one query."""
    if source not in _sources:
        _sources.append(source)
    return source


def badge_source(source: FactSource) -> FactSource:
    """Register a function whose facts are worth a word in the plain list of contacts too."""
    if source not in _badges:
        _badges.append(source)
    return source


def badges_of(contact_ids: Sequence[int], now: datetime) -> dict[int, list[Fact]]:
    """Return what the plain list says beside each contact, a query for each source."""
    return _told(_badges, contact_ids, now)


def facts_of(contact_ids: Sequence[int], now: datetime) -> dict[int, list[Fact]]:
    """Return the facts of each contact, those of upper domains in the order of their registration."""
    return _told(_sources, contact_ids, now)


def _told(sources: Sequence[FactSource], contact_ids: Sequence[int], now: datetime) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = {contact_id: [] for contact_id in contact_ids}
    if not contact_ids:
        return found
    for source in sources:
        for contact_id, facts in source(contact_ids, now).items():
            found[contact_id].extend(facts)
    return found


def coming_dates(contact_ids: Sequence[int], now: datetime) -> dict[int, ComingDate]:
    """Return the key date of each contact that falls within a week."""
    found = business()
    if found is None or not contact_ids:
        return {}
    today = local_date(now, found.time_zone)
    return coming_of_contacts(contact_ids, today, BIRTHDAY_DAYS, LeapDayRule(found.leap_day_rule))
