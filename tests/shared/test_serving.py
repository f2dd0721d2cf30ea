"""The server's processes are forked from one that loaded the program: none may inherit an open database."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from crm.cli import serving
from crm.shared.database import close_connections


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
