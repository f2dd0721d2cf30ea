"""When two contacts may be the same person, and how sure that is. The same name alone is never proof."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from crm.contacts.import_names import is_compatible
from crm.shared.text import fold

# A number or address that more contacts than this share is a switchboard's and says nothing.
CROWD = 30
Day = tuple[int, int, int | None]


class Sign(StrEnum):
    """What two contacts have in common, the strongest first; the last two speak against."""

    PHONE = "phone"
    EMAIL = "email"
    BIRTHDAY = "birthday"
    ADDRESS = "address"
    ORGANISATION = "organisation"
    NAME = "name"
    OTHER_BIRTHDAY = "other-birthday"
    OTHER_KIND = "other-kind"


class Strength(StrEnum):
    """How likely two contacts are the same, the weakest first."""

    WEAK = "weak"
    POSSIBLE = "possible"
    LIKELY = "likely"
    STRONG = "strong"


_STEPS = list(Strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is compared of a contact; phones as E.164, emails folded, birthday as day, month, year."""

    id: int
    name: str
    sort_name: str
    kind: str = "person"
    other_names: str = ""
    organisation: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    birthday: Day | None = None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why two contacts may be the same, and how likely it is."""

    signs: tuple[Sign, ...]
    strength: Strength


def suspicion(first: Person, second: Person) -> Suspicion | None:
    """Weigh what two contacts have in common; None when nothing or only the name is."""
    signs = tuple(_signs(first, second))
    proofs = {Sign.PHONE, Sign.EMAIL} & set(signs)
    others = {Sign.BIRTHDAY, Sign.ADDRESS, Sign.ORGANISATION} & set(signs)
    has_name = Sign.NAME in signs
    if not proofs and not (has_name and others):
        return None
    against = {Sign.OTHER_BIRTHDAY, Sign.OTHER_KIND} & set(signs)
    return Suspicion(signs, _strength(len(proofs), len(others), has_name=has_name, against=len(against)))


def _strength(proofs: int, others: int, *, has_name: bool, against: int) -> Strength:
    if proofs and has_name:
        strength = Strength.STRONG
    elif proofs == 2 or others >= 2:
        strength = Strength.LIKELY
    else:
        strength = Strength.POSSIBLE
    return _STEPS[max(0, _STEPS.index(strength) - against)]


def _signs(first: Person, second: Person) -> Iterable[Sign]:
    both_born = first.birthday is not None and second.birthday is not None
    same_born = both_born and is_same_day(first.birthday, second.birthday)
    present = {
        Sign.PHONE: bool(first.phones & second.phones),
        Sign.EMAIL: bool(first.emails & second.emails),
        Sign.BIRTHDAY: same_born,
        Sign.ADDRESS: bool(first.addresses & second.addresses),
        Sign.ORGANISATION: bool(first.organisation) and fold(first.organisation) == fold(second.organisation),
        Sign.NAME: is_alike(first, second),
        Sign.OTHER_BIRTHDAY: both_born and not same_born,
        Sign.OTHER_KIND: first.kind != second.kind,
    }
    return (sign for sign, is_there in present.items() if is_there)


def is_alike(first: Person, second: Person) -> bool:
    """Tell whether one of the names of each can be the same person's, in any script or spelling."""
    names, others = ([name for name in (each.name, each.other_names) if name] for each in (first, second))
    return first.sort_name == second.sort_name or any(is_compatible(name, other) for name in names for other in others)


def is_same_day(first: Day | None, second: Day | None) -> bool:
    """Compare two birthdays; a missing year fits every year."""
    if first is None or second is None:
        return False
    years = {first[2], second[2]} - {None}
    return first[:2] == second[:2] and len(years) <= 1


def address_key(street: str, postcode: str) -> str:
    """Return an address as it is compared, letter by letter; empty without a street."""
    return f"{street}|{postcode}" if street else ""
