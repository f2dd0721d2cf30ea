"""The program killed, stopped, or robbed of one process while people write."""

from __future__ import annotations

import os
import random
import signal
import time

from tests.drills.figures import Figure
from tests.drills.form_lengths import BOTH, MARKS, PATIENCE, count, long_only
from tests.drills.invariants import faults_of
from tests.drills.shop import Shop
from tests.drills.writers import Writers

pytestmark = MARKS


@BOTH
def test_kill_of_all_processes_under_four_writers(shop: Shop, figure: Figure) -> None:
    kills = count("KILLS", short=3, long=200)
    dice, ready = random.Random(7), [shop.program.start()]
    with Writers(shop, 4) as writers:
        for _kill in range(kills):
            writers.wait_for_more()
            time.sleep(dice.uniform(0.02, 0.5))
            shop.program.kill()
            ready.append(shop.program.start())
        writers.wait_for_more()
    wrong, faults = writers.ledger.wrong_in(shop), faults_of(shop)
    figure(
        f"{kills} kills, {len(writers.ledger.acknowledged)} acknowledged writes, {len(wrong)} lost or doubled, "
        f"{sum(faults.values())} half-made records, ready within {max(ready):.1f} s"
    )
    assert len(writers.ledger.acknowledged) > kills
    assert (wrong, faults) == ([], {})
    assert max(ready) <= 5 * PATIENCE


def _is_replaced(before: list[int], after: list[int]) -> bool:
    return len(after) == len(before) and set(after) != set(before)


@long_only
def test_kill_of_one_child_leaves_the_others_at_work(shop: Shop, figure: Figure) -> None:
    kills = count("CHILD_KILLS", short=3, long=20)
    shop.program.start()
    dice, browser, waits = random.Random(3), shop.browser(), []
    with Writers(shop, 2, pause=0.05) as writers:
        for _kill in range(kills):
            before = shop.program.children()
            os.kill(dice.choice(before), signal.SIGKILL)
            begun = time.monotonic()
            while not _is_replaced(before, shop.program.children()):
                assert time.monotonic() - begun < 20, "the process was not replaced"
                time.sleep(0.05)
            shop.program.wait_ready()
            waits.append(time.monotonic() - begun)
    assert browser.get("/").status == 200
    wrong, faults = writers.ledger.wrong_in(shop), faults_of(shop)
    figure(f"{kills} kills, replaced within {max(waits):.1f} s, {len(wrong)} lost or doubled")
    assert (wrong, faults) == ([], {})


def test_asked_to_stop_under_load_it_finishes_what_it_took(shop: Shop, figure: Figure) -> None:
    stops, took = count("STOPS", short=1, long=5), []
    shop.program.start()
    with Writers(shop, 4) as writers:
        for _stop in range(stops):
            writers.wait_for_more()
            took.append(shop.program.stop())
            shop.program.start()
    wrong, faults = writers.ledger.wrong_in(shop), faults_of(shop)
    refused = {status: number for status, number in writers.ledger.failures.items() if status != "broken off"}
    figure(
        f"{stops} stops under load, at most {max(took):.1f} s, {len(writers.ledger.acknowledged)} acknowledged writes, "
        f"{len(wrong)} lost or doubled"
    )
    assert (wrong, faults, refused) == ([], {}, {})
    assert max(took) <= 30
