"""Commands that run the program: the web server, the worker, the migrations."""

from __future__ import annotations

import subprocess
import sys
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from config import ROOT, Settings
from crm import worker as worker_module
from crm.shared.schema import upgrade_database


@click.command()
@click.option("--no-worker", is_flag=True, help="Serve pages only; run `crm worker` beside it.")
def serve(no_worker: bool) -> None:
    """Bring the database up to date and serve, web and worker together."""
    from crm import create_app

    settings = Settings.from_environment()
    app = create_app(settings)
    with app.app_context():
        upgrade_database()
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,), daemon=True)
    if not no_worker:
        keeper.start()
    click.echo(f"Regulars is at {settings.public_url}")
    try:
        _run_server(settings)
    finally:
        stop.set()
        if keeper.is_alive():
            keeper.join(timeout=25)


def _keep_worker(stop: threading.Event) -> None:
    """Keep a worker process running beside the server; start it again should it end."""
    while not stop.is_set():
        process = subprocess.Popen([sys.executable, "-m", "crm.cli.entry", "worker"])
        while process.poll() is None and not stop.wait(1):
            pass
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=20)


def _run_server(settings: Settings) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        str(ROOT / "wsgi.py") + ":app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=8,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_access=False,
    ).serve()


@click.command()
@with_appcontext
def worker() -> None:
    """Do what is due until stopped: imports, reminders, mail."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    worker_module.run(app, stop=threading.Event())


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database up to date."""
    upgrade_database()
    click.echo("The database is up to date.")
