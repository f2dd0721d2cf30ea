"""Which column fills which field: proposed from headers, from the values where headers are mute.

A mapping is {column: field}. Fields may carry a slot and a type: "phone#1" and "phone_type#1" are
the value and label of one phone, "street:home" is a part of the home address.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from crm.contacts.importing.consents import consent_field
from crm.contacts.importing.headers import (
    ADDRESS_WORDS,
    ALIASES,
    COMPACT_ALIASES,
    LINKING_WORDS,
    OWNERS,
    TYPE_WORDS,
)
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
    ("address", "state"): "region#",
    ("address", "state region"): "region#",
    ("address", "line 1"): "street#",
    ("address", "line 2"): "street2#",
    ("address", "postal code"): "postcode#",
    ("address", "postcode"): "postcode#",
    ("address", "zip"): "postcode#",
    ("address", "country"): "country#",
    ("address", "po box"): "street3#",
    ("address", "extended address"): "street2#",
    ("event", "type"): "event_type#",
    ("event", "label"): "event_type#",
    ("event", "value"): "event#",
    ("organization", "name"): "organisation",
    ("organization", "title"): "title",
}
_HONORIFIC = re.compile(
    r"^(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|rev|herr|frau|sr|sra|srta|don|dona|m|mme|mlle|"
    r"thiru|tmt|selvi|shri|smt|kum|sri|श्री|श्रीमती|திரு|திருமதி|செல்வி|శ్రీ|శ్రీమతి|آقای|خانم)\.?$",
    re.IGNORECASE,
)
_OWNED = re.compile(rf"(?:{OWNERS}) (.+)")
_REMARK = re.compile(  # what a column says of its own form: "(DD/MM/YYYY)", "(required)", "*"
    r"\*+|[(\[{][^()\[\]{}]*(?:\bd{1,2}\W*m{1,3}\b|\bm{1,2}\W*d{1,2}\b|yy|required|optional|mandatory|digit|e\.?g\b|"
    r"if any|country code|format|[\d+])[^()\[\]{}]*[)\]}]",
    re.IGNORECASE,
)
_DATE_LIKE = re.compile(r"^(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})$")
_PHONE_LIKE = re.compile(r"^[+(]?[\d\s().\-/]{7,22}$")


# Given names beside a family name, whole names alone.
_ALSO_WHOLE_NAMES = {
    *map(plain_key, ("nome", "nombre", "nom", "pangalan", "jmeno", "meno", "ad", "adı", "isim", "imię", "имя")),
    *map(plain_key, ("όνομα", "tên", "ชื่อ", "名字", "نام")),
}


def suggest_mapping(header: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Propose a field for each column that is understood; columns left out are kept as extras."""
    keys = [plain_key(column) for column in header]
    found = {column: field_of(column) for column in header}
    mapping = {column: field for column, field in found.items() if field}
    _settle_titles(header, keys, sample_rows, mapping)
    _settle_names(header, keys, sample_rows, mapping)
    _settle_birthday(mapping)
    _settle_single(mapping)
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
    return next((field for key in _keys_of(column) if (field := _field_of_key(key))), None)


def _keys_of(column: str) -> Iterator[str]:
    """Yield a header as compared: whole, without a remark on its form, numbers apart, without its owner."""
    key = plain_key(column)
    yield re.sub(r" \d+$", "", key) if column.endswith(")") else key
    bare = plain_key(_REMARK.sub(" ", column))
    if bare != key:
        yield bare
    apart = re.sub(r"(?<=[^\W\d_])(?=\d)", " ", bare)
    if apart != bare:
        yield apart
    owned = _OWNED.match(apart)
    if owned:
        yield owned[1]


