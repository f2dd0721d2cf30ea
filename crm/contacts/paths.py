"""Where a contact's page is; the page itself belongs to the timeline, above this domain."""

from __future__ import annotations


def contact_path(contact_id: int) -> str:
    """Return the address of a contact's page."""
    return f"/contacts/{contact_id}"
