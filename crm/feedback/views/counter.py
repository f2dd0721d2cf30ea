"""The question at the counter: a QR code for the owner and manager to put up, and what it opens for a customer."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts.credentials import client_address
from crm.extensions import db
from crm.feedback.actions.answering import answer_at_counter
from crm.feedback.actions.settings import make_counter_link
from crm.feedback.actions.throttling import count
from crm.feedback.forms import AnswerForm
from crm.feedback.models import CounterLink
from crm.feedback.paths import counter_path
from crm.feedback.queries.counter import counter_link, counter_link_by_token
from crm.feedback.rules import LeadsNowhere, Measure, TooManyAnswers, counter_limit
from crm.feedback.views.answering import bp as public_bp
from crm.feedback.words import ENDS, QUESTIONS
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.forms import once
from crm.shared.origins import told_to_nobody
from crm.shared.permissions import Permission, public, requires
from crm.shared.qr import qr_code
from crm.shared.translating import gettext

bp = Blueprint("counter_feedback", __name__, url_prefix="/review/feedback/counter")


@bp.get("")
@requires(Permission.REVIEW)
def counter_page() -> ResponseReturnValue:
    """Show the QR code and link that hang at the counter."""
    held = counter_link()
    address = f"{current_app.config['SETTINGS'].public_url}{counter_path(held.token)}" if held else ""
    code = qr_code(address, gettext("Opens the question on the customer’s phone")) if held else ""
    return render_template("feedback/counter.html", held=held, address=address, code=code)


@bp.post("")
@requires(Permission.REVIEW)
def make_link() -> ResponseReturnValue:
    """Make the link anew; the one before ends."""
    make_counter_link(now=clock.now(), by_id=current_user.id)
    db.session.commit()
    return redirect(url_for("counter_feedback.counter_page"), code=303)


@public_bp.get("/counter/<token>")
@public
def counter_question(token: str) -> ResponseReturnValue:
    """Show the question to whoever stands at the counter, or thank for the answer."""
    _held(token)
    if "thanks" in request.args:
        return render_template("feedback/thanks.html", is_at_counter=True)
    return _question(AnswerForm(Measure.CSAT, formdata=None), 200)


@public_bp.post("/counter/<token>")
@told_to_nobody
@public
def counter_answer(token: str) -> ResponseReturnValue:
    """Store an answer of somebody of whom nothing is known."""
    now, held = clock.now(), _held(token)
    form = AnswerForm(Measure.CSAT)
    if not form.validate():
        return _question(form, 422)
    try:
        address = once(form.form_key.data, now, lambda: _stored(held, form, now))
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _question(form, refusal.status, gettext(refusal.sentence))
    return redirect(address, code=303)


def _held(token: str) -> CounterLink:
    """Return the link of a token; raise LeadsNowhere for one that does not hold."""
    held = counter_link_by_token(token)
    if held is None:
        raise LeadsNowhere
    return held


def _stored(held: CounterLink, form: AnswerForm, now: datetime) -> str:
    if not count(counter_limit(client_address()), now=now):
        raise TooManyAnswers
    answer_at_counter(held.id, form.given(), now=now)
    return f"{counter_path(held.token)}?thanks=1"


def _question(form: AnswerForm, status: int, refusal: str = "") -> ResponseReturnValue:
    shown = {"question": QUESTIONS[Measure.CSAT], "ends": ENDS[Measure.CSAT], "name": "", "refusal": refusal}
    return render_template("feedback/question.html", form=form, **shown), status
