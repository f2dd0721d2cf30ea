"""Commands that run the program: the web server, the worker, the migrations."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from errno import EADDRINUSE
from multiprocessing.process import BaseProcess

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from config import ROOT, Settings
from crm import create_app
from crm import worker as worker_module
from crm.cli.upgrading import bring_up_to_date
from crm.shared import clock, installation, memory
from crm.shared.database import close_connections, hold_connection
from crm.shared.errors import Refused
from crm.shared.schema import is_up_to_date, refuse_newer

THREADS = 48  # most may wait for slow lines (crm.shared.bodies); few ever work at once
TRIM_SECONDS = 60
PORT_SECONDS = 5
WORKER_SECONDS = 15  # for a job at hand to end when the server stops
_prepared: Flask | None = None


class PortTaken(Refused):
    """Another program serves this address already."""


@click.command()
@click.option("--no-worker", is_flag=True, help="Serve pages only; run `crm worker` beside it.")
def serve(no_worker: bool) -> None:
    """Bring the database up to date and serve, web and worker together."""
    settings = Settings.from_environment()
    _refuse_taken_port(settings)
    installation.hold(settings)
    _prepare(settings)
    stop = threading.Event()
    keeper = None if no_worker else _kept_worker(stop)
    click.echo(f"Regulars is at {settings.public_url}")
    try:
        _run_server(settings)
    finally:
        stop.set()
        if keeper is not None:
            keeper.join(WORKER_SECONDS + 5)


def _refuse_taken_port(settings: Settings) -> None:
    """Refuse to share a port with another program, which the web server would do in silence.

    One that just ended may hold it for moments; a listener is seen, connections of the past do not matter.
    """
    ends = time.monotonic() + PORT_SECONDS
    while not _is_free(settings.host, settings.port):
        if time.monotonic() > ends:
            raise PortTaken(f"{settings.host}:{settings.port} is served already. Stop that program, or set PORT anew.")
        time.sleep(0.2)


def _is_free(host: str, port: int) -> bool:
    family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno != EADDRINUSE
    return True


def _prepare(settings: Settings) -> None:
    """Load the program once and bring the database up to date; the server's processes are forked from it."""
    global _prepared
    memory.use_few_heaps()
    installation.refuse_unusable(settings, is_thorough=True)
    _prepared = create_app(settings)
    with _prepared.app_context():
        bring_up_to_date(backup_at=clock.now())
    close_connections(_prepared)
    gc.collect()
    gc.freeze()


def application() -> Flask:
    """Return the program for a process of the server: as it was before the fork, or a new one where none was."""
    _end_with_the_parent()
    if _prepared is None:
        return create_app()
    hold_connection(_prepared)
    return _prepared


def _end_with_the_parent() -> None:
    """Let this process end when the one that started it is gone, so that nothing is left behind holding the port.

    The same thread returns memory that big pages took, every minute.
    """
    parent = os.getppid()

    def watch() -> None:
        trimmed_at = time.monotonic()
        while os.getppid() == parent:
            time.sleep(1)
            if time.monotonic() - trimmed_at >= TRIM_SECONDS:
                memory.trim()
                trimmed_at = time.monotonic()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _kept_worker(stop: threading.Event) -> threading.Thread:
    """Start a worker process beside the server, and the thread that keeps it running.

    The process is forked before the thread begins and the server is loaded: a fork copies the locks that other
    threads hold at that moment, as they do while they import, and nobody would ever let go of the copies.
    """
    keeper = threading.Thread(target=_keep_worker, args=(stop, _started_worker()), daemon=True)
    keeper.start()
    return keeper


def _started_worker() -> BaseProcess:
    process = multiprocessing.Process(target=_work_beside_the_server, name="regulars-worker")
    process.start()
    return process


def _keep_worker(stop: threading.Event, process: BaseProcess) -> None:
    """Keep a worker process running beside the server; start it again should it end.

    One that is still at a long job when the server stops is killed: every job is safe to be done anew.
    """
    while not stop.wait(1):
        if not process.is_alive():
            process = _started_worker()
    process.terminate()
    process.join(WORKER_SECONDS)
    process.kill()
    process.join(2)


def _work_beside_the_server() -> None:
    worker_module.run(application(), stop=threading.Event())


def _run_server(settings: Settings) -> None:
    """Serve until asked to stop; Granian gives up where a process ends twice within seconds, a shop goes on."""
    while _serve_until_given_up(settings):
        click.echo("The server gave up because its processes ended again and again; it is started anew.", err=True)
        time.sleep(1)


def _serve_until_given_up(settings: Settings) -> bool:
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        str(ROOT / "wsgi.py") + ":app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_access=False,
    )
    try:
        server.serve(target_loader=application, wrap_loader=False)
    except SystemExit:
        if server.interrupt_signal or not server.interrupt_children:
            raise
        return True
    return False


@click.command()
@with_appcontext
def worker() -> None:
    """Do what is due until stopped: imports, reminders, mail."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    installation.hold(app.config["SETTINGS"])
    refuse_newer(app.config["SETTINGS"])
    _wait_for_upgrade()
    worker_module.run(app, stop=threading.Event())


def _wait_for_upgrade() -> None:
    """Wait until the database is up to date: the web server, started at the same time, is what upgrades it."""
    if is_up_to_date():
        return
    click.echo("Waiting for `crm serve` or `crm migrate` to bring the database up to date.")
    while not is_up_to_date():
        time.sleep(1)


@click.command()
@click.option("--without-backup", is_flag=True, help="Make no backup before.")
@with_appcontext
def migrate(without_backup: bool) -> None:
    """Bring the database up to date, after a backup."""
    bring_up_to_date(backup_at=None if without_backup else clock.now())
    click.echo("The database is up to date.")
