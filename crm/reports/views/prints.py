"""Documents that the worker draws: ordering one, seeing how far it is, taking it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.extensions import db
from crm.reports.printing import drawing
from crm.reports.printing.document import Wish
from crm.reports.printing.registry import printable
from crm.reports.views.printing import pdf_response
from crm.shared import clock
from crm.shared.formatting import locale
from crm.shared.forms import OnceForm, once
from crm.shared.jobs import is_worker_alive
from crm.shared.pdf import STEPS
from crm.shared.permissions import Permission, can, requires

bp = Blueprint("prints", __name__, url_prefix="/prints")


@bp.get("/new")
@requires(Permission.SIGNED_IN)
def new_page() -> ResponseReturnValue:
    """Say that a document is long, and offer to have it drawn."""
    args = request.args.to_dict()
    name = args.pop("document", "")
    found = printable(name)
    if not can(found.permission):
        raise drawing.PrintGone
    count = found.weigh(Wish(args, clock.now()))
    return render_template("reports/print_new.html", name=name, args=args, count=count, form=OnceForm(formdata=None))


@bp.post("")
@requires(Permission.SIGNED_IN)
def order() -> ResponseReturnValue:
    """Hand a document to the worker, once however often the form is sent."""
    args, form, now = request.form.to_dict(), OnceForm(), clock.now()
    for name in ("csrf_token", "form_key"):
        args.pop(name, None)
    document = args.pop("document", "")
    if not can(printable(document).permission):
        raise drawing.PrintGone

    def make() -> str:
        job = drawing.order(document, args, locale().language, by_id=current_user.id, now=now)
        return url_for("prints.print_page", token=job.payload["token"])

    address = once(form.form_key.data, now, make)
    db.session.commit()
    return redirect(address, code=303)


@bp.get("/<token>")
@requires(Permission.SIGNED_IN)
def print_page(token: str) -> ResponseReturnValue:
    """Show how far a document is, and where it can be taken."""
    job, now = drawing.job_of(token, current_user), clock.now()
    is_kept = job.done_at is not None and now - job.done_at < drawing.KEPT_FOR
    step = drawing.step_of(job) if job.done_at is None else None
    context = {"job": job, "is_kept": is_kept, "is_worker_alive": is_worker_alive(now), "step": step, "steps": STEPS}
    return render_template("reports/print.html", **context)


@bp.get("/<token>.pdf")
@requires(Permission.SIGNED_IN)
def download(token: str) -> Response:
    """Send a document that the worker has drawn."""
    job = drawing.job_of(token, current_user)
    return pdf_response(drawing.drawn(job), job.payload.get("file_name", "document"))
