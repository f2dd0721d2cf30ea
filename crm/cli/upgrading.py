"""Bringing an installation up to date: its schema, and the search index where the search rules changed."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app

from crm.contacts.actions.indexing import index_backlog, reindex_outdated
from crm.extensions import db
from crm.shared import installation
from crm.shared.database import reading_only
from crm.shared.schema import upgrade_database


def bring_up_to_date(*, backup_at: datetime | None = None) -> None:
    """Run the pending migrations, after a backup where a time is given, and index contacts by the present rules."""
    upgrade_database(backup_at=backup_at)
    with installation.taking_turns(current_app.config["SETTINGS"]):
        _bring_index_up_to_date()


def _bring_index_up_to_date() -> None:
    """Write the index anew in batches, each committed, with progress; ended half-way, it goes on at the next start."""
    with reading_only():
        backlog = index_backlog()
    if backlog is None:
        return
    with click.progressbar(length=backlog, label=f"Indexing {backlog:,} contacts", hidden=not backlog) as bar:
        while count := reindex_outdated():
            db.session.commit()
            bar.update(count)
    db.session.commit()
