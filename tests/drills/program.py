"""The program as an operator runs it: its own processes, folder, port and log; started, stopped, killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "crm.cli.entry")
START_TIMEOUT = 60.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """One installation: web and worker over one folder."""

    def __init__(self, folder: Path, *, database_url: str = "", **settings: str) -> None:
        """Name the folder and the settings; nothing is started yet."""
        self.folder = folder
        self.port = free_port()
        self.log_path = folder.parent / f"{folder.name}.{self.port}.log"
        self.settings = {"CRM_DATA_DIR": str(folder), "PORT": str(self.port), "DATABASE_URL": database_url, **settings}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the program: ours without its settings, and those of the installation."""
        kept = {
            name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "SMTP_URL", "PUBLIC_URL"}
        }
        return {**kept, "SECRET_KEY": "", **self.settings}

    def launch(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of the program in a process group of its own."""
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                [*COMMAND, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def run(self, *arguments: str, stdin: str = "", timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command of the program to its end."""
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def start(self, *arguments: str) -> float:
        """Serve, and return the seconds until the first answer."""
        begun = time.monotonic()
        self.process = self.launch("serve", *arguments)
        self.wait_ready()
        return time.monotonic() - begun

    def wait_ready(self, timeout: float = START_TIMEOUT) -> None:
        """Wait until the sign-in page is answered."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if self.is_ready():
                return
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.03)
        raise AssertionError(f"the program is not ready:\n{self.log()[-3000:]}")

    def is_ready(self) -> bool:
        """Tell whether the sign-in page is answered."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/sign-in")
            return connection.getresponse().status < 400
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill every process of the program at once, as a crash of the machine's user session would."""
        self.signal(signal.SIGKILL)
        self._reap(20)

    def stop(self) -> float:
        """Ask the program to stop, as a system's service manager does, and return the seconds it took."""
        begun = time.monotonic()
        if self.process is None:
            return 0.0
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGTERM)
        self._reap(60)
        return time.monotonic() - begun

    def signal(self, number: int) -> None:
        """Send a signal to every process of the program."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def _reap(self, timeout: float) -> None:
        if self.process is not None:
            try:
                self.process.wait(timeout)
            finally:
                self.signal(signal.SIGKILL)
                self.process = None

    def children(self) -> list[int]:
        """Return the numbers of the processes that the program started: web and worker."""
        if self.process is None:
            return []
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = [path.read_text()] if path.exists() else []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found.append((task / "children").read_text())
        return sorted({int(number) for text in found for number in text.split()})

    def log(self) -> str:
        """Return what the program wrote."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
