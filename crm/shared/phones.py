"""Phone numbers as people type them, and the one number a machine can dial.

The raw text is always kept. An E.164 is only given where the text reads as one valid number:
masked, mistyped and invented numbers stay raw. Native digits of every script count as digits; words
never do, except a toll-free number spelt in capitals ("1-866-MY-APPLE").
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from crm.shared.phone_texts import (
    first_of_range,
    in_context,
    is_masked,
    is_ordinary,
    number_within,
    parted,
    plain_phone,
    spelt_numbers,
    split_extension,
    without_link,
)

phonenumbers.enable_pattern_cache()  # a number is written in half the time

LONGEST_TYPED = 250
USUAL_DIGITS = 9
MOST_WITHOUT_TRUNK = 10
TWO_NUMBERS = range(14, 35)

_MEXICO = 52
_MEXICAN = re.compile(r"^(?:(?:00)?52(?:1|01|044|045)|01|044|045)(\d{10})$")
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
    return "".join(str(unicodedata.decimal(character)) for character in raw if character.isdecimal())


def normalise_phone(raw: str, region: str) -> Phone:
    """Read a phone as typed in a two-letter region; an unclear one keeps only its raw text."""
    if len(raw) > LONGEST_TYPED or not any(map(str.isdigit, raw)):
        return Phone(raw)
    text, extension, region = plain_phone(raw), None, region.upper()
    readings = _readings(text, region)
    if not is_ordinary(text):
        link = without_link(text)
        text, extension = split_extension(link)
        if is_masked(text):
            return Phone(raw)
        readings = chain(in_context(link), _readings(text, region))
    for reading in readings:
        number = _number(reading, region)
        if number is not None:
            e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            return Phone(raw, e164, extension or number.extension)
    return Phone(raw)


def with_code(code: str, raw: str, region: str) -> str:
    """Return a phone behind the code that stands in a column of its own, where it is a number only so.

    "44" is of a country, "044" of an area. A phone that has its code already, or is no number with it, stays as it is.
    """
    digits, typed = phone_digits(code), raw.strip()
    if not digits or typed.startswith("+"):
        return raw
    known, country = normalise_phone(typed, region).e164, digits.removeprefix("00")
    if country.startswith("0"):
        readings = [] if known else [f"{digits} {typed}"]
    else:
        readings = [] if known and known.startswith(f"+{country}") else [f"+{country} {typed}"]
        readings += [f"+{typed}"] if not known and phone_digits(typed).startswith(country) else []
    return next((reading for reading in readings if normalise_phone(reading, region).e164), raw)


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


def split_phones(raw: str, region: str = "") -> list[str]:
    """Split a cell of several whole numbers; one with odd punctuation stays in one piece.

    Two that only a blank parts are known for two in a `region` where both are numbers and the whole is none.
    """
    parts = parted(raw.strip())
    return parts if len(parts) > 1 else _parted_by_a_blank(parts[0], region.upper())


def _parted_by_a_blank(raw: str, region: str) -> list[str]:
    if len(raw) > LONGEST_TYPED or len(phone_digits(raw)) not in TWO_NUMBERS or _is_number(raw, region):
        return [raw]
    words = raw.split()
    halves = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))]
    pairs = [pair for pair in halves if all(_is_number(half, region) for half in pair)]
    return pairs[0] if len(pairs) == 1 else [raw]


def _is_number(raw: str, region: str) -> bool:
    text = plain_phone(raw)
    return is_ordinary(text) and _number(text, region) is not None


def _readings(text: str, region: str) -> Iterator[str]:
    """Yield what a person would read, most literal first."""
    number, may_be_other = (text, False) if is_ordinary(text) else number_within(text)
    if number and not (may_be_other and _is_short(number, region)):
        yield number
        if first := first_of_range(number):
            yield first
    yield from spelt_numbers(text)
    parts = split_phones(text, region)
    if len(parts) > 1:
        yield from _readings(parts[0], region)


def _is_short(text: str, region: str) -> bool:
    """Tell whether the digits after "Customer" may count customers: no 0 or + before them, and too few."""
    return text[0] not in "+0(" and len(phone_digits(text)) < _usual_digits(region)


@cache
def _usual_digits(region: str) -> int:
    """Return how many digits a number of a region has at least that goes without its trunk prefix."""
    kinds = [PhoneNumberType.MOBILE]
    if phonenumbers.ndd_prefix_for_region(region, False) is None:
        kinds.append(PhoneNumberType.FIXED_LINE)
    examples = filter(None, (phonenumbers.example_number_for_type(region, kind) for kind in kinds))
    lengths = (len(phonenumbers.national_significant_number(example)) for example in examples)
    return min([MOST_WITHOUT_TRUNK, *lengths])


def _number(text: str, region: str) -> PhoneNumber | None:
    """Return the number of a reading as it stands, else of the older and odder ways to write its prefix."""
    number = _at_home(text, region) or _valid_number(text, region)
    if number is not None:
        if text[0] == "0":
            return _with_code_for_area(number, text, region)
        return number if text[0] == "+" else _unless_abroad(number, text, region)
    for form in _other_forms(text, region):
        number = _valid_number(form, region)
        if number is not None:
            return number
    return None


def _at_home(text: str, region: str) -> PhoneNumber | None:
    """Read 00 and the own country's code as +, though 008 leads abroad from Korea, whose code is 82."""
    prefix = f"00{phonenumbers.country_code_for_region(region)}"
    digits = phone_digits(text) if text.startswith("0") else ""
    return _valid_number(f"+{digits[2:]}", region) if digits.startswith(prefix) else None


