"""People and organisations served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.contacts.actions.contacts import create_contact
from crm.contacts.models import Contact
from crm.contacts.rules import ContactDetails, EmailDetails, PhoneDetails
from crm.shared import clock


def make_contact(
    name: str = "முருகன் செல்வம்",
    *,
    phone: str | Sequence[str] = (),
    email: str | Sequence[str] = (),
    **given: Any,
) -> Contact:
    """Make a contact as the form would; `phone` and `email` take one or several, `given` any detail."""
    phones = [phone] if isinstance(phone, str) else phone
    emails = [email] if isinstance(email, str) else email
    details = ContactDetails(
        name=name,
        phones=tuple(PhoneDetails(raw=raw) for raw in phones),
        emails=tuple(EmailDetails(address=address) for address in emails),
        **given,
    )
    return create_contact(details, now=clock.now())
