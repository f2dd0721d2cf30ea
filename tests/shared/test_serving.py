"""How server and worker start: no process inherits an open database, and no worker comes before its tables."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from config import Settings
from crm import create_app, worker
from crm.cli import serving
from crm.shared.database import close_connections
from crm.shared.schema import is_up_to_date, upgrade_database


def _open_files(folder: Path) -> list[str]:
    links = Path("/proc/self/fd").iterdir()
    return [str(link.readlink()) for link in links if link.exists() and link.readlink().is_relative_to(folder)]


def test_nothing_is_open_at_the_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_prepared", None)
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.db'}", secret_key="test")
    serving._prepare(settings)
    assert _open_files(tmp_path) == []
    app = serving.application()
    assert app is serving._prepared
    assert str(tmp_path / "x.db") in _open_files(tmp_path)
    close_connections(app)


def test_a_worker_that_comes_first_waits_until_the_database_is_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.db'}", secret_key="test")
    app = create_app(settings)
    steps: list[str] = []
    sleep = time.sleep

    def upgrade_meanwhile(seconds: float) -> None:
        if threading.current_thread() is not threading.main_thread():  # of a test before
            sleep(seconds)
            return
        steps.append("waited")
        upgrade_database()

    monkeypatch.setattr(time, "sleep", upgrade_meanwhile)
    monkeypatch.setattr(worker, "run", lambda _app, stop: steps.append(f"works: {is_up_to_date()}"))
    for said in ("Waiting for `crm serve` or `crm migrate` to bring the database up to date.\n", ""):
        done = app.test_cli_runner().invoke(serving.worker)
        assert (done.output, done.exception) == (said, None)
    assert steps == ["waited", "works: True", "works: True"]
    close_connections(app)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_port_that_is_served_already_is_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The other server would let us share it, as Granian does."""
    monkeypatch.setattr(serving, "PORT_SECONDS", 0.3)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        settings = Settings(data_dir=tmp_path, database_url="sqlite://", secret_key="test", host=host, port=port)
        serving._refuse_taken_port(settings)
        other.listen()
        with pytest.raises(serving.PortTaken, match=f"{host}:{port} is served already"):
            serving._refuse_taken_port(settings)
        with socket.create_connection(("127.0.0.1", port)):
            other.accept()[0].close()  # the connection that is left behind waits for its end
    serving._refuse_taken_port(settings)


def test_a_worker_at_a_long_job_does_not_keep_the_server_from_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        began.set()
        time.sleep(60)

    began, stop = multiprocessing.Event(), threading.Event()
    monkeypatch.setattr(serving, "_work_beside_the_server", deaf)
    monkeypatch.setattr(serving, "WORKER_SECONDS", 0.2)
    keeper = serving._kept_worker(stop)
    assert began.wait(10)
    stop.set()
    keeper.join(10)
    assert not keeper.is_alive()
    assert [each.name for each in multiprocessing.active_children() if each.name == "regulars-worker"] == []


class _Ended:
    """A process that is gone."""

    def is_alive(self) -> bool:
        return False

    def terminate(self, *_seconds: float) -> None:
        """Nothing is left to end or to wait for."""

    join = kill = terminate


def test_the_worker_is_forked_before_a_thread_could_hold_a_lock_and_again_when_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fork copies the locks that other threads hold just then, and nobody lets go of the copies."""
    stop, started, threads = threading.Event(), threading.Semaphore(0), threading.active_count()
    running: list[int] = []

    def start() -> _Ended:
        running.append(threading.active_count())
        started.release()
        return _Ended()

    monkeypatch.setattr(serving, "_started_worker", start)
    keeper = serving._kept_worker(stop)
    assert all(started.acquire(timeout=10) for _time in range(2))
    stop.set()
    keeper.join(10)
    assert not keeper.is_alive()
    assert running[0] == threads
