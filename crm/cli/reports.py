"""Commands that print reports."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask import g
from flask.cli import with_appcontext
from flask_babel import force_locale

from crm.accounts.queries import business, the_business
from crm.extensions import db
from crm.reports.rules import BadSpan, Span
from crm.reports.sla_report import SlaReport, report_html, report_json, sla_report
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.formatting import LANGUAGE_NAMES
from crm.shared.pdf import render_pdf

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def report() -> None:
    """Print reports."""


@report.command("sla")
@click.option("--from", "first", type=_DAY, required=True, help="The first day, as 2026-05-01.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write a PDF there.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures per channel and kind.")
@click.option("--language", type=click.Choice(list(LANGUAGE_NAMES)), help="Of the PDF; by default the business's.")
@with_appcontext
def sla(first: datetime, last: datetime, out: Path | None, as_json: bool, language: str | None) -> None:
    """Print promises kept over a period: as a PDF, or as figures."""
    if business() is None:
        raise click.ClickException("The business is not set up yet.")
    if out is None and not as_json:
        raise click.UsageError("Say --out FILE.pdf or --json.")
    now = clock.now()
    g.time_zone = the_business().time_zone
    with force_locale(language or the_business().languages[0]):
        found = _found(first, last, now)
        html = report_html(found, now) if out is not None else ""
    db.session.commit()  # nothing is held in the database while the PDF is drawn
    if as_json:
        click.echo(json.dumps(report_json(found), ensure_ascii=False))
    if out is not None:
        _write(out, html)


def _found(first: datetime, last: datetime, now: datetime) -> SlaReport:
    try:
        return sla_report(Span(first.date(), last.date()), now)
    except BadSpan as refusal:
        raise click.UsageError(refusal.sentence) from refusal


def _write(out: Path, html: str) -> None:
    try:
        out.write_bytes(render_pdf(html))
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
