"""People who write without pause, and the book of what they were told is saved."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.drills.browser import Answer, Browser
from tests.drills.shop import CUSTOMERS, Shop

# Where each kind of record keeps the words that a writer gave it.
STORED = {
    "contact": "SELECT name FROM contact WHERE name LIKE 'drill %'",
    "entry": "SELECT note FROM interaction WHERE note LIKE 'drill %'",
    "complaint": "SELECT words FROM complaint WHERE words LIKE 'drill %'",
    "turn": "SELECT text FROM complaint_event WHERE kind <> 'opened' AND text LIKE 'drill %'",
}
CONTACT_IDS = range(1, len(CUSTOMERS) + 1)


@dataclass
class Ledger:
    """What was acknowledged, what was refused, and how long the answers took; safe for many writers."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def note(self, kind: str, marker: str, answer: Answer, seconds: float) -> None:
        """Write down an answer to a form."""
        self.seconds.append(seconds)
        if answer.is_acknowledged:
            self.acknowledged.append((kind, marker))
        else:
            self.failures[str(answer.status)] += 1
            self.refusals.append(answer.text[:600])

    def percentile(self, share: float) -> float:
        """Return the time below which a share of the answers came, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    def wrong_in(self, shop: Shop) -> list[str]:
        """Return the acknowledged writes that are not stored exactly once, and all that are stored twice."""
        stored = {kind: Counter(str(row[0]) for row in shop.rows(sql)) for kind, sql in STORED.items()}
        lost = [f"lost: {marker}" for kind, marker in self.acknowledged if not stored[kind][marker]]
        doubled = [f"doubled: {marker}" for counts in stored.values() for marker, times in counts.items() if times > 1]
        return lost + doubled


Write = Callable[[Browser, str, int], Answer]


def _add_contact(browser: Browser, marker: str, _contact_id: int) -> Answer:
    return browser.post("/contacts", {**browser.form("/contacts/new", "/contacts").fields, "name": marker})


def _log_entry(browser: Browser, marker: str, contact_id: int) -> Answer:
    path = f"/contacts/{contact_id}/interactions"
    return browser.post(path, {**browser.form(f"/contacts/{contact_id}", path).fields, "note": marker})


def _open_complaint(browser: Browser, marker: str, contact_id: int) -> Answer:
    path = f"/contacts/{contact_id}/complaints"
    return browser.post(path, {**browser.form(f"{path}/new", path).fields, "words": marker})


WRITES: dict[str, Write] = {"contact": _add_contact, "entry": _log_entry, "complaint": _open_complaint}


@dataclass
class Writers:
    """Threads that write until they are stopped; a dead program only makes them wait and try again."""

    shop: Shop
    number: int
    ledger: Ledger = field(default_factory=Ledger)
    pause: float = 0.0
    ports: tuple[int, ...] = ()
    turn: int = 0  # of several that write to one shop, so that each marker is used once
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _tokens: itertools.count[int] = field(default_factory=itertools.count)

    def __enter__(self) -> Writers:
        """Let them write."""
        for number in range(self.number):
            thread = threading.Thread(target=self._write, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Let them finish what they are at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def wait_for_more(self, number: int = 4, timeout: float = 60) -> None:
        """Wait until so many more writes are acknowledged."""
        wanted, until = len(self.ledger.acknowledged) + number, time.monotonic() + timeout
        while len(self.ledger.acknowledged) < wanted:
            assert time.monotonic() < until, f"nothing is taken any more: {dict(self.ledger.failures)}"
            time.sleep(0.02)

    def _write(self, number: int) -> None:
        role = ("owner", "manager", "front-desk")[number % 3]
        ports = self.ports or (self.shop.program.port,)
        browser = Browser(ports[number % len(ports)], self.shop.cookies[role])
        dice = random.Random(number)
        while not self._stop.is_set():
            kind = dice.choice(list(WRITES))
            marker = f"drill {self.turn}-{number} {next(self._tokens)} {kind}"
            try:
                begun = time.monotonic()
                answer = WRITES[kind](browser, marker, dice.choice(CONTACT_IDS))
            except (OSError, HTTPException, AssertionError):
                browser.close()
                self.ledger.failures["broken off"] += 1
                self._stop.wait(0.2)
            else:
                self.ledger.note(kind, marker, answer, time.monotonic() - begun)
                self._stop.wait(self.pause)
        browser.close()
