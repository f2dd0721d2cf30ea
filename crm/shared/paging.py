"""Seek paging: the next page begins after the last row shown, so the tenth costs what the first does."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, or_, true

from crm.shared.bounds import HIGHEST_NUMBER
from crm.shared.errors import Refused

Row = TypeVar("Row")
PAGE_SIZE = 50


class BadPlace(Refused):
    """This page address is damaged. Open the list again from its beginning."""

    status = 404


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows, and the place where the next one begins (None at the end)."""

    rows: Sequence[Row]
    next_place: str | None = None


def page_of(rows: Sequence[Row], size: int, key: Callable[[Row], Sequence[Any]]) -> Page[Row]:
    """Return a page from one row more than its size, fetched to know whether there is a next."""
    if len(rows) <= size:
        return Page(rows)
    shown = rows[:size]
    return Page(shown, encode_place(key(shown[-1])))


def encode_place(key: Sequence[Any]) -> str:
    """Return a sort key as text for an address."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def decode_place(place: str | None, length: int) -> list[Any] | None:
    """Return the sort key of a place, None for the first page; raise BadPlace for a damaged one."""
    if not place:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadPlace from error
    if not isinstance(key, list) or len(key) != length or not all(map(_can_be_in_a_place, key)):
        raise BadPlace
    return key


def _can_be_in_a_place(part: Any) -> bool:
    """Tell whether a part of a sort key is of a kind that the databases can compare."""
    if isinstance(part, str):
        return "\x00" not in part and part.isprintable()
    if isinstance(part, int):  # true and false are whole numbers to Python, not to a database
        return not isinstance(part, bool) and abs(part) <= HIGHEST_NUMBER
    return part is None or (isinstance(part, float) and isfinite(part))


def after_place(place: str | None, at: Any, row_id: Any, *, is_upward: bool = False) -> ColumnElement[bool]:
    """Return the condition for the rows that come after a place, by an instant and a number; raise BadPlace.

    The latest come first, with `is_upward` the earliest.
    """
    key = decode_place(place, 2)
    if key is None:
        return true()
    if not isinstance(key[1], int):
        raise BadPlace
    return after_row(at, row_id, instant_in_place(key[0]), key[1], is_upward=is_upward)


def after_number(place: str | None, number: Any, *, is_upward: bool = False) -> ColumnElement[bool]:
    """Return the condition for the rows that come after a place, by a number; raise BadPlace.

    The highest come first, with `is_upward` the lowest.
    """
    key = decode_place(place, 1)
    if key is None:
        return true()
    if not isinstance(key[0], int):
        raise BadPlace
    condition: ColumnElement[bool] = number > key[0] if is_upward else number < key[0]
    return condition


def after_row(at: Any, row_id: Any, moment: datetime, number: int, *, is_upward: bool = False) -> ColumnElement[bool]:
    """Return the condition for the rows that come after the one with this instant and number."""
    if is_upward:
        return and_(at >= moment, or_(at > moment, row_id > number))
    return and_(at <= moment, or_(at < moment, row_id < number))


def instant_in_place(part: Any) -> datetime:
    """Return the instant of a part of a sort key, in UTC; raise BadPlace for one that is none."""
    try:
        at = datetime.fromisoformat(part)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadPlace from error
