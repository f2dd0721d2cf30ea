"""Phone numbers as people type them, and the one number a machine can dial.

The raw text is always kept. An E.164 is only given where the text reads as one valid number:
masked, mistyped and invented numbers stay raw. Native digits of every script count as digits; words
never do, except a toll-free number spelt in capitals ("1-866-MY-APPLE").
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

LONGEST_TYPED = 250
HUNTING_LINES = 20

_EXTENSION = re.compile(
    r"[\s,;.\-–(]*(?:;ext=|\b(?:extension|extn|ext|poste|durchwahl|anexo|ramal|int|loc|local)\b|"
    r"(?<=[\d\s])x(?=\s?\d)|#)[\s.:\-]*(\d{1,7})\)?\s*$",
    re.IGNORECASE,
)
_MASK = re.compile(r"[*•●…?_]|x{2,}|\d#+\d?#|##", re.IGNORECASE)
_LABEL = re.compile(r"^[^\W\d_][^\d+(＋]*(?:\([^\W\d_]+\)[^\d+(]*)?(?=[\d+(])")
_REMARK = re.compile(r"\s*[(\[][^()\[\]\d]*[)\]]\s*$|\s+[^\W\d_][^\d+]*$")
_PLAIN = re.compile(r"^[+\d\s()./\-]+$")
_VANITY = re.compile(r"^\+?[\d\s().\-]{1,8}[A-Z](?:[\s.\-]?[A-Z\d])+$")
_RANGE = re.compile(r"^(.*\d)\s?[-/]\s?(\d{1,4})$")
_SEVERAL = re.compile(r"\s*(?:[,;|\n]|:::|\s/\s|\b(?:or|and|oder|und|ou|et|y)\b)\s*", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"\s*[/&]\s*|(?<=\d{10})(?:\s+|\s*-\s*)(?=\+?\d{10})")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff0d"), "-")
_SPELT_TYPES = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
}


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone: the text as typed, and what it dials where that is certain."""

    raw: str
    e164: str | None = None
    extension: str | None = None


def phone_digits(raw: str) -> str:
    """Return the digits of a text as ASCII, whatever script they are written in."""
    return "".join(str(value) for value in _digit_values(raw))


def normalise_phone(raw: str, region: str) -> Phone:
    """Read a phone as typed in a two-letter region; an unclear one keeps only its raw text."""
    text = _plain_text(raw)
    if not any(character.isdigit() for character in text) or len(text) > LONGEST_TYPED:
        return Phone(raw)
    text, extension = _split_extension(text)
    if _MASK.search(text):
        return Phone(raw)
    for reading in _readings(text):
        number = _valid_number(reading, region.upper())
        if number is not None:
            e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            return Phone(raw, e164, extension or number.extension)
    return Phone(raw)


def format_phone(e164: str, region: str) -> str:
    """Write a number the way the region does: national at home, international abroad."""
    number = _number_of(e164)
    if number is None:
        return e164
    at_home = number.country_code == phonenumbers.country_code_for_region(region.upper())
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def _number_of(e164: str) -> PhoneNumber | None:
    """Return the number of an E.164, taken apart where that is plain: to parse one takes as long as to write it."""
    for length in (1, 2, 3):
        code, rest = e164[1 : 1 + length], e164[1 + length :]
        if code.isdecimal() and int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            if rest.isdecimal() and not rest.startswith("0"):
                return PhoneNumber(country_code=int(code), national_number=int(rest))
            break
    try:
        return phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return None


def split_phones(raw: str) -> list[str]:
    """Split a cell of several whole numbers; one with odd punctuation stays in one piece."""
    for separator in (_SEVERAL, _RUN_TOGETHER):
        parts = [part for part in separator.split(raw.strip()) if part]
        if len(parts) > 1 and all(_is_whole(part) for part in parts):
            return parts
    return [raw.strip()]


def _is_whole(part: str) -> bool:
    """Tell a number from a part of one: "0049711" before a slash is a country and its town."""
    return len(phone_digits(part)) >= (10 if part.startswith(("00", "+")) else 7)


def _digit_values(text: str) -> Iterator[int]:
    for character in text:
        value = unicodedata.decimal(character, None)
        if value is not None:
            yield value


def _plain_text(raw: str) -> str:
    """Return the text with ASCII digits, plain signs and no ornament around it."""
    text = unicodedata.normalize("NFKC", raw).translate(_DASHES)
    digits = "".join(str(unicodedata.decimal(character, character)) for character in text)
    shown = "".join(c for c in digits if unicodedata.category(c) != "Cf")
    return shown.strip().removeprefix("'").strip()


def _split_extension(text: str) -> tuple[str, str | None]:
    text = re.sub(r"^(?:tel|callto|sms|phone):", "", text, flags=re.IGNORECASE)
    text, _, parameters = text.partition(";ext=")
    if parameters:
        return text, re.sub(r"\D.*", "", parameters) or None
    found = _EXTENSION.search(text)
    if found is None or len(phone_digits(text[: found.start()])) < 4:
        return text, None
    return text[: found.start()], found.group(1)


def _readings(text: str) -> Iterator[str]:
    """Yield what a person would read, most literal first."""
    bare = _REMARK.sub("", _LABEL.sub("", text)).strip()
    if _PLAIN.match(bare):
        yield bare
        if bare.startswith("00"):
            yield "+" + bare[2:]
        yield from _first_of_range(bare)
    elif _VANITY.match(text):
        yield text
    parts = split_phones(bare)
    if len(parts) > 1:
        yield from _readings(parts[0])


def _first_of_range(text: str) -> Iterator[str]:
    """Yield the first line of "54891250-51": a few lines counted upwards, else nothing."""
    found = _RANGE.match(text)
    if found is None:
        return
    first, last = found.groups()
    start = re.sub(r"\D", "", first)[-len(last) :]
    if 0 < int(last) - int(start) <= HUNTING_LINES:
        yield first


def _valid_number(text: str, region: str) -> PhoneNumber | None:
    known = region if region in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(text, known)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    spelt = any(character.isalpha() for character in text)
    if spelt and phonenumbers.number_type(number) not in _SPELT_TYPES:
        return None
    return number