def _with_code_for_area(number: PhoneNumber, text: str, region: str) -> PhoneNumber:
    """Read "049 171 2345678" as a mobile in Germany: 049 stands apart, and is no area of a line in Leer (0491)."""
    code, digits = str(number.country_code), phone_digits(text)
    area = str(number.national_number)[: phonenumbers.length_of_geographical_area_code(number)]
    if _first_group(text) != f"0{code}" or area in ("", code):
        return number
    return _valid_number(f"+{digits[1:]}", region) or number


def _first_group(text: str) -> str:
    return re.split(r"\D+", text.lstrip("("))[0]


def _unless_abroad(number: PhoneNumber, text: str, region: str) -> PhoneNumber | None:
    """Read "49 171 2345678" as a mobile in Germany, not as a line in Leer (0491), and "4921 112345" as one in Emden.

    Where blanks do not tell, a whole number after the country's code wins; else both are possible and neither is it.
    """
    code, digits = str(number.country_code), phone_digits(text)
    if not digits.startswith(code):
        return number
    if digits == f"{code}{code}{number.national_number}":
        return None
    if digits != str(number.national_number):
        return number
    whole = _valid_number(f"+{digits}", region)
    if whole is None:
        is_odd = len(digits) > MOST_WITHOUT_TRUNK and phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE
        return None if is_odd else number
    area = digits[: phonenumbers.length_of_geographical_area_code(number)]
    first = _first_group(text)
    if area != code and first in (area, code):
        return number if first == area else whole
    return whole if len(digits) - len(code) >= min(USUAL_DIGITS, _usual_digits(region)) else None


def _other_forms(text: str, region: str) -> Iterator[str]:
    """Yield "0091…", "091…" and "91 0…" as "+91…", and Mexico's numbers without the prefixes that went in 2019.

    A code of one digit must stand apart: "0160 45678910" is no number in America.
    """
    digits, code = phone_digits(text), phonenumbers.country_code_for_region(region)
    prefix = f"0{code}"
    is_short = digits.startswith(prefix) and (code > 9 or _first_group(text) == prefix)
    if digits.startswith("00") or (code and (is_short or digits.startswith(str(code)))):
        yield "+" + re.sub("^00?", "", digits)
    mexican = _MEXICAN.match(digits)
    if mexican and (code == _MEXICO or text.startswith(("+", "00"))):
        yield f"+{_MEXICO}{mexican[1]}"


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
