"""Reading files of contacts: vCard, CSV and XLSX of any program, in any encoding.

Pure: no Flask, no database, no clock. `parse_contacts` is the way in, UnreadableFile the only
error.
"""

from crm.contacts.importing.drafts import (
    AddressDraft,
    ConsentDraft,
    ContactDraft,
    ImportError_,
    Kind,
    ParsedFile,
    PhoneDraft,
    UnreadableFile,
)
from crm.contacts.importing.dry_run import as_json
from crm.contacts.importing.fields import TARGET_FIELDS, TargetField
from crm.contacts.importing.mapping import suggest_mapping
from crm.contacts.importing.reading import OpenTable, open_table, parse_contacts

__all__ = [
    "TARGET_FIELDS",
    "AddressDraft",
    "ConsentDraft",
    "ContactDraft",
    "ImportError_",
    "Kind",
    "OpenTable",
    "ParsedFile",
    "PhoneDraft",
    "TargetField",
    "UnreadableFile",
    "as_json",
    "open_table",
    "parse_contacts",
    "suggest_mapping",
]
