"""How transactions begin and end on both databases.

SQLite: WAL, one fsync per acknowledged write, `BEGIN IMMEDIATE` for everything that may write, and
one connection held open per process so that pages stay readable on a full disk. A GET, and whatever a
request reads after its commit, begins a plain transaction and never waits for a writer.
"""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request
from sqlalchemy import Connection, CursorResult, Engine, Executable, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext, ExecutionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from crm.extensions import db
from crm.shared.compiled import CompiledStatements

# trusted_schema stays on: SQLite before 3.44 refuses the triggers of our full-text index without it.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
    # What is deleted is overwritten, so that an erased person cannot be read from the file.
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-1000",
)
WRITE_PATIENCE = 15.0
MOST_PREPARED = 400
PLANNED_FOR_ITS_VALUES = "is_planned_for_its_values"
_POSTGRESQL_SETTINGS = (
    "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC -c jit=off"
)


def engine_options(database_url: str) -> dict[str, Any]:
    """Return the engine options for a database address.

    The connection used last is taken first: what it has prepared and read is at hand. No error shows the values of
    its statement.
    """
    options: dict[str, Any] = {"hide_parameters": True, "execution_options": {"compiled_cache": CompiledStatements()}}
    if database_url.startswith("sqlite:///:memory:"):
        return {**options, "poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    options |= {"pool_size": 8, "pool_use_lifo": True}
    if database_url.startswith("sqlite"):
        return {**options, "connect_args": {"timeout": 15, "check_same_thread": False}}
    arguments = {"options": _POSTGRESQL_SETTINGS, "connect_timeout": 5}
    return {**options, "connect_args": arguments}


def register_engine_events(app: Flask) -> None:
    """Bind the listeners of each database to the application's engine."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "sqlite":
        event.listen(engine, "handle_error", _leave_out_the_row)
        event.listen(engine, "checkout", _refuse_closed)
        event.listen(engine, "connect", _keep_what_is_prepared)
        event.listen(engine, "before_cursor_execute", _note_writing)
        event.listen(engine, "do_execute", _plan_for_its_values)
        event.listen(engine, "commit", lambda connection: connection.info.pop("has_written", None))
        event.listen(engine, "rollback", _end_reading)
        return
    event.listen(engine, "connect", _set_up_connection)
    event.listen(engine, "begin", _begin)
    event.listen(db.session, "after_commit", _read_from_here_on)
    hold_connection(app)


def _leave_out_the_row(context: ExceptionContext) -> None:
    """Cut from an error what PostgreSQL adds of the row it complains of: the log gets no personal data."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """Let the pool replace a connection that PostgreSQL closed meanwhile; seen at once, without asking the server.

    A server speaks first only to say that it ends.
    """
    said = select.poll()
    if not connection.closed:
        said.register(connection.fileno(), select.POLLIN)
    if connection.closed or said.poll(0):
        raise DisconnectionError


def _keep_what_is_prepared(connection: Any, _record: object) -> None:
    """Let a connection keep a prepared statement for each that our pages use."""
    connection.prepared_max = MOST_PREPARED


def _plan_for_its_values(cursor: Any, statement: str, values: Any, context: ExecutionContext) -> bool:
    """Run a statement marked so without preparing it: PostgreSQL plans one that it knows for any values at all.

    For a LIKE that is reading the whole table, whatever is looked for.
    """
    is_marked = context.execution_options.get(PLANNED_FOR_ITS_VALUES, False)
    if is_marked:
        cursor.execute(statement, values, prepare=False)
    return is_marked


def _note_writing(
    connection: Connection, _cursor: object, statement: str, _values: object, _context: object, _many: bool
) -> None:
    if not statement.startswith("SELECT"):
        connection.info["has_written"] = True


def _end_reading(connection: Connection) -> None:
    """End what only read by COMMIT: after a ROLLBACK psycopg has every statement prepared anew, a half of each page."""
    if connection.closed or connection.invalidated:
        return
    database: Any = connection.connection.dbapi_connection
    if connection.info.pop("has_written", False) or database.info.transaction_status.name != "INTRANS":
        return
    with suppress(connection.dialect.loaded_dbapi.Error):  # a lost connection; the rollback that follows says so
        database.commit()


def hold_connection(app: Flask) -> None:
    """Keep one idle connection to a SQLite file for the life of this process, where it can be opened."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        app.extensions["held_connection"] = _held_connection(engine)


def close_connections(app: Flask) -> None:
    """Close every connection of this process; SQLite forbids to carry an open one across a fork."""
    held = app.extensions.pop("held_connection", None)
    if held is not None:
        held.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _held_connection(engine: Engine) -> Connection | None:
    try:
        connection = engine.connect()
    except DBAPIError:
        return None
    return connection


def _set_up_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def read(statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[*tuple[Any, ...]]:
    """Return the rows of a statement that reads columns, without what a session does for objects.

    That takes as long as a small query itself. What is pending in the session is written first.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values)


def write(statement: Executable, values: Mapping[str, Any]) -> CursorResult[*tuple[Any, ...]]:
    """Write to a table itself, without what a session does for objects; none of the rows may be loaded in it."""
    return read(statement, values)


def columns_of(model: Any, row: type[tuple[Any, ...]]) -> list[Any]:
    """Return the columns of a model that a named tuple begins with; what follows them is selected beside."""
    return [getattr(model, name) for name in row._fields if hasattr(model, name)]  # type: ignore[attr-defined]


def refresh_statistics() -> None:
    """Let PostgreSQL look at its tables after many rows were written, in the open transaction.

    Until it does so by itself it plans as if they were empty: with 10,000 contacts Today takes half a second.
    SQLite plans by its indexes alone.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))


