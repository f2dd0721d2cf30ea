"""The steps on the way: the conversation, notes, who is in charge, severity, promises, pauses, corrections."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.complaints.actions import conversation, steps
from crm.complaints.forms import steps as forms
from crm.complaints.rules import PauseReason
from crm.complaints.views.context import take
from crm.shared.permissions import Permission, requires
from crm.sla.rules import ClockKind

bp = Blueprint("complaint_steps", __name__, url_prefix="/complaints/<int:complaint_id>")


@bp.post("/conversation")
@requires(Permission.SERVE_CUSTOMERS)
def converse(complaint_id: int) -> ResponseReturnValue:
    """Note what was said, by the customer or by us."""
    return take(
        complaint_id,
        forms.ConversationForm,
        lambda case, form, writing: conversation.converse(case, form.said(), writing, direction=form.direction.data),
    )


@bp.post("/notes")
@requires(Permission.SERVE_CUSTOMERS)
def add_note(complaint_id: int) -> ResponseReturnValue:
    """Write an internal note."""
    act = lambda case, form, writing: conversation.note(case, form.text.data, writing)  # noqa: E731
    return take(complaint_id, forms.NoteForm, act)


@bp.post("/investigation")
@requires(Permission.SERVE_CUSTOMERS)
def investigate(complaint_id: int) -> ResponseReturnValue:
    """Begin to look into it."""
    act = lambda case, form, writing: steps.investigate(case, form.text.data or "", writing)  # noqa: E731
    return take(complaint_id, forms.InvestigateForm, act)


@bp.post("/person-in-charge")
@requires(Permission.SERVE_CUSTOMERS)
def assign(complaint_id: int) -> ResponseReturnValue:
    """Put somebody in charge."""
    act = lambda case, form, writing: steps.assign(case, form.in_charge_id.data, writing)  # noqa: E731
    return take(complaint_id, forms.AssignForm, act)


@bp.post("/severity")
@requires(Permission.SERVE_CUSTOMERS)
def change_severity(complaint_id: int) -> ResponseReturnValue:
    """Make it more or less urgent."""
    return take(
        complaint_id,
        forms.SeverityForm,
        lambda case, form, writing: steps.change_severity(
            case, form.severity.data, writing, reason=form.reason.data or ""
        ),
    )


@bp.post("/category")
@requires(Permission.SERVE_CUSTOMERS)
def change_category(complaint_id: int) -> ResponseReturnValue:
    """Sort it under another category, with a clearer title."""
    return take(
        complaint_id,
        forms.CategoryForm,
        lambda case, form, writing: steps.change_category(case, form.category_id.data, form.title.data or "", writing),
    )


@bp.post("/promises")
@requires(Permission.SERVE_CUSTOMERS)
def promise(complaint_id: int) -> ResponseReturnValue:
    """Note what we promised, and by when."""
    return take(
        complaint_id,
        forms.PromiseForm,
        lambda case, form, writing: steps.promise(case, form.text.data, form.instant(form.due_at), writing),
    )


@bp.post("/pauses")
@requires(Permission.SERVE_CUSTOMERS)
def pause(complaint_id: int) -> ResponseReturnValue:
    """Let the resolution wait."""
    return take(
        complaint_id,
        forms.PauseForm,
        lambda case, form, writing: steps.pause(
            case, PauseReason(form.reason.data), form.resume_on.data, form.text.data or "", writing
        ),
    )


@bp.post("/resumption")
@requires(Permission.SERVE_CUSTOMERS)
def resume(complaint_id: int) -> ResponseReturnValue:
    """Go on before the day."""
    return take(complaint_id, forms.ResumeForm, lambda case, form, writing: steps.resume(case, writing))


@bp.post("/looks")
@requires(Permission.SERVE_CUSTOMERS)
def look(complaint_id: int) -> ResponseReturnValue:
    """Say whether a message after the end is only thanks."""
    return take(
        complaint_id,
        forms.LookForm,
        lambda case, form, writing: conversation.look_at(
            case, form.event_id.data, writing, only_thanks=form.verdict.data == "thanks"
        ),
    )


@bp.post("/corrections")
@requires(Permission.SERVE_CUSTOMERS)
def correct(complaint_id: int) -> ResponseReturnValue:
    """Put a wrong channel or time right."""
    return take(
        complaint_id,
        forms.CorrectForm,
        lambda case, form, writing: conversation.correct(
            case,
            form.event_id.data,
            writing,
            channel=form.channel.data,
            true_at=form.instant(form.true_at),
            reason=form.reason.data,
        ),
    )


@bp.post("/excuses")
@requires(Permission.REVIEW)
def excuse(complaint_id: int) -> ResponseReturnValue:
    """Excuse a broken promise."""
    return take(
        complaint_id,
        forms.ExcuseForm,
        lambda case, form, writing: steps.excuse(
            case, ClockKind(form.clock.data), form.event_id.data, form.reason.data, writing
        ),
    )
