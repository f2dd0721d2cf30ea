"""The database schema: bringing it up to date once, with a backup before, and refusing one that is newer."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from flask import current_app
from sqlalchemy import inspect, text

from config import ROOT, Settings
from crm.extensions import db
from crm.shared import installation
from crm.shared.backups import shelf
from crm.shared.backups.making import make_backup
from crm.shared.backups.rules import Kind
from crm.shared.database import reading_only
from crm.shared.errors import Refused

MIGRATIONS = ROOT / "migrations"


class NewerDatabase(Refused):
    """This database belongs to a newer version of the program. Install that version, or restore a backup."""


class NoBackupBefore(Refused):
    """The backup before the upgrade could not be made, so nothing was changed."""


@cache
def known_revisions() -> frozenset[str]:
    """Return the schema revisions that this program knows, by the names of their files."""
    return frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


@cache
def newest_revision() -> str:
    """Return the schema revision that this program works with."""
    return max(known_revisions())


def present_revision() -> str | None:
    """Return the schema revision of the database, None for an empty one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def is_up_to_date() -> bool:
    """Tell whether the database has the schema that this program works with."""
    with reading_only():
        return present_revision() == newest_revision()


def refuse_newer(settings: Settings) -> None:
    """Raise NewerDatabase where the database was made by a newer program; nothing is changed."""
    present = present_revision()
    if present is not None and present not in known_revisions():
        raise NewerDatabase(f"{NewerDatabase.__doc__} {installation.way_back(settings)}")


def upgrade_database(*, backup_at: datetime | None = None) -> None:
    """Run the pending migrations in one transaction; processes that start together take turns.

    With a time, a database that is to be changed is backed up before.
    """
    settings: Settings = current_app.config["SETTINGS"]
    with installation.taking_turns(settings):
        refuse_newer(settings)
        present = present_revision()
        if present is None:
            installation.refuse_empty(settings)
        elif present != newest_revision() and backup_at is not None:
            _back_up_before(settings, backup_at)
        if present != newest_revision():
            _migrate()
        installation.note_database(settings)


def _back_up_before(settings: Settings, now: datetime) -> None:
    place = shelf.place_for(settings, Kind.BEFORE_UPGRADE, now)
    try:
        make_backup(settings, place, Kind.BEFORE_UPGRADE, now=now)
    except Refused as refusal:
        raise NoBackupBefore(f"{NoBackupBefore.__doc__} {refusal.sentence}") from refusal


def _migrate() -> None:
    from alembic import command  # a tenth of the program's memory, which no process keeps but the one that upgrades
    from alembic.config import Config

    config = Config(str(MIGRATIONS / "alembic.ini"))
    with db.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
