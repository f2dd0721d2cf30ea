"""Erasing a person in two steps: blocked at once, anonymised after a second look."""

from __future__ import annotations

from datetime import date

from crm.shared.errors import Conflict, Refused


class AlreadyBlocked(Conflict):
    """This contact is blocked already."""


class NotBlocked(Refused):
    """Block the contact first; erasing is the second step."""


class AlreadyErased(Conflict):
    """This contact is erased; nothing is left to change."""


class MergedAway(Conflict):
    """This contact is merged into another. Work with that one, or undo the merge."""


class NobodyChosen(Refused):
    """Choose somebody first."""


def unused_before(today: date, years: int) -> date | None:
    """Return the day since which nothing happened with a contact that is kept too long; None where all are kept.

    The same day so many years ago; 29 February becomes the 28th.
    """
    if not years:
        return None
    if (today.month, today.day) == (2, 29):
        today = today.replace(day=28)
    return today.replace(year=today.year - years)


def erased_name(contact_id: int) -> str:
    """Return the name that stands for an erased person in every list and figure."""
    return f"Erased contact {contact_id}"
