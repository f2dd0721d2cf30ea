"""Forms of strangers are read a few at a time: one whose body never comes holds a thread, and nothing can end that.

The rest of the threads is kept for those who are signed in, and for pages, which have no body.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from flask import Flask, abort, g, request, session

from crm.shared.security import SESSION_TOKEN

AT_ONCE = 8  # of the threads of a process (crm.cli.serving)
_places = BoundedSemaphore(AT_ONCE)


def limit_strangers() -> None:
    """Answer 429 to a stranger's form while too many others are under way; runs before a body is read.

    A stranger is who brings no token of ours: to ask the database whether one is still good would hold its lock.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"} or SESSION_TOKEN in session:
        return
    if not _places.acquire(blocking=False):
        abort(429)
    g.has_place = True


def register_strangers(app: Flask) -> None:
    """Bind the limit to the application, before anything that reads a form."""
    app.before_request(limit_strangers)

    @app.teardown_request
    def give_place_back(_error: BaseException | None) -> None:
        if g.pop("has_place", False):
            _places.release()
