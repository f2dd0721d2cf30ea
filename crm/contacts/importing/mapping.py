"""Which column fills which field: proposed from headers, from the values where headers are mute.

A mapping is {column: field}. Fields may carry a slot and a type: "phone#1" and "phone_type#1" are
the value and label of one phone, "street:home" is a part of the home address.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from crm.contacts.importing.consents import consent_field
from crm.contacts.importing.headers import (
    ADDRESS_WORDS,
    ALIASES,
    COMPACT_ALIASES,
    KINDS_IN_FRONT,
    LETTERS,
    LINKING_WORDS,
    ORGANISATION_WORDS,
    OWNERS,
    PERSON_WORDS,
    TYPE_WORDS,
)
from crm.contacts.importing.mapping_values import mostly, settle_by_values, values_of
from crm.contacts.importing.names_with_comma import are_family_first
from crm.contacts.importing.text import plain_key

ADDRESS_PARTS = ("street", "street2", "street3", "locality", "region", "postcode", "country")
TYPED = {"phone", "email", "address", "link", *ADDRESS_PARTS}
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
    r"^(?:\s*(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|rev|herr|frau|sr|sra|srta|don|dona|m|mme|mlle|"
    r"thiru|tmt|selvi|shri|smt|kum|sri|श्री|श्रीमती|திரு|திருமதி|செல்வி|శ్రీ|శ్రీమతి|آقای|خانم)(?=[.\s]|$)\.?)+$",
    re.IGNORECASE,
)
_OWNED = re.compile(rf"(?:{OWNERS}) (.+)")
_KIND_IN_FRONT = re.compile(rf"^({KINDS_IN_FRONT})(?:地址|の)?\W*(?=\w)")
_ASKING = re.compile(r"^(?:(?:please|enter|your|what is|what s) )+")
_PARTS = re.compile(r"[/()\[\]|]+")  # "பெயர் / Name", "Full Name (पूर्ण नाव)"
_REMARK = re.compile(  # what a column says of its own form: "(DD/MM/YYYY)", "(required)", "*"
    r"\*+|[(\[{][^()\[\]{}]*(?:\bd{1,2}\W*m{1,3}\b|\bm{1,2}\W*d{1,2}\b|yy|required|optional|mandatory|digit|e\.?g\b|"
    r"if any|country code|format|[\d+])[^()\[\]{}]*[)\]}]",
    re.IGNORECASE,
)


OWN_SIGN = "regulars id"  # a column that only our own exports have
_PLAIN_TITLES = {
    *("title", "titre", "titel", "titulo", "titolo", "tytul", "titul", "tittel", "unvan"),
    *map(plain_key, ("肩書き", "頭銜")),
}
# Given names beside a family name, whole names alone.
_ALSO_WHOLE_NAMES = {
    *map(plain_key, ("nome", "nombre", "nom", "pangalan", "jmeno", "meno", "ad", "adı", "isim", "imię", "имя")),
    *map(plain_key, ("όνομα", "tên", "ชื่อ", "名字", "이름", "نام")),
}


def suggest_mapping(header: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Propose a field for each column that is understood; columns left out are kept as extras."""
    keys = [plain_key(column) for column in header]
    found = {column: field_of(column) for column in header}
    mapping = {column: field for column, field in found.items() if field}
    _settle_titles(header, keys, sample_rows, mapping)
    _settle_kinds(header, keys, sample_rows, mapping)
    _settle_names(header, keys, sample_rows, mapping)
    _settle_places(keys, mapping)
    _settle_birthday(mapping)
    _settle_single(mapping)
    if "member rating" in keys:
        _drop_guessed_places(mapping)
    if OWN_SIGN in keys:  # as we wrote it, a name may be a number
        return mapping
    kinds = {column: kind for column, key in zip(header, keys, strict=True) if (kind := phone_kind_alone(key))}
    settle_by_values(header, sample_rows, mapping, kinds)
    for position, column in enumerate(header):
        if mapping.get(column) == "name" and are_family_first(values_of(position, sample_rows)):
            mapping[column] = "name_with_comma"
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
    """Yield a header as compared: whole, without a remark on its form, numbers apart, without its owner, in parts."""
    yield _key(re.sub(r" \(\d+\)$", "", column))
    bare = _key(_REMARK.sub(" ", column))
    yield bare
    if _KIND_IN_FRONT.match(column):
        yield _key(_KIND_IN_FRONT.sub(r"\1 ", column))
    apart = re.sub(r"(?<=[^\W\d_])(?=\d)", " ", bare)
    yield apart
    owned = _OWNED.match(apart)
    if owned and owned[1] not in {"number", "no", "id", "code"}:
        yield owned[1]
    yield from filter(None, map(_key, _PARTS.split(column)))


