"""What the business decides about contacts: pure functions and values, by theme.

`details` what is known of a contact · `names` how they are shown and ordered · `closed_sets` the fixed
words · `own_fields` the fields that the owner defines · `errors` what is refused.
"""

from crm.contacts.rules.closed_sets import Channel, ConsentPurpose, ContactKind, FieldKind, TieKind
from crm.contacts.rules.details import (
    AddressDetails,
    ContactDetails,
    EmailDetails,
    PhoneDetails,
    changed_names,
    details_from_json,
    details_to_json,
    fold_email,
    fold_tag,
    safe_link,
    tidied,
)
from crm.contacts.rules.errors import (
    BadFieldValue,
    BadReferral,
    BadTie,
    ContactBlocked,
    ContactChanged,
    FieldNameTaken,
    NamelessContact,
)
from crm.contacts.rules.names import (
    display_name,
    first_name,
    index_document,
    initial_letter,
    latin_reading,
    sort_name,
)

__all__ = [
    "AddressDetails",
    "BadFieldValue",
    "BadReferral",
    "BadTie",
    "Channel",
    "ConsentPurpose",
    "ContactBlocked",
    "ContactChanged",
    "ContactDetails",
    "ContactKind",
    "EmailDetails",
    "FieldKind",
    "FieldNameTaken",
    "NamelessContact",
    "PhoneDetails",
    "TieKind",
    "changed_names",
    "details_from_json",
    "details_to_json",
    "display_name",
    "first_name",
    "fold_email",
    "fold_tag",
    "index_document",
    "initial_letter",
    "latin_reading",
    "safe_link",
    "sort_name",
    "tidied",
]
