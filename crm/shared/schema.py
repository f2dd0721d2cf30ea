"""The database schema: bringing it up to date once, with a backup before, and refusing one that is newer."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from config import ROOT, Settings
from crm.extensions import db
from crm.shared import installation
from crm.shared.backups import shelf
from crm.shared.backups.making import make_backup
from crm.shared.backups.rules import Kind
from crm.shared.errors import Refused


class NewerDatabase(Refused):
    """This database belongs to a newer version of the program. Install that version, or restore a backup."""


class NoBackupBefore(Refused):
    """The backup before the upgrade could not be made, so nothing was changed."""


def alembic_config() -> Config:
    """Return Alembic's configuration for this project."""
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


@cache
def known_revisions() -> frozenset[str]:
    """Return the schema revisions that this program knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions())


@cache
def newest_revision() -> str:
    """Return the schema revision that this program works with."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def present_revision() -> str | None:
    """Return the schema revision of the database, None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


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
    config = alembic_config()
    with db.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
