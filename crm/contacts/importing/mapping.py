"""Which column fills which field: proposed from headers, from the values where headers are mute.

A mapping is {column: field}. Fields may carry a slot and a type: "phone#1" and "phone_type#1" are
the value and label of one phone, "street:home" is a part of the home address.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from crm.contacts.importing.consents import consent_field
from crm.contacts.importing.headers import (
    ADDRESS_PARTS,
    ADDRESS_WORDS,
    ALIASES,
    COMPACT_ALIASES,
    KINDS_IN_FRONT,
    LETTERS,
    LINKING_WORDS,
    OWNERS,
    TYPE_WORDS,
    WHOSE_ADDRESS,
)
from crm.contacts.importing.headers_native import CODES, JOINING, NUMBERING, OWNER_STEMS
from crm.contacts.importing.mapping_neighbours import settle_by_neighbours
from crm.contacts.importing.mapping_values import settle_by_values, values_of
from crm.contacts.importing.names_with_comma import are_family_first
from crm.contacts.importing.text import plain_key

TYPED = {"phone", "email", "address", "link", *ADDRESS_PARTS}

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
_GIVEN_OR_WHOLE = {plain_key("نام"), "pangalan"}  # a given name beside a family name, of somebody a whole one
_OWNED = re.compile(rf"(?:{OWNERS}) (.+)")
_KIND_IN_FRONT = re.compile(rf"^({KINDS_IN_FRONT})(?:地址|の)?\W*(?=\w)")
_ASKING = re.compile(r"^(?:(?:please|enter|your|what is|what s|wh(?:at|en) (?:is|was|are|were)(?: you)?) )+")
_PARTS = re.compile(r"[/()\[\]|]+")  # "பெயர் / Name", "Full Name (पूर्ण नाव)"
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)  # "Customer's Name"
_REMARK = re.compile(  # what a column says of its own form: "(DD/MM/YYYY)", "(required)", "*"
    r"\*+|[(\[{][^()\[\]{}]*(?:\bd{1,2}\W*m{1,3}\b|\bm{1,2}\W*d{1,2}\b|yy|required|optional|mandatory|digit|e\.?g\b|"
    r"if any|country code|format|[\d+])[^()\[\]{}]*[)\]}]",
    re.IGNORECASE,
)


OWN_SIGN = "regulars id"  # a column that only our own exports have


def suggest_mapping(header: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Propose a field for each column that is understood; columns left out are kept as extras."""
    keys = [plain_key(column) for column in header]
    found = {column: field_of(column) for column in header}
    mapping = {column: field for column, field in found.items() if field}
    settle_by_neighbours(header, keys, sample_rows, mapping)
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
    if _POSSESSIVE.search(column):
        yield from _keys_of(_POSSESSIVE.sub("", column))


def _key(column: str) -> str:
    return _ASKING.sub("", plain_key(column).replace("whats app", "whatsapp"))


def _field_of_key(key: str) -> str | None:
    if key in ALIASES:
        return ALIASES[key]
    named = _numbered_field(key) or consent_field(key) or _typed_field(key) or _native_field(key)
    return named or COMPACT_ALIASES.get(key.replace(" ", ""))


def _native_field(key: str) -> str | None:
    """Read "ग्राहकाचा पत्ता" or "நோயாளி பெயர்": whose it is and the thing itself; whose it is alone means the name."""
    words = [word for word in key.split() if word not in JOINING]
    things = [word for word in words if not word.startswith(OWNER_STEMS)]
    if not things:
        return "name" if len(words) == 1 else None
    if len(things) < len(words):
        if set(things) <= CODES:
            return "external_id"
        if set(things) <= NUMBERING:
            return None  # of a phone or of a list: the values tell
    counted = [word for word in things if word not in NUMBERING]
    for rest in (" ".join(things), " ".join(counted)):
        field = ALIASES.get(rest) or _typed_words(rest.split())
        if field and (rest == " ".join(things) or field.startswith(("phone", "email", "postcode"))):
            return "name" if field == "given" and rest in _GIVEN_OR_WHOLE else field
    return None


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
    whole = [word for word in joined if word not in WHOSE_ADDRESS] or joined
    place = [word for word in joined if word not in ADDRESS_WORDS] or joined
    thing = joined[1:] if joined[:1] == ["address"] else joined  # "Address Postal Code"
    for rest in dict.fromkeys(map(" ".join, (left, joined, thing, whole, place))):
        number = re.search(r" ?\b(\d{1,2})\b", rest)
        base = (rest[: number.start()] + rest[number.end() :]).strip() if number else rest
        field = ALIASES.get(rest) or ALIASES.get(base)
        if field in {"name", "organisation"} and joined[-1] in ADDRESS_WORDS - WHOSE_ADDRESS:
            field = "address"  # a "Guest address" is no guest
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
