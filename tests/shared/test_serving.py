"""How server and worker start: no process inherits an open database, and no worker comes before its tables."""

from __future__ import annotations

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

    def upgrade_meanwhile(_seconds: float) -> None:
        steps.append("waited")
        upgrade_database()

    monkeypatch.setattr(time, "sleep", upgrade_meanwhile)
    monkeypatch.setattr(worker, "run", lambda _app, stop: steps.append(f"works: {is_up_to_date()}"))
    for said in ("Waiting for `crm serve` or `crm migrate` to bring the database up to date.\n", ""):
        done = app.test_cli_runner().invoke(serving.worker)
        assert (done.output, done.exception) == (said, None)
    assert steps == ["waited", "works: True", "works: True"]
    close_connections(app)
