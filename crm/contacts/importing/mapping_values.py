"""What the values of a table say where its headers are mute, or say something else."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations

from crm.contacts.importing.text import is_email, is_nothing, plain_key, split_emails
from crm.shared.phone_texts import number_within, plain_phone
from crm.shared.phones import phone_digits, split_phones

_NAMING = {"name", "name_family_first", "name_with_comma", "given", "family", "nickname", "organisation"}
_NUMBERS_ALONE = {"number", "numbers", "எண்", "شماره"}  # of a phone, or of the row
_PHONE_LIKE = re.compile(r"^[+(]?[\d\s().\-/]{7,22}$")
_OTHER_NUMBER = re.compile(  # a date, a decimal, an address of the Internet
    r"^(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}.*|-?\d+\.\d+|\d{1,3}(?:\.\d{1,3}){3})$"
)
_OF_PHONES = re.compile(
    r"phone|mob|cell|tel|fon|gsm|handy|whats|viber|kontakt|contact|reach|call|line|sms|num|\bn[or]s?\b|^column \d+$|"
    r"[^\x00-\x7f]"  # words of other scripts may mean it too
)
_OF_OTHER_NUMBERS = re.compile(
    r"\b(?:account|acct|ac|card|aadha\w*|adhar|uid|bank|invoice|order|gst\w*|vat|tax|pan|passport|licen[cs]e|policy|ips?|"
    r"ids?|time\w*|date|created|updated|latitude|longitude|amount|total|price|balance|ean|isbn|barcode|sku|serial|"
    r"loyalty|membership|registration|reg|ref|reference|ssn|iban|code|zip|pin|postal|roll|ticket|transaction|txn|"
    r"receipt|bill|token|key|device|imei|version|deals?|company|companies|firm|organi[sz]ation|employee|student|emergency|"
    r"guardian|spouse|next of kin)\b"
)

_A_NAME = re.compile(r"(?:^| )names?$|^names? of ")
_OF_SOMETHING = re.compile(  # our own people, and what is no person
    r"\b(?:users?|login|staff|employee|agent|doctor|stylist|therapist|technician|teacher|manager|assistant|sales\w*|"
    r"salutation|product|items?|services?|packages?|plans?|courses?|classes|events?|files?|lists?|campaigns?|folders?|"
    r"school|college|bank|branch|shop|store|hotel|rooms?|projects?|brands?|models?|pets?|places?|city|streets?|"
    r"states?|country|region|area|location|company|emergency|spouse|partner|child\w*|kids?|father|mother)\b"
)
_SIGNS = r"\u0300-\u036f\u0900-\u0dff\u200c\u200d"  # of vowels, which are no letters to a pattern
_NAME_WORD = re.compile(rf"^[^\W\d_][\w'’.\-{_SIGNS}]*$")
_TWO_LETTERS = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_SIGNS}])")
_PARTICLES = {"al", "bin", "binti", "da", "de", "del", "der", "di", "dos", "du", "el", "la", "le", "ten", "van", "von"}
_FEWEST_NAMES = 2
_LONGEST_NAME = 60
_NEAR = 8  # columns in which the parts of a name are looked for


def settle_by_values(
    header: Sequence[str], rows: Sequence[Sequence[str]], mapping: dict[str, str], kinds: Mapping[str, str]
) -> None:
    """Correct a proposed mapping by what stands in its columns.

    `kinds` are the phone fields of headers that name nothing but a kind, such as "Office".
    """
    _correct_by_values(header, rows, mapping)
    _find_emails_and_phones(header, rows, mapping)
    for position, column in enumerate(header):
        if column in kinds and column not in mapping and _holds(is_phone, position, rows):
            mapping[column] = kinds[column]
    _name_by_values(header, rows, mapping)


def values_of(position: int, rows: Sequence[Sequence[str]]) -> list[str]:
    """Return what is written in a column; blank cells are left out."""
    return [row[position].strip() for row in rows if position < len(row) and row[position].strip()]


def mostly(answers: Iterable[bool]) -> bool:
    """Tell whether seven of ten answers are yes."""
    given = list(answers)
    return sum(given) * 10 >= len(given) * 7


def looks_like_data(cells: Iterable[str]) -> bool:
    """Tell a first row that is already a contact from a header."""
    return any(_is_emails(cell) or is_phone(cell) for cell in cells)


def is_list_of_names(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table that begins with a contact without data: names down its first column, from the first line on."""
    names = values_of(0, rows)
    if len(names) < _FEWEST_NAMES or not is_personal_name(names[0]):
        return False
    return mostly(map(is_personal_name, names)) and not any(map(looks_like_data, rows))


def is_personal_name(value: str) -> bool:
    """Tell a whole name by its form: words with capitals, two at least where the script has them."""
    words = value.split()
    if not 0 < len(words) < 6 or len(value) > _LONGEST_NAME or not all(map(_NAME_WORD.match, words)):
        return False
    is_uncased = not any(map(_has_case, value))
    capital = all(word in _PARTICLES or not word[0].islower() for word in words)
    return is_uncased or (capital and len(words) > 1 and words[0] not in _PARTICLES)


def _has_case(character: str) -> bool:
    return character.lower() != character.upper()


def is_phone(value: str) -> bool:
    """Tell whether a cell reads as a phone by its form alone."""
    digits, value = phone_digits(value), value.strip()
    likely = len(digits) >= 10 or (value[:1] in "+0(" and len(digits) >= 7)
    return likely and len(digits) <= 15 and bool(_PHONE_LIKE.match(value)) and not _OTHER_NUMBER.match(value)


