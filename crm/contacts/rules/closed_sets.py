"""The fixed words about contacts, each in one place; how they read on a page is in `forms.labels`."""

from __future__ import annotations

from enum import StrEnum


class ContactKind(StrEnum):
    """Who the contact is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Channel(StrEnum):
    """How a customer and the business reach each other."""

    IN_PERSON = "in-person"
    PHONE = "phone"
    TEXT = "text"
    MESSAGING = "messaging"
    EMAIL = "email"
    WEBSITE = "website"
    SOCIAL = "social"
    LETTER = "letter"


# Channels on which somebody can be written to or called, and so may allow or refuse it.
CONSENT_CHANNELS = (Channel.PHONE, Channel.TEXT, Channel.MESSAGING, Channel.EMAIL, Channel.SOCIAL, Channel.LETTER)


class ConsentPurpose(StrEnum):
    """What a contact allows a channel to be used for."""

    SERVICE = "service"
    FEEDBACK = "feedback"
    MARKETING = "marketing"


class TieKind(StrEnum):
    """How two contacts belong together; all but the household read differently from each side."""

    HOUSEHOLD = "household"
    COMPANY = "company"
    CARE = "care"


class FieldKind(StrEnum):
    """What an own field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes-no"
    CHOICE = "choice"
