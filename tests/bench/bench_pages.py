"""Measure the pages of the counter: `python -m tests.bench.bench_pages [--contacts 1000 100000] [--keep FOLDER]`.

For each size: demo data in a folder of its own, the real server, one client on a connection kept open. Prints the
time per answer, the processor time that the server spends on it, how it grows with the number of contacts, the
number of queries, and what goes over the line.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from config import ROOT
from tests.bench.browser import Browser
from tests.bench.counted import Prepared, count_queries, prepare

REQUESTS = 200
WARM_UP = 30
_FIGURES = "median {0.median:.2f}, p10 {0.p10:.2f}, p95 {0.p95:.2f}, processor {0.processor:.2f}"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Measured:
    """Milliseconds of every answer, processor milliseconds an answer, and its bytes and queries."""

    times: list[float]
    processor: float
    bytes_sent: int
    queries: int = 0

    @property
    def median(self) -> float:
        """Return the median in milliseconds."""
        return median(self.times)

    @property
    def p10(self) -> float:
        """Return the 10th percentile in milliseconds: what the answer takes where nobody else needs the processor."""
        return quantiles(self.times, n=10)[0]

    @property
    def p95(self) -> float:
        """Return the 95th percentile in milliseconds."""
        return quantiles(self.times, n=20)[-1]


@dataclass
class Run:
    """What was measured with so many contacts."""

    contacts: int
    loaded_in: float
    pages: dict[str, Measured] = field(default_factory=dict)
    first_load: dict[str, int] = field(default_factory=dict)


def main() -> None:
    """Measure every size that was asked for and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder and use them again")
    given = parser.parse_args()
    floor = _floor()
    print(
        f"floor (bare Flask route): {_FIGURES.format(floor)} ms; load of the machine {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    runs = []
    for count in given.contacts:
        runs.append(_run(count, given.keep))
        _print_run(runs[-1])
    _print_growth(runs[0], runs[-1])


def _run(contacts: int, keep: Path | None) -> Run:
    with tempfile.TemporaryDirectory() as temporary:
        folder = (keep or Path(temporary)) / f"demo-{contacts}"
        loaded_in = _load(folder, contacts)
        prepared = prepare(folder, REQUESTS + WARM_UP)
        run = Run(contacts, loaded_in)
        with _server(folder, ["-m", "crm.cli.entry", "serve", "--no-worker"]) as (port, server):
            browser = Browser(port, prepared.cookie)
            for name, ask in _asks(browser, prepared).items():
                run.pages[name] = _measure(ask, server)
            run.first_load = browser.first_load("/")
        for name, queries in count_queries(folder, prepared).items():
            run.pages[name].queries = queries
        return run


def _load(folder: Path, contacts: int) -> float:
    if (folder / "regulars.db").exists():
        return 0.0
    folder.mkdir(parents=True)
    started = time.perf_counter()
    command = [sys.executable, "-m", "crm.cli.entry", "demo", "--contacts", str(contacts)]
    subprocess.run(command, check=True, cwd=ROOT, env=_environment(folder, 0), capture_output=True)
    return time.perf_counter() - started


def _environment(folder: Path, port: int) -> dict[str, str]:
    own = {"CRM_DATA_DIR": str(folder), "PORT": str(port), "DATABASE_URL": "", "WEB_WORKERS": "1"}
    return {**os.environ, **own}


@contextmanager
def _server(folder: Path, arguments: list[str]) -> Iterator[tuple[int, int]]:
    """Start a server and give its port and process id."""
    port = Browser.free_port()
    with (folder / "server.log").open("w") as log:
        command = [sys.executable, *(each.format(port=port) for each in arguments)]
        server = subprocess.Popen(command, cwd=ROOT, env=_environment(folder, port), stdout=log, stderr=log)
        try:
            Browser.wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(timeout=30)


def _floor() -> Measured:
    granian = ["-m", "granian", "--interface", "wsgi", "--port", "{port}", "--blocking-threads", "8"]
    with (
        tempfile.TemporaryDirectory() as folder,
        _server(Path(folder), [*granian, "tests.bench.floor:app"]) as (port, server),
    ):
        browser = Browser(port, "")
        return _measure(lambda _at: browser.get("/"), server)


def _asks(browser: Browser, prepared: Prepared) -> dict[str, Callable[[int], int]]:
    """Return the pages by name, each as what to ask for the n-th time."""
    ids, queries = prepared.contact_ids, prepared.queries
    return {
        "search suggestion": lambda at: browser.post("/search/suggestions", {"query": queries[at]}, expect=200),
        "contact page": lambda at: browser.get(f"/contacts/{ids[at]}"),
        "contacts list": lambda at: browser.get(prepared.list_addresses[at]),
        "Today": lambda _at: browser.get("/"),
        "quick log (POST)": lambda at: browser.post(
            f"/contacts/{ids[at]}/interactions", prepared.entry(at), expect=200
        ),
        "key dates, 30 days": lambda _at: browser.get("/key-dates"),
    }


def _measure(ask: Callable[[int], int], server: int) -> Measured:
    for at in range(WARM_UP):
        ask(REQUESTS + at)
    spent, times, sent = _processor_seconds(server), [], 0
    for at in range(REQUESTS):
        started = time.perf_counter()
        sent += ask(at)
        times.append((time.perf_counter() - started) * 1000)
    return Measured(times, (_processor_seconds(server) - spent) * 1000 / REQUESTS, sent // REQUESTS)


def _processor_seconds(server: int) -> float:
    """Return what a process and its children have spent; nothing where there is no /proc."""
    total = 0.0
    for each in [server, *_children(server)]:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / CLOCK_TICKS
    return total


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [each for child in map(int, listed) for each in (child, *_children(child))]


def _print_run(run: Run) -> None:
    loaded = f", loaded in {run.loaded_in:.0f} s" if run.loaded_in else ""
    print(f"\n{run.contacts:,} contacts, {10 * run.contacts:,} entries{loaded}; milliseconds")
    print(f"  {'':20}{'median':>8}{'p10':>8}{'p95':>8}{'processor':>11}{'queries':>9}{'bytes':>8}")
    for name, page in run.pages.items():
        times = "".join(f"{each:8.2f}" for each in (page.median, page.p10, page.p95))
        print(f"  {name:20}{times}{page.processor:11.2f}{page.queries:9}{page.bytes_sent:8}", flush=True)


def _print_growth(first: Run, last: Run) -> None:
    print(f"\ngrowth of the median (of the processor time) from {first.contacts:,} to {last.contacts:,} contacts")
    for name, page in last.pages.items():
        before = first.pages[name]
        grown, spent = page.median / before.median, page.processor / max(before.processor, 0.01)
        print(f"  {name:20}{grown:8.2f} ({spent:.2f})")
    print("\nfirst load of Today, bytes compressed")
    for what, size in last.first_load.items():
        print(f"  {what:44}{size:8,}")


if __name__ == "__main__":
    main()
