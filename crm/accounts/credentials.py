"""Checking passwords and PINs: throttled, outside any transaction, in the same time for strangers."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from flask import current_app, request

from config import Settings
from crm.accounts import actions, queries, rules
from crm.accounts.models import Staff
from crm.accounts.passwords import common_passwords, is_secret, token_hash
from crm.extensions import db
from crm.shared.translating import gettext, ngettext


def client_address() -> str:
    """Return the address the request came from; forwarded headers count only behind configured proxies."""
    return request.remote_addr or ""


def _scopes(account: str) -> list[tuple[str, int]]:
    settings: Settings = current_app.config["SETTINGS"]
    return [
        (f"account:{account.strip().casefold()}", settings.sign_in_failures),
        (f"address:{client_address()}", settings.sign_in_address_failures),
    ]


def refuse_if_throttled(account: str, *, now: datetime) -> None:
    """Raise SignInThrottled while an account or address has to wait."""
    window = current_app.config["SETTINGS"].sign_in_window
    for scope, allowed in _scopes(account):
        failures = queries.failures_since(token_hash(scope), now - window)
        wait = rules.retry_after(failures, allowed=allowed, window=window, now=now)
        if wait is not None:
            minutes = ceil(wait.total_seconds() / 60)
            raise rules.SignInThrottled(
                ngettext(
                    "Too many failed attempts. Try again in %(num)d minute.",
                    "Too many failed attempts. Try again in %(num)d minutes.",
                    minutes,
                )
            )


def person_of(email: str, password: str, *, now: datetime) -> Staff:
    """Return the person whose email and password these are; raise SignInRefused or SignInThrottled.

    Counts the failure in the open transaction; the caller commits it.
    """
    refuse_if_throttled(email, now=now)
    staff = queries.staff_by_email(email)
    hashed = staff.password_hash if staff is not None and staff.is_active else None
    staff_id = staff.id if staff is not None else None
    matches = checked_outside_transaction(password, hashed)
    if not matches or staff_id is None:
        actions.count_failure([scope for scope, _allowed in _scopes(email)], now=now)
        raise rules.SignInRefused(gettext("The email address or the password is not right."))
    actions.forget_failures(_scopes(email)[0][0])
    return db.session.get_one(Staff, staff_id)


def checked_outside_transaction(secret: str, hashed: str | None) -> bool:
    """Check a password or PIN while no lock is held on the database."""
    db.session.rollback()
    return is_secret(secret, hashed)


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
