"""Domain exceptions: their docstring or text is the sentence shown, and one handler answers them."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """This cannot be done."""

    status: ClassVar[int] = 422

    @property
    def sentence(self) -> str:
        """Return what to tell the person: the text given, else the class's own docstring."""
        return str(self) or (self.__doc__ or "").strip()


class Conflict(Refused):
    """Somebody else changed this in the meantime."""

    status = 409
