"""What customers open without signing in: their own link, which answers once. Opening it changes nothing.

A link that leads nowhere is answered alike whether it is unknown, too old or of somebody who is gone. Such tries
are counted for their address; a link that leads somewhere never waits for them.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.credentials import client_address
from crm.accounts.queries import the_business
from crm.contacts.actions.consent import opt_out_of_questions
from crm.contacts.forms.consent import OWN_LINK
from crm.extensions import db
from crm.feedback.actions import answering as actions
from crm.feedback.actions.throttling import count
from crm.feedback.forms import AnswerForm
from crm.feedback.models import FeedbackInvitation
from crm.feedback.paths import answer_path, refusal_path
from crm.feedback.queries.asking import invitation_by_token, state_of
from crm.feedback.rules import LeadsNowhere, LinkState, Measure, TooManyAnswers, change_limit, wrong_link_limit
from crm.feedback.words import ENDS, QUESTIONS, name_to_call, reading_as
from crm.shared import clock
from crm.shared.database import writing_in_get
from crm.shared.forms import BaseForm, once
from crm.shared.origins import told_to_nobody
from crm.shared.permissions import public

bp = Blueprint("feedback_answers", __name__, url_prefix="/feedback")
_PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


@bp.after_request
def keep_private(response: Response) -> Response:
    """Let no search engine keep these pages, and no other page learn their address."""
    response.headers.update(_PRIVATE)
    return response


@bp.get("/<token>")
@public
def answer_page(token: str) -> ResponseReturnValue:
    """Show the question, or thank for the answer that is there already."""
    now = clock.now()
    found, state = _held(token, now)
    is_form = state is LinkState.OPEN or (state is LinkState.CHANGEABLE and "change" in request.args)
    return _question(found, token, 200) if is_form else _thanks(found, token, state)


@bp.post("/<token>")
@told_to_nobody
@public
def answer(token: str) -> ResponseReturnValue:
    """Store the answer, or change it within the hour."""
    now = clock.now()
    found, state = _held(token, now)
    if state is LinkState.ANSWERED:
        return _thanks(found, token, state, 409)
    with reading_as(found.contact, the_business()):
        form = AnswerForm(found.measure)
        is_good = form.validate()
    if not is_good:
        return _question(found, token, 422, form)

    def store() -> str:
        if state is LinkState.CHANGEABLE and not count(change_limit(found.id), now=now):
            raise TooManyAnswers
        actions.answer(found, form.given(), now=now)
        return answer_path(token)

    once(form.form_key.data, now, store)
    db.session.commit()
    return redirect(answer_path(token), code=303)


@bp.post("/<token>/refusal")
@told_to_nobody
@public
def refuse(token: str) -> ResponseReturnValue:
    """Note that this customer does not want to be asked again, on any channel."""
    now = clock.now()
    found, _state = _held(token, now)
    if not BaseForm().validate():
        return _question(found, token, 422)
    contact = found.contact
    assert contact is not None  # else the link would lead nowhere
    opt_out_of_questions(contact, now=now, source=OWN_LINK)
    db.session.commit()
    with reading_as(contact, the_business()):
        return render_template("feedback/refused.html")


def _held(token: str, now: datetime) -> tuple[FeedbackInvitation, LinkState]:
    """Return the invitation of a link and what the link still does; raise LeadsNowhere where it does nothing."""
    found = invitation_by_token(token)
    state = state_of(found, now) if found is not None else LinkState.VOID
    if found is None or state is LinkState.VOID:
        raise LeadsNowhere
    return found, state


@bp.errorhandler(LeadsNowhere)
def leads_nowhere(_refusal: LeadsNowhere) -> ResponseReturnValue:
    """Answer a link that holds nothing, and count the try; too many from an address have to wait."""
    with writing_in_get():
        is_counted = count(wrong_link_limit(client_address()), now=clock.now())
        db.session.commit()
    return render_template("feedback/void.html", has_to_wait=not is_counted), 404 if is_counted else 429


def _question(
    found: FeedbackInvitation, token: str, status: int, form: AnswerForm | None = None
) -> ResponseReturnValue:
    contact, measure = found.contact, Measure(found.measure)
    with reading_as(contact, the_business()):
        shown = form or AnswerForm(measure, formdata=None, held=found.answer)
        context = {
            "form": shown,
            "name": name_to_call(contact) if contact is not None else "",
            "question": QUESTIONS[measure],
            "ends": ENDS[measure],
            "refuse_at": refusal_path(token),
        }
        return render_template("feedback/question.html", **context), status


def _thanks(found: FeedbackInvitation, token: str, state: LinkState, status: int = 200) -> ResponseReturnValue:
    with reading_as(found.contact, the_business()):
        change_at = f"{answer_path(token)}?change=1" if state is LinkState.CHANGEABLE else ""
        return render_template("feedback/thanks.html", change_at=change_at), status
