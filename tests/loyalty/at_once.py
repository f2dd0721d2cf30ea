"""Several people, or workers, who do something at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from crm.extensions import db


def at_once(app: Flask, acts: list[Callable[[], str]]) -> list[str]:
    """Run acts in threads that all start at the same moment; returns what each came to."""
    gate = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], str]) -> None:
        with app.app_context():
            gate.wait()
            try:
                outcomes.append(act())
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
