"""The country that a row names: a phone that is no number in the business's own is read as one of that country."""

from collections.abc import Iterable
from functools import cache, lru_cache

import phonenumbers
from babel import Locale

from crm.contacts.importing.dates import LANGUAGES
from crm.contacts.importing.text import plain_key
from crm.shared.phones import Phone, normalise_phone

MOST_COUNTRIES = 1_000  # kept in mind, however many names a hostile file invents
_ALSO = {
    **dict.fromkeys(("uk", "england", "scotland", "wales", "northern ireland", "great britain", "britain"), "GB"),
    **dict.fromkeys(("usa", "u s a", "u s", "america", "united states of america"), "US"),
    **dict.fromkeys(("uae", "u a e", "emirates", "dubai"), "AE"),
    **dict.fromkeys(("ksa", "saudi"), "SA"),
    **dict.fromkeys(("holland", "the netherlands"), "NL"),
}


def read_phone(raw: str, region: str, countries: Iterable[str]) -> Phone:
    """Read a phone in the business's region; one that is no number there, in the one country that its row names."""
    read = normalise_phone(raw, region)
    named = {found for country in countries if (found := region_of_country(country))} if read.e164 is None else set()
    return normalise_phone(raw, named.pop()) if len(named) == 1 else read


@lru_cache(MOST_COUNTRIES)
def region_of_country(name: str) -> str:
    """Return the region of a country by its two capital letters or its name; empty for what names none."""
    code = name.strip()
    if code in phonenumbers.SUPPORTED_REGIONS:
        return code
    key = plain_key(code)
    return _ALSO.get(key) or _names().get(key, "")


@cache
def _names() -> dict[str, str]:
    """Return the regions by their names in the languages of the headers."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in phonenumbers.SUPPORTED_REGIONS:
                found.setdefault(plain_key(str(name)), str(code))
    return found
