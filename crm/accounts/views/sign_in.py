"""Signing in and out, and the links by which a person sets a password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.accounts import actions, credentials, queries, rules
from crm.accounts.forms import InvitationForm, NewPasswordForm, SignInForm
from crm.accounts.known_browsers import keep_known_browser
from crm.accounts.models import AccessLink, Staff
from crm.accounts.passwords import hash_pin, hash_secret
from crm.accounts.sessions import current_session, keep_token, leave
from crm.extensions import db
from crm.shared import clock
from crm.shared.htmx import local_path
from crm.shared.permissions import public
from crm.shared.translating import gettext

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@public
def sign_in_page() -> ResponseReturnValue:
    """Show the sign-in form."""
    if not queries.is_set_up():
        return redirect(url_for("set_up.set_up_page"))
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")))
    form = SignInForm(formdata=None, next=local_path(request.args.get("next")))
    return render_template("accounts/sign_in.html", form=form)


@bp.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Sign a person in, or say that email and password do not fit."""
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    now = clock.now()
    try:
        staff = credentials.person_of(form.email.data, form.password.data, now=now)
    except rules.SignInRefused as refusal:
        db.session.commit()
        return render_template("accounts/sign_in.html", form=form, refusal=gettext(refusal.sentence)), 422
    except rules.SignInThrottled as refusal:
        return render_template("accounts/sign_in.html", form=form, refusal=gettext(refusal.sentence)), 429
    start_signed_in(staff.id)
    return redirect(local_path(form.next.data), code=303)


def start_signed_in(staff_id: int) -> None:
    """Start a session for a person in this browser, in place of the one it had, and commit."""
    now = clock.now()
    staff = db.session.get_one(Staff, staff_id)
    earlier = current_session()
    if earlier is not None:
        actions.end_session(earlier, now=now)
    token = actions.start_session(
        staff, address=credentials.client_address(), browser=request.user_agent.string, now=now
    )
    db.session.commit()
    keep_token(token)
    keep_known_browser(staff_id)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session on the server and clear what the browser kept."""
    session = current_session()
    if session is not None:
        actions.end_session(session, now=clock.now())
        db.session.commit()
    return leave()


@bp.get("/access/<token>")
@public
def access_page(token: str) -> ResponseReturnValue:
    """Show the form for a first or new password; opening it changes nothing."""
    link = actions.usable_link(token, now=clock.now())
    return render_template("accounts/access.html", form=_access_form(link)(formdata=None), link=link)


@bp.post("/access/<token>")
@public
def access(token: str) -> ResponseReturnValue:
    """Set the password of a person, with an invitation also the PIN, and sign them in."""
    now = clock.now()
    link = actions.usable_link(token, now=now)
    form, staff_id = _access_form(link)(), link.staff_id
    business = queries.the_business()
    problem = credentials.password_sentence(form.password.data or "", [link.staff.name, business.name])
    pin = form.pin.data or "" if isinstance(form, InvitationForm) else ""
    refused_pin = credentials.pin_sentence(pin)
    if not form.validate() or problem or refused_pin:
        return _access_again(form, link, problem, refused_pin)
    db.session.rollback()
    hashed, hashed_pin = hash_secret(form.password.data), hash_pin(pin)
    link = actions.usable_link(token, now=now)
    actions.set_password(link.staff, hashed, now=now)
    if hashed_pin is not None:
        actions.set_pin(link.staff, hashed_pin, now=now)
    db.session.flush()
    start_signed_in(staff_id)
    return redirect("/", code=303)


def _access_form(link: AccessLink) -> type[NewPasswordForm]:
    asks_for_pin = rules.asks_for_pin(link.kind, has_pin=link.staff.pin_hash is not None)
    return InvitationForm if asks_for_pin else NewPasswordForm


def _access_again(form: NewPasswordForm, link: AccessLink, problem: str, refused_pin: str) -> ResponseReturnValue:
    if refused_pin and isinstance(form, InvitationForm):
        form.pin.errors = [refused_pin]
    return render_template("accounts/access.html", form=form, link=link, problem=problem), 422
