"""How a complaint ends: resolved, followed up, reopened, withdrawn, gone on in another one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.complaints import rules
from crm.complaints.actions import ending
from crm.complaints.actions.recording import Writing
from crm.complaints.forms import steps as forms
from crm.complaints.queries.cases import Case, case_of
from crm.complaints.views.context import take
from crm.shared.permissions import Permission, requires

bp = Blueprint("complaint_endings", __name__, url_prefix="/complaints/<int:complaint_id>")


@bp.post("/resolution")
@requires(Permission.SERVE_CUSTOMERS)
def resolve(complaint_id: int) -> ResponseReturnValue:
    """Resolve a complaint."""
    act = lambda case, form, writing: ending.resolve(case, form.resolution(), writing)  # noqa: E731
    return take(complaint_id, forms.ResolveForm, act)


@bp.post("/follow-up")
@requires(Permission.SERVE_CUSTOMERS)
def follow_up(complaint_id: int) -> ResponseReturnValue:
    """Note what came of asking whether it is fixed."""
    return take(
        complaint_id,
        forms.FollowUpForm,
        lambda case, form, writing: ending.follow_up(
            case, rules.FollowUpAnswer(form.answer.data), form.channel.data, form.text.data or "", writing
        ),
    )


@bp.post("/reopening")
@requires(Permission.SERVE_CUSTOMERS)
def reopen(complaint_id: int) -> ResponseReturnValue:
    """Begin again."""
    act = lambda case, form, writing: ending.reopen(case, form.text.data, writing)  # noqa: E731
    return take(complaint_id, forms.ReopenForm, act)


@bp.post("/withdrawal")
@requires(Permission.SERVE_CUSTOMERS)
def withdraw(complaint_id: int) -> ResponseReturnValue:
    """End it without a remedy."""
    return take(
        complaint_id,
        forms.WithdrawForm,
        lambda case, form, writing: ending.withdraw(
            case, form.text.data or "", writing, is_mistake=form.why.data == "mistake"
        ),
    )


@bp.post("/duplicate")
@requires(Permission.SERVE_CUSTOMERS)
def mark_duplicate(complaint_id: int) -> ResponseReturnValue:
    """Merge it into the complaint in which it goes on."""

    def act(case: Case, form: Any, writing: Writing) -> None:
        ending.mark_duplicate(case, _other(form), writing)

    return take(complaint_id, forms.DuplicateForm, act)


@bp.post("/links")
@requires(Permission.SERVE_CUSTOMERS)
def link(complaint_id: int) -> ResponseReturnValue:
    """Note that two complaints belong together."""

    def act(case: Case, form: Any, writing: Writing) -> None:
        ending.link(case, _other(form), writing)

    return take(complaint_id, forms.ReferenceForm, act)


def _other(form: Any) -> Case:
    found = case_of(form.other_id)
    if found is None:
        raise rules.UnknownReference
    return found
