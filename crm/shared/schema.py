"""The database schema: bringing it up to date once, and refusing one that is newer than the program."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from config import ROOT
from crm.extensions import db
from crm.shared.errors import Refused


class NewerDatabase(Refused):
    """This database belongs to a newer version of the program. Install that version, or restore a backup."""


def alembic_config() -> Config:
    """Return Alembic's configuration for this project."""
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def upgrade_database() -> None:
    """Run the pending migrations in one transaction; processes that start together take turns."""
    config = alembic_config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
        if present is not None and present not in known:
            raise NewerDatabase
        connection.rollback()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
