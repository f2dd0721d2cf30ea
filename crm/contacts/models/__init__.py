"""The tables of people and organisations served."""

from crm.contacts.models.changes import ContactChange, ContactMerge, DistinctPair, ErasureRequest, SearchIndexState
from crm.contacts.models.contact import (
    Address,
    Consent,
    Contact,
    ContactField,
    ContactFieldValue,
    ContactTag,
    Email,
    Link,
    Phone,
    Tag,
    Tie,
)
from crm.contacts.models.imports import ImportBatch, ImportMapping
from crm.contacts.models.key_dates import KeyDate, KeyDateNotice

__all__ = [
    "Address",
    "Consent",
    "Contact",
    "ContactChange",
    "ContactField",
    "ContactFieldValue",
    "ContactMerge",
    "ContactTag",
    "DistinctPair",
    "Email",
    "ErasureRequest",
    "ImportBatch",
    "ImportMapping",
    "KeyDate",
    "KeyDateNotice",
    "Link",
    "Phone",
    "SearchIndexState",
    "Tag",
    "Tie",
]
