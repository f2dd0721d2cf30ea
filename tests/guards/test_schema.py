"""The migrations make exactly what the models say, and none of them imports the models."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from crm.extensions import Base, db
from crm.shared.schema import known_revisions, newest_revision

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


def _is_ours(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
    return not (table or "").startswith("contact_search")


def test_migrations_match_the_models(app: Flask, session: object) -> None:
    context = MigrationContext.configure(db.session.connection(), opts={"include_object": _is_ours})
    assert compare_metadata(context, Base.metadata) == []


def test_migrations_never_import_the_models() -> None:
    assert [path.name for path in VERSIONS.glob("*.py") if "crm" in path.read_text().replace("crm_", "")] == []


def test_migrations_form_one_line_that_the_program_knows_without_alembic() -> None:
    scripts = ScriptDirectory(str(VERSIONS.parent))
    line = [script.revision for script in scripts.walk_revisions()]
    assert len(line) == len(known_revisions()) and set(line) == known_revisions()
    assert scripts.get_current_head() == newest_revision()


def test_the_database_keeps_foreign_keys(app: Flask, session: object) -> None:
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
        assert db.session.scalar(text("PRAGMA synchronous")) == 2
    else:
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
