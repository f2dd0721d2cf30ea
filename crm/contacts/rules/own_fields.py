"""The owner's own fields: what a value may be, and the fixed form in which it is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from crm.contacts.rules.closed_sets import FieldKind
from crm.contacts.rules.errors import BadFieldValue
from crm.shared.text import ascii_digits

LONGEST_VALUE = 2_000
_YES = {"yes", "y", "true", "1", "on"}
_NO = {"no", "n", "false", "0", "off"}


def stored_value(kind: str, raw: str, *, choices: Sequence[str] = ()) -> str:
    """Return a value in its fixed form (12.5, 2026-06-12, yes); empty for none; raise BadFieldValue."""
    text = raw.replace("\x00", "").strip()
    if not text:
        return ""
    if len(text) > LONGEST_VALUE:
        raise BadFieldValue("That is too long for this field.")
    match FieldKind(kind):
        case FieldKind.NUMBER:
            return _number(text)
        case FieldKind.DATE:
            return _date(text)
        case FieldKind.YES_NO:
            return _yes_no(text)
        case FieldKind.CHOICE:
            return _choice(text, choices)
        case _:
            return text


def _number(text: str) -> str:
    plain = re.sub(r"[\s_]", "", ascii_digits(text))
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{2,3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        number = Decimal(plain.replace(",", "."))
    except InvalidOperation as error:
        raise BadFieldValue("Write a number, such as 12 or 12.5.") from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise BadFieldValue("Write a number, such as 12 or 12.5.")
    return f"{number:f}"


def _date(text: str) -> str:
    try:
        return date.fromisoformat(ascii_digits(text)).isoformat()
    except ValueError as error:
        raise BadFieldValue("Write a date as year-month-day, such as 2026-06-12.") from error


def _yes_no(text: str) -> str:
    answer = text.casefold()
    if answer in _YES | _NO:
        return "yes" if answer in _YES else "no"
    raise BadFieldValue("Answer with yes or no.")


def _choice(text: str, choices: Sequence[str]) -> str:
    for choice in choices:
        if choice.casefold() == text.casefold():
            return choice
    raise BadFieldValue("Choose one of the list.")


def parsed_choices(text: str) -> list[str]:
    """Return the choices of a field written one a line, without empty and repeated ones."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        choice = " ".join(line.split())[:80]
        if choice:
            found.setdefault(choice.casefold(), choice)
    return list(found.values())
