"""Tables of names with their spellings in Latin letters, as the modules of the scripts write them."""

from __future__ import annotations


def spellings_in(entries: str) -> dict[str, tuple[str, ...]]:
    """Return the spellings of each name in a table: entries parted by "|" or a new line, the name first in each."""
    rows = (entry.split() for entry in entries.replace("\n", "|").split("|") if entry)
    return {name: tuple(spellings) for name, *spellings in rows}