def _are_phones(value: str) -> bool:
    """Tell a cell of one or more phones, also with words around them: "Mob: 98400 12345 / 044 2434 1234 (shop)"."""
    return all(is_phone(part) or _is_dressed_phone(part) for part in split_phones(value))


def _is_dressed_phone(value: str) -> bool:
    number, may_be_other = number_within(plain_phone(value)) if len(value) <= _LONGEST_NAME else ("", True)
    return is_phone(number) and not may_be_other


def _holds(looks_right: Callable[[str], bool], position: int, rows: Sequence[Sequence[str]]) -> bool:
    values = values_of(position, rows)
    return bool(values) and mostly(map(looks_right, values))


def _correct_by_values(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]) -> None:
    """Believe the values where a column called "Contact" holds numbers, or one called "Number" counts rows."""
    for position, column in enumerate(header):
        base = re.split(r"[:#]", mapping.get(column, ""))[0]
        if base in _NAMING or plain_key(column) in _NUMBERS_ALONE:
            values = [value for value in values_of(position, rows) if not is_nothing(value)]
            found = _field_by_values(base, column, values) if values else base
        else:
            found = _place_by_values(base, column, position, rows)
        if found is None:
            del mapping[column]
        elif found != base:
            mapping[column] = found


def _place_by_values(base: str, column: str, position: int, rows: Sequence[Sequence[str]]) -> str | None:
    """Tell the calling code from a country, and "CP", a postcode in French and Spanish, from a Filipino cell phone."""
    if base == "postcode" and _holds(is_phone, position, rows):
        return "phone"
    if _may_be_code(base, column) and _holds(_is_calling_code, position, rows):
        return "phone_code" if base == "country" and not plain_key(column).endswith(" id") else None
    return base


def _is_word_of(column: str, value: str) -> bool:
    """Tell a value that is one of several words of its header: "Client" below "Client/Lead"."""
    words = plain_key(column).split()
    return len(words) > 1 and plain_key(value) in words


def _may_be_code(base: str, column: str) -> bool:
    """Tell a column that may hold the number of a country, or of a row in another table: "state_id"."""
    return base == "country" or (base in {"region", "tags"} and plain_key(column).endswith(" id"))


def _field_by_values(base: str, column: str, values: Sequence[str]) -> str | None:
    if mostly(map(_is_emails, values)):
        return "email"
    if base == "phone":
        return None if mostly(len(phone_digits(value)) < 4 for value in values) else base
    if mostly(_is_word_of(column, value) for value in values):
        return None
    if mostly(_is_emails(value) or _are_phones(value) for value in values):
        return "phone"
    return None if mostly(not re.search(r"[^\W\d_]", value) for value in values) else base


def _is_calling_code(value: str) -> bool:
    return bool(re.fullmatch(r"\+?\d{1,4}", value))


def _find_emails_and_phones(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]) -> None:
    """Find the columns of emails and phones by their values where no header named them."""
    bases = {re.split(r"[:#]", field)[0] for field in mapping.values()}
    for position, column in enumerate(header):
        if column in mapping:
            continue
        if "email" not in bases and _holds(_is_emails, position, rows):
            mapping[column] = "email"
        elif "phone" not in bases and _holds(_phone_test(column), position, rows):
            mapping[column] = "phone"


def _phone_test(column: str) -> Callable[[str], bool]:
    """Return what a value must be to be a phone in this column: any number, or one with a plus."""
    key = plain_key(column)
    if _OF_PHONES.search(key) and not _OF_OTHER_NUMBERS.search(key):
        return is_phone
    return lambda value: value.startswith("+") and is_phone(value)


def _name_by_values(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: dict[str, str]) -> None:
    """Take the first column of words for the name in a table that has no header, or of names where nothing is known."""
    if set(mapping.values()) & _NAMING:
        return
    if named := _named_for_somebody(header, rows, mapping):
        mapping[named] = "name"
        return
    if not all(re.fullmatch(r"Column \d+", column) for column in header):
        if header and not mapping and len(values_of(0, rows)) > 1 and _holds(is_personal_name, 0, rows):
            mapping[header[0]] = "name"
        return
    words = [p for p, column in enumerate(header) if column not in mapping and _holds(_is_words, p, rows)]
    for name, given, family in permutations(words[:_NEAR], 3):  # "John Doe, John, Doe"
        if _says_both(rows, name, given, family):
            mapping.update({header[name]: "name", header[given]: "given", header[family]: "family"})
            return
    if words:
        mapping[header[words[0]]] = "name"


def _named_for_somebody(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: Mapping[str, str]) -> str | None:
    """Return the first column that is called a name of somebody ("Invitee Name"), beside a way to reach them."""
    bases = {re.split(r"[:#]", field)[0] for field in mapping.values()}
    for position, column in enumerate(header) if bases & {"phone", "email"} else ():
        key = plain_key(column)
        is_somebody = column not in mapping and _A_NAME.search(key) and not _OF_SOMETHING.search(key)
        if is_somebody and _holds(_is_words, position, rows):
            return column
    return None


def _says_both(rows: Sequence[Sequence[str]], name: int, given: int, family: int) -> bool:
    """Tell three columns of which the first says what the two others say together."""
    whole = [row for row in rows if len(row) > max(name, given, family) and row[given].strip() and row[family].strip()]
    return bool(whole) and mostly(f"{row[given].strip()} {row[family].strip()}" == row[name].strip() for row in whole)


def _is_words(value: str) -> bool:
    return len(value) < 80 and not re.search(r"[\d@/]", value) and bool(_TWO_LETTERS.search(value))


def _is_emails(value: str) -> bool:
    return "@" in value and all(is_email(part) for part in split_emails(value))
