"""What is refused about contacts, in the sentence that is shown."""

from __future__ import annotations

from crm.shared.errors import Conflict, Refused


class NamelessContact(Refused):
    """Write a name, a number or an email address."""


class ContactChanged(Conflict):
    """Somebody else changed this contact in the meantime."""


class ContactBlocked(Refused):
    """This contact asked to be erased and is not changed any more."""


class BadReferral(Refused):
    """Choose another contact as the one who referred them."""


class BadTie(Refused):
    """Choose another contact; nobody is tied to themselves."""


class BadFieldValue(Refused):
    """This value does not fit the field."""


class FieldNameTaken(Conflict):
    """There is a field with this name already."""
