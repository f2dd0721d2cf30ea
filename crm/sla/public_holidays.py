"""Public holidays as proposals: the days of a country and state in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Proposal:
    """A public holiday that the owner may confirm; an estimate may still move by a day."""

    on: date
    name: str
    is_estimated: bool


def has_holidays(country: str) -> bool:
    """Tell whether there are any data for a country."""
    from holidays import list_supported_countries

    return country in list_supported_countries()


@lru_cache(maxsize=64)
def regions(country: str) -> tuple[tuple[str, str], ...]:
    """Return the states of a country as code and name, by name; a code without a name stands for itself."""
    if not has_holidays(country):
        return ()
    library = _library(country)
    names = {code: name for name, code in reversed(library.subdivisions_aliases.items()) if len(name) > len(code)}
    return tuple(sorted(((code, names.get(code, code)) for code in library.subdivisions), key=lambda pair: pair[1]))


@lru_cache(maxsize=64)
def proposals(country: str, region: str, years: Sequence[int], language: str) -> tuple[Proposal, ...]:
    """Return the public holidays of some years, in order; none where the library knows nothing."""
    if not has_holidays(country):
        return ()
    state = region if region in dict(regions(country)) else None
    named = _library(country, subdiv=state, years=years, language=_language(country, language))
    marks = _estimate_marks(named)
    return tuple(_proposal(on, name, marks) for on, name in sorted(named.items()))


def _proposal(on: date, name: str, marks: Sequence[str]) -> Proposal:
    plain = name
    for mark in marks:
        plain = plain.replace(mark, "")
    return Proposal(on, " ".join(plain.split()), plain != name)


def _language(country: str, language: str) -> str | None:
    """Return the library's name of a language, else English, else what the country itself uses."""
    offered: tuple[str, ...] = _library(country).supported_languages
    wanted = [each for each in offered if each.split("_")[0] == language]
    english = [each for each in offered if each.startswith("en")]
    return next(iter(wanted + english), None)


def _estimate_marks(named: Any) -> list[str]:
    """Return the words that the library adds to a date that is not certain yet."""
    labels = [getattr(named, each, None) for each in ("estimated_label", "observed_estimated_label")]
    return [str(named.tr(label)).replace("%s", "").strip() for label in labels if label]


def _library(country: str, **wanted: Any) -> Any:
    from holidays import country_holidays

    return country_holidays(country, **wanted)
