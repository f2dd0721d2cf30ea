"""The complaint page, its promise slip, and what an open tab asks to stay up to date."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.queries import the_business
from crm.complaints import words
from crm.complaints.queries.pages import people_and_categories
from crm.complaints.rules import spoken_reference
from crm.complaints.slips import reference_sentence, slip_lines, slip_links
from crm.complaints.views.context import complaint_answer, found_case
from crm.shared import clock
from crm.shared.addresses import number_in_address
from crm.shared.permissions import Permission, requires

bp = Blueprint("complaints", __name__)


@bp.get("/complaints/<int:complaint_id>")
@requires(Permission.SERVE_CUSTOMERS)
def complaint_page(complaint_id: int) -> ResponseReturnValue:
    """Show a complaint."""
    return complaint_answer(found_case(complaint_id), clock.now(), 200)


@bp.get("/complaints/<int:complaint_id>/changes")
@requires(Permission.SERVE_CUSTOMERS)
def changes(complaint_id: int) -> ResponseReturnValue:
    """Tell an open tab what happened since the version it shows; nothing where nothing did."""
    case, seen = found_case(complaint_id), request.args.get("version", type=number_in_address) or 0
    if case.complaint.version <= seen:
        return "", 204
    names = people_and_categories().names
    news = [(event, words.event_line(event, names)) for event in case.events[seen:]]
    return render_template("complaints/_changes.html", complaint=case.complaint, news=news, seen=seen)


@bp.get("/complaints/<int:complaint_id>/slip")
@requires(Permission.SERVE_CUSTOMERS)
def slip(complaint_id: int) -> ResponseReturnValue:
    """Show the promise slip to read out, print and send."""
    now, case = clock.now(), found_case(complaint_id)
    spoken, lines = spoken_reference(complaint_id), slip_lines(case, now)
    said = (*lines, reference_sentence(complaint_id))
    links = list(slip_links(case.complaint.contact, the_business().name, said)) if lines else []
    context = {"complaint": case.complaint, "lines": lines, "spoken": spoken, "now": now, "links": links}
    return render_template("complaints/slip.html", words=words, **context)
