"""Puts the application together: settings, extensions, routes, filters and error pages are put together here."""

from __future__ import annotations

import gc
import mimetypes
from datetime import timedelta

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from config import MAX_BODY_BYTES, ROOT, Settings
from crm import domains
from crm.accounts.sessions import register_sessions
from crm.extensions import babel, csrf, db, htmx
from crm.shared import installation
from crm.shared.addresses import register_addresses
from crm.shared.assets import register_assets
from crm.shared.bodies import PatientRequest
from crm.shared.database import engine_options, register_engine_events
from crm.shared.error_log import keep_errors
from crm.shared.formatting import register_formatting
from crm.shared.forms import register_saved_word, register_sent_forms
from crm.shared.icons import icon
from crm.shared.origins import refuse_foreign_form
from crm.shared.permissions import can, check_permission
from crm.shared.security import let_go_for_upload, limit_body, read_form, register_security_headers
from crm.shared.templates import TemplateEnvironment, register_templates
from crm.shared.translating import register_translating
from crm.web import register_error_pages, register_page_context, select_locale

mimetypes.add_type("text/javascript", ".js")


def build(settings: Settings | None = None, **overrides: object) -> Flask:
    """Return the application for the given settings, by default those of the environment."""
    settings = settings or Settings.from_environment()
    installation.refuse_unusable(settings)
    app = Flask(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    app.jinja_environment = TemplateEnvironment
    app.request_class = PatientRequest
    app.config.from_mapping(_configuration(settings) | overrides)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # Before the extensions, so that a form of another site is refused before its body is read.
    register_addresses(app)
    app.before_request(refuse_foreign_form)
    app.before_request(limit_body)
    app.before_request(read_form)
    app.before_request(check_permission)
    app.before_request(let_go_for_upload)
    _bind_extensions(app, settings)
    app.jinja_env.globals.update(can=can, icon=icon)
    register_templates(app)
    register_assets(app)
    register_formatting(app)
    register_page_context(app)
    register_error_pages(app)
    register_sent_forms(app)
    register_saved_word(app)
    keep_errors(settings.data_dir)
    register_security_headers(app, is_https=settings.is_https)
    domains.register(app)
    if settings.proxy_count:
        count = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    gc.collect()
    gc.freeze()
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "TRUSTED_HOSTS": settings.trusted_hosts,
        "MAX_CONTENT_LENGTH": MAX_BODY_BYTES,
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "MAX_FORM_PARTS": 1_000,
        "SESSION_COOKIE_NAME": "__Host-regulars" if settings.is_https else "regulars",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.is_https,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 3,  # four times as quick as 4, which saves 5 % more
        "COMPRESS_MIMETYPES": ["text/html", "application/json", "text/calendar", "text/csv"],
    }


def _bind_extensions(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    register_engine_events(app)
    babel.init_app(app, locale_selector=select_locale)
    register_translating(app)
    csrf.init_app(app)
    htmx.init_app(app)
    register_sessions(app)
    Compress(app)
