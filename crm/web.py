"""What every page shares: its language, its context, and the pages for errors."""

from __future__ import annotations

import logging
import secrets
from errno import EDQUOT, ENOSPC, EROFS, errorcode
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from flask import Flask, g, has_request_context, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from crm.accounts import actions, queries
from crm.accounts.forms import ROLE_NAMES
from crm.accounts.kept_forms import page_with_kept_form
from crm.extensions import db
from crm.frame import page_facts, rail
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.formatting import LANGUAGE_NAMES, locale, text_direction
from crm.shared.htmx import local_path
from crm.shared.permissions import Permission, Role
from crm.shared.translating import gettext, known_locale, regional_locale
from crm.shared.translating import lazy_gettext as _

logger = logging.getLogger("crm")

SETTINGS_PAGES = [
    ("opening_hours.opening_hours_page", _("Opening hours"), Permission.CHANGE_SETTINGS),
    ("holidays.holidays_page", _("Public holidays"), Permission.CHANGE_SETTINGS),
    ("response_times.response_times_page", _("Response times"), Permission.CHANGE_SETTINGS),
    ("logo.logo_page", _("Logo on printed pages"), Permission.CHANGE_SETTINGS),
    ("imports.imports_page", _("Import"), Permission.IMPORT),
    ("exports.exports_page", _("Export"), Permission.EXPORT),
    ("canned_notes.canned_notes_page", _("Canned notes"), Permission.CHANGE_SETTINGS),
    ("outbox.undelivered_page", _("Undelivered messages"), Permission.CHANGE_SETTINGS),
    ("recovery.recovery_page", _("Recovery: limits, follow-up, causes"), Permission.CHANGE_SETTINGS),
    ("reward_settings.rewards_page", _("Rewards: catalogue, moments, budget"), Permission.CHANGE_SETTINGS),
    ("levels.levels_page", _("Levels of recognition"), Permission.CHANGE_SETTINGS),
    ("feedback_settings.settings_page", _("Feedback: how often, by itself"), Permission.CHANGE_SETTINGS),
    ("staff.staff_page", _("Staff"), Permission.MANAGE_STAFF),
    ("contact_fields.fields_page", _("Own fields of contacts"), Permission.CHANGE_SETTINGS),
    ("audit.audit_page", _("Audit trail"), Permission.READ_AUDIT),
    ("backups.backups_page", _("Backups"), Permission.BACK_UP),
    ("health.health_page", _("Health"), Permission.BACK_UP),
    ("unused.unused_page", _("Contacts kept too long"), Permission.ERASE),
    ("privacy.blocked_page", _("Blocked contacts"), Permission.ERASE),
]
_BARE_PAGE = Markup(
    "<!doctype html><html lang=en dir=ltr><meta charset=utf-8><title>Regulars</title><h1>{}</h1><a href=/>Try again</a>"
)
N_ = str  # marks a text for the catalogs
_CANNOT_SAVE = N_("The database cannot save just now. Nothing is lost: try again in a moment.")
_WRITTEN_AT_ONCE = "23505"  # PostgreSQL to the second of two who write the same new row; SQLite lets one write
_NO_ROOM = {ENOSPC, EROFS, EDQUOT}
_SENTENCES = {
    400: N_("The browser sent something that this page cannot read."),
    403: N_("Your role does not include this page. Ask the owner if you need it."),
    404: N_("This page does not exist, or not any more."),
    405: N_("This address is not meant to be opened like that."),
    413: N_("That is too large. Files may have 40 MB."),
    429: N_("Too many attempts. Wait a little."),
}


def select_language() -> str:
    """Return the reader's language: their own, the browser's among the business's, else the first."""
    if current_user and current_user.is_authenticated and current_user.language in LANGUAGE_NAMES:
        return str(current_user.language)
    business = queries.business()
    offered = business.languages if business is not None else list(LANGUAGE_NAMES)
    if not has_request_context():
        return offered[0]
    return request.accept_languages.best_match(offered, default=offered[0]) or "en"


def select_locale() -> Locale:
    """Return the reader's locale: their language as it is written in the business's country, where that is known."""
    business = queries.business()
    return known_locale(regional_locale(select_language(), business.country if business is not None else ""))


