"""Measure the program as people use it: `make bench`, or `python -m tests.bench.bench_pages --help`.

For each database and size: demo data in a folder of its own, the real server with one process, one client on a
connection kept open, then eight clients at once; then web and worker as they run in a shop, for their memory. Beside
them the floor: a bare Flask route with one indexed query and a list of 50 rows. All sizes of a database and the floor
are asked in turn, some requests each, so that a machine that slows down for a while slows all of them alike.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

from sqlalchemy import Engine, create_engine, make_url, text
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
IN_A_ROW = 20  # requests, before it is another server's turn
Ask = Callable[[int], int]
POSTGRESQL = "postgresql"
POSTGRESQL_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


@dataclass
class Measured:
    """Milliseconds of every answer, its bytes and queries, answers a second."""

    times: list[float]
    bytes_sent: int
    queries: int = 0
    a_second: float = 0.0
    floor: float = 0.0  # the median of the floor, asked in turn with it

    @property
    def median(self) -> float:
        """Return the median in milliseconds."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """Return the 95th percentile in milliseconds."""
        return quantiles(self.times, n=20)[-1] if len(self.times) > 20 else max(self.times)

    @property
    def times_the_floor(self) -> float:
        """Return the median over that of the floor."""
        return self.median / self.floor


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

    @property
    def floor(self) -> float:
        """Return the median of the floor over all pages, in milliseconds."""
        return median(page.floor for page in self.pages.values())


@dataclass
class Shop:
    """A business to measure: where its data are, what is asked of it, what was found."""

    environment: dict[str, str]
    folder: Path
    prepared: Prepared
    run: Run


def main() -> None:
    """Measure every size that was asked for and print the figures."""
    given = _arguments()
    runs = [run for database in given.databases for run in _runs(database, given)]
    if given.write:
        write_page(ROOT / "docs", runs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument(
        "--databases", nargs="+", choices=["sqlite", POSTGRESQL], help="SQLite, and PostgreSQL where it answers"
    )
    parser.add_argument("--keep", type=Path, help="keep the SQLite databases in this folder and use them again")
    parser.add_argument("--minutes", type=float, default=0.2, help="of load before the memory is read")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its plot")
    given = parser.parse_args()
    if not _answers() and POSTGRESQL in (given.databases or []):
        sys.exit("PostgreSQL does not answer.")
    given.databases = given.databases or ["sqlite", *([POSTGRESQL] if _answers() else [])]
    return given


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


def _server() -> Engine:
    return create_engine(POSTGRESQL_SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})


def _answers() -> bool:
    try:
        _server().connect().close()
    except OperationalError:
        return False
    return True


@contextmanager
def _postgresql() -> Iterator[str]:
    name, engine = f"regulars_bench_{uuid4().hex[:12]}", _server()
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(POSTGRESQL_SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def _runs(database: str, given: argparse.Namespace) -> list[Run]:
    with ExitStack() as stack:
        shops = [_prepared(database, count, *stack.enter_context(_shop(database, count, given.keep)))
                 for count in given.contacts]  # fmt: skip
        _measure_pages(shops)
        for shop in shops:
            for name, queries in count_queries(shop.environment, shop.prepared).items():
                shop.run.pages[name].queries = queries
            with serving(WEB_AND_WORKER, shop.environment, shop.folder / "server.log") as server:
                shop.run.started_in = server.started_in
                _load_for(given.minutes, server.port, shop.prepared)
                shop.run.megabytes = server.megabytes()
            _print_run(shop.run)
        return [shop.run for shop in shops]


def _prepared(database: str, contacts: int, environment: dict[str, str], folder: Path) -> Shop:
    run = Run(database, contacts, _load(folder, environment, contacts))
    prepared = prepare(environment, REQUESTS + WARM_UP)
    if database == POSTGRESQL:
        _tidy(environment["DATABASE_URL"])
    run.journeys = prepared.journeys
    return Shop(environment, folder, prepared, run)


def _measure_pages(shops: list[Shop]) -> None:
    """Measure every page of all shops, with one client in turn, then with eight of one shop at once."""
    with ExitStack() as stack:
        floor = stack.enter_context(_floor())
        servers = [stack.enter_context(serving(WEB, each.environment, each.folder / "server.log")) for each in shops]
        browsers = [Browser(server.port, shop.prepared.cookie) for server, shop in zip(servers, shops, strict=True)]
        bare = Browser(floor.port, "")
        for at, journey in enumerate(shops[0].prepared.journeys):
            asks = [ask_for(browser, shop.prepared.journeys[at]) for browser, shop in zip(browsers, shops, strict=True)]
            *pages, beside = _measure([*asks, lambda _at: bare.get("/")], journey.requests)
            for shop, page in zip(shops, pages, strict=True):
                page.floor = beside.median
                shop.run.pages[journey.name] = page
        for shop, server, browser in zip(shops, servers, browsers, strict=True):
            shop.run.first_load = browser.first_load("/")
            for each in shop.prepared.journeys:
                shop.run.pages[each.name].a_second = _a_second(server.port, shop.prepared, each)


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


@contextmanager
def _floor() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"FLOOR_DIR": folder}
        command = [sys.executable, "-m", "tests.bench.floor"]
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environment})
        with serving(FLOOR, environment, Path(folder) / "server.log") as server:
            yield server


def ask_for(browser: Browser, journey: Journey) -> Ask:
    """Return a function that asks for the journey's page for the n-th time and returns its bytes."""
    if journey.form is None:
        return lambda at: browser.get(journey.address(at))
    form = journey.form
    return lambda at: browser.post(journey.address(at), form(at), expect=200)


def _measure(asks: Sequence[Ask], requests: int) -> list[Measured]:
    """Ask each server for its page so many times, in turn."""
    measured = [Measured([], 0) for _each in asks]
    for ask in asks:
        for at in range(min(WARM_UP, requests)):
            ask(REQUESTS + at)
    for first in range(0, requests, IN_A_ROW):
        for ask, found in zip(asks, measured, strict=True):
            for at in range(first, min(first + IN_A_ROW, requests)):
                started = time.perf_counter()
                found.bytes_sent += ask(at)
                found.times.append((time.perf_counter() - started) * 1000)
    for found in measured:
        found.bytes_sent //= requests
    return measured


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


def _print_run(run: Run) -> None:
    loaded = f", loaded in {run.loaded_in:.0f} s" if run.loaded_in else ""
    print(f"\n{run.database}, {run.contacts:,} contacts{loaded}; milliseconds; the floor {run.floor:.2f}")
    print(f"  {'':30}{'median':>8}{'p95':>8}{'floor x':>9}{'a second':>9}{'queries':>9}{'bytes':>8}")
    for name, page in run.pages.items():
        figures = f"{page.median:8.2f}{page.p95:8.2f}{page.times_the_floor:9.1f}{page.a_second:9.0f}"
        print(f"  {name:30}{figures}{page.queries:9}{page.bytes_sent:8}", flush=True)
    print(f"  started in {run.started_in:.2f} s; {run.megabytes:.0f} MB of web and worker; first load, bytes:")
    for what, size in run.first_load.items():
        print(f"    {what:44}{size:8,}")


if __name__ == "__main__":
    main()
