"""vCards of every version to contacts: each property in its place, others among the extras."""

import json
import re
from collections.abc import Callable, Iterable

from crm.contacts.importing.builder import DraftBuilder, RowError, phone_type
from crm.contacts.importing.consents import read_consents
from crm.contacts.importing.decoding import usual_code_page
from crm.contacts.importing.drafts import AddressDraft, ContactDraft, ImportError_, ParsedFile
from crm.contacts.importing.vcard_lines import (
    Card,
    Property,
    as_utf8,
    charset_of_file,
    cut_cards,
    properties,
)

TECHNICAL = set(
    [
        "VERSION",
        "PRODID",
        "REV",
        "PROFILE",
        "MAILER",
        "X-ABUID",
        "X-ABSHOWAS",
        "X-ABADR",
        "X-ABLABEL",
        "CLASS",
        "X-CLASS",
        "X-MS-OL-DEFAULT-POSTAL-ADDRESS",
        "X-MOZILLA-HTML",
        "X-MOZILLA-CPT",
        "X-REGULARS-NAME",
        "X-REGULARS-REASON",
        "X-IMAGETYPE",
    ]
)
ANNIVERSARIES = set(
    [
        "ANNIVERSARY",
        "X-ANNIVERSARY",
        "X-MS-ANNIVERSARY",
        "X-EVOLUTION-ANNIVERSARY",
        "X-KADDRESSBOOK-X-ANNIVERSARY",
        "X-WEDDING",
    ]
)
PICTURES = {"PHOTO": "photo", "LOGO": "logo", "SOUND": "sound", "KEY": "key"}

_APPLE_LABEL = re.compile(r"^_\$!<(.*)>!\$_$")
_APPLE_TYPES = {
    "mobile": "cell",
    "iphone": "cell",
    "home": "home",
    "work": "work",
    "main": "main",
    "homefax": "fax home",
    "workfax": "fax work",
    "pager": "pager",
    "other": "other",
}


def parse_vcards(content: bytes, region: str, code_page: str | None, order: str) -> ParsedFile:
    """Read a vCard file; a broken card is an error of its own number."""
    usual = code_page or usual_code_page(region)
    content, encoding = as_utf8(content)
    cards = cut_cards(content)
    charset = charset_of_file(cards, usual)
    contacts: list[ContactDraft] = []
    errors: list[ImportError_] = []
    for card in cards:
        found = [] if card.is_broken else list(properties(card, charset.encoding, usual))
        try:
            contacts.append(_contact(card, found, DraftBuilder(region, order, lenient=True)))
        except RowError as problem:
            errors.append(ImportError_(card.number, str(problem)))
    if not cards:
        errors.append(ImportError_(1, "No vCard begins in this file."))
    guess = f"The encoding {charset.encoding} is a guess." if charset.is_guess else ""
    version = _version(cards)
    name = f"vCard {version}" if version else "vCard"
    shown = encoding or charset.encoding
    notices = (guess,) if guess else ()
    return ParsedFile(tuple(contacts), tuple(errors), shown, name, notices=notices)


def _version(cards: list[Card]) -> str:
    for card in cards:
        for line in card.lines:
            if line[:8].upper() == b"VERSION:":
                return line[8:].strip().decode("ascii", "replace")
    return ""


def _contact(card: Card, found: list[Property], builder: DraftBuilder) -> ContactDraft:
    if card.is_broken:
        raise RowError("This card has no BEGIN:VCARD line.")
    _refuse_groups(found)
    labels = {p.group: p.text.strip() for p in found if p.group and p.name == "X-ABLABEL"}
    _set_work(builder, found)
    for entry in found:
        _take(builder, entry, labels.get(entry.group, "") if entry.group else "")
    if any(p.name == "X-REGULARS-NAME" for p in found):
        builder.fields.pop("name", None)
    return builder.build(card.number)


def _refuse_groups(found: Iterable[Property]) -> None:
    kinds = {p.text.strip().lower() for p in found if p.name.endswith("KIND")}
    if "group" in kinds:
        raise RowError("This card is a list of members, not a contact.")


def _set_work(builder: DraftBuilder, found: list[Property]) -> None:
    """Set company and position: of several the last, which is how phones show them."""
    companies = [p.parts for p in found if p.name == "ORG" and any(p.parts)]
    for company in reversed(companies):
        first, *units = [part for part in company if part]
        builder.set("organisation", first)
        builder.add_extra("Department", ", ".join(units))
    titles = [p.text for p in found if p.name == "TITLE"] or _last_role(found)
    for title in reversed(titles):
        builder.set("title", title)


def _last_role(found: list[Property]) -> list[str]:
    return [p.text for p in found if p.name == "ROLE"][-1:]


