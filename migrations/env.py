"""How Alembic runs here: all pending steps in one transaction, under a lock, on the app's own engine.

`alembic -c migrations/alembic.ini revision --autogenerate --rev-id NUMBER -m "what it is"` writes the next step.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from crm import create_app
from crm.extensions import db

LOCK_NUMBER = 7_326_154


def include_object(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave the search index alone: its virtual tables are written by hand."""
    return not (kind == "table" and (name or "").startswith("contact_search"))


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as the plain ones they are stored as."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        include_object=include_object,
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
        context.run_migrations()


shared = context.config.attributes.get("connection")
if shared is not None:
    run(shared)
else:
    with create_app().app_context(), db.engine.connect() as own:
        run(own)
        own.commit()
