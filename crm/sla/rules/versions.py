"""Versions of policies and calendars: which one holds at an instant (rule 20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from .errors import NoVersionError

T = TypeVar("T")


@dataclass(frozen=True)
class Version(Generic[T]):
    """A policy or calendar that holds from an instant on until the next version does.

    `saved_at` is when it was written down: what was saved later than an entry does not touch it.
    """

    value: T
    valid_from: datetime
    saved_at: datetime | None = None
    label: str = ""


def version_at(versions: Sequence[Version[T]], at: datetime, *, known_at: datetime | None = None) -> Version[T]:
    """Return the version valid at an instant, as it was known; before the first, the first holds.

    Of two versions valid from the same instant the one that comes later in the sequence holds.
    Where nothing was known yet, what was saved first holds, so that later versions change no old clock.
    Raises NoVersionError if there is none at all.
    """
    if not versions:
        raise NoVersionError
    known = [version for version in versions if _was_known(version, known_at)] or _saved_first(versions)
    valid = [version for version in known if version.valid_from <= at]
    if not valid:
        return min(known, key=lambda version: version.valid_from)
    latest = max(version.valid_from for version in valid)
    return [version for version in valid if version.valid_from == latest][-1]


def _was_known(version: Version[T], known_at: datetime | None) -> bool:
    return known_at is None or version.saved_at is None or version.saved_at <= known_at


def _saved_first(versions: Sequence[Version[T]]) -> list[Version[T]]:
    first = min(version.saved_at for version in versions if version.saved_at is not None)
    return [version for version in versions if version.saved_at == first]
