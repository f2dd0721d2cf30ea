"""What SQLAlchemy made of the program's statements, found without reading through a statement each time."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy.engine import Compiled
from sqlalchemy.util import LRUCache

MOST_COMPILED = 500
MOST_LASTING = 1_000
_STATEMENT = 1  # where the key of a statement stands among dialect, statement, parameters and the rest
Key = tuple[Any, ...]


class CompiledStatements(MutableMapping[Key, Compiled]):
    """The cache of an engine (`compiled_cache`), in which statements that are built once are found by identity.

    To hash what a statement consists of takes as long as to write its row of a page. A statement that lasts gives the
    same object for it each time, so it is known by that; any other is looked up as SQLAlchemy's own cache does.
    """

    def __init__(self) -> None:
        """Begin with nothing compiled."""
        self._by_value = LRUCache[Key, tuple[object, Compiled]](MOST_COMPILED)
        self._lasting: dict[tuple[object, ...], tuple[object, Compiled]] = {}

    def get(self, key: Key, default: Any = None) -> Any:
        """Return what was compiled for a key of SQLAlchemy's, or the default."""
        statement = key[_STATEMENT]
        place = (id(statement), *key[:_STATEMENT], *key[_STATEMENT + 1 :])
        found = self._lasting.get(place)
        if found is not None and found[0] is statement:
            return found[1]
        found = self._by_value.get(key)
        if found is None:
            return default
        if found[0] is statement:  # asked for again with the same object, so the statement lasts
            self._keep(place, found)
        return found[1]

    def _keep(self, place: tuple[object, ...], found: tuple[object, Compiled]) -> None:
        if len(self._lasting) >= MOST_LASTING:
            self._lasting.clear()
        self._lasting[place] = found

    def __getitem__(self, key: Key) -> Compiled:
        """Return what was compiled for a key of SQLAlchemy's."""
        return self._by_value[key][1]

    def __setitem__(self, key: Key, compiled: Compiled) -> None:
        """Keep what was compiled."""
        self._by_value[key] = (key[_STATEMENT], compiled)

    def __delitem__(self, key: Key) -> None:
        """Forget what was compiled for a key."""
        del self._by_value[key]

    def __iter__(self) -> Iterator[Key]:
        """Go through the keys."""
        return iter(self._by_value)

    def __len__(self) -> int:
        """Return how many statements are kept by value."""
        return len(self._by_value)
