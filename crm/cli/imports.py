"""Commands that bring contacts and complaints in, and take contacts out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from config import Settings, SettingsError
from crm.accounts.queries import business
from crm.contacts.importing import ParsedFile, UnreadableFile, as_json, parse_contacts
from crm.shared.errors import Refused

if TYPE_CHECKING:
    from crm.complaints.importing import Choice

ENDINGS = (".csv", ".xlsx", ".vcf")
FIRST_ROWS = 5


@click.group("import")
def import_group() -> None:
    """Bring contacts and complaints in."""


@click.group("export")
def export_group() -> None:
    """Take contacts out."""


@import_group.command("contacts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only read the file; needs no database.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.option("--region", metavar="CC", help="The country of numbers without one, such as IN.")
@click.pass_context
def import_contacts(context: click.Context, file: Path, dry_run: bool, is_json: bool, region: str | None) -> None:
    """Import a vCard, CSV or XLSX file; a dry run only says what was read."""
    if not dry_run:
        context.invoke(_import_now, file=file, is_json=is_json, region=region)
        return
    try:
        parsed = parse_contacts(file.read_bytes(), filename=file.name, region=region or "US")
    except UnreadableFile as problem:
        _refuse(str(problem), is_json=is_json)
    else:
        _print_json(as_json(parsed)) if is_json else _print_summary(parsed)


def _refuse(sentence: str, *, is_json: bool) -> NoReturn:
    """Say why a file cannot be read, and end with a failure."""
    if is_json:
        _print_json({"contacts": [], "errors": [{"row": 0, "reason": sentence}], "encoding": "", "format": ""})
        raise SystemExit(1)
    raise click.ClickException(sentence)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace"))


def _print_summary(parsed: ParsedFile) -> None:
    click.echo(f"{parsed.format}, {parsed.encoding}: {len(parsed.contacts)} contacts, {len(parsed.errors)} errors.")
    _print_errors((error.row, error.reason) for error in parsed.errors)
    for notice in parsed.notices:
        click.echo(notice)


def _print_errors(errors: Iterable[tuple[int, str]]) -> None:
    for row, reason in errors:
        click.echo(f"row {row}: {reason}")


@with_appcontext
def _import_now(file: Path, is_json: bool, region: str | None) -> None:
    from crm.contacts.import_task import import_file
    from crm.extensions import db
    from crm.shared import clock

    try:
        counts, wrong = import_file(file.read_bytes(), file.name, region=region, now=clock.now())
    except UnreadableFile as problem:
        _refuse(str(problem), is_json=is_json)
    except Refused as refusal:
        _refuse(refusal.sentence, is_json=is_json)
    db.session.commit()
    errors = [{"row": line["row"], "reason": line["reason"]} for line in wrong]
    if is_json:
        _print_json({**counts, "errors": errors})
        return
    click.echo("{new} new, {changed} changed, {matched} matched, {wrong} not imported.".format(**counts))
    _print_errors((line["row"], line["reason"]) for line in wrong)


@import_group.command("complaints")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON: columns, channels."
)
@click.option("--dry-run", is_flag=True, help="Only read the file; needs no database.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.option("--time-zone", metavar="Z", default="", help="The zone of the times in the file; else the business's.")
@click.option("--region", metavar="CC", default="", help="The country that writes its dates so; else the business's.")
@click.pass_context
def import_complaints(
    context: click.Context, file: Path, mapping: Path | None, dry_run: bool, is_json: bool, time_zone: str, region: str
) -> None:
    """Import a complaint log, CSV, XLSX or JSON; a dry run only says what the import would do."""
    from crm.complaints.importing import BadMapping

    try:
        choice = _choice(mapping, time_zone)
        figures = _log_figures(context, file, choice, region, dry_run=dry_run)
    except (UnreadableFile, BadMapping) as problem:
        _refuse_log(str(problem), is_json=is_json)
    except Refused as refusal:
        _refuse_log(refusal.sentence, is_json=is_json)
    else:
        _print_json(figures) if is_json else _print_figures(figures)


def _log_figures(context: click.Context, file: Path, choice: Choice, region: str, *, dry_run: bool) -> dict[str, Any]:
    if not dry_run:
        found: dict[str, Any] = context.invoke(_import_log, file=file, choice=choice, region=region)
        return found
    if not _has_business(context):
        return _read_alone(file, choice, region or "US")
    found = context.invoke(_foresee_log, file=file, choice=choice, region=region)
    return found


def _has_business(context: click.Context) -> bool:
    """Tell whether there is a database with a business that a dry run can ask; none is made."""
    try:
        app = context.ensure_object(ScriptInfo).load_app()
        settings: Settings = app.config["SETTINGS"]
        place = make_url(settings.database_url).database or ""
        if settings.is_sqlite and place != ":memory:" and not Path(place).is_file():
            return False
        with app.app_context():
            return business() is not None
    except (SettingsError, OSError, DBAPIError):
        return False


def _choice(mapping: Path | None, time_zone: str) -> Choice:
    """Read what was chosen; raise BadMapping."""
    from crm.complaints.importing import BadMapping, choice_from_json

    try:
        chosen = {} if mapping is None else json.loads(mapping.read_text("utf-8-sig"))
    except ValueError:
        raise BadMapping("The mapping is not JSON.") from None
    choice = choice_from_json(chosen)
    return choice_from_json({**vars(choice), "time_zone": time_zone}) if time_zone else choice


def _read_alone(file: Path, choice: Choice, region: str) -> dict[str, Any]:
    """Read a log where no business is set up, and say what is assumed in its place."""
    from crm.complaints.importing import as_json as log_as_json
    from crm.complaints.importing import open_log, read_log
    from crm.shared import clock

    log = open_log(file.read_bytes(), filename=file.name, region=region)
    figures = log_as_json(read_log(log, log.settings(choice), now=clock.now()))
    return {**figures, "assumed": {"region": region, "time_zone": figures["read_as"]["time_zone"]}}


@with_appcontext
def _foresee_log(file: Path, choice: Choice, region: str) -> dict[str, Any]:
    from crm.complaints.import_task import foreseen
    from crm.shared import clock

    return foreseen(file.read_bytes(), file.name, choice, now=clock.now(), region=region)


@with_appcontext
def _import_log(file: Path, choice: Choice, region: str) -> dict[str, Any]:
    from crm.complaints.import_task import import_log
    from crm.extensions import db
    from crm.shared import clock

    figures = import_log(file.read_bytes(), file.name, choice, now=clock.now(), region=region)
    db.session.commit()
    return figures


def _refuse_log(sentence: str, *, is_json: bool) -> NoReturn:
    """Say why a log cannot be read, and end with a failure."""
    if not is_json:
        raise click.ClickException(sentence)
    _print_json({"rows": 0, "imported": 0, "errors": [{"row": 0, "reason": sentence}], "findings": {}})
    raise SystemExit(1)


def _print_figures(figures: dict[str, Any]) -> None:
    due = figures["due"]
    known = f", {figures['already_here']} already here" if "already_here" in figures else ""
    click.echo(f"{figures['rows']} rows: {figures['imported']} complaints{known}, {len(figures['errors'])} errors.")
    click.echo("Due dates: {given} given, {met} met, {late} late, {not_closed} not closed.".format(**due))
    if "assumed" in figures:
        click.echo("No business is set up: dates as in {region}, times in {time_zone}.".format(**figures["assumed"]))
    for name in ("disputed", "timely"):
        click.echo("{0}: {yes} yes, {no} no, {unknown} unknown.".format(name.capitalize(), **figures[name]))
    _print_findings(figures["findings"])
    _print_reading(figures["read_as"])
    _print_errors((error["row"], error["reason"]) for error in figures["errors"])


def _print_findings(findings: dict[str, list[int]]) -> None:
    """Say of each finding how many rows it has and which: the first few, and where the others are listed."""
    for kind, rows in findings.items():
        more = ", …" if len(rows) > FIRST_ROWS else ""
        first = ", ".join(map(str, rows[:FIRST_ROWS]))
        click.echo(f"{kind.replace('_', ' ')}: {len(rows)} {'row' if len(rows) == 1 else 'rows'} ({first}{more})")
    if any(len(rows) > FIRST_ROWS for rows in findings.values()):
        click.echo("With --json every row of a finding is listed.")


def _print_reading(read_as: dict[str, Any]) -> None:
    """Say which columns were taken for what, and which were left out."""
    click.echo("Columns: {}.".format(", ".join(f"{name} = {field}" for name, field in read_as["columns"].items())))
    if read_as["left_out"]:
        click.echo("Left out: {}.".format(", ".join(read_as["left_out"])))


@export_group.command("contacts")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export_contacts(file: Path) -> None:
    """Export the contacts that are not archived, as CSV, XLSX or vCard by the ending of the file."""
    from crm.contacts.actions.exports import note_export
    from crm.contacts.import_task import installation_id
    from crm.contacts.queries.exports import ExportWish, export_count, exported_contacts
    from crm.extensions import db
    from crm.shared import clock

    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise click.ClickException(f"The file must end in {', '.join(ENDINGS)}.")
    wish = ExportWish()
    count = export_count(wish)
    _write(file, ending, exported_contacts(wish, installation_id()))
    db.session.rollback()
    note_export(count, ending[1:], now=clock.now())
    db.session.commit()
    click.echo(f"{count} contacts written to {file}.")


def _write(file: Path, ending: str, contacts: Iterable[Any]) -> None:
    """Write a file that only its owner may read; a failure leaves an earlier one as it was."""
    from crm.contacts.exporting import contacts_as_xlsx, csv_chunks, vcard_chunks

    fresh = file.with_name(f".{file.name}.{os.getpid()}.part")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        if ending == ".xlsx":
            out.write(contacts_as_xlsx(contacts))
        else:
            out.writelines(csv_chunks(contacts) if ending == ".csv" else vcard_chunks(contacts))
    fresh.replace(file)
