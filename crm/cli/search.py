"""The command that finds contacts."""

from __future__ import annotations

import json
import sys

import click
from flask.cli import with_appcontext

from crm.contacts.queries.shown import contacts_shown
from crm.contacts.search_index import find
from crm.extensions import db


@click.command("search")
@click.argument("query")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@with_appcontext
def search(query: str, as_json: bool, limit: int) -> None:
    """Find contacts, best first; with "-" a query a line is read and a JSON list a line printed."""
    if query != "-":
        _print_found(_found(query, limit), as_json=as_json)
        return
    for line in sys.stdin:
        click.echo(json.dumps(_found(line.strip(), limit), ensure_ascii=False))


def _found(query: str, limit: int) -> list[dict[str, object]]:
    matches = find(db.session(), query, limit)
    contacts = contacts_shown([match.contact_id for match in matches])
    return [
        {
            "id": match.contact_id,
            "name": contacts[match.contact_id].name,
            "why": str(match.reason),
            "matched": match.text,
            "score": match.score,
        }
        for match in matches
        if match.contact_id in contacts
    ]


def _print_found(found: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each['id']}\t{each['name']}\t{each['why']}: {each['matched']}")
