"""The floor of the page benchmark: a bare Flask route with one indexed query and a list of 50 rows.

It is served as the program is, by the same server, from a SQLite file in the folder that `FLOOR_DIR` names.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

ROWS = 100_000
LIST = """<!doctype html><html lang="en"><title>floor</title><h1>Contacts</h1>
<ul>{% for row in rows %}<li><a href="/contacts/{{ row.id }}">{{ row.name }}</a> <small>{{ row.phone }}</small></li>
{% endfor %}</ul></html>"""


class Base(DeclarativeBase):
    """The tables of the floor."""


class Row(Base):
    """A contact and nothing else."""

    __tablename__ = "row"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    phone: Mapped[str]


app = Flask(__name__)
app.jinja_loader = DictLoader({"list.html": LIST})
engine = create_engine(f"sqlite:///{Path(os.environ.get('FLOOR_DIR', '.')) / 'floor.db'}")


def fill() -> None:
    """Make the table and its rows."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.bulk_insert_mappings(
            Row, [{"name": f"Name {at * 7919 % ROWS:06d}", "phone": f"+9198{at:08d}"} for at in range(ROWS)]
        )
        session.commit()
    engine.dispose()


@app.get("/")
def rows() -> str:
    """Answer with 50 rows by name."""
    with Session(engine) as session:
        found = session.scalars(select(Row).where(Row.name > "Name 050000").order_by(Row.name).limit(50)).all()
        return render_template("list.html", rows=found)


if __name__ == "__main__":
    fill()
