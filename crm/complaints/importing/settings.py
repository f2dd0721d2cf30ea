"""What was chosen by hand for a log: its columns, channel and category words, its time zone, its date order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm.contacts.rules.closed_sets import Channel

from .fields import FIELDS, SKIP
from .moments import DATE_ORDERS

_KEYS = ("columns", "channels", "categories", "time_zone", "date_order")


class BadMapping(ValueError):
    """What was chosen does not fit: the text is the sentence for the user."""


@dataclass(frozen=True)
class Choice:
    """What somebody chose; what is left out is proposed.

    `columns` is {column: field}, `categories` {word: name of a category}, "" for a channel or category is unknown.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = ""
    date_order: str = ""


@dataclass(frozen=True)
class Settings:
    """How a log is read: complete, nothing left to propose. Without `knows_categories` their words mean nothing.

    `zone` is that of the times in the file, `home` the business's; `usual_order` holds for dates that can
    be read both ways in a file that shows no order.
    """

    columns: Mapping[str, str]
    channels: Mapping[str, str]
    categories: Mapping[str, str]
    zone: ZoneInfo
    home: ZoneInfo
    date_order: str
    usual_order: str
    knows_categories: bool = False


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its name; raise BadMapping."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadMapping(f"There is no time zone {name}.") from None


def choice_from_json(value: Any) -> Choice:
    """Return the choice that a mapping file holds; raise BadMapping."""
    if not isinstance(value, dict) or not set(value) <= set(_KEYS):
        raise BadMapping(f"A mapping is a JSON object with the keys {', '.join(_KEYS)}.")
    columns, channels, categories = (_texts(value, key) for key in ("columns", "channels", "categories"))
    # Both directions are understood: {"Opened on": "created_at"} and {"created_at": "Opened on"}.
    columns = {_column: _field for _column, _field in (_turned(*pair) for pair in columns.items())}
    zone, order = str(value.get("time_zone") or ""), str(value.get("date_order") or "").upper()
    choice = Choice(columns, channels, categories, zone, order)
    check_choice(choice)
    return choice


def check_choice(choice: Choice, columns: Sequence[str] | None = None) -> None:
    """Raise BadMapping where a choice names what does not exist, or fills a field from two columns."""
    _check_columns(choice.columns, columns)
    for channel in choice.channels.values():
        if channel and channel not in set(Channel):
            raise BadMapping(f"There is no channel {channel}; there are {', '.join(Channel)}.")
    if choice.date_order and choice.date_order not in DATE_ORDERS:
        raise BadMapping(f"The date order is one of {', '.join(DATE_ORDERS)}.")
    if choice.time_zone:
        zone_named(choice.time_zone)


def _check_columns(chosen: Mapping[str, str], columns: Sequence[str] | None) -> None:
    filled: set[str] = set()
    for column, known in chosen.items():
        if columns is not None and column not in columns:
            raise BadMapping(f"The file has no column {column}.")
        if known in ("", SKIP):
            continue
        if known not in FIELDS:
            raise BadMapping(f"There is no field {known}; there are {', '.join(FIELDS)}.")
        if known in filled:
            raise BadMapping(f"Two columns are chosen for {FIELDS[known]}.")
        filled.add(known)


def _turned(first: str, second: str) -> tuple[str, str]:
    is_turned = first in FIELDS and second not in FIELDS and second not in ("", SKIP)
    return (second, first) if is_turned else (first, second)


def _texts(value: dict[str, Any], key: str) -> dict[str, str]:
    found = value.get(key) or {}
    if not isinstance(found, dict):
        raise BadMapping(f"“{key}” is a JSON object.")
    return {str(name): "" if text in (None, "unknown") else str(text) for name, text in found.items()}
