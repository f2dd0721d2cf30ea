"""vCards of every version to contacts: each property in its place, others among the extras."""

import json
import re
from collections.abc import Callable, Iterable

from crm.contacts.importing.builder import NAME_ORDER, SYSTEM_GROUPS, DraftBuilder, RowError, phone_type
from crm.contacts.importing.consents import read_consents
from crm.contacts.importing.decoding import usual_code_page
from crm.contacts.importing.drafts import AddressDraft, ContactDraft, ImportError_, ParsedFile
from crm.contacts.importing.headers import ALIASES
from crm.contacts.importing.tables import LONGEST_VALUE
from crm.contacts.importing.text import clean_line, clean_text, plain_key, split_list
from crm.contacts.importing.vcard_lines import Card, as_utf8, cut_cards, unfolded
from crm.contacts.importing.vcard_lists import is_list, tagged
from crm.contacts.importing.vcard_properties import Property, charset_of_file, properties, unescaped

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
        "X-MS-OL-DESIGN",
    ]
)
_ANNIVERSARY = re.compile(r"^(?:ANNIVERSARY|X-WEDDING|X-(?:.+[\W_])?ANNIVERSARY)$")
MOST_PROPERTIES = 500  # of one card; an address book writes some fifty
PICTURES = {"PHOTO": "photo", "LOGO": "logo", "SOUND": "sound", "KEY": "key"}

_APPLE_LABEL = re.compile(r"^_?\$!<(.*)>!\$_?$")
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
_PHONE_WORDS = {"mobile", "iphone", "home", "work", "main", "homefax", "workfax", "pager", "other"}
_PLAIN_LABELS = {"home", "work", "other", "homepage", "email"}
_LABELLED = {"TEL", "X-MS-TEL", "EMAIL", "ADR", "URL", "ORG"}
_LONG_TEXTS = {"NOTE", "X-REGULARS-EXTRA"}
_TAG = re.compile(r"(?:[^\\,]|\\.|\\$)+", re.DOTALL)


def parse_vcards(content: bytes, region: str, code_page: str | None, order: str) -> ParsedFile:
    """Read a vCard file; a broken card is an error of its own number."""
    usual = code_page or usual_code_page(region)
    content, encoding = as_utf8(content)
    cards = [(card, unfolded(card)) for card in cut_cards(content)]
    all_lines = [line for _, lines in cards for line in lines]
    charset = charset_of_file(all_lines, usual, is_bare_cr=b"\n" not in content)
    contacts: list[ContactDraft] = []
    errors: list[ImportError_] = []
    lists: list[list[Property]] = []
    for card, lines in cards:
        found = list(properties(lines, charset))
        lists += [found] if is_list(found) else []
        try:
            contacts.append(_contact(card, found, DraftBuilder(region, order, lenient=True)))
        except RowError as problem:
            errors.append(ImportError_(card.number, str(problem)))
    if not cards:
        errors.append(ImportError_(1, "No vCard begins in this file."))
    version = _version(all_lines)
    name = f"vCard {version}" if version else "vCard"
    shown = encoding or charset.encoding
    notices = (f"The encoding {charset.encoding} is a guess.",) if charset.is_guess else ()
    return ParsedFile(tuple(tagged(contacts, lists)), tuple(errors), shown, name, notices=notices)


def _version(lines: Iterable[bytes]) -> str:
    found = next((line for line in lines if line[:8].upper() == b"VERSION:"), b"")
    return found[8:].strip().decode("ascii", "replace")


def _contact(card: Card, found: list[Property], builder: DraftBuilder) -> ContactDraft:
    if card.is_broken:
        raise RowError("This card has no BEGIN:VCARD line.")
    if is_list(found):
        raise RowError("This card is a list of members, not a contact.")
    _refuse_huge(found)
    labels = {p.group: p.text.strip() for p in found if p.group and p.name == "X-ABLABEL"}
    _set_name(builder, found)
    _set_work(builder, found)
    for entry in found:
        _take(builder, entry, labels.get(entry.group, "") if entry.group else "")
    if any(p.name == "X-REGULARS-NAME" for p in found):
        builder.fields.pop("name", None)
    return builder.build(card.number)


def _refuse_huge(found: list[Property]) -> None:
    """Refuse what no address book writes, as it is refused in a table; pictures and notes may be long."""
    if len(found) > MOST_PROPERTIES:
        raise RowError(f"This card holds {len(found):,} lines.")
    read = (p for p in found if p.name in _TAKERS and p.name not in _LONG_TEXTS)
    longest = max((len(p.value) for p in read), default=0)
    if longest > LONGEST_VALUE:
        raise RowError(f"A line of this card holds {longest:,} characters.")


def _set_name(builder: DraftBuilder, found: list[Property]) -> None:
    """Set the parts of the name: of several the one in the language of FN, not one that tells how it sounds."""
    shown = next((p.parameters.get("language") for p in found if p.name == "FN"), None)
    names = [p for p in found if p.name == "N" and any(p.parts)]
    names.sort(key=lambda p: ("phonetic" in p.parameters, p.parameters.get("language") != shown))
    for place, entry in enumerate(names):
        parts = dict(zip(_NAME_PARTS, entry.parts, strict=False))
        if place:
            builder.add_extra("N", " ".join(parts[name] for name in NAME_ORDER if parts.get(name)))
            continue
        for name, part in parts.items():
            builder.set(name, part)


