"""The shared counter PC: locking the screen, and a colleague taking over with a PIN."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from crm.accounts import actions, credentials, queries, rules
from crm.accounts.forms import PinForm
from crm.accounts.models import Staff, StaffSession
from crm.accounts.sessions import current_session, keep_token, state_of
from crm.extensions import db
from crm.shared import clock
from crm.shared.htmx import local_path
from crm.shared.permissions import Permission, public, requires
from crm.shared.translating import gettext

bp = Blueprint("lock", __name__)


def _live_session() -> StaffSession | None:
    session = current_session()
    if session is None or state_of(session, clock.now()) is rules.SessionState.ENDED:
        return None
    return session


@bp.get("/lock")
@public
def locked() -> ResponseReturnValue:
    """Show who can take over; a stranger is sent to sign in."""
    session = _live_session()
    if session is None:
        return redirect(url_for("sign_in.sign_in_page", next=local_path(request.args.get("next"))))
    form = PinForm(formdata=None, next=local_path(request.args.get("next")), staff_id=session.staff_id)
    return render_template("accounts/lock.html", form=form, people=_people())


@bp.post("/lock")
@public
def lock() -> ResponseReturnValue:
    """Lock this screen now."""
    session = _live_session()
    if session is not None:
        actions.lock(session, now=clock.now())
        db.session.commit()
    return redirect(url_for("lock.locked", next=local_path(request.form.get("next"))), code=303)


@bp.post("/unlocking")
@public
def unlock() -> ResponseReturnValue:
    """Let a person with a PIN take over this screen, locked or not: a page may be covered that is open elsewhere."""
    session = _live_session()
    if session is None:
        return _answer_refused(url_for("sign_in.sign_in_page"), 401)
    form = PinForm()
    staff_id, before, session_id = form.staff_id.data or 0, session.staff_id, session.id
    try:
        fits = credentials.is_pin_of(_person(staff_id), staff_id, form.pin.data or "")
    except rules.SignInThrottled as refusal:
        return _refuse(form, gettext(refusal.sentence), 429)
    session, person = db.session.get(StaffSession, session_id), _person(staff_id)
    if session is None:
        return _answer_refused(url_for("sign_in.sign_in_page"), 401)
    if not fits or person is None:
        return _refuse_wrong(form, session, person)
    token = actions.take_over(session, person, now=clock.now())
    db.session.commit()
    keep_token(token)
    address = local_path(form.next.data)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(csrf=generate_csrf(), same=before == session.staff_id, next=address)
    return redirect(address, code=303)


def _refuse_wrong(form: PinForm, session: StaffSession, person: Staff | None) -> ResponseReturnValue:
    ended = actions.count_wrong_pin(session, person, now=clock.now())
    db.session.commit()
    if ended:
        return _answer_refused(url_for("sign_in.sign_in_page", next=local_path(form.next.data)), 401)
    return _refuse(form, gettext("That PIN is not right."), 422)


def _refuse(form: PinForm, refusal: str, status: int) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(refusal=refusal), status
    return render_template("accounts/lock.html", form=form, people=_people(), refusal=refusal), status


def _answer_refused(address: str, status: int) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(next=address), status
    return redirect(address, code=303)


def _people() -> list[Staff]:
    return [person for person in queries.active_staff() if person.pin_hash]


def _person(staff_id: int | None) -> Staff | None:
    person = db.session.get(Staff, staff_id) if staff_id else None
    return person if person is not None and person.is_active and person.pin_hash else None


@bp.get("/presence")
@requires(Permission.SIGNED_IN)
def presence() -> ResponseReturnValue:
    """Say that somebody is still here; any request does, this one only says it."""
    return "", 204
