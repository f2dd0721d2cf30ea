"""Erasing a person in two steps: blocked at once, anonymised after a second look."""

from __future__ import annotations

from crm.shared.errors import Conflict, Refused


class AlreadyBlocked(Conflict):
    """This contact is blocked already."""


class NotBlocked(Refused):
    """Block the contact first; erasing is the second step."""


class AlreadyErased(Conflict):
    """This contact is erased; nothing is left to change."""


class MergedAway(Conflict):
    """This contact is merged into another. Work with that one, or undo the merge."""


def erased_name(contact_id: int) -> str:
    """Return the name that stands for an erased person in every list and figure."""
    return f"Erased contact {contact_id}"