def _set_work(builder: DraftBuilder, found: list[Property]) -> None:
    """Set company and position: of several the last, which is how phones show them."""
    companies = [p.parts for p in found if p.name == "ORG" and any(p.parts)]
    for company in reversed(companies):
        builder.set("organisation", company[0])
        builder.add_extra("Department", ", ".join(part for part in company[1:] if part))
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
    elif _ANNIVERSARY.match(entry.name):
        builder.set_date("anniversary", entry.text)
    elif entry.name in _TAKERS:
        _TAKERS[entry.name](builder, entry, label)
        if label and entry.name in _LABELLED:
            _keep_label(builder, entry, label)
    else:
        apple = _APPLE_LABEL.sub(r"\1", label)
        builder.add_extra(apple or entry.name, entry.text)


def _keep_label(builder: DraftBuilder, entry: Property, label: str) -> None:
    """Keep a label of one's own; one of Apple's own is the type of a phone, and a plain one says little."""
    inner = _APPLE_LABEL.sub(r"\1", label)
    is_phone = entry.name.endswith("TEL")
    if inner != label if is_phone else inner.lower() in _PLAIN_LABELS:
        return
    subject = _number(entry) if is_phone else next((part for part in entry.parts if part), "")
    builder.add_extra(f"Label of {subject}", inner)


def _number(entry: Property) -> str:
    return re.sub(r"^\s*tel:", "", entry.text, flags=re.IGNORECASE).strip()


def _take_phone(builder: DraftBuilder, entry: Property, label: str) -> None:
    raw = _number(entry)
    if raw.lower().startswith("sip:"):
        builder.add_extra("SIP", raw)
        return
    apple = _APPLE_LABEL.match(label)
    said = apple[1] if apple else label if label.lower() in _PHONE_WORDS else ""
    said = "mobile" if said.lower() == "iphone" else _CAMEL.sub(" ", said)
    builder.add_phone(raw, phone_type(" ".join([*entry.types, said])), whole=True)


def _take_address(builder: DraftBuilder, entry: Property, label: str) -> None:
    parts = [clean_text(part) for part in entry.parts] + [""] * 7
    street = ", ".join(part for part in (parts[2], parts[1], parts[0]) if part)
    said = [*entry.types, _APPLE_LABEL.sub(r"\1", label).lower()]
    kind = next((t for t in ("home", "work", "other") if t in said), "")
    locality, region, postcode, country = parts[3:7]
    builder.add_address(AddressDraft(street, locality, region, postcode, country, kind))


def _take_tags(builder: DraftBuilder, entry: Property, label: str) -> None:
    """Add each tag once; an escaped comma is part of one, unless a program escaped all commas of a list."""
    written = _TAG.findall(entry.value)
    is_escaped_list = len(written) == 1 and entry.value.count("\\,") > 1
    for part in [entry.text] if is_escaped_list else written:
        for tag in [clean_line(unescaped(part))] if "\\" in part else split_list(part):
            if tag not in SYSTEM_GROUPS and tag.casefold() not in {known.casefold() for known in builder.tags}:
                builder.tags.append(tag)


def _take_birthday(builder: DraftBuilder, entry: Property, label: str) -> None:
    omitted = next(iter(entry.parameters.get("x-apple-omit-year", [])), "")
    value = entry.text.strip()
    if omitted and value.startswith(omitted):
        value = f"1604{value[4:]}"
    builder.set_date("birthday", value)


def _take_apple_date(builder: DraftBuilder, entry: Property, label: str) -> None:
    shown = _APPLE_LABEL.sub(r"\1", label)
    if ALIASES.get(plain_key(shown)) == "anniversary":
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
    """Pass over what `_set_name` and `_set_work` have read."""


_NAME_PARTS = ("family", "given", "additional", "prefix", "suffix")
_TAKERS: dict[str, Taker] = {
    "FN": _setter("name"),
    "N": _nothing,
    "NICKNAME": _setter("nickname"),
    "X-NICKNAME": _setter("nickname"),
    "ORG": _nothing,
    "TITLE": _nothing,
    "TEL": _take_phone,
    "X-MS-TEL": _take_phone,
    "EMAIL": lambda builder, entry, label: builder.add_email(entry.text),
    "ADR": _take_address,
    "URL": lambda builder, entry, label: builder.add_link(entry.text),
    "BDAY": _take_birthday,
    "X-ABDATE": _take_apple_date,
    "X-ANDROID-CUSTOM": _take_android,
    "CATEGORIES": _take_tags,
    "NOTE": lambda builder, entry, label: builder.add_note(entry.text),
    "LANG": _setter("language"),
    "UID": _setter("external_id"),
    "KIND": _take_kind,
    "X-ADDRESSBOOKSERVER-KIND": _take_kind,
    "X-REGULARS-SOURCE": _setter("source"),
    "X-REGULARS-CONSENT": lambda b, entry, label: b.consents.extend(read_consents(entry.text)),
    "X-REGULARS-EXTRA": _take_own_extra,
}
