"""How the fixed words about contacts read on a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.core import UnknownLocaleError

from crm.contacts.key_date_rules import KeyDateKind
from crm.contacts.key_date_words import KIND_NAMES as DATE_NAMES
from crm.contacts.queries.key_dates import ComingDate
from crm.contacts.rules import Channel, ConsentPurpose, ContactKind, FieldKind, TieKind
from crm.contacts.rules.closed_sets import CONSENT_CHANNELS
from crm.contacts.rules.consent import ConsentKey, ConsentLine, may_contact
from crm.contacts.rules.finding import Likeness
from crm.contacts.search_scores import Match, Reason
from crm.shared.formatting import LANGUAGE_NAMES, comma, format_day, format_number, format_year_day
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

KIND_NAMES = {ContactKind.PERSON: _("Person"), ContactKind.ORGANISATION: _("Organisation")}
CHANNEL_NAMES = {
    Channel.IN_PERSON: _("In person"),
    Channel.PHONE: _("Phone"),
    Channel.TEXT: _("Text message"),
    Channel.MESSAGING: _("WhatsApp"),
    Channel.EMAIL: _("Email"),
    Channel.WEBSITE: _("Website"),
    Channel.SOCIAL: _("Social media"),
    Channel.LETTER: _("Letter"),
}
PLACE_NAMES = {"mobile": _("mobile"), "home": _("home"), "work": _("work"), "other": _("other")}
FIELD_KIND_NAMES = {
    FieldKind.TEXT: _("text"),
    FieldKind.NUMBER: _("number"),
    FieldKind.DATE: _("date"),
    FieldKind.YES_NO: _("yes or no"),
    FieldKind.CHOICE: _("choice of a list"),
}
# A tie as seen from a contact: its kind, and whether this contact is the first of the two.
TIE_NAMES = {
    (TieKind.HOUSEHOLD, True): _("same household as"),
    (TieKind.HOUSEHOLD, False): _("same household as"),
    (TieKind.COMPANY, True): _("works at"),
    (TieKind.COMPANY, False): _("has on its staff"),
    (TieKind.CARE, True): _("is in the care of"),
    (TieKind.CARE, False): _("takes care of"),
}
TIE_CHOICES = {
    "household": TIE_NAMES[TieKind.HOUSEHOLD, True],
    "company": TIE_NAMES[TieKind.COMPANY, True],
    "company-of": TIE_NAMES[TieKind.COMPANY, False],
    "care": TIE_NAMES[TieKind.CARE, True],
    "care-of": TIE_NAMES[TieKind.CARE, False],
}
LIKENESS_NAMES = {
    Likeness.PHONE: _("same number"),
    Likeness.EMAIL: _("same email address"),
    Likeness.NAME: _("similar name"),
}
DETAIL_NAMES = {
    "kind": _("Kind"),
    "name": _("Name"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "other_names": _("Other names and spellings"),
    "organisation": _("Organisation"),
    "job_title": _("Job title"),
    "phones": _("Phones"),
    "emails": _("Emails"),
    "addresses": _("Addresses"),
    "links": _("Web pages and profiles"),
    "tags": _("Tags"),
    "preferences": _("Remember"),
    "notes": _("Notes"),
    "preferred_channel": _("Preferred channel"),
    "language": _("Language"),
    "source": _("How they found us"),
    "referred_by_id": _("Referred by"),
    "field_values": _("Own fields"),
}
_MORE_LANGUAGES = (
    *("hi", "ml", "kn", "bn", "gu", "pa", "ur", "si", "ne", "ar", "ps", "ku", "tr", "ru", "zh", "ja", "ko"),
    *("id", "ms", "vi", "th", "es", "pt", "fr", "de", "it", "nl", "pl", "sv", "uk", "sw", "ceb", "ilo"),
)
_OWN_NAMES = {**LANGUAGE_NAMES, "ilo": "Ilokano"}  # the last is not among those of CLDR


def language_name(code: str) -> str:
    """Return a language in itself, as its speakers write it; the code where it is not known."""
    if code in _OWN_NAMES:
        return _OWN_NAMES[code]
    try:
        return str(Locale.parse(code, sep="-").get_display_name() or code)
    except (UnknownLocaleError, ValueError):
        return code


def language_choices(present: str = "") -> list[tuple[str, str]]:
    """List languages in themselves, those of the program first, with the one that is chosen already."""
    codes = dict.fromkeys([*LANGUAGE_NAMES, *_MORE_LANGUAGES, present])
    return [("", _("not known")), *((code, language_name(code)) for code in codes if code)]


def match_sentence(match: Match | None) -> str:
    """Return why a contact was found, in a few words; empty where the name itself says it."""
    if match is None or match.reason is Reason.NAME:
        return ""
    sentences = {
        Reason.SOUNDS_LIKE: gettext("sounds like it"),
        Reason.INITIALS: gettext("initials"),
        Reason.PHONE: gettext("number"),
        Reason.EMAIL: gettext("email"),
        Reason.ORGANISATION: gettext("organisation"),
        Reason.TAG: gettext("tag"),
    }
    return sentences[match.reason]


def coming_sentence(coming: ComingDate) -> str:
    """Return what comes up within the week: whose day it is and when."""
    title = coming.label or str(DATE_NAMES[KeyDateKind(coming.kind)])
    return f"{title} {format_year_day(coming.falls_on.month, coming.falls_on.day, None)}"


def channel_name(channel: str) -> str:
    """Return the name of a channel; the word itself where an import brought another."""
    return str(CHANNEL_NAMES[Channel(channel)]) if channel in set(Channel) else channel


def place_name(place: str) -> str:
    """Return what kind of number or address it is in the reader's language; a word of one's own as it was written."""
    return str(PLACE_NAMES.get(place.casefold(), place)).capitalize()


def field_text(kind: str, value: str) -> str:
    """Return the value of an own field as people read it."""
    if kind == FieldKind.YES_NO:
        return gettext("yes") if value == "yes" else gettext("no")
    if kind == FieldKind.DATE:
        return format_day(date.fromisoformat(value))
    if kind == FieldKind.NUMBER:
        return format_number(Decimal(value))
    return value


def may_write(states: Mapping[ConsentKey, ConsentLine]) -> str:
    """Return on which channels news may be sent and on which nothing may, empty where nobody was asked."""
    allowed, refused = [], []
    for channel in CONSENT_CHANNELS:
        lines = [line for (of, _purpose), line in states.items() if of == channel]
        if may_contact(states, channel, ConsentPurpose.MARKETING):
            allowed.append(channel_name(channel))
        elif any(not line.is_given for line in lines):
            refused.append(channel_name(channel))
    texts = [comma().join(allowed)] if allowed else []
    if refused:
        texts.append(gettext("not %(channels)s", channels=comma().join(refused)))
    return "; ".join(texts)
