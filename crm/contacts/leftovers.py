"""What a database file keeps of deleted rows, and how it is made to forget after an erasure.

`secure_delete` overwrites deleted rows, but not the copies that SQLite leaves behind when it moves rows
between pages, nor the entries marked deleted in the search index and in the write-ahead log. Writing the
file anew removes all. PostgreSQL reuses the space of dead rows by itself (autovacuum): nothing to do here.
"""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime, timedelta

from crm.extensions import db
from crm.shared.database import reading_only
from crm.shared.jobs import enqueue_once, work
from crm.shared.models import Job

logger = logging.getLogger("crm")
AT_ONCE_BYTES = 64_000_000  # a file of this size is written anew in about a second
QUIET_TIME = timedelta(hours=10)
_KIND = "contacts.overwrite_leftovers"


class LeftoversStay(OSError):
    """The database file was in use, so that it could not be written anew."""


def plan_overwriting(now: datetime) -> None:
    """Have the worker write the file anew later, whatever becomes of the attempt right after the erasure."""
    enqueue_once(_KIND, now=now, due_at=now + QUIET_TIME, unique_key=f"{_KIND} {now:%Y-%m-%d}")


@work(_KIND)
def overwrite_later(job: Job, now: datetime) -> None:
    """Write the file anew; put back when it is in use."""
    with reading_only():
        is_done = overwrite_leftovers()
    if not is_done:
        raise LeftoversStay


def overwrite_leftovers(*, largest: int | None = None) -> bool:
    """Write the database file anew and empty its log; returns whether that was possible.

    Nothing may be left to commit: what the session reads just now is ended, as it would keep the log from being
    emptied. A file larger than `largest` bytes is left to the worker.
    """
    db.session.rollback()
    engine = db.session.get_bind().engine
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        pages, size = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        if largest is not None and pages * size > largest:
            return False
        cursor.execute("INSERT INTO contact_search_fts(contact_search_fts) VALUES ('optimize')")
        cursor.execute("VACUUM")
        is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        logger.warning("the database file is not written anew yet: %s", error)
        return False
    finally:
        connection.close()
    return not is_busy
