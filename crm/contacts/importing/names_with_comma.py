"""Names written "Family, Given" in one column. A column decides it as a whole: "Asha, Adyar" alone says nothing."""

import re
from collections.abc import Sequence

from crm.contacts.importing.mapping_values import mostly

FEWEST = 3
_PART = re.compile(r"^(?:[^\W\d_][\w'’.\-\u200c\u200d\u0300-\u036f\u0900-\u0dff]*)(?:\s+[^\W\d_][^\s\d@/&+,;:]*){0,3}$")
_SUFFIX = re.compile(
    r"^(?:jr|sr|jnr|snr|junior|senior|i{1,3}|iv|v|esq|ph ?d|m ?d|m ?b ?b ?s|b ?d ?s|m ?b ?a|c ?a|r ?n|d ?d ?s|ll ?b)$"
)
_ORGANISATION = re.compile(
    r"\b(?:and|co|company|inc|llc|llp|ltd|limited|pvt|plc|corp|gmbh|sons|bros|brothers|partners|associates|traders|"
    r"agency|agencies|enterprises?|stores?|shop|salon|spa|clinic|hospital|school|studio|hotel|group|services?)\b"
)


def are_family_first(values: Sequence[str]) -> bool:
    """Tell a column of names written family name first, by seven of ten of its values.

    What stands behind the comma must be as various as what stands before it: towns and trades come again and again.
    What stands before it must be one word as a rule: two are a whole name, and a town behind it ("Asha Rao, Adyar").
    """
    pairs = [pair for value in values if (pair := family_and_given(value))]
    families, givens = {family for family, _given in pairs}, {given for _family, given in pairs}
    various = len(givens) * 4 >= len(families) * 3
    if len(pairs) < FEWEST or not various or mostly(" " in family for family, _given in pairs):
        return False
    return mostly("," in value and bool(family_and_given(value)) for value in values)


def family_and_given(value: str) -> tuple[str, str] | None:
    """Return both parts of "Iyer, Lakshmi"; None for "Smith, Jones & Co", "Davis, Jr." and names without one comma."""
    family, _, given = (part.strip() for part in value.partition(","))
    if not (_PART.match(family) and _PART.match(given)) or given[:1].islower():
        return None
    if _SUFFIX.match(re.sub(r"[.\s]+", " ", given.casefold()).strip()) or _ORGANISATION.search(value.casefold()):
        return None
    return family, given
