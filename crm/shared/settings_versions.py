"""Settings that two people may save at once: the second save is refused and shows both texts.

Each form of settings has a name and a version, counted in one table. The form carries the version that the
person saw; saving takes it by compare-and-set in the transaction of the change.
"""

from __future__ import annotations

from flask import request
from sqlalchemy import select, update

from crm.extensions import db
from crm.shared.database import insert_new
from crm.shared.errors import Conflict
from crm.shared.forms import VersionForm, stored_texts
from crm.shared.models import SettingsVersion


class SettingsMovedOn(Conflict):
    """Somebody else changed these settings while you were writing. Nothing is saved yet."""


def settings_version(name: str) -> int:
    """Return the present version of the settings of a form, 0 before they were ever saved."""
    version = db.session.scalar(select(SettingsVersion.version).where(SettingsVersion.name == name))
    return version or 0


def seen_version() -> int | None:
    """Return the version that a form written without WTForms carries, None where it carries none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def go_on_from(stored: VersionForm, typed: VersionForm) -> list[tuple[str, str]]:
    """Let a refused form carry the stored version, so that sent again it replaces that; return what is stored."""
    typed.version.data, typed.version.raw_data = stored.version.data, None
    return stored_texts(typed, stored)


def take_settings(name: str, seen: int | None) -> None:
    """Count a save of the settings of a form; raise SettingsMovedOn where they are not as they were seen."""
    if seen is None:
        seen = settings_version(name)
    present = (SettingsVersion.name == name, SettingsVersion.version == seen)
    taken = db.session.execute(update(SettingsVersion).where(*present).values(version=seen + 1))
    if taken.rowcount:  # type: ignore[attr-defined]
        return
    if seen:
        raise SettingsMovedOn
    first = insert_new(SettingsVersion).values(name=name, version=1).returning(SettingsVersion.version)
    if db.session.scalar(first) is None:
        raise SettingsMovedOn
