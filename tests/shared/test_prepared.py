"""On PostgreSQL what a connection has prepared outlives a page that only reads, and what it wrote does not stay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError

from crm.extensions import db
from crm.shared.database import PLANNED_FOR_ITS_VALUES

TIMES = 8  # psycopg prepares what it sees for the sixth time
NAME = text("SELECT name FROM kept")


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite keeps its statements by itself")
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE kept AS SELECT 'Asha' AS name"))
        connection.commit()
        yield connection
        connection.execute(text("DROP TABLE kept"))
        connection.commit()


def test_what_is_prepared_outlives_pages_that_only_read(connection: Connection) -> None:
    for _ in range(TIMES):
        assert connection.scalar(NAME) == "Asha"
        connection.rollback()
    assert connection.scalar(text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%kept%'")) == 1


def test_what_was_written_and_not_committed_is_taken_back(connection: Connection) -> None:
    connection.execute(text("UPDATE kept SET name = 'Other'"))
    assert connection.scalar(NAME) == "Other"
    connection.rollback()
    assert connection.scalar(NAME) == "Asha"


def test_after_an_error_the_next_page_is_answered(connection: Connection) -> None:
    with pytest.raises(DataError):
        connection.execute(text("SELECT 1/0"))
    connection.rollback()
    assert connection.scalar(NAME) == "Asha"


def test_what_is_planned_for_its_values_is_not_prepared(connection: Connection) -> None:
    like = text("SELECT name FROM kept WHERE name LIKE :like").execution_options(**{PLANNED_FOR_ITS_VALUES: True})
    for _ in range(TIMES):
        assert connection.scalar(like, {"like": "As%"}) == "Asha"
    assert connection.scalar(text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%LIKE%'")) == 0
