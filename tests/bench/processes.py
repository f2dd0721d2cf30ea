"""The real program as processes: started, waited for, and what they take of memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from config import ROOT
from tests.bench.browser import Browser

FLOOR = ["-m", "granian", "--interface", "wsgi", "--port", "{port}", "--blocking-threads", "8", "tests.bench.floor:app"]
WEB = ["-m", "crm.cli.entry", "serve", "--no-worker"]
WEB_AND_WORKER = ["-m", "crm.cli.entry", "serve"]


@dataclass
class Server:
    """A running server with its children."""

    port: int
    process: int
    started_in: float = 0.0

    def megabytes(self) -> float:
        """Return the memory of all processes; what they share is counted once."""
        kilobytes = 0
        for each in self._tree():
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kilobytes / 1024

    def _tree(self) -> list[int]:
        return [self.process, *_children(self.process)]


@contextmanager
def serving(arguments: list[str], environment: dict[str, str], log_file: Path, *, workers: int = 1) -> Iterator[Server]:
    """Start a server, wait for its first answer, and end it afterwards."""
    port = Browser.free_port()
    own = {**environment, "PORT": str(port), "WEB_WORKERS": str(workers)}
    command = [sys.executable, *(each.format(port=port) for each in arguments)]
    with log_file.open("a") as log:
        started = time.perf_counter()
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own}, stdout=log, stderr=log)
        try:
            _wait_for_an_answer(port, "/" if arguments is FLOOR else "/healthz")
            yield Server(port, server.pid, time.perf_counter() - started)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for_an_answer(port: int, path: str) -> None:
    Browser.wait_for(port)
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()


def _children(process: int) -> list[int]:
    threads = Path(f"/proc/{process}/task").iterdir()
    listed = [each for thread in threads for each in (thread / "children").read_text().split()]
    return [each for child in map(int, listed) for each in (child, *_children(child))]
