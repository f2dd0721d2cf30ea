"""First starts by many at once, migrations killed, imports killed and repeated, ten thousand rows."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from tests.drills.browser import Browser
from tests.drills.figures import Figure
from tests.drills.form_lengths import MARKS, count, long_only
from tests.drills.invariants import faults_of
from tests.drills.program import Program
from tests.drills.shop import Seed, Shop

pytestmark = MARKS


def test_first_start_by_several_processes_at_once(tmp_path: Path, figure: Figure) -> None:
    rounds, processes = count("FIRST_STARTS", short=1, long=10), count("STARTERS", short=3, long=6)
    ready = 0
    for each in range(rounds):
        programs = [Program(tmp_path / f"shop{each}", WEB_WORKERS="1") for _process in range(processes)]
        try:
            for program in programs:
                program.process = program.launch("serve", "--no-worker")
            for program in programs:
                program.wait_ready()
                ready += 1
            keys = {Browser(program.port).get("/set-up").status for program in programs}
            assert keys == {200}
        finally:
            for program in programs:
                program.kill()
    figure(f"{ready} of {rounds * processes} ready")


def _schema(url: str) -> dict[str, list[str]]:
    engine = create_engine(url, poolclass=NullPool)
    inspector = inspect(engine)
    found = {
        name: sorted(column["name"] for column in inspector.get_columns(name)) for name in inspector.get_table_names()
    }
    with engine.connect() as connection:
        found["at"] = [str(row[0]) for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")]
    return found


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=long_only)])
def test_migration_killed_at_any_moment_and_run_again(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, databases: Callable[[], str], figure: Figure
) -> None:
    kills, dice, hit = count("MIGRATION_KILLS", short=1, long=20), random.Random(5), 0
    seed: Seed = request.getfixturevalue(f"{kind}_seed")
    wanted = _schema(seed.database_url or f"sqlite:///{seed.folder / 'regulars.db'}")

    def fresh(name: str) -> tuple[Program, str]:
        folder = tmp_path / name
        url = databases() if kind == "postgresql" else ""
        return Program(folder, database_url=url), url or f"sqlite:///{folder / 'regulars.db'}"

    for number in range(kills):
        program, url = fresh(f"killed{number}")
        process, step = program.launch("migrate"), dice.randrange(1, 6)
        while program.log().count("Running upgrade") < step and process.poll() is None:
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.1))
        hit += process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        again = program.run("migrate")
        assert again.returncode == 0, again.stderr[-2000:]
        assert _schema(url) == wanted
    assert hit
    figure(f"{kills} kills ({hit} before the end), the same schema after the second run each time")


def _csv(rows: int, bad: int, first: int = 0) -> bytes:
    every = rows // bad
    lines = ["Name,Email,Birthday"]
    for number in range(first, first + rows):
        name = "" if number % every == 0 else f"Customer {number}"
        lines.append(f"{name},{'' if not name else f'customer{number}@example.com'},")
    return "\n".join(lines).encode()


def _uploaded(browser: Browser, content: bytes, name: str = "customers.csv") -> str:
    form = browser.form("/imports", "/imports")
    answer = browser.upload("/imports", form.fields, "file", name, content)
    assert answer.status == 303, answer.text[:1000]
    return answer.location


def _wait_for_state(shop: Shop, states: set[str], seconds: float = 120) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        state = str(shop.rows("SELECT state FROM import_batch ORDER BY id DESC LIMIT 1")[0][0])
        if state in states:
            return state
        time.sleep(0.1)
    raise AssertionError(f"the import stays {state}")


def _accepted(browser: Browser, shop: Shop, content: bytes) -> str:
    path = _uploaded(browser, content)
    for _step in range(3):
        state = _wait_for_state(shop, {"columns", "tried"})
        if state == "columns":
            form = browser.form(f"{path}/columns", f"{path}/columns")
            assert browser.post(f"{path}/columns", form.fields).status == 303
        else:
            break
    form = browser.form(path, f"{path}/acceptance")
    assert browser.post(f"{path}/acceptance", form.fields).status == 303
    return path


@long_only
def test_import_of_many_rows_with_bad_ones(shop: Shop, figure: Figure) -> None:
    rows, bad = count("ROWS", short=1_000, long=10_000), count("BAD_ROWS", short=50, long=500)
    shop.program.start()
    before = shop.number("SELECT count(*) FROM contact")
    begun = time.monotonic()
    path = _accepted(shop.browser(), shop, _csv(rows, bad))
    _wait_for_state(shop, {"imported"})
    took = time.monotonic() - begun
    stored = shop.number("SELECT count(*) FROM contact") - before
    errors = shop.browser().get(f"{path}/errors")
    listed = len(errors.text.strip().splitlines()) - 1
    figure(f"{rows} rows: {stored} stored, {listed} listed as bad, in {took:.1f} s")
    assert (stored, listed) == (rows - bad, bad)
    assert took < 60
    assert faults_of(shop) == {}


@long_only
def test_import_killed_half_way_and_repeated(shop: Shop, figure: Figure) -> None:
    kills, rows, dice = count("IMPORT_KILLS", short=1, long=10), 2_000, random.Random(11)
    shop.program.start()
    before = shop.number("SELECT count(*) FROM contact")
    for kill in range(kills):
        _accepted(shop.browser(), shop, _csv(rows, 20, first=kill * rows))
        time.sleep(dice.uniform(0.1, 2.5))
        shop.program.kill()
        found = shop.number("SELECT count(*) FROM contact") - before - kill * (rows - 20)
        assert found in {0, rows - 20}, "half of an import is stored"
        with shop.engine().begin() as connection:  # five minutes later, when the lease of the killed worker is over
            connection.exec_driver_sql("UPDATE job SET leased_until = NULL")
        shop.program.start()
        _wait_for_state(shop, {"imported"})
    stored = shop.number("SELECT count(*) FROM contact") - before
    figure(f"{kills} kills, {kills} files: {stored} of {kills * (rows - 20)} contacts, none twice")
    assert stored == kills * (rows - 20)
    assert faults_of(shop) == {}


HOSTILE = {
    "empty.csv": b"",
    "binary.csv": bytes(range(256)) * 400,
    "nul.csv": b"Name,Email\nA\x00B,a@example.com\n",
    "utf16.csv": "Name,Email\nMeena,m@example.com\n".encode("utf-16"),
    "latin.csv": "Name\nJosé Muñoz\n".encode("latin-1"),
    "quote.csv": b'Name,Email\n"never closed,x@example.com\n' * 50,
    "cell.csv": b"Name,Notes\nMeena," + b"x" * 3_000_000 + b"\n",
    "columns.csv": b",".join(b"c%d" % number for number in range(20_000)) + b"\n" + b",".join([b"v"] * 20_000),
    "ends.csv": b"Name,Email\rMeena,m@example.com\rRavi,r@example.com",
    "page.csv": b"<html><script>alert(1)</script></html>",
    "notzip.xlsx": b"PK\x03\x04" + b"\x00" * 4_000,
    "cards.vcf": b"BEGIN:VCARD\nVERSION:9.9\nFN:" + b"x" * 200_000 + b"\n",
    "../../etc/passwd": b"Name\nx\n",
    "a\x00b.csv": b"Name\nx\n",
    "kind.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "many.csv": b"Name\n" + b"x\n" * 50_000,
}


def test_hostile_files_are_refused_or_read_never_an_error_of_ours(shared_shop: Shop, figure: Figure) -> None:
    shop = shared_shop
    browser, statuses, slowest = shop.browser(), {}, 0.0
    for name, content in HOSTILE.items():
        form = browser.form("/imports", "/imports")
        begun = time.monotonic()
        answer = browser.upload("/imports", form.fields, "file", name, content)
        slowest = max(slowest, time.monotonic() - begun)
        statuses[name] = answer.status
        if answer.status == 303:
            assert browser.get(answer.location).status < 500, name
    until, undone = time.monotonic() + 30, "SELECT count(*) FROM job WHERE done_at IS NULL AND failed_at IS NULL"
    while shop.number(undone) and time.monotonic() < until:
        time.sleep(0.1)
    jobs = shop.rows("SELECT error FROM job WHERE error <> ''")
    assert browser.get("/imports").status == 200
    for number in range(1, shop.number("SELECT max(id) FROM import_batch") + 1):
        assert browser.get(f"/imports/{number}").status < 500
    figure(
        f"{len(HOSTILE)} files, answers {sorted(set(statuses.values()))}, slowest {slowest:.1f} s, "
        f"{len(jobs)} jobs failed"
    )
    assert max(statuses.values()) < 500, statuses
    assert slowest < 30


def _backed_up(shop: Shop, file: Path) -> subprocess.CompletedProcess[str]:
    return shop.program.run("backup", str(file))


@long_only
def test_backup_under_load_restored_elsewhere(shop: Shop, tmp_path: Path, figure: Figure) -> None:
    from tests.drills.shop import OWNER, PASSWORD
    from tests.drills.writers import Writers

    times = count("BACKUPS", short=1, long=5)
    shop.program.start()
    for number in range(times):
        file = tmp_path / f"backup{number}.zip"
        with Writers(shop, 4, turn=number) as writers:
            writers.wait_for_more(8)
            before = list(writers.ledger.acknowledged)
            made = _backed_up(shop, file)
            assert made.returncode == 0, made.stderr[-2000:]
        elsewhere = Shop(Program(tmp_path / f"elsewhere{number}"))
        restored = elsewhere.program.run("restore", str(file))
        assert restored.returncode == 0, restored.stderr[-2000:]
        try:
            elsewhere.program.start("--no-worker")
            browser = Browser(elsewhere.program.port)
            form = browser.form("/sign-in", "/sign-in")
            assert browser.post("/sign-in", {**form.fields, "email": OWNER, "password": PASSWORD}).status == 303
            assert browser.get("/contacts/1").status == 200
        finally:
            elsewhere.program.kill()
        writers.ledger.acknowledged = before
        assert writers.ledger.wrong_in(elsewhere) == []
        assert faults_of(elsewhere) == {}
        keys = {(folder / "secret_key").read_text() for folder in (shop.program.folder, elsewhere.program.folder)}
        assert len(keys) == 1
    figure(f"{times} backups under 4 writers restored elsewhere, {len(before)} earlier writes all there, sign-in works")
