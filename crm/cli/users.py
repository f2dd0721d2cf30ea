"""Commands about the staff."""

from __future__ import annotations

import sys
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from crm.accounts import actions, credentials, queries
from crm.accounts.models import Staff
from crm.accounts.passwords import hash_secret
from crm.extensions import db
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.permissions import Role
from crm.sla.actions import change_opening_hours

USUAL = actions.NewBusiness(
    name="My business", country="IN", time_zone="Asia/Kolkata", currency="INR", languages=["en"]
)
USUAL_HOURS = {str(day): [["09:00", "18:00"]] if day < 6 else [] for day in range(7)}


@click.group()
def users() -> None:
    """Add, list and disable staff."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
def add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add a person; without a password an invitation link is printed."""
    hashed = _hashed_password(name) if password_stdin else None
    now = clock.now()
    _open_with_usual_values(now)
    try:
        person = actions.add_staff(name=name, email=email, role=Role(role), password_hash=hashed, now=now)
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    link = None if hashed else actions.make_link(person, "invitation", now=now)
    db.session.commit()
    click.echo(_address(link) if link else f"Added {person.email} as {person.role}.")


@users.command("list")
@with_appcontext
def list_users() -> None:
    """List everybody with their role."""
    for person in queries.all_staff():
        state = "active" if person.is_active else "disabled"
        click.echo(f"{person.email}\t{person.role}\t{state}\t{person.name}")


@users.command("disable")
@click.argument("email")
@with_appcontext
def disable(email: str) -> None:
    """Take a person's access away at once."""
    try:
        actions.disable(_person(email), now=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    db.session.commit()
    click.echo(f"Disabled {email}.")


@users.command("reset-link")
@click.argument("email")
@with_appcontext
def reset_link(email: str) -> None:
    """Print a link with which a person sets a new password, within an hour."""
    token = actions.make_link(_person(email), "reset", now=clock.now())
    db.session.commit()
    click.echo(_address(token))


def _open_with_usual_values(now: datetime) -> None:
    """Give people something to work in where the set-up page was passed over; Settings change it."""
    if actions.set_up_with_usual_values(USUAL, now=now):
        change_opening_hours(USUAL.time_zone, USUAL_HOURS, valid_from=now, by_id=None, now=now)


def _person(email: str) -> Staff:
    person = queries.staff_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return person


def _hashed_password(name: str) -> str:
    password = sys.stdin.readline().rstrip("\n")
    problem = credentials.password_sentence(password, [name])
    if problem:
        raise click.ClickException(problem)
    return hash_secret(password)


def _address(token: str) -> str:
    return f"{current_app.config['SETTINGS'].public_url}/access/{token}"
