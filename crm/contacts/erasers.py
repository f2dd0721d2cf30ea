"""Who erases what: every table that points to a contact is claimed by the domain that owns it.

An upper domain registers at import a function that takes the person out of its rows and keeps what the
figures need; this domain never imports one. A guard fails for a table that nobody claims.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Eraser = Callable[[Sequence[int]], None]
_erasers: dict[str, Eraser] = {}


def register_eraser(*tables: str) -> Callable[[Eraser], Eraser]:
    """Register the function that takes contacts, by their ids, out of the tables named."""

    def register(eraser: Eraser) -> Eraser:
        _erasers.update(dict.fromkeys(tables, eraser))
        return eraser

    return register


def erase_everywhere(contact_ids: Sequence[int]) -> None:
    """Run every eraser once, in the order of registration; the caller commits."""
    for eraser in dict.fromkeys(_erasers.values()):
        eraser(contact_ids)


def claimed_tables() -> frozenset[str]:
    """Return the tables that some eraser takes care of."""
    return frozenset(_erasers)
