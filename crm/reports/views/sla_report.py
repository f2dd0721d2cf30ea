"""The SLA report: looked at in the browser, and as a PDF."""

from __future__ import annotations

from flask import Blueprint, Response

from crm.extensions import db
from crm.reports.rules import SpanName
from crm.reports.sla_report import report_html, sla_report
from crm.reports.views.asked import Asked, asked_period
from crm.shared.pdf import render_pdf
from crm.shared.permissions import Permission, requires

bp = Blueprint("sla_report", __name__, url_prefix="/review")


@bp.get("/report")
@requires(Permission.REVIEW)
def preview() -> str:
    """Show the report of a period as it is printed."""
    asked = asked_period(SpanName.LAST_MONTH)
    return report_html(sla_report(asked.span, asked.now), asked.now, is_preview=True)


@bp.get("/report.pdf")
@requires(Permission.REVIEW)
def download() -> Response:
    """Send the report of a period as a PDF; nothing is held in the database while it is drawn."""
    asked = asked_period(SpanName.LAST_MONTH)
    html = report_html(sla_report(asked.span, asked.now), asked.now)
    db.session.rollback()
    disposition = f'attachment; filename="{_file_name(asked)}"'
    return Response(render_pdf(html), mimetype="application/pdf", headers={"Content-Disposition": disposition})


def _file_name(asked: Asked) -> str:
    return f"promises-{asked.span.first.isoformat()}-{asked.span.last.isoformat()}.pdf"