def _field_of_key(key: str) -> str | None:
    if key in ALIASES:
        return ALIASES[key]
    named = _numbered_field(key) or consent_field(key) or _typed_field(key)
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
    left = [word for word in words if word not in TYPE_WORDS]
    joined = [word for word in left if word not in LINKING_WORDS]
    place = [word for word in joined if word not in ADDRESS_WORDS] or joined
    for rest in dict.fromkeys(map(" ".join, (left, joined, place))):
        number = re.search(r" ?\b(\d{1,2})\b", rest)
        base = (rest[: number.start()] + rest[number.end() :]).strip() if number else rest
        field = ALIASES.get(rest) or ALIASES.get(base)
        if field is None and not base and types:
            field = "phone" if set(types) & {"cell", "fax", "pager", "telex", "callback"} else None
        if field is not None:
            return _with_type(field, types, number[1] if number else "")
    return None


def _types_alone(key: str) -> str | None:
    """Return the phone field of a header that is nothing but a kind: "Alternate No", "Office"."""
    words = re.sub(r"\b(?:number|no|nos|s|\d)\b", " ", key).split()
    if not words or any(word not in TYPE_WORDS for word in words):
        return None
    return _with_type("phone", [TYPE_WORDS[word] for word in words], "")


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
    titles = [position for position, column in enumerate(header) if mapping.get(column) == "title"]
    for position in titles:
        values = _values_of(position, rows)
        honorific = sum(1 for value in values if _HONORIFIC.match(value)) * 2 > len(values)
        is_plain = re.sub(r" \d$", "", keys[position]) in {"title", "titre", "titel", "titulo", "titolo"}
        if (values and honorific) or (is_plain and position != titles[-1]) or (is_plain and "job title" in keys):
            mapping[header[position]] = "prefix"


def _values_of(position: int, rows: Sequence[Sequence[str]]) -> list[str]:
    return [row[position].strip() for row in rows if position < len(row) and row[position].strip()]


def _settle_names(
    header: Sequence[str], keys: list[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]
) -> None:
    """Let a lone "Nom", "Nombre", "Name" or "نام" mean what it means beside its neighbours."""
    fields = set(mapping.values())
    for column, key in zip(header, keys, strict=True):
        if key == "name" and "given" in fields and not {"family", "name_family_first"} & fields:
            mapping[column] = "family"
        elif mapping.get(column) == "name" and "family" in fields and not {"given", "nickname"} & fields:
            mapping[column] = "name" if _holds_family(header, rows, mapping, column) else "given"
        elif key in _ALSO_WHOLE_NAMES and _is_alone(mapping):
            mapping[column] = "name"
    people = [column for column, key in zip(header, keys, strict=True) if key in {"contact person", "name of contact"}]
    firms = [column for column, field in mapping.items() if field == "name" and column not in people]
    if people and firms and "organisation" not in fields:
        mapping[firms[0]] = "organisation"


def _holds_family(
    header: Sequence[str], rows: Sequence[Sequence[str]], mapping: Mapping[str, str], column: str
) -> bool:
    """Tell whether the names in a column are whole: the family name of the row is among their words."""
    family = next(position for position, name in enumerate(header) if mapping.get(name) == "family")
    here = header.index(column)
    filled = [row for row in rows if max(here, family) < len(row) and row[here].strip() and row[family].strip()]
    return not filled or _mostly(row[family].casefold().strip() in row[here].casefold() for row in filled)


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
    """Let "Geburtstag" beside its month be the day of it, and "Aniversario" beside "Cumpleaños" the anniversary."""
    dated = [column for column, field in mapping.items() if field == "birthday"]
    for column in dated:
        if len(dated) > 1 and plain_key(column) in {"aniversario", "anniversario", "anniversaire"}:
            mapping[column] = "anniversary"
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
            values = _values_of(position, rows)
            if column not in mapping and values and _mostly(looks_right(v) for v in values):
                mapping[column] = field
    for position, column in enumerate(header):
        kind = None if column in mapping else _types_alone(plain_key(column))
        values = _values_of(position, rows) if kind else []
        if kind and values and _mostly(_is_phone(value) for value in values):
            mapping[column] = kind


def _name_by_values(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]) -> None:
    """Take the first column of words for the name in a table that has no header."""
    if set(mapping.values()) & _NAMING or not all(re.fullmatch(r"Column \d+", column) for column in header):
        return
    for position, column in enumerate(header):
        values = _values_of(position, rows)
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
