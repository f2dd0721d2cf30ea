"""Measure the program as people use it: `make bench`, or `python -m tests.bench.bench_pages --help`.

For each database and size: demo data in a folder of its own, the real server with one process, one client on a
connection kept open, then eight clients at once; then web and worker as they run in a shop, for their memory. Beside
them, in the same run, the floor: a bare Flask route with one indexed query and a list of 50 rows.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from config import ROOT
from tests.bench.browser import Browser
from tests.bench.counted import count_queries, prepare
from tests.bench.journeys import Journey, Prepared
from tests.bench.performance_page import write_page
from tests.bench.processes import FLOOR, WEB, WEB_AND_WORKER, Server, serving

WARM_UP = 30
REQUESTS = 200
CLIENTS = 8
ASKED_BY_EACH = 40
Ask = Callable[[int], int]
POSTGRESQL = "postgresql"
POSTGRESQL_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


@dataclass
class Measured:
    """Milliseconds of every answer, processor milliseconds an answer, its bytes and queries, answers a second."""

    times: list[float]
    processor: float
    bytes_sent: int
    queries: int = 0
    a_second: float = 0.0

    @property
    def median(self) -> float:
        """Return the median in milliseconds."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """Return the 95th percentile in milliseconds."""
        return quantiles(self.times, n=20)[-1] if len(self.times) > 20 else max(self.times)


@dataclass
class Run:
    """What was measured with so many contacts on one of the databases."""

    database: str
    contacts: int
    loaded_in: float
    pages: dict[str, Measured] = field(default_factory=dict)
    journeys: list[Journey] = field(default_factory=list)
    first_load: dict[str, int] = field(default_factory=dict)
    started_in: float = 0.0
    megabytes: float = 0.0


def main() -> None:
    """Measure every size that was asked for and print the figures."""
    given = _arguments()
    floor = _floor()
    print(f"floor: median {floor.median:.2f} ms, p95 {floor.p95:.2f} ms, {floor.a_second:.0f} a second", flush=True)
    runs = []
    for database in given.databases:
        for count in given.contacts:
            with _shop(database, count, given.keep) as (environment, folder):
                runs.append(_run(database, count, environment, folder, given.minutes))
            _print_run(runs[-1], floor)
    if given.write:
        write_page(ROOT / "docs", floor, runs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--databases", nargs="+", choices=["sqlite", POSTGRESQL], default=["sqlite"])
    parser.add_argument("--keep", type=Path, help="keep the SQLite databases in this folder and use them again")
    parser.add_argument("--minutes", type=float, default=0.2, help="of load before the memory is read")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its plot")
    return parser.parse_args()


@contextmanager
def _shop(database: str, contacts: int, keep: Path | None) -> Iterator[tuple[dict[str, str], Path]]:
    """Give the environment and the folder of a shop whose database lives as long as it is measured."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = (keep or Path(temporary)) / f"{database}-{contacts}"
        folder.mkdir(parents=True, exist_ok=True)
        if database == "sqlite":
            yield {"CRM_DATA_DIR": str(folder), "DATABASE_URL": ""}, folder
            return
        with _postgresql() as address:
            yield {"CRM_DATA_DIR": str(folder), "DATABASE_URL": address}, folder


