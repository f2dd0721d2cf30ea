"""What a file of contacts says before anything is stored: plain values, nothing left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class UnreadableFile(ValueError):
    """This file cannot be read as a list of contacts."""


class Kind(StrEnum):
    """Who the contact is."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class PhoneDraft:
    """A phone as typed; `type` holds lower-case words in alphabetical order ("fax work")."""

    raw: str
    e164: str | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """A postal address; `type` is home, work, other or empty."""

    street: str = ""
    locality: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """An opt-in or opt-out found in the file; `at` is an ISO instant in UTC, None where unknown."""

    channel: str
    given: bool
    at: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """One contact of the file. Dates are YYYY-MM-DD, or --MM-DD without a year."""

    name: str = ""
    kind: Kind = Kind.PERSON
    given: str = ""
    family: str = ""
    additional: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    organisation: str = ""
    title: str = ""
    phones: tuple[PhoneDraft, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[AddressDraft, ...] = ()
    links: tuple[str, ...] = ()
    birthday: str | None = None
    anniversary: str | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    language: str = ""
    source: str = ""
    external_id: str = ""
    consents: tuple[ConsentDraft, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    row: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def shown_name(self) -> str:
        """Return the name, or what stands for it on a page: an email or a phone."""
        phones = tuple(phone.raw for phone in self.phones)
        return self.name or next(iter(self.emails + phones), "")

    @property
    def opted_out(self) -> frozenset[str]:
        """Return the channels the contact must not be written to on."""
        return frozenset(consent.channel for consent in self.consents if not consent.given)


@dataclass(frozen=True, slots=True)
class ImportError_:  # noqa: N801 (ImportError is taken by Python)
    """A row that is not imported, and why, in one sentence."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file read: contacts, rows left out, and what was assumed on the way (`notices`)."""

    contacts: tuple[ContactDraft, ...]
    errors: tuple[ImportError_, ...]
    encoding: str
    format: str
    columns: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
