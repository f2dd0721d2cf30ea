"""Suspected pairs: found by joins on indexed columns, one kind of sign after the other, the surest first.

A pair is listed once, under the first sign it has. Numbers and addresses of a crowd are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm.contacts.models import Address, Contact, DistinctPair, Email, KeyDate, Phone
from crm.contacts.rules.duplicates import CROWD, Person, Suspicion, address_key, is_same_day, suspicion
from crm.extensions import db
from crm.shared.paging import Page, decode_place, encode_place

PAIRS_SHOWN = 20
WALK = 500  # rows fetched at a time in the order of names
Start = tuple[str, int, int]
Key = tuple[int, str, int, int]


@dataclass(frozen=True)
class SuspectedPair:
    """Two contacts that may be the same person, and why."""

    first: Person
    second: Person
    suspicion: Suspicion


def suspected_pairs(place: str | None, *, size: int = PAIRS_SHOWN) -> Page[SuspectedPair]:
    """Return a page of suspected pairs that nobody found to be different people."""
    given = decode_place(place, 4)
    after: Key = (given[0], given[1], given[2], given[3]) if given is not None and _is_key(given) else (0, "", 0, 0)
    keys = _candidates(after, size + 1)
    shown, people = keys[:size], people_of({each for key in keys[:size] for each in key[2:]})
    crowds = _crowds(people.values())
    distinct = _distinct_pairs(shown)
    pairs = [_pair(key, people, crowds) for key in shown if key[2:] not in distinct]
    next_place = encode_place(shown[-1]) if len(keys) > size else None
    return Page([pair for pair in pairs if pair is not None], next_place)


def _is_key(given: Sequence[Any]) -> bool:
    kinds = zip(given, (int, str, int, int), strict=True)
    return all(isinstance(value, kind) for value, kind in kinds) and 0 <= given[0] < len(_SECTIONS)


def _candidates(after: Key, wanted: int) -> list[Key]:
    """Walk through the signs until there are enough pairs."""
    found: list[Key] = []
    for section in range(after[0], len(_SECTIONS)):
        start: Start = after[1:] if section == after[0] else ("", 0, 0)
        found += [(section, *pair) for pair in _SECTIONS[section](start, wanted - len(found))]
        if len(found) >= wanted:
            break
    return found


def _pair(key: Key, people: dict[int, Person], crowds: set[str]) -> SuspectedPair | None:
    """Return the pair unless it was listed under an earlier sign."""
    first, second = people[key[2]], people[key[3]]
    found = suspicion(first, second)
    if found is None or _first_sign(first, second, crowds) != key[:2]:
        return None
    return SuspectedPair(first, second, found)


def _first_sign(first: Person, second: Person, crowds: set[str]) -> tuple[int, str]:
    for section, shared in enumerate((first.phones & second.phones, first.emails & second.emails)):
        if shared - crowds:
            return section, min(shared - crowds)
    signs = (
        is_same_day(first.birthday, second.birthday),
        bool(first.addresses & second.addresses),
    )
    return 2 + (signs.index(True) if any(signs) else len(signs)), first.sort_name


def _is_listed(contact: type[Contact]) -> ColumnElement[bool]:
    return and_(contact.archived_at.is_(None), contact.merged_into_id.is_(None), contact.blocked_at.is_(None))


def _distinct_pairs(keys: Sequence[Key]) -> set[tuple[int, int]]:
    """Return which of the pairs found by name are known to be different people."""
    by_name = [key for key in keys if key[0] >= 2]
    if not by_name:
        return set()
    where = DistinctPair.first_id.in_({key[2] for key in by_name})
    rows = db.session.execute(select(DistinctPair.first_id, DistinctPair.second_id).where(where))
    return {(first_id, second_id) for first_id, second_id in rows}


def _are_distinct(first: ColumnElement[int] | Any, second: Any) -> ColumnElement[bool]:
    return exists().where(DistinctPair.first_id == first, DistinctPair.second_id == second)


def _by_value(
    model: type[Phone] | type[Email], column: InstrumentedAttribute[Any], start: Start, wanted: int
) -> list[Start]:
    """Pair the contacts that share a number or an email address."""
    value = column.label("value")
    groups = select(value).where(column > "", column >= start[0]).group_by(column)
    crowd = groups.having(func.count().between(2, CROWD)).subquery()
    one, two = aliased(model), aliased(model)
    first, second = aliased(Contact), aliased(Contact)
    key = (crowd.c.value, one.contact_id, two.contact_id)
    statement: Any = (
        select(*key)
        .join_from(crowd, one, getattr(one, column.key) == crowd.c.value)
        .join(two, and_(getattr(two, column.key) == crowd.c.value, two.contact_id > one.contact_id))
        .join(first, first.id == one.contact_id)
        .join(second, second.id == two.contact_id)
        .where(_is_listed(first), _is_listed(second), ~_are_distinct(one.contact_id, two.contact_id))
        .where(tuple_(*key) > tuple_(*start))
        .distinct()
        .order_by(*key)
    )
    rows = db.session.execute(statement.limit(wanted))
    return [(value, first_id, second_id) for value, first_id, second_id in rows]


def _by_name(
    source: Any, columns: Sequence[InstrumentedAttribute[Any]], where: Any, start: Start, wanted: int
) -> list[Start]:
    """Pair the contacts of one name that share the columns of another table, or of their own.

    The index on sort names is walked in its order, row by row, and the walk stops when there are enough.
    """
    signs = select(Contact.sort_name, Contact.id, *columns)
    if source is not Contact:
        signs = signs.join(source, source.contact_id == Contact.id)
    signs = signs.where(_is_listed(Contact), Contact.sort_name >= start[0], where).order_by(Contact.sort_name)
    found: list[Start] = []
    with db.session.execute(signs, execution_options={"yield_per": WALK}) as rows:
        for name, same in groupby(rows, key=lambda row: row.sort_name):
            pairs = ((name, *pair) for pair in _pairs_in(same))
            found += [pair for pair in pairs if pair > start]
            if len(found) >= wanted:
                break
    return found[:wanted]


def _pairs_in(rows: Iterable[Any]) -> list[tuple[int, int]]:
    """Pair the contacts of one name whose rows agree in everything but the contact."""
    by_sign: dict[Any, set[int]] = {}
    for _name, contact_id, *sign in rows:
        by_sign.setdefault(tuple(sign), set()).add(contact_id)
    return sorted({pair for ids in by_sign.values() for pair in combinations(sorted(ids), 2)})


_SECTIONS: tuple[Callable[[Start, int], list[Start]], ...] = (
    partial(_by_value, Phone, Phone.e164),
    partial(_by_value, Email, Email.folded),
    partial(_by_name, KeyDate, (KeyDate.month, KeyDate.day), KeyDate.kind == "birthday"),
    partial(_by_name, Address, (Address.street, Address.postcode), Address.street != ""),
    partial(_by_name, Contact, (Contact.organisation,), Contact.organisation != ""),
)


def people_of(contact_ids: Iterable[int]) -> dict[int, Person]:
    """Return what is compared of contacts, in two queries."""
    ids = sorted(contact_ids)
    contacts = db.session.execute(
        select(
            Contact.id, Contact.name, Contact.sort_name, Contact.kind, Contact.other_names, Contact.organisation
        ).where(Contact.id.in_(ids))
    )
    known: dict[int, dict[str, Any]] = {row.id: dict(row._mapping) for row in contacts}
    for row in db.session.execute(_signs_of(ids)):
        _note_sign(known[row.contact_id], row)
    return {contact_id: _person(values) for contact_id, values in known.items()}


def _signs_of(ids: Sequence[int]) -> Any:
    def part(name: str, model: type[Any], *values: Any) -> Select[Any]:
        texts = [cast(value, Text) for value in values] + [null()] * (3 - len(values))
        labelled = [text.label(f"value_{at}") for at, text in enumerate(texts)]
        return select(literal(name).label("part"), model.contact_id, *labelled).where(model.contact_id.in_(ids))

    birthday = part("birthday", KeyDate, KeyDate.day, KeyDate.month, KeyDate.year).where(KeyDate.kind == "birthday")
    return union_all(
        part("phone", Phone, Phone.e164).where(Phone.e164.is_not(None)),
        part("email", Email, Email.folded),
        part("address", Address, Address.street, Address.postcode),
        birthday,
    )


def _note_sign(known: dict[str, Any], row: Any) -> None:
    if row.part == "birthday":
        known["birthday"] = (int(row.value_0), int(row.value_1), int(row.value_2) if row.value_2 else None)
    elif row.part == "address":
        known.setdefault("addresses", set()).add(address_key(row.value_0, row.value_1))
    else:
        known.setdefault(f"{row.part}s", set()).add(row.value_0)


def _person(values: dict[str, Any]) -> Person:
    for name in ("phones", "emails", "addresses"):
        values[name] = frozenset(values.get(name, ())) - {""}
    return Person(**values)


def _crowds(people: Iterable[Person]) -> set[str]:
    """Return which numbers and email addresses of some people a crowd shares."""
    everybody = list(people)
    phones = {value for person in everybody for value in person.phones}
    emails = {value for person in everybody for value in person.emails}
    counted = [
        select(cast(column, Text).label("value"), cast(func.count(), Integer))
        .where(column.in_(values))
        .group_by(column)
        .having(func.count() > CROWD)
        for column, values in ((Phone.e164, phones), (Email.folded, emails))
    ]
    return {row.value for row in db.session.execute(union_all(*counted))}
