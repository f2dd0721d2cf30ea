"""Bodies of forms and files are read a few at a time: one that comes byte by byte holds a thread, nothing can end that.

The rest of the threads of a process is kept for pages, which have no body, and no single person takes all places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from flask import Request, abort, session

from crm.shared.security import SESSION_TOKEN

MOST = 12  # of the threads of a process (crm.cli.serving)
MOST_OF_ONE = 5  # of one session; all strangers count as one, so that others find a place beside both
PATIENCE = 0.1  # seconds: a burst of forms that are here already passes in less
_reading: Counter[str] = Counter()
_changed = Condition()


class PatientRequest(Request):
    """A request whose form is read, whoever asks for it first, when there is a place to read it."""

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__:
            with _place_of(str(session.get(SESSION_TOKEN, ""))):
                super()._load_form_data()


@contextmanager
def _place_of(who: str) -> Iterator[None]:
    """Hold a place while a body is read; answer 429 where none gets free."""
    with _changed:
        if not _changed.wait_for(lambda: _reading.total() < MOST and _reading[who] < MOST_OF_ONE, PATIENCE):
            abort(429)
        _reading[who] += 1
    try:
        yield
    finally:
        with _changed:
            _reading[who] -= 1
            if not _reading[who]:
                del _reading[who]
            _changed.notify_all()
