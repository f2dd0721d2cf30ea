"""Print how long the loyalty report takes for some hundred and some thousand regulars, and WeasyPrint alone.

In seconds of the processor; run from the top folder: `python -m tests.bench.bench_printing [REGULARS…]`; each figure
from a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

from flask import Flask, g
from pypdf import PdfReader

from config import Settings
from crm import create_app
from crm.accounts.models import Business
from crm.extensions import db
from crm.loyalty.queries.ladder import Ladder, ladder
from crm.loyalty.queries.report import Recognised
from crm.reports.printing import loyalty
from crm.reports.printing.document import Wish
from crm.reports.queries.regulars import Regular
from crm.reports.rules import Span
from crm.shared import pdf
from crm.shared.schema import upgrade_database
from crm.shared.translating import in_language

NOW = datetime(2026, 6, 12, 11, tzinfo=UTC)
NAMES = ("Lakshmi Narayanan", "கவிதா முருகன்", "مریم احمدی", "Ana Cruz", "రావు గారు", "संजय मोरे")


def _app(folder: Path) -> Flask:
    url = f"sqlite:///{folder / 'bench.db'}"
    app = create_app(Settings(data_dir=folder, database_url=url, secret_key="bench"))
    with app.app_context():
        upgrade_database()
        business = {"name": "Jasmine Salon", "country": "IN", "time_zone": "Asia/Kolkata", "currency": "INR"}
        db.session.add(Business(id=1, languages=["en"], created_at=NOW, **business))
        db.session.commit()
    return app


def _html(count: int) -> str:
    """Return the report of a business with so many regulars, a tenth of them new."""
    g.time_zone = "Asia/Kolkata"
    levels = ladder(NOW).active[1:]
    people = [
        Regular(number, f"{NAMES[number % len(NAMES)]} {number}", levels[number % len(levels)].id, NOW.date(), 14)
        for number in range(count)
    ]
    new = [Recognised(each.contact_id, each.name, levels[0], date(2026, 5, 4), "rule") for each in people[::10]]
    real = loyalty.loyalty_report

    def report(span: Span, terms: Ladder, regulars: Sequence[Regular]) -> loyalty.LoyaltyReport:
        return replace(real(span, terms, [*regulars, *people]), newcomers=new)  # what a large shop has

    loyalty.loyalty_report = report
    with in_language("en", "IN"):
        return loyalty.PRINTABLE.draw(Wish({"period": "2026-Q2"}, NOW))[1]


def _alone(html: str) -> bytes:
    """Draw with WeasyPrint as its manual says, with our styles and the same kind of PDF."""
    weasyprint = pdf._weasyprint()
    document = weasyprint.HTML(string=html, base_url="packaged:", url_fetcher=pdf.packaged_files())
    styles = pdf._styles("ltr", "decimal")
    return document.write_pdf(stylesheets=styles, font_config=pdf._fonts(), pdf_variant="pdf/ua-1", pdf_tags=True)


def measure(count: int, way: str) -> None:
    """Draw once and print the figures of this process."""
    with tempfile.TemporaryDirectory() as folder:
        app = _app(Path(folder))
        with app.app_context():
            pdf.render_pdf('<html lang="en" dir="ltr"><title>Warm</title><h1>Warm</h1></html>')
            began = process_time()
            html = _html(count)
            gathered = process_time() - began
            began = process_time()
            drawn = pdf.render_pdf(html) if way == "ours" else _alone(html)
            took = process_time() - began
        out = Path(folder) / "out.pdf"
        out.write_bytes(drawn)
        pages = len(PdfReader(out).pages)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{count:>6} {way:<6} {took:6.2f} s drawn, {gathered:5.2f} s gathered, {memory} MB, {pages} pages", flush=True
    )


def main() -> None:
    """Measure each size both ways, each in a fresh process."""
    if len(sys.argv) == 3 and sys.argv[2] in {"ours", "alone"}:
        measure(int(sys.argv[1]), sys.argv[2])
        return
    for count in sys.argv[1:] or ["500", "5000"]:
        for way in ("ours", "alone"):
            subprocess.run([sys.executable, "-m", "tests.bench.bench_printing", count, way], check=True)


if __name__ == "__main__":
    main()
