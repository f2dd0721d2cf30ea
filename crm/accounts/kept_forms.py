"""What somebody typed, kept when the answer had to be a sign-in, a lock or an error instead."""

from __future__ import annotations

from flask import render_template, request

_LEFT_OUT = {"csrf_token", "password", "current_password", "pin"}
_MOST_FIELDS = 200


def kept_fields() -> list[tuple[str, str]]:
    """Return the fields of the request's form, without secrets."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _LEFT_OUT]
    return fields[:_MOST_FIELDS]


def page_with_kept_form(continue_at: str | None = None, *, reason: str = "") -> str:
    """Return a page that shows what was typed and sends it again, after signing in if that is needed."""
    return render_template(
        "errors/kept_form.html", fields=kept_fields(), action=request.path, continue_at=continue_at, reason=reason
    )
