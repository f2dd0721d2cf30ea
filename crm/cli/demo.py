"""Command that fills an empty installation with demo data."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from crm.accounts.passwords import hash_secret
from crm.cli.upgrading import bring_up_to_date
from crm.demo import views
from crm.demo.load import load_demo
from crm.demo.sign_in import PEOPLE
from crm.extensions import db
from crm.shared import clock
from crm.shared.errors import Refused


@click.command()
@click.option("--contacts", type=click.IntRange(1, 1_000_000), default=views.CONTACTS, show_default=True)
@click.option("--seed", type=int, default=views.SEED, show_default=True, help="The same seed gives the same people.")
@with_appcontext
def demo(contacts: int, seed: int) -> None:
    """Fill an empty database with a salon, its people and their history."""
    bring_up_to_date(backup_at=clock.now())
    known = views.own_sign_in()
    password_hash, pin_hash = hash_secret(known.password), hash_secret(known.pin)
    try:
        load_demo(contacts=contacts, seed=seed, password_hash=password_hash, pin_hash=pin_hash, now=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    db.session.commit()
    click.echo(f"Jasmine Salon has {contacts:,} more contacts with {10 * contacts:,} entries. Sign in as")
    for _name, email, role in PEOPLE:
        click.echo(f"  {email:24} {role.value:12} password {known.password}  PIN {known.pin}")
