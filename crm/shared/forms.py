"""Forms: a common base, and one-time keys that make a form count once however often it is sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from gettext import NullTranslations, translation
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, session
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import bindparam, update
from wtforms import Form, HiddenField, IntegerField, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import messages_path
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from crm.extensions import db
from crm.shared.bounded_fields import BOUNDED
from crm.shared.database import insert_new, write
from crm.shared.errors import Refused
from crm.shared.formatting import comma, locale
from crm.shared.models import SubmittedForm
from crm.shared.text import plain_text

# For a field whose choices are languages by their own names: a small font has the letters of those alone.
LANGUAGE_NAMES_FONT = {"class": "language-names"}


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Return value and label pairs as the choices of a select field."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def strip(value: str | None) -> str | None:
    """Take spaces off both ends and drop what is no text, which neither a database nor an export can hold."""
    return plain_text(value).strip() if isinstance(value, str) else value


class _Reading:
    """How every field is read: texts are stripped, numbers and days have bounds."""

    def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
        """Bind a field with the common filter on its text or with its bounds."""
        filters = list(unbound_field.kwargs.get("filters", []))
        field_class = unbound_field.field_class
        unbound_field.field_class = BOUNDED.get(field_class, field_class)
        if issubclass(field_class, (StringField, TextAreaField)) and not issubclass(field_class, PasswordField):
            filters.append(strip)
        return unbound_field.bind(form=form, filters=filters, **options)


class BaseForm(FlaskForm):
    """A form of a page."""

    class Meta(_Reading, FlaskForm.Meta):
        """Read every field alike."""

        def get_translations(self, _form: Any) -> NullTranslations:
            """Return WTForms' own texts for the reader; Flask-WTF reads them from the disk at each request."""
            return _own_texts(locale().language)


class RowForm(Form):
    """A row of fields inside a form."""

    class Meta(_Reading):
        """Read every field alike."""


@cache
def _own_texts(language: str) -> NullTranslations:
    return translation("wtforms", messages_path(), [language], fallback=True)


def new_form_key() -> str:
    """Return a one-time key for a form."""
    return secrets.token_urlsafe(24)


class OnceForm(BaseForm):
    """A form that makes a new record: sent twice, it makes one."""

    form_key = HiddenField(default=new_form_key)


class VersionForm(BaseForm):
    """A form that changes a record: it names the version that the person saw."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


def stored_texts(typed: BaseForm, stored: BaseForm) -> list[tuple[str, str]]:
    """Return the label and the stored text of each field in which two forms differ, to be read beside the typed one."""
    return [
        (str(field.label.text), _as_text(field))
        for field in stored
        if not isinstance(field.widget, HiddenInput) and field.data != typed[field.name].data
    ]


def _as_text(field: Any) -> str:
    """Return what a field shows: the labels of what is chosen, else its value."""
    if hasattr(field, "iter_choices"):
        return comma().join(str(choice.label) for choice in field.iter_choices() if choice.selected)
    return "" if field.data is None else str(field.data)


_SENT: Any = SubmittedForm.__table__
_ANSWERED = update(_SENT).where(_SENT.c.key == bindparam("sent_key"))


class FormWithoutKey(Refused):
    """The browser sent something that this page cannot read."""

    status = 400


def once(key: str | None, at: datetime, make: Callable[[], str]) -> str:
    """Run `make` for the first use of a form key and return its address; later uses get the same one.

    The key and what `make` writes belong to one transaction, so an interrupted form leaves neither. A form without
    a key would count each time: raises FormWithoutKey.
    """
    if not key:
        raise FormWithoutKey
    g.sent_form, stored = key[:64], _stored(key)
    claim = insert_new(_SENT).returning(_SENT.c.key)
    if write(claim, {"key": stored, "at": at, "staff_id": _staff_id(), "answer_url": ""}).first() is None:
        return _answer_of(stored)
    address = make()
    write(_ANSWERED, {"sent_key": stored, "answer_url": address})
    return address


def was_sent(key: str | None) -> bool:
    """Tell whether this form has arrived with this key before."""
    return bool(key) and db.session.get(SubmittedForm, _stored(key or "")) is not None


def _stored(key: str) -> str:
    """Return a key bound to the address of its form: under another one, its text is another text and counts."""
    return sha256(f"{request.path} {key}".encode()).hexdigest()


def _answer_of(key: str) -> str:
    done = db.session.get(SubmittedForm, key)
    return done.answer_url if done is not None else ""


def _staff_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def register_sent_forms(app: Flask) -> None:
    """Tell the browser which form has arrived, by its key or else its address, so that it forgets its draft of it."""

    @app.after_request
    def name_sent_form(response: Response) -> Response:
        is_led_on = request.method == "POST" and response.status_code == 303
        sent = g.get("sent_form") or (request.path if is_led_on else None)
        if sent is not None and response.status_code < 400:
            secure = app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie("sent_form", sent, max_age=60, samesite="Lax", secure=secure)
        return response


# Pages that look after a save as they looked before it.
_QUIET_PAGES = ("/settings", "/account")


def register_saved_word(app: Flask) -> None:
    """Let a page that a form leads back to say that it was saved."""

    @app.after_request
    def note_saving(response: Response) -> Response:
        location = urlsplit(response.headers.get("Location", ""))
        is_quiet = location.path.startswith(_QUIET_PAGES) and not location.query
        if request.method == "POST" and response.status_code == 303 and is_quiet:
            session["saved"] = True
        return response

    app.jinja_env.globals["was_saved"] = lambda: session.pop("saved", False)
