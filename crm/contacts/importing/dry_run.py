"""What a dry run prints: the contacts and errors of a file as plain JSON values."""

from typing import Any

from crm.contacts.importing.drafts import ContactDraft, ParsedFile

_TEXTS = (
    *("name", "given", "family", "organisation", "additional", "prefix", "suffix", "nickname"),
    *("title", "birthday", "anniversary", "notes", "language", "source", "external_id"),
)


def as_json(parsed: ParsedFile) -> dict[str, Any]:
    """Return the dry run of an import as values ready for JSON; absent texts are null."""
    return {
        "contacts": [_contact(contact) for contact in parsed.contacts],
        "errors": [{"row": error.row, "reason": error.reason} for error in parsed.errors],
        "encoding": parsed.encoding,
        "format": parsed.format,
        "notices": list(parsed.notices),
    }


def _contact(contact: ContactDraft) -> dict[str, Any]:
    return {
        **{name: getattr(contact, name) or None for name in _TEXTS},
        "kind": contact.kind.value,
        "phones": [{"raw": p.raw, "e164": p.e164, "type": p.type} for p in contact.phones],
        "emails": list(contact.emails),
        "addresses": [
            {
                "street": a.street,
                "locality": a.locality,
                "region": a.region,
                "postcode": a.postcode,
                "country": a.country,
                "type": a.type,
            }
            for a in contact.addresses
        ],
        "links": list(contact.links),
        "tags": list(contact.tags),
        "consents": [
            {"channel": c.channel, "given": c.given, "at": c.at, "source": c.source} for c in contact.consents
        ],
        "opted_in_at": _opted_in_at(contact),
        "extra": dict(contact.extra),
        "row": contact.row,
        "warnings": list(contact.warnings),
    }


def _opted_in_at(contact: ContactDraft) -> str | None:
    """Return when email was agreed to; None where the file does not say."""
    return next((c.at for c in contact.consents if c.given and c.channel == "email"), None)
