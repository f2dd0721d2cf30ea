"""Dumps of a PostgreSQL database through pg_dump and pg_restore.

The rows are counted in the very snapshot from which the dump is taken. A dump is restored as SQL over a connection of
our own: psql would also run the programs of the machine that a foreign dump may name.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from crm.shared.errors import Refused

_HOMES = Path("/usr/lib/postgresql")
_SCRATCH, _SCRATCH_LIFE = "regulars_scratch_", 6 * 3600
_END_OF_ROWS, _ROWS_AT_ONCE = b"\\.\n", 500
_LEFT_OUT = (b"CREATE SCHEMA public;", b"\\restrict ", b"\\unrestrict ")  # made already, and two that only psql knows
_NO_LIMITS = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC"


class ToolsMissing(Refused):
    """PostgreSQL's own tools are missing: install postgresql-client, of the server's version or newer."""


class ToolFailed(Refused):
    """PostgreSQL's tool gave up."""


def tool(name: str, url: str) -> str:
    """Return the path of a tool: of the server's own version, else the newest installed; raise ToolsMissing."""
    wanted = engine_version(url).split(".")[0]
    versions = {path.parts[-3]: str(path) for path in _HOMES.glob(f"*/bin/{name}") if path.parts[-3].isdigit()}
    found = versions.get(wanted) or shutil.which(name) or versions.get(max(versions, key=int, default=""))
    if not found:
        raise ToolsMissing
    return found


def run_tool(name: str, url: str, *arguments: str) -> None:
    """Run a tool on a database; the password goes by the environment. Raise ToolFailed with its first complaint."""
    address = make_url(url)
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"}
    if address.password:
        environment["PGPASSWORD"] = str(address.password)
    command = [tool(name, url), *arguments, f"--dbname={plain}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "error" in line.lower()), done.stderr[:200])
        raise ToolFailed(f"{name} gave up: {said.strip()[:300]}")


@contextmanager
def _connected(url: str, *, by_itself: bool = False) -> Iterator[Connection]:
    engine = create_engine(url, connect_args={"options": _NO_LIMITS, "connect_timeout": 5})
    level = "AUTOCOMMIT" if by_itself else "REPEATABLE READ"
    try:
        with engine.connect().execution_options(isolation_level=level) as connection:
            yield connection
    except DBAPIError as error:
        first = str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
        raise ToolFailed(f"PostgreSQL refused: {first[:300]}") from error
    finally:
        engine.dispose()


def dump(url: str, target: Path) -> dict[str, int]:
    """Dump a database that is in use; returns the rows of each table in that snapshot."""
    with _connected(url) as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        rows = count_rows(connection)
        arguments = ("--format=custom", "--no-owner", "--no-privileges", "--schema=public", "--extension=pg_trgm")
        run_tool("pg_dump", url, *arguments, f"--snapshot={snapshot}", f"--file={target}")
    target.chmod(0o600)
    return rows


def facts_of(url: str) -> tuple[str, dict[str, int]]:
    """Return the schema revision of a database and the rows of each table."""
    with _connected(url) as connection:
        rows = count_rows(connection)
        revision = connection.scalar(text("SELECT version_num FROM alembic_version")) if rows else ""
        return revision or "", rows


def engine_version(url: str) -> str:
    """Return the version of the server."""
    with _connected(url) as connection:
        return str(connection.scalar(text("SHOW server_version")))


def count_rows(connection: Connection) -> dict[str, int]:
    """Count the rows of every table."""
    listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    tables = connection.scalars(text(listed)).all()
    return {name: connection.scalar(text(f'SELECT count(*) FROM public."{name}"')) or 0 for name in tables}


def other_users(url: str) -> int:
    """Count who else is connected to a database."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with _connected(url) as connection:
        return connection.scalar(text(f"{asked} AND backend_type = 'client backend'")) or 0


def restore(url: str, source: Path, work_folder: Path) -> None:
    """Put a dump in the place of all that a database holds, in one transaction: all or nothing."""
    script = work_folder / "restore.sql"
    script.touch(mode=0o600)
    command = [tool("pg_restore", url), "--no-owner", "--no-privileges", f"--file={script}", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    if done.returncode:
        raise ToolFailed(f"pg_restore gave up: {(done.stderr.splitlines() or [''])[0][:300]}")
    with _connected(url) as connection, script.open("rb") as lines:
        database: Any = connection.connection.dbapi_connection
        try:
            with database.transaction():
                _run_script(database, lines)
        except connection.dialect.loaded_dbapi.Error as error:
            raise ToolFailed(f"PostgreSQL refused: {str(error).splitlines()[0][:300]}") from error
    script.unlink()


def _run_script(database: Any, lines: Iterator[bytes]) -> None:
    """Run what pg_restore wrote: statements, and rows between COPY … FROM stdin and a line of its own."""
    database.execute("DROP SCHEMA IF EXISTS public CASCADE")
    database.execute("CREATE SCHEMA public")
    statements = bytearray()
    for line in lines:
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            database.execute(bytes(statements))
            statements.clear()
            with database.cursor().copy(line.removesuffix(b";\n")) as rows:
                for chunk in _chunks(iter(lines.__next__, _END_OF_ROWS)):
                    rows.write(chunk)
        elif not line.startswith(_LEFT_OUT):
            statements += line
    database.execute(bytes(statements))


def _chunks(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Join so many lines that few are sent alone."""
    while chunk := b"".join(islice(lines, _ROWS_AT_ONCE)):
        yield chunk


@contextmanager
def scratch_database(url: str) -> Iterator[str | None]:
    """Give the address of an empty database for a while; None where the user may not make one."""
    name = f"{_SCRATCH}{int(time.time())}_{secrets.token_hex(6)}"
    try:
        with _connected(url, by_itself=True) as connection:
            _drop_forgotten(connection)
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    except ToolFailed:
        yield None
        return
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(url, by_itself=True) as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _drop_forgotten(connection: Connection) -> None:
    """Drop the scratch databases of tests that were killed hours ago."""
    names = connection.scalars(
        text("SELECT datname FROM pg_database WHERE starts_with(datname, :name)"), {"name": _SCRATCH}
    )
    for name in names.all():
        made = name.removeprefix(_SCRATCH).split("_")[0]
        if made.isdigit() and time.time() - int(made) > _SCRATCH_LIFE:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))


def read_whole(url: str, source: Path) -> None:
    """Read a dump to its end without restoring it; raise ToolFailed."""
    command = [tool("pg_restore", url), "--file=/dev/null", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    if done.returncode:
        raise ToolFailed(f"pg_restore gave up: {(done.stderr.splitlines() or [''])[0][:300]}")
