"""Parts of pages that many requests show alike: drawn once for all that they depend on, then kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from markupsafe import Markup

MOST_KEPT = 500


class Drawn:
    """The drawings of one part of a page; the oldest go when there are too many."""

    def __init__(self) -> None:
        """Begin without a drawing."""
        self._kept: dict[Hashable, Markup] = {}

    def get(self, depends_on: Hashable, draw: Callable[[], str]) -> Markup:
        """Return what is kept for all that the part depends on, drawn now where there is none yet."""
        found = self._kept.get(depends_on)
        if found is None:
            found = Markup(draw())
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[depends_on] = found
        return found
