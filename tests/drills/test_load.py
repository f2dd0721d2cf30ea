"""Many people writing at once, and another program that holds the database."""

from __future__ import annotations

import sqlite3
import threading
import time

from tests.drills.browser import Answer
from tests.drills.figures import Figure
from tests.drills.form_lengths import BOTH_SHARED, IS_LONG, MARKS, count, long_only
from tests.drills.invariants import faults_of
from tests.drills.shop import Shop
from tests.drills.writers import Writers

pytestmark = MARKS


@BOTH_SHARED
def test_eight_writers(shared_shop: Shop, figure: Figure) -> None:
    shop, seconds = shared_shop, count("WRITING_SECONDS", short=4, long=60)
    with Writers(shop, 8) as writers:
        writers.wait_for_more(16)
        writers.ledger.seconds.clear()
        before = len(writers.ledger.acknowledged)
        time.sleep(seconds)
        rate = (len(writers.ledger.acknowledged) - before) / seconds
    ledger = writers.ledger
    wrong, faults, slow = ledger.wrong_in(shop), faults_of(shop), ledger.percentile(0.95)
    figure(
        f"{seconds} s, {rate:.0f} writes/s (each with its form), p95 {1000 * slow:.0f} ms, "
        f"{sum(ledger.failures.values())} not taken, {len(wrong)} lost or doubled"
    )
    assert "database is locked" not in shop.program.log()
    assert dict(ledger.failures) == {}, ledger.refusals[:1]
    assert (wrong, faults) == ([], {})
    if IS_LONG:  # beside other tests the processors are shared, and speed says little
        assert rate >= 20
        assert slow <= 0.5


def test_another_program_holds_the_database(shared_shop: Shop, figure: Figure) -> None:
    shop, seconds = shared_shop, count("LOCK_SECONDS", short=3, long=10)
    reader, writer = shop.browser(), shop.browser("manager")
    form = writer.form("/contacts/new", "/contacts")
    answers: list[Answer] = []
    holder = sqlite3.connect(shop.program.folder / "regulars.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    sender = threading.Thread(target=lambda: answers.append(_send(writer, form)))
    begun, reads = time.monotonic(), []
    sender.start()
    while time.monotonic() - begun < seconds:
        asked = time.monotonic()
        for path in ("/", "/contacts", "/contacts/1", "/complaints"):
            assert reader.get(path).status == 200, path
        reads.append((time.monotonic() - asked) / 4)
    holder.execute("ROLLBACK")
    holder.close()
    sender.join(timeout=30)
    stored = shop.number("SELECT count(*) FROM contact WHERE name = 'drill of the lock'")
    figure(
        f"held {seconds} s: {4 * len(reads)} pages read, slowest {max(reads):.2f} s; the writer got {answers[0].status}"
    )
    assert max(reads) < 3
    assert (answers[0].status, stored) == (303, 1) or (answers[0].status, stored) == (503, 0)
    if answers[0].status == 503:
        assert answers[0].headers["Retry-After"]
        assert "drill of the lock" in answers[0].text


def _send(browser, form) -> Answer:
    answer: Answer = browser.post("/contacts", {**form.fields, "name": "drill of the lock"})
    return answer


@long_only
def test_a_lock_longer_than_the_writers_patience_gives_503_and_the_text_back(shop: Shop, figure: Figure) -> None:
    shop.program.start()
    writer = shop.browser()
    form = writer.form("/contacts/new", "/contacts")
    holder = sqlite3.connect(shop.program.folder / "regulars.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    answer = _send(writer, form)
    took = time.monotonic() - begun
    holder.execute("ROLLBACK")
    figure(f"answered {answer.status} after {took:.1f} s with Retry-After {answer.headers.get('Retry-After')}")
    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert "drill of the lock" in answer.text
    assert _send(writer, form).status == 303


@long_only
def test_a_long_reader_does_not_stop_writers_and_the_log_shrinks(shop: Shop, figure: Figure) -> None:
    seconds = count("READER_SECONDS", short=3, long=60)
    shop.program.start()
    wal = shop.program.folder / "regulars.db-wal"
    reader = sqlite3.connect(shop.program.folder / "regulars.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM contact").fetchone()
    with Writers(shop, 4, pause=0.2) as writers:  # as much as fifty people write
        time.sleep(seconds)
        grown = wal.stat().st_size
    reader.execute("COMMIT")
    reader.close()
    browser = shop.browser()
    for number in range(3):
        assert browser.post(
            "/contacts", {**browser.form("/contacts/new", "/contacts").fields, "name": f"after {number}"}
        )
    frames = _frames_left(shop)
    figure(
        f"{len(writers.ledger.acknowledged)} writes in {seconds} s, "
        f"log {grown / 1e6:.1f} MB, then {frames} pages left in it"
    )
    assert dict(writers.ledger.failures) == {}
    assert len(writers.ledger.acknowledged) >= seconds
    assert grown < 200e6
    assert frames == 0


def _frames_left(shop: Shop) -> int:
    """Return the pages of the log that could not be written back; readers that stay are what keeps them."""
    connection = sqlite3.connect(shop.program.folder / "regulars.db", timeout=10)
    busy, _frames, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.close()
    return int(busy)
