"""One contact's story: every domain tells its part, and one page of them all is told newest first.

A source is registered once with `story_source`; it returns its latest items before a place in at most one
query. The page merges what the sources return, so it costs one query a source however long the story is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from crm.shared.paging import BadPlace, Page, decode_place, instant_in_place, page_of
from crm.shared.zones import zone_named

STORY_PAGE = 20


@dataclass(frozen=True)
class StoryFilter:
    """What is asked of the story; empty means everything."""

    kind: str = ""
    channel: str = ""
    staff_id: int | None = None

    @property
    def is_set(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.kind or self.channel or self.staff_id)


@dataclass(frozen=True)
class StoryItem:
    """One thing that happened: told by the partial `template`, in which it is `item`."""

    at: datetime
    source: str
    id: int
    template: str
    record: Any
    extras: Sequence[Any] = ()


@dataclass(frozen=True)
class StoryPlace:
    """Where a page begins: after this item."""

    at: datetime
    source: str
    id: int

    def before(
        self, source: str, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[int]
    ) -> ColumnElement[bool]:
        """Return the condition under which a source's row comes later on the pages than this place."""
        if source == self.source:
            same_time: ColumnElement[bool] = and_(at == self.at, row_id < self.id)
            return or_(at < self.at, same_time)
        return at <= self.at if source < self.source else at < self.at


@dataclass(frozen=True)
class StoryDay:
    """A date with what happened on it."""

    on: date
    items: Sequence[StoryItem]


@dataclass(frozen=True)
class StoryQuestion:
    """What a source is asked: whose story, which part, before which place, how many items at most."""

    contact_id: int
    wanted: StoryFilter
    place: StoryPlace | None
    limit: int

    @property
    def is_plain(self) -> bool:
        """Tell whether this is the first page with everything."""
        return self.place is None and not self.wanted.is_set

    def is_after_place(
        self, source: str, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[int]
    ) -> ColumnElement[bool]:
        """Return the condition for rows that belong to this page or a later one."""
        return true() if self.place is None else self.place.before(source, at, row_id)


Statement = TypeVar("Statement")


def statement_for(question: StoryQuestion, build: Callable[[StoryQuestion], Statement]) -> Statement:
    """Return a source's statement, in which `contact_id` is left open; that of everybody's first page is kept.

    Putting a statement together takes longer than to ask it.
    """
    return _first_page(build, question.limit) if question.is_plain else build(question)


@cache
def _first_page(build: Callable[[StoryQuestion], Any], limit: int) -> Any:
    return build(StoryQuestion(0, StoryFilter(), None, limit))


StorySource = Callable[[StoryQuestion], Sequence[StoryItem]]
_sources: list[StorySource] = []


def story_source(source: StorySource) -> StorySource:
    """Register a part of the story."""
    if source not in _sources:
        _sources.append(source)
    return source


def story_page(
    contact_id: int, wanted: StoryFilter, place: str | None = None, size: int = STORY_PAGE
) -> Page[StoryItem]:
    """Return a page of a contact's story, newest first."""
    question = StoryQuestion(contact_id, wanted, _place(place), size + 1)
    items = [item for source in _sources for item in source(question)]
    items.sort(key=lambda item: (item.at, item.source, item.id), reverse=True)
    return page_of(items[: size + 1], size, lambda item: [item.at.isoformat(), item.source, item.id])


def by_day(items: Sequence[StoryItem], time_zone: str) -> list[StoryDay]:
    """Group a page of the story by the business's dates."""
    zone = zone_named(time_zone)
    days = groupby(items, key=lambda item: item.at.astimezone(zone).date())
    return [StoryDay(on, list(group)) for on, group in days]


def _place(place: str | None) -> StoryPlace | None:
    key = decode_place(place, 3)
    if key is None:
        return None
    try:
        return StoryPlace(instant_in_place(key[0]), str(key[1]), int(key[2]))
    except (TypeError, ValueError) as error:
        raise BadPlace from error
