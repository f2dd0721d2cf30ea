"""Which column fills which field: proposed from headers, from the values where headers are mute.

A mapping is {column: field}. Fields may carry a slot and a type: "phone#1" and "phone_type#1" are
the value and label of one phone, "street:home" is a part of the home address.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from crm.contacts.importing.consents import consent_field
from crm.contacts.importing.headers import ALIASES, COMPACT_ALIASES, TYPE_WORDS
from crm.contacts.importing.text import is_email, plain_key, split_emails
from crm.shared.phones import phone_digits

ADDRESS_PARTS = ("street", "street2", "street3", "locality", "region", "postcode", "country")
TYPED = {"phone", "email", "address", "link", *ADDRESS_PARTS}
_NAMING = {"name", "name_family_first", "given", "family", "nickname", "organisation"}
SINGLE = {"birthday", "anniversary", "kind", "language", "consents", "extras", "external_id"}

_NUMBERED = re.compile(
    r"^(phone|e ?mail|address|website|organi[sz]ation|custom field|event|relation|im)"
    r" (\d{1,2}) (.+)$"
)
_NUMBERED_PARTS = {
    ("phone", "value"): "phone#",
    ("phone", "type"): "phone_type#",
    ("phone", "label"): "phone_type#",
    ("email", "value"): "email#",
    ("email", "type"): "skip",
    ("email", "label"): "skip",
    ("website", "value"): "link#",
    ("website", "type"): "skip",
    ("website", "label"): "skip",
    ("address", "type"): "address_type#",
    ("address", "label"): "address_type#",
    ("address", "formatted"): "address#",
    ("address", "street"): "street#",
    ("address", "city"): "locality#",
    ("address", "region"): "region#",
    ("address", "postal code"): "postcode#",
    ("address", "country"): "country#",
    ("address", "po box"): "street3#",
    ("address", "extended address"): "street2#",
    ("organization", "name"): "organisation",
    ("organization", "title"): "title",
}
_HONORIFIC = re.compile(
    r"^(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|rev|herr|frau|sr|sra|srta|don|dona|m|mme|mlle|"
    r"thiru|tmt|selvi|shri|smt|kum|sri|श्री|श्रीमती|திரு|திருமதி|செல்வி|శ్రీ|శ్రీమతి|آقای|خانم)\.?$",
    re.IGNORECASE,
)
_DATE_LIKE = re.compile(r"^(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})$")
_PHONE_LIKE = re.compile(r"^[+(]?[\d\s().\-/]{7,22}$")


def suggest_mapping(header: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Propose a field for each column that is understood; columns left out are kept as extras."""
    keys = [plain_key(column) for column in header]
    found = {column: field_of(column) for column in header}
    mapping = {column: field for column, field in found.items() if field}
    _settle_titles(header, keys, sample_rows, mapping)
    _settle_names(header, keys, mapping)
    _settle_single(mapping)
    _settle_birthday(mapping)
    if "member rating" in keys:
        _drop_guessed_places(mapping)
    _look_at_values(header, sample_rows, mapping)
    _name_by_values(header, sample_rows, mapping)
    return mapping


def unique_columns(header: Sequence[str]) -> list[str]:
    """Name every column once: empty ones by position, repeated ones with a number."""
    seen: Counter[str] = Counter()
    names = []
    for position, cell in enumerate(header, 1):
        name = " ".join(cell.split())[:200] or f"Column {position}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def field_of(column: str) -> str | None:
    """Return the field a header names, None where it names none we have."""
    if len(column) > 120:
        return None
    key = re.sub(r" \d+$", "", plain_key(column)) if column.endswith(")") else plain_key(column)
    if key in ALIASES:
        return ALIASES[key]
    named = _numbered_field(key) or consent_field(column) or _typed_field(key)
    return named or COMPACT_ALIASES.get(key.replace(" ", ""))


def _numbered_field(key: str) -> str | None:
    """Read Google's numbered columns, such as "Phone 1 - Value"."""
    found = _NUMBERED.match(key)
    if found is None:
        return None
    group = found[1].replace("e mail", "email").replace("organisation", "organization")
    field = _NUMBERED_PARTS.get((group, found[3]))
    if field is None:
        return None
    return f"{field}{found[2]}" if field.endswith("#") else field


def _typed_field(key: str) -> str | None:
    """Read "Business Phone 2" or "Home City": a kind of number or place, and the thing itself."""
    words = re.sub(r"\b(?:number|no|s)\b", " ", key).split()
    types = [TYPE_WORDS[word] for word in words if word in TYPE_WORDS]
    rest = " ".join(word for word in words if word not in TYPE_WORDS)
    number = re.search(r" ?\b(\d{1,2})\b", rest)
    base = (rest[: number.start()] + rest[number.end() :]).strip() if number else rest
    field = ALIASES.get(rest) or ALIASES.get(base)
    if field is None and not base and types:
        field = "phone" if set(types) & {"cell", "fax", "pager", "telex", "callback"} else None
    if field is None:
        return None
    return _with_type(field, types, number[1] if number else "")


