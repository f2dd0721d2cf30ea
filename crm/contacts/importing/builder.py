"""One contact being put together from cells or properties, whatever the file they come from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from crm.contacts.importing.consents import consent_in_tags, strictest
from crm.contacts.importing.countries import read_phone
from crm.contacts.importing.dates import Calendar, UnreadableDateError, is_month, is_to_come, read_date
from crm.contacts.importing.drafts import (
    AddressDraft,
    ConsentDraft,
    ContactDraft,
    Kind,
    PhoneDraft,
)
from crm.contacts.importing.text import (
    clean_line,
    clean_text,
    is_directory_path,
    is_email,
    is_nothing,
    is_safe_link,
    split_emails,
)
from crm.shared.phones import phone_digits, split_phones

PHONE_TYPES = {
    "mobile": "cell",
    "business": "work",
    "office": "work",
    "primary": "main",
    **dict.fromkeys(("voice", "pref", "internet", "x-internet", "custom", "phone", "number"), ""),
}
_SHORTENED = re.compile(r"^\d(?:[.,]\d+)?E\+\d+$", re.IGNORECASE)
_AS_DECIMAL = re.compile(r"(?<=\d{7})\.0$")
# A word with its vowel signs, which are no letters to a pattern.
_LABEL_WORD = re.compile(r"[^\W_][\w\-\u0300-\u036f\u0900-\u0dff\u200c\u200d]*")
NAME_ORDER = ("prefix", "given", "additional", "family", "suffix")
NAMES = ("name", "nickname", "organisation")
SYSTEM_GROUPS = {"* myContacts", "* My Contacts", "myContacts", "* starred", "* Other Contacts"}


class RowError(ValueError):
    """Why a row cannot become a contact, in one sentence."""


@dataclass(slots=True)
class DraftBuilder:
    """Collects what a row says. Lenient ones warn where strict ones refuse the row."""

    region: str
    date_order: str
    lenient: bool = False
    calendar_of_short: Calendar = Calendar.GREGORIAN
    fields: dict[str, str] = field(default_factory=dict)
    phones: list[PhoneDraft] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    bad_emails: list[str] = field(default_factory=list)
    addresses: list[AddressDraft] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    consents: list[ConsentDraft] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    is_organisation: bool = False

    def set(self, name: str, value: str, label: str = "") -> None:
        """Set a one-line field; a second, different value is an extra called `label`."""
        value = clean_line(value)
        known = self.fields.get(name, "")
        if not known:
            self.fields[name] = value
        elif name == "prefix" and value not in known:
            self.fields[name] = f"{known} {value}"  # "Frau" and "Dr."
        elif value and value != known:
            self.add_extra(label or name, value)

    def add_phone(self, raw: str, kind: str = "", *, whole: bool = False, countries: Iterable[str] = ()) -> None:
        """Add a phone, or several from one cell unless it is known to be `whole`; `countries` are those of its row."""
        raw = clean_text(raw).removeprefix("'").strip()
        for part in [raw] if whole else split_phones(raw, self.region):
            text = clean_line(part)
            if is_nothing(text) or self._is_repeated(text, phone_type(kind)):
                continue
            if not phone_digits(text):
                self.warnings.append(f"The phone “{text[:60]}” has no digits.")
            if _SHORTENED.match(text):
                self.warnings.append(f"The phone “{text}” was shortened by a spreadsheet; its digits are lost.")
            read = read_phone(_AS_DECIMAL.sub("", text), self.region, countries)
            self.phones.append(PhoneDraft(text, read.e164, phone_type(kind)))

    def _is_repeated(self, raw: str, kind: str) -> bool:
        """Add the type to a number that is there; one that is not only a fax is kept as one to call."""
        place = next((place for place, phone in enumerate(self.phones) if phone.raw == raw), None)
        if place is None:
            return False
        known, said = set(self.phones[place].type.split()), set(kind.split())
        not_only = {"fax"} & (known ^ said)
        if not_only:
            self.add_extra("Fax", raw)
        self.phones[place] = replace(self.phones[place], type=" ".join(sorted((known | said) - not_only)))
        return True

    def add_email(self, raw: str) -> None:
        """Add one or more addresses; what cannot be one is remembered as bad."""
        if is_nothing(raw):
            return
        if is_directory_path(raw):
            self.add_extra("Directory address", raw)
            return
        addresses = split_emails(clean_text(raw))
        if not all(map(is_email, addresses)):
            self.bad_emails.append(clean_line(raw))
        for address in filter(is_email, addresses):
            if address.casefold() not in (known.casefold() for known in self.emails):
                self.emails.append(address)

    def add_address(self, address: AddressDraft) -> None:
        """Add an address unless it is empty or known."""
        if address != AddressDraft(type=address.type) and address not in self.addresses:
            self.addresses.append(address)

    def add_link(self, raw: str) -> None:
        """Add a web address; other schemes than http become plain text among the extras."""
        link = clean_line(raw)
        if link and not is_safe_link(link):
            self.add_extra("Link", link)
        elif link and link not in self.links:
            self.links.append(link)

    def add_tags(self, tags: Iterable[str]) -> None:
        """Add tags, each once, without the groups every address book has."""
        for tag in tags:
            if tag not in SYSTEM_GROUPS and tag not in self.tags:
                self.tags.append(tag)

    def add_note(self, raw: str) -> None:
        """Add a paragraph of notes."""
        note = clean_text(raw)
        if note and note not in self.notes:
            self.notes.append(note)

    def add_extra(self, key: str, value: str) -> None:
        """Keep a value nobody asked for, under a key of its own."""
        value, key = clean_text(value), clean_line(key) or "Other"
        numbered, number = key, 2
        while value and self.extra.get(numbered, value) != value:
            numbered, number = f"{key} {number}", number + 1
        if value:
            self.extra[numbered] = value

    def set_date(self, name: str, raw: str) -> None:
        """Set the birthday or anniversary. Strict builders refuse a birthday they cannot read."""
        try:
            read = read_date(clean_line(raw), self.date_order, self.calendar_of_short)
        except UnreadableDateError:
            shown = clean_line(raw)[:60]
            if re.fullmatch(r"(?:19|20)\d\d", shown):
                self.add_extra("Birth year" if name == "birthday" else f"{name.capitalize()} year", shown)
                return
            if name == "birthday" and is_month(shown):
                self.add_extra("Birth month", shown)
                return
            self._refuse_date(name, raw, f"The {name} “{shown}” is not a readable date.")
            return
        if read and name == "birthday" and is_to_come(read):
            self._refuse_date(name, raw, f"The birthday “{clean_line(raw)[:60]}” lies in the future.")
        elif read:
            self.set(name, read)

    def _refuse_date(self, name: str, raw: str, problem: str) -> None:
        """Refuse the row for its birthday where the builder is strict; else keep the date as it was written."""
        if name == "birthday" and not self.lenient:
            raise RowError(problem) from None
        self.warnings.append(problem)
        self.add_extra(name.capitalize(), raw)

    def build(self, row: int) -> ContactDraft:
        """Return the contact; raise RowError where nothing identifies it or no email is right."""
        self._judge_bad_emails()
        refused = consent_in_tags(self.tags)
        texts: dict[str, Any] = {name: value for name, value in self.fields.items() if value}
        draft = ContactDraft(
            **texts,
            phones=tuple(self.phones),
            emails=tuple(self.emails),
            addresses=tuple(self.addresses),
            links=tuple(self.links),
            tags=tuple(self.tags),
            notes="\n\n".join(self.notes),
            consents=strictest([*self.consents, *([refused] if refused else [])]),
            extra=dict(self.extra),
            row=row,
            warnings=tuple(self.warnings),
        )
        return _named(draft, is_organisation=self.is_organisation)

    def _judge_bad_emails(self) -> None:
        if not self.bad_emails:
            return
        shown = self.bad_emails[0][:80]
        named = self.phones or any(self.fields.get(name) for name in (*NAMES, *NAME_ORDER))
        if not self.emails and not (self.lenient and named):
            raise RowError(f"The email “{shown}” is not an address that mail can reach.")
        for bad in self.bad_emails:
            self.warnings.append(f"The email “{bad[:80]}” is not an address that mail can reach.")
            self.add_extra("Unreadable email", bad)


def phone_type(label: str) -> str:
    """Turn the label of a phone ("* Work Fax", "Mobile") into type words, in order."""
    label = re.sub(r"(?<=home|work)(?=fax|\d)", " ", clean_line(label).lower())
    words = [word for word in _LABEL_WORD.findall(label) if not word.isdecimal()]
    return " ".join(sorted({PHONE_TYPES.get(word, word) for word in words} - {""}))


def composed_name(draft: ContactDraft) -> str:
    """Join the parts of a name; family first where it is written in East Asian script."""
    if _is_east_asian(draft.family + draft.given) and draft.family:
        return f"{draft.family} {draft.given}".strip()
    return " ".join(part for name in NAME_ORDER if (part := getattr(draft, name)))


def _is_east_asian(text: str) -> bool:
    return bool(text) and all("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in text)


def _named(draft: ContactDraft, *, is_organisation: bool) -> ContactDraft:
    personal = draft.name or composed_name(draft) or draft.nickname
    name = personal or draft.organisation
    if not name and not draft.phones and not draft.emails:
        raise RowError("There is no name, phone, email or organisation.")
    lone_company = not personal and bool(draft.organisation)
    kind = Kind.ORGANISATION if is_organisation or lone_company else Kind.PERSON
    return replace(draft, name=name, kind=kind)
