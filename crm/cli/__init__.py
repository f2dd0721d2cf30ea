"""The console script `crm`: each command is one call into an action, a query or the server."""

from __future__ import annotations

import logging
import os
import sys

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo
from sqlalchemy.exc import DBAPIError

from config import Settings, SettingsError
from crm import create_app
from crm.cli import backups, demo, imports, reports, search, serving, users
from crm.shared.error_log import PlainFormatter
from crm.shared.errors import Refused
from crm.shared.schema import is_up_to_date


def _application() -> Flask:
    return create_app(Settings.from_environment())


class Commands(FlaskGroup):
    """Our own commands, without those of the framework."""


@click.group(cls=Commands, create_app=_application, add_default_commands=False, add_version_option=False)
def cli() -> None:
    """Regulars: contacts, service recovery and recognition for a small business."""


for command in (
    serving.serve,
    serving.worker,
    serving.migrate,
    backups.backup,
    backups.restore,
    users.users,
    search.search,
    demo.demo,
    imports.import_group,
    imports.export_group,
    reports.report,
):
    cli.add_command(command)


def main() -> None:
    """Run the console script; a setting or a database that cannot be used is said in a sentence."""
    os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
    os.umask(0o077)  # databases, backups and exports hold what customers told us
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in ("weasyprint", "weasyprint.progress", "fontTools", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        cli.main(obj=ScriptInfo(create_app=_application), prog_name="crm")
    except SettingsError as error:
        sys.exit(f"crm: {error}")
    except Refused as refusal:
        sys.exit(f"crm: {refusal.sentence}")
    except DBAPIError:
        with _application().app_context():
            if is_up_to_date():
                raise
        sys.exit("crm: The database has not the tables of this version yet. Run “crm migrate” or “crm serve” first.")
