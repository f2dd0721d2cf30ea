"""The owner's page of the audit trail."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts import queries
from crm.complaints.queries.pages import people_and_categories
from crm.reports import audit_words
from crm.reports.audit_details import Known, detail_texts
from crm.reports.record_words import level_names
from crm.shared.addresses import number_in_address
from crm.shared.permissions import Permission, requires

bp = Blueprint("audit", __name__)


@bp.get("/audit")
@requires(Permission.READ_AUDIT)
def audit_page() -> ResponseReturnValue:
    """Show who did what, newest first."""
    action, staff_id = request.args.get("action", "")[:60], request.args.get("staff", type=number_in_address)
    page = queries.audit_events(request.args.get("from"), action=action, staff_id=staff_id)
    return render_template(
        "reports/audit.html",
        page=page,
        people={person.id: person for person in queries.all_staff()},
        actions=sorted((audit_words.action_text(each), each) for each in queries.audited_actions()),
        action=action,
        staff_id=staff_id,
        known=Known(people_and_categories().names, level_names(), queries.the_business().currency),
        detail_texts=detail_texts,
        words=audit_words,
    )
