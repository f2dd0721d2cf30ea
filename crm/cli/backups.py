"""Commands that back the installation up and restore it."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from config import Settings
from crm.cli.upgrading import bring_up_to_date
from crm.contacts.erasure_ledger import keep_ledger
from crm.contacts.leftovers import overwrite_leftovers
from crm.extensions import db
from crm.shared import clock
from crm.shared.backups.archive import ERASURES, Manifest
from crm.shared.backups.making import make_backup, prove
from crm.shared.backups.restoring import erasure_lines
from crm.shared.backups.restoring import restore as put_in_place
from crm.shared.backups.rules import Kind
from crm.shared.database import refresh_statistics
from crm.shared.events import record
from crm.shared.schema import known_revisions
from crm.upkeep.actions import settle_restored

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Write database, uploads and secret key into FILE, and prove it by restoring it into a scratch place."""
    settings: Settings = current_app.config["SETTINGS"]
    now = clock.now()
    keep_ledger(settings.data_dir / ERASURES)
    db.session.rollback()
    make_backup(settings, file.resolve(), Kind.BY_HAND, now=now)
    manifest, how = prove(settings, file.resolve())
    rows = sum(manifest.rows.values())
    record("backup.made", at=now, kind="command", rows=rows)
    db.session.commit()
    tested = "restored and counted" if how == "restored" else "read, but not restored: allow CREATEDB"
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB, {rows:,} rows, {tested}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Keep what is there as a backup of its own, then replace it.")
def restore(file: Path, replace: bool) -> None:
    """Put the backup FILE in place; web and worker must be stopped."""
    settings = Settings.from_environment()
    now = clock.now()
    lines = erasure_lines(settings, file)
    manifest, kept = put_in_place(settings, file, replace=replace, revisions=known_revisions(), now=now)
    if kept is not None:
        click.echo(f"What was there is kept: {kept}")
    _settle(manifest, lines)


def _settle(manifest: Manifest, lines: set[str]) -> None:
    """Bring the restored database up to date, and erase again who was erased since."""
    from crm import create_app

    now = clock.now()
    app = create_app(Settings.from_environment())
    with app.app_context():
        bring_up_to_date()
        erased, parts = settle_restored(lines, manifest.made_at, now=now)
        refresh_statistics()
        db.session.commit()
        keep_ledger(app.config["SETTINGS"].data_dir / ERASURES)
        db.session.rollback()
        if erased:
            overwrite_leftovers()
    made = f"{manifest.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    click.echo(f"Restored {sum(manifest.rows.values()):,} rows of {made}. Everybody has to sign in again.")
    if erased:
        click.echo(f"Erased again after the backup brought them back: {erased}.")
    if parts:
        click.echo(f"Erased once, now merged into others; undo the merge and erase them: {', '.join(map(str, parts))}.")
