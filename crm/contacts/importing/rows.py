"""Rows of a table to contacts, by a mapping of columns to fields."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crm.contacts.importing.builder import SYSTEM_GROUPS, DraftBuilder, RowError
from crm.contacts.importing.consents import (
    consent_in,
    consent_in_tags,
    instant,
    opt_out_in,
    read_consents,
)
from crm.contacts.importing.dates import Calendar
from crm.contacts.importing.drafts import AddressDraft, ConsentDraft, ContactDraft
from crm.contacts.importing.headers import ORGANISATION_WORDS, PERSON_WORDS
from crm.contacts.importing.names_with_comma import family_and_given
from crm.contacts.importing.row_phones import add_phones
from crm.contacts.importing.tables import LONGEST_VALUE, Row
from crm.contacts.importing.targets import MULTIPLE, Target
from crm.contacts.importing.text import (
    as_typed,
    clean_line,
    clean_text,
    is_nothing,
    plain_key,
    split_list,
    undressed,
    without_guard,
    yes_or_no,
)
from crm.contacts.importing.vcards import read_extra

_LONG_TEXTS = {"notes", "extra", "extras", "skip"}
_MAY_BE_WORDS = {
    *("name", "given", "family", "additional", "organisation", "address", "street", "street2", "street3"),
    *("locality", "region", "postcode", "country", "external_id", "language", "source"),
}

_ADDRESS_TYPES = {"home": "home", "work": "work", "business": "work", "other": "other"}


@dataclass(frozen=True, slots=True)
class RowReader:
    """Everything needed to read the rows of one table."""

    targets: Sequence[Target]
    region: str
    date_order: str
    source: str = ""
    opted_out: str = ""
    is_own: bool = False
    calendar_of_short: Calendar = Calendar.GREGORIAN

    def read(self, row: Row) -> ContactDraft:
        """Return the contact of a row; raise RowError."""
        if row.problem:
            raise RowError(row.problem)
        if not any(cell.strip() for cell in row.cells):
            raise RowError("The row is empty.")
        builder = DraftBuilder(self.region, self.date_order, calendar_of_short=self.calendar_of_short)
        later: dict[str, list[tuple[Target, str]]] = {}
        for target, value in self._values(row):
            if len(value) > LONGEST_VALUE and target.field not in _LONG_TEXTS:
                raise RowError(f"A cell of this row holds {len(value):,} characters.")
            taker = _TAKERS.get(target.field)
            if taker is not None:
                taker(builder, target, value, self)
            else:
                later.setdefault(target.field.split("_")[0], []).append((target, value))
        self._finish(builder, later)
        return builder.build(row.number)

    def _values(self, row: Row) -> list[tuple[Target, str]]:
        known = [t for t in self.targets if t.position < len(row.cells)]
        found = [(t, clean_text(without_guard(undressed(row.cells[t.position])))) for t in known]
        if not self.is_own:
            found = [(t, value) for t, cell in found if not _is_placeholder(t.field, value := as_typed(cell))]
        beyond = enumerate(row.cells[len(self.targets) :], len(self.targets) + 1)
        found += [(Target(f"Column {n}", n - 1, "extra"), clean_text(c)) for n, c in beyond]
        return [(target, value) for target, value in found if value]

    def _finish(self, builder: DraftBuilder, later: dict[str, list[tuple[Target, str]]]) -> None:
        countries = [] if self.is_own else [value for _target, value in later.get("country", [])]
        add_phones(builder, later.get("phone", []), whole=self.is_own, countries=countries)
        places = [pair for part in _PLACES for pair in later.get(part, [])]
        _add_addresses(builder, sorted(places, key=lambda pair: pair[0].position))
        _add_birthday(builder, {target.field: value for target, value in later.get("birthday", [])})
        _add_events(builder, later.get("event", []))
        _date_consents(builder, later.get("consent", []), self)
        name, known = builder.fields.get("name"), builder.fields
        if not self.is_own and name and name == f"{known.get('family')}, {known.get('given')}":
            builder.fields.pop("name")  # it is shown given name first
        if name and name == builder.fields.get("organisation") and not self.is_own:
            builder.is_organisation = True
        if self.opted_out:
            builder.consents.append(ConsentDraft("email", False, None, self.opted_out))


def _is_placeholder(field: str, value: str) -> bool:
    """Tell "-" or "n/a" from a value; a name or a place may be "Nil" or "NA", and what was said of consent is read."""
    if field in _MAY_BE_WORDS:
        return value.casefold() in {"-", "--", "---", ".", "n/a", "#n/a", "?"}
    return field in _LONG_TEXTS | {"title", "nickname", "link", "tags"} and is_nothing(value)


Taker = Callable[[DraftBuilder, Target, str, RowReader], None]


def _setter(name: str) -> Taker:
    return lambda builder, target, value, reader: builder.set(name, value, target.column)


def _take_extra(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    """Keep the value; one that says "unsubscribed" is an opt-out, whatever its column is called."""
    builder.add_extra(target.column, value)
    refused = None if reader.is_own else consent_in_tags([value])
    if refused:
        builder.consents.append(refused)


def _take_family_first(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    """Split "Doe, John", or at the first space, into family and given name."""
    family, _, given = value.partition(",") if "," in value else value.partition(" ")
    builder.set("family", family)
    builder.set("given", given)


def _take_name_with_comma(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    """Turn "Iyer, Lakshmi" round; a name of another form, such as "Smith, Jones & Co", stays as it is."""
    parts = family_and_given(value)
    if parts is None:
        builder.set("name", value, target.column)
        return
    builder.set("family", parts[0])
    builder.set("given", parts[1])


def _take_email(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    builder.add_email(value)


def _take_kind(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    word = value.casefold()
    if word in ORGANISATION_WORDS or yes_or_no(word):  # the latter under "Is a company"
        builder.is_organisation = True
    elif word not in PERSON_WORDS and yes_or_no(word) is None:
        builder.add_extra(target.column, value)


def _take_link(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    for link in re.split(r"\s*(?::::|\n)\s*", value):
        builder.add_link(link)


def _take_tags(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    """Take tags, also as a list in brackets and as Google marks its own groups: "* friends"."""
    if not reader.is_own:
        value = re.sub(r"^[\[{](.*)[\]}]$", r"\1", value)
        value = value.replace("#", ",") if re.fullmatch(r"(?:#[^\s#]+\s*){2,}", value) else value
    tags = split_list(value)
    if not reader.is_own:
        tags = [tag if tag in SYSTEM_GROUPS else tag.removeprefix("* ") for tag in tags]
    builder.add_tags(tags)


def _take_opt_out(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    found = opt_out_in(value, target.kind or "all", reader.source)
    if found:
        builder.consents.append(found)


def _take_consent(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    found = consent_in(value, target.kind or "all", reader.source)
    if found:
        builder.consents.append(found)
    elif not is_nothing(value):
        builder.add_extra(target.column, value)


def _take_consents(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    """Read our own list of consents; in other programs such a column is a plain yes or no."""
    own = read_consents(value)
    builder.consents.extend(own)
    if not own:
        _take_consent(builder, target, value, reader)


def _take_own_extra(builder: DraftBuilder, target: Target, value: str, reader: RowReader) -> None:
    for key, text in read_extra(value).items():
        builder.add_extra(key, text)


_PLACES = ("address", "street", "street2", "street3", "locality", "region", "postcode", "country")
_TOWN_FIELDS = ("locality", "region", "postcode", "country")
_LINE_FIELDS = (
    *("name", "given", "family", "additional", "prefix", "suffix", "nickname"),
    *("organisation", "title", "language", "source", "external_id"),
)
_TAKERS: dict[str, Taker] = {
    **{name: _setter(name) for name in _LINE_FIELDS},
    "name_family_first": _take_family_first,
    "name_with_comma": _take_name_with_comma,
    "email": _take_email,
    "kind": _take_kind,
    "link": _take_link,
    "birthday": lambda b, target, value, reader: b.set_date("birthday", value),
    "anniversary": lambda b, target, value, reader: b.set_date("anniversary", value),
    "tags": _take_tags,
    "notes": lambda b, target, value, reader: b.add_note(value),
    "opt_out": _take_opt_out,
    "consent": _take_consent,
    "consents": _take_consents,
    "extras": _take_own_extra,
    "extra": _take_extra,
    "skip": lambda b, target, value, reader: None,
}


def _add_addresses(builder: DraftBuilder, found: list[tuple[Target, str]]) -> None:
    """Put the parts of each address together; a whole address stands in for its street."""
    places: dict[str, dict[str, str]] = {}
    for target, value in found:
        place = places.setdefault(f"{target.slot}:{target.kind}", {"kind": target.kind})
        name = "kind" if target.field == "address_type" else target.field
        place[name] = f"{place[name]}, {value}" if place.get(name) else value
    for place in (one for several in places.values() for one in _apart(several)):
        streets = [place[name] for name in ("street", "street2", "street3") if name in place]
        whole = place.get("address", "")
        if not any(plain_key(street) in plain_key(whole) for street in streets):
            streets.insert(0, whole)
        street = ", ".join(filter(None, streets))
        label = clean_line(place.get("kind", "")).strip("* ").lower()
        parts = {name: place.get(name, "") for name in _TOWN_FIELDS}
        kind = _ADDRESS_TYPES.get(label, "")
        builder.add_address(AddressDraft(street=street, **parts, type=kind))


def _apart(place: dict[str, str]) -> list[dict[str, str]]:
    """Take apart addresses that share one column, which Google separates by ":::"."""
    parts = {name: MULTIPLE.split(value) for name, value in place.items()}
    count = max(len(values) for name, values in parts.items())
    if count == 1:
        return [place]
    return [{name: values[n] for name, values in parts.items() if n < len(values) and values[n]} for n in range(count)]


def _add_birthday(builder: DraftBuilder, parts: Mapping[str, str]) -> None:
    """Put together a birthday that is split over three columns, year optional."""
    day, month = parts.get("birthday_day", ""), parts.get("birthday_month", "")
    year = parts.get("birthday_year", "")
    if not (day and month):
        for label, part in (("Birth day", day), ("Birth month", month), ("Birth year", year)):
            builder.add_extra(label, part)
        return
    if day.isdigit() and month.isdigit():
        written = f"{year}-{int(month):02d}-{int(day):02d}" if year else f"--{month}-{day}"
    else:
        written = f"{day} {month} {year}"
    builder.set_date("birthday", written)


def _add_events(builder: DraftBuilder, found: list[tuple[Target, str]]) -> None:
    """Set the days that Google keeps as events with a label of their own; other labels are extras."""
    labels = {target.slot: value for target, value in found if target.field == "event_type"}
    for target, value in found:
        if target.field != "event":
            continue
        label = labels.pop(target.slot, "")
        name = label.strip("* ").casefold()
        if name in {"anniversary", "birthday"}:
            builder.set_date(name, value)
        else:
            builder.add_extra(label or target.column, value)


def _date_consents(builder: DraftBuilder, found: list[tuple[Target, str]], reader: RowReader) -> None:
    """Give a consent its time; the latest of opting in and confirming counts."""
    times: dict[str, str] = {}
    for target, value in found:
        at = instant(value, day_first=reader.date_order == "DMY")
        if at is None or target.kind in {"", "all"}:
            builder.add_extra(target.column, value)
        elif at > times.get(target.kind, ""):
            times[target.kind] = at
    refused = {consent.channel for consent in builder.consents if not consent.given}
    for channel, at in times.items():
        if channel not in refused:
            builder.consents.append(ConsentDraft(channel, True, at, reader.source))
