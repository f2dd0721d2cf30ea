"""New contacts of an import as rows of tables, computed before the transaction begins. Pure.

The rows are those that `create_contact` would write for the same details; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crm.contacts.import_details import details_of_row
from crm.contacts.import_rules import RowTexts, allowed_channels, refused_channels, year_day
from crm.contacts.importing import ContactDraft
from crm.contacts.rules.closed_sets import ConsentPurpose
from crm.contacts.rules.details import ContactDetails, fold_email, fold_tag
from crm.contacts.rules.names import display_name, index_document, sort_name
from crm.contacts.search_rules import SearchDocument

Values = dict[str, Any]
_PLAIN = (
    *("given_name", "family_name", "other_names", "organisation", "job_title", "preferences", "notes"),
    *("preferred_channel", "language", "source", "referred_by_id"),
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One new contact: the row of each table without the contact's id, its tags and its search keys."""

    contact: Values
    phones: list[Values]
    emails: list[Values]
    addresses: list[Values]
    links: list[Values]
    field_values: list[Values]
    key_dates: list[Values]
    consents: list[Values]
    tags: Mapping[str, str]
    document: SearchDocument
    origin: Values


def newcomer(
    draft: ContactDraft, row: RowTexts, *, number: str, source: str, now: datetime, e164_of: Callable[[str], str | None]
) -> Newcomer:
    """Return the rows of a new contact; `e164_of` reads a phone that the tidying changed."""
    details = details_of_row(draft, row)
    read = {phone.raw: phone.e164 for phone in draft.phones}
    phones = [
        {"raw": each.raw, "e164": read[each.raw] if each.raw in read else e164_of(each.raw), "kind": each.kind}
        for each in details.phones
    ]
    name = display_name(details)
    return Newcomer(
        contact={"kind": str(details.kind), "name": name, "sort_name": sort_name(name)}
        | {each: getattr(details, each) for each in _PLAIN},
        phones=_placed(phones),
        emails=_placed([_email(each.address, each.kind) for each in details.emails]),
        addresses=_placed([_address(each) for each in details.addresses]),
        links=_placed([{"url": url} for url in details.links]),
        field_values=[{"field_id": key, "value": value} for key, value in details.field_values.items()],
        key_dates=key_date_rows(draft),
        consents=consent_rows(draft, refused_channels(draft), allowed_channels(draft), source=source, now=now),
        tags={fold_tag(tag): tag for tag in details.tags},
        document=_document(details, name, phones),
        origin={"row": draft.row} | ({"number": number} if number else {}),
    )


def key_date_rows(draft: ContactDraft, kinds: Mapping[str, str] | None = None) -> list[Values]:
    """Return the key dates of a row; `kinds` are those wanted, with their dates."""
    wanted = {"birthday": draft.birthday, "anniversary": draft.anniversary} if kinds is None else kinds
    rows = []
    for kind, written in wanted.items():
        if written:
            day, month, year = year_day(written)
            rows.append({"kind": kind, "day": day, "month": month, "year": year})
    return rows


def consent_rows(
    draft: ContactDraft, refused: tuple[str, ...], allowed: tuple[str, ...], *, source: str, now: datetime
) -> list[Values]:
    """Return the lines of consent that a row gives: a refusal counts for feedback as well as marketing.

    A line bears the time that the file gives; where it gives none the source says so.
    """
    given = [(channel, ConsentPurpose.MARKETING, True) for channel in allowed]
    not_given = [
        (channel, purpose, False)
        for channel in refused
        for purpose in (ConsentPurpose.MARKETING, ConsentPurpose.FEEDBACK)
    ]
    rows = []
    for channel, purpose, is_given in [*given, *not_given]:
        at = _said_at(draft, is_given=is_given)
        said = source if at else f"{source} (undated)"
        rows.append(
            {
                "channel": channel,
                "purpose": str(purpose),
                "is_given": is_given,
                "source": said[-120:],
                "at": min(at or now, now),
            }
        )
    return rows


def _said_at(draft: ContactDraft, *, is_given: bool) -> datetime | None:
    times = [each.at for each in draft.consents if each.given is is_given and each.at]
    return datetime.strptime(max(times), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if times else None


def _placed(rows: list[Values]) -> list[Values]:
    return [{**row, "position": position} for position, row in enumerate(rows)]


def _email(address: str, kind: str) -> Values:
    return {"address": address, "folded": fold_email(address), "kind": kind}


def _address(each: Any) -> Values:
    names = ("street", "locality", "region", "postcode", "country", "kind")
    return {name: getattr(each, name) for name in names}


def _document(details: ContactDetails, name: str, phones: list[Values]) -> SearchDocument:
    return index_document(details, name=name, e164s=[phone["e164"] for phone in phones if phone["e164"]])