def _key(column: str) -> str:
    return _ASKING.sub("", plain_key(column).replace("whats app", "whatsapp"))


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
    key = _spelled_out(key)
    several = re.match(r"(.+) (\d{1,2})$", key)
    if several and several[1] in ALIASES:
        return _with_type(ALIASES[several[1]], [], several[2])
    counted = re.sub(r"\b(?:number|no|s)\b", " ", key)
    found = _typed_words(key.split())
    if found is None and counted != key:
        found = _typed_words(counted.split())
        if found is not None and not found.startswith(("phone", "email")):
            return None  # an "Organisation Number" is no organisation
    return found


def _typed_words(words: list[str]) -> str | None:
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


def phone_kind_alone(key: str) -> str | None:
    """Return the phone field of a key that is nothing but a kind: "Alternate No", "Office"."""
    words = _spelled_out(re.sub(r"\b(?:number|no|nos|s|\d)\b", " ", key)).split()
    if not words or any(word not in TYPE_WORDS for word in words) or {"company", "registered"} & set(words):
        return None
    return _with_type("phone", [TYPE_WORDS[word] for word in words], "")


def _spelled_out(key: str) -> str:
    """Write out the letter at the end of "Tel (M)"."""
    start, _, last = key.strip().rpartition(" ")
    return f"{start} {LETTERS.get(last, last)}".strip()


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
    place = next((kind for kind in [*types, own] if kind in {"home", "work", "other"}), "")
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
        values = values_of(position, rows)
        honorific = sum(1 for value in values if _HONORIFIC.match(value)) * 2 > len(values)
        is_plain = re.sub(r" \d$", "", keys[position]) in _PLAIN_TITLES
        if (values and honorific) or (is_plain and position != titles[-1]) or (is_plain and "job title" in keys):
            mapping[header[position]] = "prefix"


def _settle_kinds(
    header: Sequence[str], keys: list[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]
) -> None:
    """Read "Type" as what a contact is, where it says nothing but Company or Person."""
    for position, column in enumerate(header):
        values = values_of(position, rows) if keys[position] == "type" else []
        if values and all(value.casefold() in ORGANISATION_WORDS | PERSON_WORDS for value in values):
            mapping[column] = "kind"


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
        elif key == "apelido" and "sobrenome" in keys:
            mapping[column] = "nickname"  # a family name in Portugal, a nickname in Brazil
        elif key == "file as" and {"given", "family"} & fields:
            mapping.pop(column, None)  # how a program sorts a name that stands in its parts
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
    return not filled or mostly(row[family].casefold().strip() in row[here].casefold() for row in filled)


def _is_alone(mapping: Mapping[str, str]) -> bool:
    named = [field for field in mapping.values() if field in {"given", "family", "name"}]
    return len(named) == 1


def _settle_places(keys: Sequence[str], mapping: dict[str, str]) -> None:
    """Let a town, postcode or country that says no kind be of the "Home Address" before it, or of the only one there.

    "Mailing City" says whose it is, and a "City" beside a "Home City" is another one. "Kraj" is a country in Polish,
    but a region beside a Czech or Slovak postcode.
    """
    is_czech = any(re.match(r"psc|zeme", key) for key in keys)
    parts = ("address", *ADDRESS_PARTS)
    placed = {column: field for column, field in mapping.items() if field.partition(":")[0] in parts}
    kinds = {field.partition(":")[2] for field in placed.values() if re.match(r"(?:address|street)(?::|$)", field)}
    current = kinds.pop() if len(kinds) == 1 else ""
    for column, field in placed.items():
        base, _, kind = field.partition(":")
        words = plain_key(column).split()
        if is_czech and base == "country" and words[0] == "kraj":
            base = "region"
        if kind or base in {"address", "street"} or ADDRESS_WORDS & set(words):
            current = kind
        known = f"{base}:{current}" in placed.values() and not kind
        mapping[column] = f"{base}:{current}" if current and not known else base


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
