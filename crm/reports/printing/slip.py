"""The promise slip on the paper of a receipt printer, in the customer's language where we speak it."""

from __future__ import annotations

from crm.complaints.models import Complaint
from crm.complaints.queries.cases import case_of
from crm.complaints.rules import spoken_reference
from crm.complaints.slips import slip_lines
from crm.extensions import db
from crm.reports.printing.document import Document, NothingToPrint, Printable, Wish
from crm.shared.permissions import Permission


def gather(wish: Wish) -> Document:
    """Return the slip of a complaint: what we promise next, and the reference to say."""
    complaint_id = wish.number("complaint")
    case = case_of(complaint_id)
    if case is None:
        raise NothingToPrint
    context = {
        "complaint": case.complaint,
        "lines": slip_lines(case, wish.now),
        "spoken": spoken_reference(complaint_id),
    }
    file_name = f"{case.complaint.reference}-slip"
    return Document("slip", file_name, context, sheet="slip", back=f"/complaints/{complaint_id}")


def language(wish: Wish) -> str:
    """Return the customer's language."""
    complaint = db.session.get(Complaint, wish.number("complaint"))
    return complaint.contact.language if complaint is not None and complaint.contact is not None else ""


PRINTABLE = Printable("slip", Permission.SERVE_CUSTOMERS, gather, language=language)