@contextmanager
def _postgresql() -> Iterator[str]:
    name = f"regulars_bench_{uuid4().hex[:12]}"
    engine = create_engine(POSTGRESQL_SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        sys.exit("PostgreSQL does not answer.")
    try:
        yield make_url(POSTGRESQL_SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def _run(database: str, contacts: int, environment: dict[str, str], folder: Path, minutes: float) -> Run:
    run = Run(database, contacts, _load(folder, environment, contacts))
    prepared = prepare(environment, REQUESTS + WARM_UP)
    if database == POSTGRESQL:
        _tidy(environment["DATABASE_URL"])
    run.journeys = prepared.journeys
    with serving(WEB, environment, folder / "server.log") as server:
        browser = Browser(server.port, prepared.cookie)
        for journey in run.journeys:
            run.pages[journey.name] = _measure(ask_for(browser, journey), server, journey.requests)
        run.first_load = browser.first_load("/")
        for journey in run.journeys:
            run.pages[journey.name].a_second = _a_second(server.port, prepared, journey)
    for name, queries in count_queries(environment, prepared).items():
        run.pages[name].queries = queries
    with serving(WEB_AND_WORKER, environment, folder / "server.log") as server:
        run.started_in = server.started_in
        _load_for(minutes, server.port, prepared)
        run.megabytes = server.megabytes()
    return run


def _tidy(address: str) -> None:
    """Do what PostgreSQL's autovacuum does by itself soon after so much was written, where it is switched on."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _load(folder: Path, environment: dict[str, str], contacts: int) -> float:
    if (folder / "regulars.db").exists():
        return 0.0
    started = time.perf_counter()
    command = [sys.executable, "-m", "crm.cli.entry", "demo", "--contacts", str(contacts)]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environment}, capture_output=True)
    return time.perf_counter() - started


def _floor() -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"FLOOR_DIR": folder}
        command = [sys.executable, "-m", "tests.bench.floor"]
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environment})
        with serving(FLOOR, environment, Path(folder) / "server.log") as server:
            browser = Browser(server.port, "")
            measured = _measure(lambda _at: browser.get("/"), server, REQUESTS)
            prepared = Prepared("", [], [], [], [])
            measured.a_second = _a_second(server.port, prepared, Journey("floor", lambda _at: "/"))
            return measured


def ask_for(browser: Browser, journey: Journey) -> Ask:
    """Return a function that asks for the journey's page for the n-th time and returns its bytes."""
    if journey.form is None:
        return lambda at: browser.get(journey.address(at))
    form = journey.form
    return lambda at: browser.post(journey.address(at), form(at), expect=200)


def _measure(ask: Ask, server: Server, requests: int) -> Measured:
    for at in range(min(WARM_UP, requests)):
        ask(REQUESTS + at)
    spent, times, sent = server.processor_seconds(), [], 0
    for at in range(requests):
        started = time.perf_counter()
        sent += ask(at)
        times.append((time.perf_counter() - started) * 1000)
    return Measured(times, (server.processor_seconds() - spent) * 1000 / requests, sent // requests)


def _a_second(port: int, prepared: Prepared, journey: Journey) -> float:
    """Return how many answers eight clients get in a second; nothing for what is drawn for seconds."""
    if journey.requests < REQUESTS:
        return 0.0
    asks = [ask_for(Browser(port, prepared.cookie), _once_more(journey, number)) for number in range(CLIENTS)]
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(_ask_all, asks))
    return CLIENTS * ASKED_BY_EACH / (time.perf_counter() - started)


def _ask_all(ask: Ask) -> None:
    for at in range(ASKED_BY_EACH):
        ask(at)


def _once_more(journey: Journey, client: int) -> Journey:
    """Return the journey with one-time keys that no other client uses."""
    form = journey.form
    if form is None:
        return journey

    def own(at: int) -> dict[str, str]:
        sent = form(at)
        return sent | {"form_key": f"{sent['form_key']}-{client}-{uuid4().hex[:6]}"} if "form_key" in sent else sent

    return Journey(journey.name, journey.address, own)


def _load_for(minutes: float, port: int, prepared: Prepared) -> None:
    """Ask for every page but the slow ones, again and again, with eight clients."""
    end = time.monotonic() + 60 * minutes

    def ask_until(client: int) -> None:
        browser, at = Browser(port, prepared.cookie), 0
        while time.monotonic() < end:
            for journey in prepared.journeys:
                if journey.requests == REQUESTS:
                    ask_for(browser, _once_more(journey, client))(at)
            at += 1

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(ask_until, range(CLIENTS)))


def _print_run(run: Run, floor: Measured) -> None:
    loaded = f", loaded in {run.loaded_in:.0f} s" if run.loaded_in else ""
    print(f"\n{run.database}, {run.contacts:,} contacts{loaded}; milliseconds")
    print(f"  {'':30}{'median':>8}{'p95':>8}{'floor x':>9}{'a second':>9}{'queries':>9}{'bytes':>8}")
    for name, page in run.pages.items():
        figures = f"{page.median:8.2f}{page.p95:8.2f}{page.median / floor.median:9.1f}{page.a_second:9.0f}"
        print(f"  {name:30}{figures}{page.queries:9}{page.bytes_sent:8}", flush=True)
    print(f"  started in {run.started_in:.2f} s; {run.megabytes:.0f} MB of web and worker; first load, bytes:")
    for what, size in run.first_load.items():
        print(f"    {what:44}{size:8,}")


if __name__ == "__main__":
    main()