def insert_new(table: Any) -> Any:
    """Return an insert that leaves out rows that are there already, and waits for those just being written."""
    return _insert(table).on_conflict_do_nothing()


def insert_or_replace(table: Table) -> Any:
    """Return an insert that writes over rows with the same key, also those just being written."""
    statement, keys = _insert(table), list(table.primary_key)
    others = {each.name: statement.excluded[each.name] for each in table.columns if each not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def _insert(table: Any) -> Any:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def _begin(connection: Connection) -> None:
    if has_app_context() and g.get("waits_briefly"):
        _begin_to_write(connection, patience=0.1)
    elif _only_reads():
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_to_write(connection, patience=WRITE_PATIENCE)


def _begin_to_write(connection: Connection, *, patience: float) -> None:
    """Begin to write as soon as nobody else does, or fail after so many seconds.

    SQLite's own waiting asks ever more seldom, so that newcomers overtake whoever has waited long; here those
    who have waited longest ask most often.
    """
    database: Any = connection.connection.dbapi_connection
    begun = monotonic()
    database.execute("PRAGMA busy_timeout=0")
    try:
        while _is_another_writing(database) and (waited := monotonic() - begun) < patience:
            sleep(pause_before_asking_again(waited))
        if not database.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last try says what is wrong
    finally:
        database.execute("PRAGMA busy_timeout=15000")


def pause_before_asking_again(waited: float) -> float:
    """Return the seconds until the next try of a writer who has waited so many seconds already."""
    return max(0.001, 0.006 / (1 + 10 * waited))


def _is_another_writing(database: sqlite3.Connection) -> bool:
    """Try to begin to write, and tell whether somebody else is in the way; other trouble is not for waiting."""
    try:
        database.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False


@contextmanager
def reading_only() -> Iterator[None]:
    """Let go of the database and only read it for a while, as a long job does before it writes."""
    db.session.rollback()
    g.only_reads = True
    try:
        yield
    finally:
        db.session.rollback()
        g.only_reads = False


@contextmanager
def writing_in_get() -> Iterator[None]:
    """Write in a GET, as the trace that opening personal data leaves; the caller commits within.

    What was read before stays as it was read: a trace changes none of it.
    """
    session = db.session()
    session.expire_on_commit = False
    session.commit()
    g.writes = True
    try:
        yield
    finally:
        g.writes = False
        session.expire_on_commit = True


def _only_reads() -> bool:
    if has_app_context() and g.get("only_reads"):
        return True
    if not has_request_context():
        return False
    if getattr(g, "writes", False):
        return False
    return request.method in {"GET", "HEAD", "OPTIONS"} or getattr(g, "has_committed", False)


def _read_from_here_on(_session: Session) -> None:
    if has_request_context():
        g.has_committed = True
