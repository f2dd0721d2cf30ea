"""A PostgreSQL server of the drill's own: restarted under load, and two web servers with two workers on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.browser import Browser
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
            for parent in (*folder.parents[:3],):
                parent.chmod(0o755)
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync")

    @property
    def url(self) -> str:
        """Return the address of its first database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def control(self, *what: str) -> None:
        """Start, stop or restart it."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", options, "-l", str(self.folder / "log"), *what)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self.user, str(self.programs / name), *arguments], cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            pytest.skip(f"a PostgreSQL server of our own cannot be run here: {done.stderr[-200:]}")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server."""
    made = Server(tmp_path / "cluster")
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
