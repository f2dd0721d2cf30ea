"""Checking passwords and PINs: throttled, outside any transaction, in the same time for strangers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from flask import current_app, g, request

from config import Settings
from crm.accounts import actions, queries, rules
from crm.accounts.known_browsers import known_browser
from crm.accounts.models import Staff
from crm.accounts.passwords import common_passwords, is_secret, token_hash
from crm.extensions import db
from crm.shared import clock
from crm.shared.events import record
from crm.shared.translating import gettext, ngettext


def client_address() -> str:
    """Return the address the request came from; forwarded headers count only behind configured proxies."""
    return request.remote_addr or ""


def _figures() -> dict[str, Any]:
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "own": settings.sign_in_failures,
        "shared": settings.sign_in_address_failures,
        "window": settings.sign_in_window,
    }


def person_of(email: str, password: str, *, now: datetime) -> Staff:
    """Return the person whose email and password these are; raise SignInRefused or SignInThrottled.

    Notes the failure in the open transaction; the caller commits it.
    """
    account, staff = email.strip().casefold(), queries.staff_by_email(email)
    hashed = staff.password_hash if staff is not None and staff.is_active else None
    staff_id = staff.id if staff is not None else 0
    limits = rules.sign_in_limits(account, client_address(), known_browser(staff_id), **_figures())
    matches = is_right(password, hashed, limits)
    staff = db.session.get(Staff, staff_id)
    if not matches or staff is None:
        record("session.sign_in_failed", at=now, subject=staff)
        raise rules.SignInRefused
    actions.forget_failures([rules.pin_scope(staff_id)])
    return staff


def is_password_of(staff: Staff, password: str) -> bool:
    """Tell whether a person who is signed in gave their password when asked again; raise SignInThrottled."""
    figures = _figures()
    limit = rules.Limit(scope=f"again:{staff.id}", allowed=figures["own"], window=figures["window"])
    return is_right(password, staff.password_hash, [limit])


def is_pin_of(staff: Staff | None, staff_id: int, pin: str) -> bool:
    """Tell whether a PIN opens the counter for the person of a number, if there is one; raise SignInThrottled."""
    hashed = staff.pin_hash if staff is not None else None
    return is_right(pin, hashed, rules.pin_limits(staff_id, client_address(), **_figures()))


def is_right(secret: str, hashed: str | None, limits: Sequence[rules.Limit]) -> bool:
    """Tell whether a password or PIN is the hashed one; raise SignInThrottled while the limits forbid to try.

    The attempt counts before it is checked, so that many at once are no more than one after the other, and is taken
    back when it was right. Nothing is locked meanwhile, and what was loaded before is loaded anew.
    """
    db.session.rollback()
    queries.hold_attempts()
    now = clock.now()  # only now is it known which attempts came before this one
    _refuse_if_throttled(limits, now)
    counted = actions.count_attempt(limits, now=now)
    _commit_and_go_on()
    if not is_secret(secret, hashed):
        return False
    actions.take_back(counted, limits)
    _commit_and_go_on()
    return True


def _refuse_if_throttled(limits: Sequence[rules.Limit], now: datetime) -> None:
    waits = [_wait(limit, now) for limit in limits]
    longest = max((wait for wait in waits if wait is not None), default=None)
    if longest is None:
        return
    db.session.rollback()
    raise rules.SignInThrottled(
        ngettext(
            "Too many failed attempts. Try again in %(num)d minute.",
            "Too many failed attempts. Try again in %(num)d minutes.",
            ceil(longest.total_seconds() / 60),
        )
    )


def _wait(limit: rules.Limit, now: datetime) -> timedelta | None:
    failures = queries.failures_since(token_hash(limit.scope), now - limit.window)
    return rules.retry_after(
        failures, allowed=limit.allowed, window=limit.window, now=now, longest_wait=limit.longest_wait
    )


def _commit_and_go_on() -> None:
    """Commit, and let the request write again."""
    db.session.commit()
    db.session.expire_all()
    g.has_committed = False


def password_sentence(password: str, own_words: list[str]) -> str:
    """Return why a new password is refused, as a sentence, or an empty text."""
    problem = rules.password_problem(password, common=common_passwords(), own_words=own_words)
    return {
        "": "",
        "short": gettext("Use at least 8 characters; a short sentence is easy to remember."),
        "long": gettext("Use at most 128 characters."),
        "common": gettext("Many people use this password. Choose one of your own."),
        "own-words": gettext("Choose one without your name or the name of the business."),
    }[problem]


def pin_sentence(pin: str) -> str:
    """Return why a PIN is refused, as a sentence, or an empty text; none at all is refused by nobody."""
    try:
        if pin:
            rules.check_pin(pin)
    except rules.BadPin as refusal:
        return gettext(refusal.sentence)
    return ""
