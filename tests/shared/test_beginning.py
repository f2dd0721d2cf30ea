"""Beginning to write on a SQLite file while others do: at once when they let go, and never for ever."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from config import Settings
from crm import create_app
from crm.extensions import db
from crm.shared import database


@pytest.fixture
def file_app(tmp_path: Path) -> Iterator[Flask]:
    """The program on a database file with nothing in it."""
    app = create_app(Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.db'}", secret_key="test"))
    with app.app_context():
        yield app
    database.close_connections(app)


@pytest.fixture
def other(file_app: Flask, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program in the middle of writing."""
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_writing_begins_as_soon_as_the_other_lets_go(file_app: Flask, other: sqlite3.Connection) -> None:
    released: list[float] = []

    def let_go() -> None:
        time.sleep(0.4)
        other.execute("ROLLBACK")
        released.append(time.monotonic())

    thread = threading.Thread(target=let_go)
    thread.start()
    db.session.execute(text("CREATE TABLE mark (id INTEGER)"))
    begun = time.monotonic()
    thread.join()
    db.session.commit()
    assert 0 <= begun - released[0] < 1


def test_nobody_waits_for_ever(file_app: Flask, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WRITE_PATIENCE", 0.3)
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="locked"):
        db.session.execute(text("CREATE TABLE mark (id INTEGER)"))
    assert 0.3 <= time.monotonic() - begun < 2
    db.session.rollback()
    other.execute("ROLLBACK")
    db.session.execute(text("CREATE TABLE mark (id INTEGER)"))
    assert db.session.scalar(text("PRAGMA busy_timeout")) == 15000


def test_who_waits_longest_asks_most_often() -> None:
    pauses = [database.pause_before_asking_again(waited) for waited in (0, 0.1, 1, 10)]
    assert pauses == sorted(pauses, reverse=True)
    assert pauses[0] > 2 * pauses[2]
    assert min(pauses) >= 0.001