def _with_type(field: str, types: list[str], number: str) -> str | None:
    base, _, own = field.partition(":")
    if base not in TYPED:
        return field if not types else None
    if base == "address" and types:
        base = f"street{number}" if number in {"2", "3"} else "street"
    elif base == "street" and number in {"2", "3"}:
        base = f"street{number}"
    if base == "phone":
        kinds = sorted({*types, *([own] if own else [])})
        return "phone" if not kinds else f"phone:{' '.join(kinds)}"
    place = next((kind for kind in types if kind in {"home", "work", "other"}), "")
    return base if base in {"email", "link"} or not place else f"{base}:{place}"


def _settle_titles(
    header: Sequence[str],
    keys: list[str],
    rows: Sequence[Sequence[str]],
    mapping: dict[str, str],
) -> None:
    """Read "Title" as Dr. or Mrs. beside a "Job Title", or where the values say so."""
    if "title" not in keys:
        return
    position = keys.index("title")
    values = [row[position].strip() for row in rows if position < len(row) and row[position].strip()]
    honorific = sum(1 for value in values if _HONORIFIC.match(value)) * 2 > len(values)
    if "job title" in keys or (values and honorific):
        mapping[header[position]] = "prefix"


def _settle_names(header: Sequence[str], keys: list[str], mapping: dict[str, str]) -> None:
    """Let a lone "Nom", "Nombre", "Name" or "نام" mean what it means beside its neighbours."""
    fields = set(mapping.values())
    for column, key in zip(header, keys, strict=True):
        if key == "name" and "given" in fields and not {"family", "name_family_first"} & fields:
            mapping[column] = "family"
        elif key in {"nome", "nombre", "nom", "نام", "pangalan"} and _is_alone(mapping):
            mapping[column] = "name"


def _is_alone(mapping: Mapping[str, str]) -> bool:
    named = [field for field in mapping.values() if field in {"given", "family", "name"}]
    return len(named) == 1


def _settle_single(mapping: dict[str, str]) -> None:
    """Let only the first column fill a field that holds one value; the next ones are extras."""
    taken: set[str] = set()
    for column, field in list(mapping.items()):
        if field in SINGLE and field in taken:
            del mapping[column]
        taken.add(field)


def _settle_birthday(mapping: dict[str, str]) -> None:
    """Let "Geburtstag" mean the day of the month beside columns of its month or year."""
    if {"birthday_month", "birthday_year"} & set(mapping.values()) and "birthday_day" not in mapping.values():
        mapping.update({column: "birthday_day" for column, field in mapping.items() if field == "birthday"})


def _drop_guessed_places(mapping: dict[str, str]) -> None:
    """Leave out where Mailchimp believes the reader's computer to be: that is no address."""
    for column in [c for c in mapping if c in {"REGION", "CC", "TIMEZONE"}]:
        del mapping[column]


def _look_at_values(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]) -> None:
    """Find the email and phone columns by their values where no header named them."""
    bases = {re.split(r"[:#]", field)[0] for field in mapping.values()}
    for field, looks_right in (("email", _is_emails), ("phone", _is_phone)):
        if field in bases:
            continue
        for position, column in enumerate(header):
            values = [row[position] for row in rows if position < len(row) and row[position].strip()]
            if column not in mapping and values and _mostly(looks_right(v) for v in values):
                mapping[column] = field


def _name_by_values(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]) -> None:
    """Take the first column of words for the name in a table that has no header."""
    if set(mapping.values()) & _NAMING or not all(re.fullmatch(r"Column \d+", column) for column in header):
        return
    for position, column in enumerate(header):
        values = [row[position] for row in rows if position < len(row) and row[position].strip()]
        if column not in mapping and values and _mostly(_is_words(value) for value in values):
            mapping[column] = "name"
            return


def _is_words(value: str) -> bool:
    return len(value) < 80 and not re.search(r"[\d@/]", value) and bool(re.search(r"[^\W\d_]{2}", value))


def looks_like_data(cells: Iterable[str]) -> bool:
    """Tell a first row that is already a contact from a header."""
    return any(_is_emails(cell) or _is_phone(cell) for cell in cells)


def _mostly(answers: Iterable[bool]) -> bool:
    given = list(answers)
    return sum(given) * 10 >= len(given) * 7


def _is_emails(value: str) -> bool:
    return "@" in value and all(is_email(part) for part in split_emails(value))


def _is_phone(value: str) -> bool:
    digits = phone_digits(value)
    likely = len(digits) >= 10 or (value.strip()[:1] in "+0(" and len(digits) >= 7)
    is_number = bool(_PHONE_LIKE.match(value.strip())) and not _DATE_LIKE.match(value.strip())
    return likely and is_number and len(digits) <= 15
