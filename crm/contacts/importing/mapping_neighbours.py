"""What a column means beside its neighbours: a "Title" by a "Job Title", a "City" after a "Home Address"."""

import re
from collections.abc import Mapping, Sequence

from crm.contacts.importing.headers import ADDRESS_PARTS, ADDRESS_WORDS, ORGANISATION_WORDS, PERSON_WORDS
from crm.contacts.importing.mapping_values import mostly, values_of
from crm.contacts.importing.text import plain_key

SINGLE = {"birthday", "anniversary", "kind", "language", "consents", "extras", "external_id"}

_HONORIFIC = re.compile(
    r"^(?:\s*(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|rev|herr|frau|sr|sra|srta|don|dona|m|mme|mlle|"
    r"thiru|tmt|selvi|shri|smt|kum|sri|श्री|श्रीमती|திரு|திருமதி|செல்வி|శ్రీ|శ్రీమతి|آقای|خانم)(?=[.\s]|$)\.?)+$",
    re.IGNORECASE,
)
_PLAIN_TITLES = {
    *("title", "titre", "titel", "titulo", "titolo", "tytul", "titul", "tittel", "unvan"),
    *map(plain_key, ("肩書き", "頭銜")),
}
# Given names beside a family name, whole names alone.
_ALSO_WHOLE_NAMES = {
    *map(plain_key, ("nome", "nombre", "nom", "pangalan", "jmeno", "meno", "ad", "adı", "isim", "imię", "имя")),
    *map(plain_key, ("όνομα", "tên", "ชื่อ", "名字", "이름", "نام")),
}


def settle_by_neighbours(
    header: Sequence[str], keys: list[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]
) -> None:
    """Correct a proposed mapping by which columns stand together; `keys` are the headers as compared."""
    _settle_titles(header, keys, rows, mapping)
    _settle_kinds(header, keys, rows, mapping)
    _settle_names(header, keys, rows, mapping)
    _settle_places(keys, mapping)
    _settle_birthday(mapping)
    _settle_single(mapping)
    if "member rating" in keys:
        _drop_guessed_places(mapping)


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
