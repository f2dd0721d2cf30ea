"""Commands that print documents: each by its name, as a PDF; the promises also as figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
from flask import g
from flask.cli import with_appcontext

from crm.accounts.queries import business, the_business
from crm.extensions import db
from crm.reports.printing.document import Wish
from crm.reports.printing.registry import printable
from crm.reports.rules import BadSpan, Span, written_span
from crm.reports.sla_report import report_json, sla_report
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.formatting import LANGUAGE_NAMES
from crm.shared.pdf import render_pdf
from crm.shared.translating import in_language

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
_out = click.option("--out", type=_OUT, required=True, help="Write the PDF there.")
_language = click.option(
    "--language", type=click.Choice(list(LANGUAGE_NAMES)), help="Of the PDF; else the customer's or the business's."
)


@click.group()
def report() -> None:
    """Print reports, letters, sheets and slips."""


@report.command("sla")
@click.option("--from", "first", type=_DAY, required=True, help="The first day, as 2026-05-01.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day.")
@click.option("--out", type=_OUT, help="Write a PDF there.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures per channel and kind.")
@_language
@with_appcontext
def sla(first: datetime, last: datetime, out: Path | None, as_json: bool, language: str | None) -> None:
    """Print promises kept over a period: as a PDF, or as figures."""
    _ready()
    if out is None and not as_json:
        raise click.UsageError("Say --out FILE.pdf or --json.")
    span = _span(first, last)
    if as_json:
        with in_language(the_business().languages[0], the_business().country):
            click.echo(json.dumps(report_json(sla_report(span, clock.now())), ensure_ascii=False))
        db.session.commit()
    if out is not None:
        _print("promises", {"from": span.first.isoformat(), "to": span.last.isoformat()}, language, out)


@report.command("case-file")
@click.argument("complaint", type=int)
@click.option("--without-internal", is_flag=True, help="Leave internal notes out, as for the customer.")
@_language
@_out
@with_appcontext
def case_file(complaint: int, without_internal: bool, language: str | None, out: Path) -> None:
    """Print the case file of a complaint, by its number (1 for C-1001)."""
    args = {"complaint": str(complaint), "internal": "no" if without_internal else "yes"}
    _print("case-file", args, language, out)


@report.command("slip")
@click.argument("complaint", type=int)
@_language
@_out
@with_appcontext
def slip(complaint: int, language: str | None, out: Path) -> None:
    """Print the promise slip of a complaint for a receipt printer of 80 mm."""
    _print("slip", {"complaint": str(complaint)}, language, out)


@report.command("daily-sheet")
@click.option("--on", "day", type=_DAY, help="The day; by default today.")
@_language
@_out
@with_appcontext
def daily_sheet(day: datetime | None, language: str | None, out: Path) -> None:
    """Print call-backs, promises and key dates of a day."""
    _print("daily-sheet", {"on": day.date().isoformat()} if day else {}, language, out)


@report.command("loyalty")
@click.option("--period", help="A year, quarter or month: 2026, 2026-Q3, 2026-10; by default the last quarter.")
@_language
@_out
@with_appcontext
def loyalty(period: str | None, language: str | None, out: Path) -> None:
    """Print who is recognised, what they got, and who is about to be missed."""
    if period:
        try:
            written_span(period)
        except BadSpan as refusal:
            raise click.UsageError("Write the period as 2026, 2026-Q3 or 2026-10.") from refusal
    _print("loyalty", {"period": period or ""}, language, out)


@report.command("recognition")
@click.argument("contact", type=int)
@click.option("--form", type=click.Choice(["letter", "certificate"]), default="letter")
@click.option("--size", type=click.Choice(["a4", "a5"]), default="a4")
@click.option("--anyway", is_flag=True, help="Though a complaint, mourning or missing consent holds it.")
@_language
@_out
@with_appcontext
def recognition(contact: int, form: str, size: str, anyway: bool, language: str | None, out: Path) -> None:
    """Print the letter or certificate of a contact's level, in the customer's language."""
    args = {"contact": str(contact), "form": form, "size": size, "anyway": "yes" if anyway else ""}
    _print("recognition", args, language, out)


@report.command("vouchers")
@click.option("--reward", type=int, help="Only this reward, by its number; by default all that wait.")
@_language
@_out
@with_appcontext
def vouchers(reward: int | None, language: str | None, out: Path) -> None:
    """Print reward vouchers, eight to an A4."""
    _print("vouchers", {"reward": str(reward or "")}, language, out)


@report.command("record")
@click.argument("contact", type=int)
@_language
@_out
@with_appcontext
def record(contact: int, language: str | None, out: Path) -> None:
    """Print all that is stored about a contact, for the contact; it is noted in the audit trail."""
    _print("record", {"contact": str(contact)}, language, out)


@report.command("labels")
@click.option("--tag", type=int, help="Only contacts with this tag, by its number.")
@click.option("--level", type=int, help="Only contacts who hold this level, by its number.")
@click.option("--kind", type=click.Choice(["person", "organisation"]))
@_language
@_out
@with_appcontext
def labels(tag: int | None, level: int | None, kind: str | None, language: str | None, out: Path) -> None:
    """Print address labels, 24 to an A4; it is noted as an export."""
    _print("labels", {"tag": str(tag or ""), "level": str(level or ""), "kind": kind or ""}, language, out)


def _ready() -> None:
    if business() is None:
        raise click.ClickException("The business is not set up yet.")
    g.time_zone = the_business().time_zone


def _span(first: datetime, last: datetime) -> Span:
    try:
        return Span(first.date(), last.date())
    except BadSpan as refusal:
        raise click.UsageError(refusal.sentence) from refusal


def _print(name: str, args: Mapping[str, str], language: str | None, out: Path) -> None:
    """Leave the trace, gather, let go of the database, draw, write."""
    _ready()
    wanted = printable(name)
    asked = {**args, "language": language} if language else args
    wish = Wish(asked, clock.now(), "command")
    home = the_business()
    try:
        if wanted.note is not None:
            wanted.note(wish)
            db.session.commit()
        with in_language(home.languages[0], home.country):
            html = wanted.draw(wish)[1]
        db.session.commit()  # nothing is held in the database while the PDF is drawn
        out.write_bytes(render_pdf(html))
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
