"""The session of a request: who is signed in, whether the screen is locked, and the cookie's token.

The cookie is signed and holds only a random token and the CSRF secret; everything else is in the table,
so signing out, disabling a person or changing a role takes effect with the next request.
"""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Request, g, make_response, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature
from sqlalchemy import case, update
from sqlalchemy.exc import SQLAlchemyError

from crm.accounts import queries
from crm.accounts.models import Staff, StaffSession
from crm.accounts.rules import SEEN_STEP, SessionState, session_state
from crm.extensions import db, login_manager
from crm.shared import clock
from crm.shared.htmx import go_to, is_background, is_htmx, page_in_browser
from crm.shared.security import SESSION_TOKEN


class _Cookies(SecureCookieSessionInterface):
    """Reads a cookie whatever its age: how long a session lasts is in the table, also when the clock was set back."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        try:
            return self.session_class(serializer.loads(request.cookies.get(self.get_cookie_name(app), "")))
        except BadSignature:
            return self.session_class()


def register_sessions(app: Flask) -> None:
    """Bind the sign-in of requests to the application."""
    app.session_interface = _Cookies()
    login_manager.init_app(app)
    login_manager.request_loader(_load_person)
    login_manager.unauthorized_handler(answer_stranger)
    app.teardown_request(_touch)


def current_session() -> StaffSession | None:
    """Return the session of this request, locked or not; None for a stranger."""
    if "staff_session" not in g:
        token = session.get(SESSION_TOKEN)
        g.staff_session = queries.session_by_token(token) if isinstance(token, str) else None
    found: StaffSession | None = g.staff_session
    return found


def state_of(found: StaffSession, now: datetime) -> SessionState:
    """Return whether a session is active, locked or ended at an instant."""
    business = queries.business()
    return session_state(
        started_at=found.started_at,
        seen_at=found.seen_at,
        locked_at=found.locked_at,
        idle_minutes=business.idle_minutes if business else 15,
        now=now,
    )


def keep_token(token: str) -> None:
    """Put a new session's token into a fresh cookie, with a fresh CSRF secret."""
    session.clear()
    session[SESSION_TOKEN] = token
    g.pop("csrf_token", None)
    g.pop("staff_session", None)


def leave() -> ResponseReturnValue:
    """Take the token out of the cookie, clear what the browser kept of the pages, and lead to the sign-in page."""
    session.clear()
    response = make_response(redirect(url_for("sign_in.sign_in_page"), code=303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def is_locked(now: datetime) -> bool:
    """Tell whether this request comes from a locked screen."""
    found = current_session()
    return found is not None and found.staff.is_active and state_of(found, now) is SessionState.LOCKED


def _load_person(_request: object) -> Staff | None:
    now = clock.now()
    found = current_session()
    if found is None or not found.staff.is_active:
        return None
    if state_of(found, now) is not SessionState.ACTIVE:
        return None
    if abs(now - found.seen_at) >= SEEN_STEP and not is_background():
        g.seen = (found.id, now)
    return found.staff


def answer_stranger() -> ResponseReturnValue:
    """Send a stranger to the sign-in page and a locked screen to its lock; htmx gets 401 and the address."""
    here = page_in_browser()
    endpoint = "lock.locked" if is_locked(clock.now()) else "sign_in.sign_in_page"
    if queries.business() is None and not queries.is_set_up():
        endpoint, here = "set_up.set_up_page", None
    address = url_for(endpoint, next=here) if here and here != "/" else url_for(endpoint)
    if is_htmx():
        answer = go_to(address)
        answer.status_code = 401  # type: ignore[union-attr]
        return answer
    if request.method not in {"GET", "HEAD"}:
        from crm.accounts.kept_forms import page_with_kept_form

        db.session.rollback()  # no lock is held while a file comes in
        return page_with_kept_form(address), 401
    return redirect(address, code=302)


def _touch(_error: BaseException | None) -> None:
    """Note when the person was last seen, after the answer; never fail the page for it."""
    seen = g.pop("seen", None)
    if seen is None:
        return
    session_id, now = seen
    db.session.rollback()
    g.writes = g.waits_briefly = True
    try:
        began = case((StaffSession.started_at > now, now), else_=StaffSession.started_at)  # the clock was set back
        own = update(StaffSession).where(StaffSession.id == session_id)
        db.session.execute(own.values(seen_at=now, started_at=began))
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()
