"""What follows from a search: a new contact with what was typed in the right field; likely duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from crm.contacts.rules.details import ContactDetails, EmailDetails, PhoneDetails
from crm.contacts.search_rules import plan_query
from crm.contacts.search_scores import Match, Reason

ALIKE = 0.95  # the score from which two names are called similar
HEARD_ALIKE = 0.85  # the same for a name that is written otherwise, each part of which sounds as the other's


class Likeness(StrEnum):
    """Why two contacts may be the same."""

    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


def details_from_query(query: str) -> ContactDetails:
    """Return a contact to add with what was typed: a number, an address, else a name."""
    text = " ".join(query.split())
    if "@" in text:
        return ContactDetails(emails=(EmailDetails(address=text),))
    if plan_query(text).numbers:
        return ContactDetails(phones=(PhoneDetails(raw=text),))
    return ContactDetails(name=text)


def is_similar(match: Match) -> bool:
    """Tell whether a contact found by a name being typed has a similar one: as spelt, or as heard in any script."""
    return match.score >= (HEARD_ALIKE if match.reason is Reason.SOUNDS_LIKE else ALIKE)


def likenesses(
    same_phone: Iterable[int], same_email: Iterable[int], similar_name: Iterable[int]
) -> dict[int, list[Likeness]]:
    """Return why each contact may be the same, surest first; a similar name alone comes last and proves nothing."""
    found: dict[int, list[Likeness]] = {}
    for ids, reason in (
        (same_phone, Likeness.PHONE),
        (same_email, Likeness.EMAIL),
        (similar_name, Likeness.NAME),
    ):
        for contact_id in ids:
            reasons = found.setdefault(contact_id, [])
            if reason not in reasons:
                reasons.append(reason)
    return found
