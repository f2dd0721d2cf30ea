"""Bodies of forms and files are read a few at a time: one that never comes holds a thread, and nothing can end that.

The rest of the threads of a process is kept for pages, which have no body; nobody takes all places. A stranger is who
brings no token of ours: to ask the database whether one is still good would hold its lock while the body comes in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition

from flask import Request, abort, session

from crm.shared.security import SESSION_TOKEN

MOST = 40  # of the threads of a process (crm.cli.serving)
MOST_OF_A_SESSION = 8
MOST_OF_STRANGERS = 24
MOST_OF_AN_ADDRESS = 14  # of strangers there: beside twelve slow ones somebody can sign in, and so can others elsewhere
PATIENCE = 0.1  # seconds: a burst of forms that are here already passes in less
_reading: Counter[str] = Counter()
_changed = Condition()


class PatientRequest(Request):
    """A request whose form is read, whoever asks for it first, when there is a place to read it."""

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__:
            with _place(_limits(session.get(SESSION_TOKEN), self.remote_addr)):
                super()._load_form_data()


def _limits(token: str | None, address: str | None) -> Mapping[str, int]:
    """Return the groups that a request counts in, each with how many bodies of it are read at once."""
    if token:
        return {"everybody": MOST, f"session {token}": MOST_OF_A_SESSION}
    return {"everybody": MOST, "strangers": MOST_OF_STRANGERS, f"address {address}": MOST_OF_AN_ADDRESS}


@contextmanager
def _place(limits: Mapping[str, int]) -> Iterator[None]:
    """Hold a place while a body is read, counted in each of some groups; answer 429 where none gets free."""
    with _changed:
        if not _changed.wait_for(lambda: all(_reading[group] < most for group, most in limits.items()), PATIENCE):
            abort(429)
        _reading.update(limits.keys())
    try:
        yield
    finally:
        with _changed:
            _reading.subtract(limits.keys())
            for group in limits:
                if not _reading[group]:
                    del _reading[group]
            _changed.notify_all()
