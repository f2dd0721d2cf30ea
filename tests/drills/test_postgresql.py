"""A PostgreSQL server of the drill's own: restarted under load, and two web servers with two workers on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.drills.browser import Answer, Browser
from tests.drills.figures import Figure
from tests.drills.form_lengths import MARKS, count, long_only
from tests.drills.invariants import faults_of
from tests.drills.program import Program, free_port
from tests.drills.shop import Shop, set_up
from tests.drills.writers import Writers

pytestmark = [*MARKS, long_only]


class Server:
    """A PostgreSQL server in a folder of its own, run by another user where we are root."""

    def __init__(self, folder: Path) -> None:
        """Make the cluster; it is not running yet."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        if not found:
            pytest.skip("the programs of a PostgreSQL server are not installed")
        self.programs, self.folder, self.port = found[-1].parent, folder, free_port()
        folder.mkdir()
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync")

    @property
    def url(self) -> str:
        """Return the address of its first database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def control(self, *what: str) -> None:
        """Start, stop or restart it."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=20"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", options, "-l", str(self.folder / "log"), *what)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self.user, str(self.programs / name), *arguments], cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            pytest.skip(f"a PostgreSQL server of our own cannot be run here: {done.stderr[-200:]}")


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server, in a folder that its user may enter; other runs of the tests close those of pytest."""
    with tempfile.TemporaryDirectory(prefix="regulars-drill-") as folder:
        Path(folder).chmod(0o755)
        made = Server(Path(folder) / "cluster")
        made.control("start")
        yield made
        made.control("-m", "immediate", "stop")


@pytest.fixture
def own_shop(server: Server, tmp_path: Path) -> Iterator[Shop]:
    """A shop on that server, running."""
    program = Program(tmp_path / "shop", database_url=server.url)
    program.start()
    yield set_up(program)
    program.kill()


def test_server_restarted_under_load(server: Server, own_shop: Shop, figure: Figure) -> None:
    restarts, back = count("RESTARTS", short=1, long=3), []
    with Writers(own_shop, 4, pause=0.02) as writers:
        for _restart in range(restarts):
            writers.wait_for_more()
            server.control("-m", "immediate", "stop")
            time.sleep(1)
            gone = Browser(own_shop.program.port, own_shop.cookies["owner"]).get("/contacts").status
            assert gone == 503
            server.control("start")
            returned = time.monotonic()
            writers.wait_for_more(1)
            back.append(time.monotonic() - returned)
    wrong, faults, statuses = writers.ledger.wrong_in(own_shop), faults_of(own_shop), dict(writers.ledger.failures)
    figure(
        f"{restarts} restarts, writes go on {max(back):.1f} s after its return, answers meanwhile {statuses}, "
        f"{len(wrong)} lost or doubled"
    )
    assert (wrong, faults) == ([], {})
    assert set(statuses) <= {"503", "broken off"}
    assert max(back) < 8


def _taken(url: str) -> list[Connection]:
    """Take every connection that the server still gives."""
    engine, taken = create_engine(url, poolclass=NullPool), []
    with contextlib.suppress(OperationalError):
        while True:
            taken.append(engine.connect())
    return taken


def test_all_connections_used_up(server: Server, tmp_path: Path, figure: Figure) -> None:
    program = Program(tmp_path / "busy", database_url=server.url)
    program.start()
    try:
        shop = set_up(program)
        program.stop()
        taken = _taken(server.url)
        for each in taken[:4]:  # as many as a start needs, and no more for those who ask at once
            each.close()
        program.start("--no-worker")
        with Writers(shop, 8, pause=0.05) as writers:
            time.sleep(count("USED_UP_SECONDS", short=3, long=10))
            statuses = dict(writers.ledger.failures)
            for each in taken[4:]:
                each.close()
            returned = time.monotonic()
            writers.wait_for_more(4)
            back = time.monotonic() - returned
        wrong = writers.ledger.wrong_in(shop)
        figure(
            f"{len(taken)} connections taken, 8 writers answered {statuses} and {len(writers.ledger.acknowledged)} "
            f"times well, works again after {back:.1f} s, {len(wrong)} lost or doubled"
        )
        assert (wrong, faults_of(shop)) == ([], {})
        assert set(statuses) <= {"503", "broken off"}
        assert "503" in statuses or "broken off" in statuses
        assert back < 8
    finally:
        program.kill()


def _deadlocked(shop: Shop, browser: Browser) -> Answer:
    """Open a complaint while a foreign program holds its contact and wants what the form holds."""
    path = "/contacts/1/complaints"
    form = browser.form(f"{path}/new", path)
    answers: list[Answer] = []
    engine = create_engine(shop.database_url, poolclass=NullPool)
    with engine.connect() as foreign:
        foreign.execute(text("SET deadlock_timeout = '10s'"))  # so that the program's side is the one to notice
        foreign.execute(text("SELECT 1 FROM contact WHERE id = 1 FOR UPDATE"))
        body = {**form.fields, "words": "drill of the deadlock"}
        sender = threading.Thread(target=lambda: answers.append(browser.post(form.action, body)))
        sender.start()
        waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
        begun = time.monotonic()
        while not foreign.execute(text(waiting)).all():
            assert time.monotonic() - begun < 10, "the save waits for nothing"
            foreign.execute(text("SELECT pg_stat_clear_snapshot()"))
            time.sleep(0.05)
        with contextlib.suppress(OperationalError):
            foreign.execute(text("LOCK TABLE submitted_form IN ACCESS EXCLUSIVE MODE"))
        foreign.rollback()
        sender.join(timeout=30)
    return answers[0]


def test_deadlock_is_answered_and_nothing_is_half_saved(own_shop: Shop, figure: Figure) -> None:
    browser = own_shop.browser()
    answer = _deadlocked(own_shop, browser)
    stored = own_shop.number("SELECT count(*) FROM complaint WHERE words = 'drill of the deadlock'")
    said = "deadlock" in own_shop.program.log().lower()
    figure(
        f"answered {answer.status}, saved {stored} time; the program {'noticed a deadlock' if said else 'only waited'}"
    )
    assert (answer.status, stored) in {(303, 1), (503, 0)}
    if answer.status == 503:
        assert "drill of the deadlock" in answer.text
        assert answer.headers["Retry-After"]
    assert faults_of(own_shop) == {}
    assert said, "there was no deadlock"
    again = browser.form("/contacts/1/complaints/new", "/contacts/1/complaints")
    assert browser.post(again.action, {**again.fields, "words": "once more"}).status == 303


def _said_at_once(shop: Shop, number: int) -> list[int]:
    """Let eight people write about a customer nobody wrote about before, all at the same moment."""
    contact_id = shop.number("SELECT max(id) FROM contact")
    path, together = f"/contacts/{contact_id}/interactions", threading.Barrier(8)
    answers: list[int] = []

    def write(at: int) -> None:
        browser = shop.browser()
        form = browser.form(f"/contacts/{contact_id}", path)
        together.wait(timeout=30)
        answers.append(browser.post(path, {**form.fields, "kind": "visit", "note": f"at once {number} {at}"}).status)

    people = [threading.Thread(target=write, args=(at,)) for at in range(8)]
    for each in people:
        each.start()
    for each in people:
        each.join(timeout=60)
    return answers


def test_first_entries_about_a_newcomer_at_once(own_shop: Shop, figure: Figure) -> None:
    newcomers, browser, answers = count("NEWCOMERS", short=3, long=20), own_shop.browser(), Counter[int]()
    for number in range(newcomers):
        form = browser.form("/contacts/new", "/contacts")
        browser.post("/contacts", {**form.fields, "name": f"Newcomer {number}"})
        answers.update(_said_at_once(own_shop, number))
    stored = own_shop.number("SELECT count(*) FROM interaction WHERE note LIKE 'at once %'")
    wrong = own_shop.number("SELECT count(*) FROM member_standing WHERE contact_id > 5 AND visits_total <> 1")
    figure(f"{newcomers} newcomers, 8 entries each at once: answers {dict(answers)}, {wrong} standings wrong")
    assert (dict(answers), stored, wrong) == ({303: newcomers * 8}, newcomers * 8, 0)


def test_two_web_servers_and_two_workers_on_one_database(server: Server, own_shop: Shop, figure: Figure) -> None:
    seconds = count("TWO_SERVERS_SECONDS", short=3, long=20)
    first = own_shop.program
    second = Program(first.folder, database_url=server.url)
    second.start()
    try:
        with Writers(own_shop, 4, ports=(first.port, second.port)) as writers:
            time.sleep(seconds)
        browser = Browser(second.port, own_shop.cookies["manager"])
        assert browser.get("/complaints").status == 200
    finally:
        second.kill()
    wrong, faults = writers.ledger.wrong_in(own_shop), faults_of(own_shop)
    figure(
        f"{len(writers.ledger.acknowledged)} writes through two servers in {seconds} s, {len(wrong)} lost or doubled"
    )
    assert dict(writers.ledger.failures) == {}
    assert (wrong, faults) == ([], {})