def register_page_context(app: Flask) -> None:
    """Give every template the business, the language and the session's lock."""

    @app.context_processor
    def page_context() -> dict[str, Any]:
        language = locale().language
        return {
            "business": queries.business(),
            "language": language,
            "direction": text_direction(language),
            "idle_minutes": getattr(queries.business(), "idle_minutes", 15),
            "page_facts": page_facts,
            "rail": rail,
            "server_time": clock.now().isoformat(timespec="milliseconds"),
            "settings_pages": SETTINGS_PAGES,
            "role_name": lambda role: ROLE_NAMES[Role(role)],
        }


def register_error_pages(app: Flask) -> None:
    """Answer every error with a plain page, and domain refusals with their sentence."""
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(OSError, _disk_error)
    app.register_error_handler(500, _unexpected)


def _page(status: int, sentence: str, **context: Any) -> tuple[str, int]:
    """Return an error page, with what leads on beside it for who is signed in; a bare one without a database."""
    template = "errors/_error.html" if request.headers.get("HX-Request") else "errors/error.html"
    try:
        leads_on = 400 < status < 429 and current_user.is_authenticated
        came_from, layout = _came_from(), "layouts/page.html" if leads_on else "layouts/plain.html"
        context |= {"layout": layout, "came_from": came_from, "leads_back": came_from or "/"}
        return render_template(template, status=status, sentence=sentence, **context), status
    except DBAPIError:
        db.session.rollback()
        return str(_BARE_PAGE.format(sentence)), status


def _came_from() -> str | None:
    """Return the page of ours on which a form was sent that was refused; None where the browser does not say."""
    try:
        came = urlsplit(request.referrer or "")
    except ValueError:
        return None
    is_ours = request.method == "POST" and came.netloc == request.headers.get("Host")
    return local_path(came.path, "") or None if is_ours else None


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    """Say that the form is from another session and bring its text back."""
    db.session.rollback()
    if request.headers.get("HX-Request"):
        return _page(400, gettext("This page is older than your session. Load it again; your text is kept."))
    return page_with_kept_form(), 400


def _refused(refusal: Refused) -> ResponseReturnValue:
    db.session.rollback()
    return _page(refusal.status, gettext(refusal.sentence))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if status == 403 and current_user.is_authenticated:
        _note_refused_access()
    sentence = _SENTENCES.get(status, error.name)
    return _page(status, gettext(sentence))


def _note_refused_access() -> None:
    """Note in the audit trail which page a person was refused; never fail the answer for it."""
    by_id, page = current_user.id, f"{request.method} {request.url_rule}"
    db.session.rollback()
    g.writes = g.waits_briefly = True
    try:
        actions.note_refused_access(page, by_id=by_id, now=clock.now())
        db.session.commit()
    except DBAPIError:
        db.session.rollback()
    g.writes, g.has_committed = False, True  # the page of the refusal only reads


def _database_error(error: DBAPIError) -> ResponseReturnValue:
    """Answer 503 when the database cannot write now; anything else is a fault of ours."""
    db.session.rollback()
    if not isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") != _WRITTEN_AT_ONCE:
        return _unexpected(error)
    logger.error("database unavailable: %s", type(error.orig).__name__)
    return _cannot_save()


def _disk_error(error: OSError) -> ResponseReturnValue:
    """Answer 503 where a file finds no room on a full or read-only disk."""
    if error.errno not in _NO_ROOM:
        return _unexpected(error)
    db.session.rollback()
    logger.error("disk unavailable: %s", errorcode[error.errno])
    return _cannot_save()


def _cannot_save() -> ResponseReturnValue:
    g.has_committed = True  # from here on this request only reads, and so waits for no writer
    body, status = _page(503, _CANNOT_SAVE)
    if request.method == "POST" and request.form and not request.headers.get("HX-Request"):
        body = _kept_form_or(body)
    return body, status, {"Retry-After": "5"}


def _kept_form_or(body: str) -> str:
    try:
        return page_with_kept_form(reason=gettext(_CANNOT_SAVE))
    except DBAPIError:
        db.session.rollback()
        return body


def _unexpected(error: Exception) -> ResponseReturnValue:
    """Answer 500 with a reference that the log has too; the log gets no personal data."""
    db.session.rollback()
    reference = secrets.token_hex(4)
    original = getattr(error, "original_exception", None) or error
    logger.error("error %s in %s", reference, request.endpoint, exc_info=original)
    return _page(500, gettext("Something went wrong on our side."), reference=reference)
