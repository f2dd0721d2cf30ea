"""A person's own account: password, PIN, language, sessions."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import Field

from crm.accounts import actions, credentials, queries, rules
from crm.accounts.browsers import browser_name
from crm.accounts.forms import AccessForm, OwnLanguageForm, OwnPasswordForm, OwnPinForm
from crm.accounts.models import Staff, StaffSession
from crm.accounts.passwords import hash_secret
from crm.accounts.sessions import current_session, leave
from crm.extensions import db
from crm.shared import clock
from crm.shared.events import record
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext

bp = Blueprint("account", __name__, url_prefix="/account")


def _page(status: int = 200, **forms: object) -> ResponseReturnValue:
    context = {
        "password_form": OwnPasswordForm(formdata=None),
        "pin_form": OwnPinForm(formdata=None),
        "language_form": OwnLanguageForm(formdata=None, language=current_user.language or "en"),
        "calendar_form": AccessForm(formdata=None),
        "sessions": queries.sessions_of(current_user),
        "browser_name": browser_name,
        "this_session": current_session(),
    } | forms
    return render_template("accounts/account.html", **context), status


@bp.get("")
@requires(Permission.SIGNED_IN)
def account_page() -> ResponseReturnValue:
    """Show the person's own account."""
    return _page()


@bp.post("/password")
@requires(Permission.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Change the person's own password; their other sessions end."""
    form, staff_id = OwnPasswordForm(), current_user.id
    own_words = [current_user.name, queries.the_business().name]
    if not form.validate() or not confirm_password(form.current_password):
        return _page(422, password_form=form)
    problem = credentials.password_sentence(form.password.data, own_words)
    if problem:
        form.password.errors = [problem]
        return _page(422, password_form=form)
    hashed = hash_secret(form.password.data)
    actions.set_password(db.session.get_one(Staff, staff_id), hashed, now=clock.now(), keep=current_session())
    db.session.commit()
    return redirect(url_for("account.account_page"), code=303)


@bp.post("/pin")
@requires(Permission.SIGNED_IN)
def change_pin() -> ResponseReturnValue:
    """Change the PIN with which the person takes over the counter."""
    form, staff_id = OwnPinForm(), current_user.id
    if not form.validate() or not confirm_password(form.current_password):
        return _page(422, pin_form=form)
    try:
        hashed = hash_secret(rules.check_pin(form.pin.data))
    except rules.BadPin as refusal:
        form.pin.errors = [gettext(refusal.sentence)]
        return _page(422, pin_form=form)
    actions.set_pin(db.session.get_one(Staff, staff_id), hashed, now=clock.now())
    db.session.commit()
    return redirect(url_for("account.account_page"), code=303)


@bp.post("/language")
@requires(Permission.SIGNED_IN)
def change_language() -> ResponseReturnValue:
    """Change the language in which the person reads the program."""
    form = OwnLanguageForm()
    if not form.validate():
        return _page(422, language_form=form)
    actions.choose_language(current_user, form.language.data, now=clock.now())
    db.session.commit()
    return redirect(url_for("account.account_page"), code=303)


@bp.post("/sessions/ending")
@requires(Permission.SIGNED_IN)
def end_all_sessions() -> ResponseReturnValue:
    """Sign the person out everywhere, here too."""
    actions.end_sessions(current_user)
    record("session.ended_everywhere", at=clock.now(), subject=current_user)
    db.session.commit()
    return leave()


@bp.post("/sessions/<int:session_id>/ending")
@requires(Permission.SIGNED_IN)
def end_one_session(session_id: int) -> ResponseReturnValue:
    """Sign the person out of one browser."""
    session = db.session.get(StaffSession, session_id)
    if session is None or session.staff_id != current_user.id:
        abort(404)
    actions.end_session(session, now=clock.now())
    db.session.commit()
    return redirect(url_for("account.account_page"), code=303)


@bp.post("/calendar")
@requires(Permission.SIGNED_IN)
def make_calendar_address() -> ResponseReturnValue:
    """Make the person's secret calendar address anew, with their password, and show it, once."""
    form = AccessForm()
    if not form.validate() or not confirm_password(form.current_password):
        return _page(422, calendar_form=form)
    token = actions.make_feed(current_user, now=clock.now())
    db.session.commit()
    path = url_for("calendar_feed.calendar_feed", token=token)
    return _page(calendar_address=f"{current_app.config['SETTINGS'].public_url}{path}")


@bp.post("/calendar/withdrawal")
@requires(Permission.SIGNED_IN)
def withdraw_calendar_address() -> ResponseReturnValue:
    """End the person's secret calendar address."""
    actions.withdraw_feed(current_user, now=clock.now())
    db.session.commit()
    return redirect(url_for("account.account_page"), code=303)


def confirm_password(field: Field) -> bool:
    """Tell whether a field holds the signed-in person's password; a wrong one is said beside it and noted."""
    try:
        if credentials.is_password_of(current_user, field.data or ""):
            return True
    except rules.SignInThrottled as refusal:
        field.errors = [gettext(refusal.sentence)]
        return False
    field.errors = [gettext("That is not your password.")]
    record("password.refused", at=clock.now(), subject=current_user)
    db.session.commit()
    return False
