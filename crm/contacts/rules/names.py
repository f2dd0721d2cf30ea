"""How a contact is shown, ordered and found by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from crm.contacts.rules.closed_sets import ContactKind
from crm.contacts.rules.details import ContactDetails
from crm.contacts.rules.errors import NamelessContact
from crm.contacts.search_rules import SearchDocument, search_document
from crm.shared.text import fold, latin

LONGEST_NAME = 240


def display_name(details: ContactDetails) -> str:
    """Return the name that is shown; raise NamelessContact when nothing can stand for it.

    The name as written; else its parts; else the organisation, an email address or a number.
    """
    parts = " ".join(filter(None, (details.given_name, details.family_name)))
    is_person = details.kind == ContactKind.PERSON
    names = (details.name, parts, details.other_names) if is_person else (details.name,)
    numbers = (email.address for email in details.emails), (phone.raw for phone in details.phones)
    for name in (*names, details.organisation, *(text for texts in numbers for text in texts)):
        if name.strip():
            return " ".join(name.split())[:LONGEST_NAME]
    raise NamelessContact


def sort_name(name: str) -> str:
    """Return the key of the list: the Latin reading, so that all scripts stand in one alphabet."""
    return (latin(name) or fold(name) or name)[:LONGEST_NAME]


def first_name(given_name: str, name: str) -> str:
    """Return the name to call somebody by: the given name, else the first word of the name."""
    return given_name.strip() or next(iter(name.split()), "")


def initial_letter(key: str) -> str:
    """Return the letter under which a sort name stands, "#" for numbers and signs."""
    return key[0] if key and "a" <= key[0] <= "z" else "#"


@lru_cache(maxsize=8192)
def latin_reading(name: str, other_names: str = "") -> str:
    """Return how a name in another script reads in Latin letters; empty for a name that has them.

    A spelling that people gave among the other names is better than ours.
    """
    if not name or _is_latin(name):
        return ""
    if other_names and _is_latin(other_names):
        return other_names
    return latin(name).title()


def _is_latin(text: str) -> bool:
    if text.isascii():
        return any(character.isalpha() for character in text)
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def index_document(details: ContactDetails, *, name: str, e164s: Iterable[str] = ()) -> SearchDocument:
    """Return what is indexed of a contact: every name, organisation, email, number and tag."""
    is_person = details.kind == ContactKind.PERSON
    parts = f"{details.given_name} {details.family_name}".strip()
    names = [name, parts, details.other_names]
    organisations = [details.organisation]
    if not is_person and details.organisation != name:
        names.append(details.organisation)
    if name in {email.address for email in details.emails} | {phone.raw for phone in details.phones}:
        names.remove(name)
    return search_document(
        names=[each for each in names if each],
        organisations=[each for each in organisations if each],
        emails=[email.address for email in details.emails],
        phones=[*(phone.raw for phone in details.phones), *e164s],
        tags=list(details.tags),
    )