def _take(builder: DraftBuilder, entry: Property, label: str) -> None:
    if entry.name in TECHNICAL:
        builder.is_organisation |= entry.name == "X-ABSHOWAS" and entry.value.strip() == "COMPANY"
    elif entry.is_binary or (entry.name in PICTURES and entry.name != "SOUND"):
        shown = PICTURES.get(entry.name, entry.name)
        builder.warnings.append(f"The {shown} of this card is not imported.")
    elif entry.name in ANNIVERSARIES:
        builder.set_date("anniversary", entry.text)
    elif entry.name in _TAKERS:
        _TAKERS[entry.name](builder, entry, label)
    else:
        apple = _APPLE_LABEL.sub(r"\1", label)
        builder.add_extra(apple or entry.name, entry.text)


def _take_name(builder: DraftBuilder, entry: Property, label: str) -> None:
    for name, part in zip(_NAME_PARTS, entry.parts, strict=False):
        builder.set(name, part)


def _take_phone(builder: DraftBuilder, entry: Property, label: str) -> None:
    raw = re.sub(r"^\s*tel:", "", entry.text, flags=re.IGNORECASE)
    if raw.strip().lower().startswith("sip:"):
        builder.add_extra("SIP", raw)
        return
    types = phone_type(" ".join(entry.types))
    apple = _APPLE_LABEL.sub(r"\1", label).lower()
    kind = types or _APPLE_TYPES.get(apple, "")
    builder.add_phone(raw, kind, whole=True)
    if label and not _APPLE_LABEL.match(label):
        builder.add_extra(f"Label of {raw.strip()}", label)


def _take_address(builder: DraftBuilder, entry: Property, label: str) -> None:
    parts = [part.strip() for part in entry.parts] + [""] * 7
    street = ", ".join(part for part in (parts[2], parts[1], parts[0]) if part)
    kind = next((t for t in ("home", "work", "other") if t in entry.types), "")
    locality, region, postcode, country = parts[3:7]
    builder.add_address(AddressDraft(street, locality, region, postcode, country, kind))


def _take_birthday(builder: DraftBuilder, entry: Property, label: str) -> None:
    omitted = next(iter(entry.parameters.get("x-apple-omit-year", [])), "")
    value = entry.text.strip()
    if omitted and value.startswith(omitted):
        value = f"1604{value[4:]}"
    builder.set_date("birthday", value)


def _take_apple_date(builder: DraftBuilder, entry: Property, label: str) -> None:
    shown = _APPLE_LABEL.sub(r"\1", label)
    if shown.lower() == "anniversary":
        builder.set_date("anniversary", entry.text)
    else:
        builder.add_extra(shown or "Date", entry.text)


def _take_android(builder: DraftBuilder, entry: Property, label: str) -> None:
    """Read Android's own fields: a nickname or an event; others are kept as they are."""
    kind, value, number, *_ = [*entry.parts, "", "", ""]
    if kind.endswith("/nickname"):
        builder.set("nickname", value)
    elif kind.endswith("/contact_event") and number in {"1", "3"}:
        builder.set_date("anniversary" if number == "1" else "birthday", value)
    else:
        builder.add_extra(kind.rpartition("/")[2] or entry.name, value or entry.text)


def _take_kind(builder: DraftBuilder, entry: Property, label: str) -> None:
    builder.is_organisation |= entry.text.strip().lower() in {"org", "organization", "company"}


def _take_own_extra(builder: DraftBuilder, entry: Property, label: str) -> None:
    """Read back the extras that our own export wrote."""
    for key, value in read_extra(entry.text).items():
        builder.add_extra(key, value)


def read_extra(text: str) -> dict[str, str]:
    """Read a JSON object of texts; anything else is kept whole under one key."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {"Extra": text}
    if not isinstance(found, dict):
        return {"Extra": text}
    return {str(key): str(value) for key, value in found.items()}


Taker = Callable[[DraftBuilder, Property, str], None]


def _setter(name: str) -> Taker:
    return lambda builder, entry, label: builder.set(name, entry.text)


def _nothing(builder: DraftBuilder, entry: Property, label: str) -> None:
    """Pass over what `_set_work` has read."""


_NAME_PARTS = ("family", "given", "additional", "prefix", "suffix")
_TAKERS: dict[str, Taker] = {
    "FN": _setter("name"),
    "N": _take_name,
    "NICKNAME": _setter("nickname"),
    "X-NICKNAME": _setter("nickname"),
    "ORG": _nothing,
    "TITLE": _nothing,
    "TEL": _take_phone,
    "EMAIL": lambda builder, entry, label: builder.add_email(entry.text),
    "ADR": _take_address,
    "URL": lambda builder, entry, label: builder.add_link(entry.text),
    "BDAY": _take_birthday,
    "X-ABDATE": _take_apple_date,
    "X-ANDROID-CUSTOM": _take_android,
    "CATEGORIES": lambda builder, entry, label: builder.add_tags(entry.text),
    "NOTE": lambda builder, entry, label: builder.add_note(entry.text),
    "LANG": _setter("language"),
    "UID": _setter("external_id"),
    "KIND": _take_kind,
    "X-ADDRESSBOOKSERVER-KIND": _take_kind,
    "X-REGULARS-SOURCE": _setter("source"),
    "X-REGULARS-CONSENT": lambda b, entry, label: b.consents.extend(read_consents(entry.text)),
    "X-REGULARS-EXTRA": _take_own_extra,
}
