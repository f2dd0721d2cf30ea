"""Who may do what: the one permission map, and the check that closes every route by default."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user


class Role(StrEnum):
    """The three roles of a business."""

    FRONT_DESK = "front-desk"
    MANAGER = "manager"
    OWNER = "owner"


class Permission(StrEnum):
    """What a route asks for; each is given to the roles in `PERMISSIONS`."""

    SIGNED_IN = "signed-in"
    SERVE_CUSTOMERS = "serve-customers"
    RESOLVE_DUPLICATES = "resolve-duplicates"
    REVIEW = "review"
    IMPORT = "import"
    EXPORT = "export"
    DISCLOSE = "disclose"
    ERASE = "erase"
    MANAGE_STAFF = "manage-staff"
    CHANGE_SETTINGS = "change-settings"
    READ_AUDIT = "read-audit"
    BACK_UP = "back-up"


_EVERYONE = frozenset(Role)
_SENIOR = frozenset({Role.MANAGER, Role.OWNER})
_OWNER = frozenset({Role.OWNER})

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.SIGNED_IN: _EVERYONE,
    Permission.SERVE_CUSTOMERS: _EVERYONE,
    Permission.RESOLVE_DUPLICATES: _SENIOR,
    Permission.REVIEW: _SENIOR,
    Permission.IMPORT: _OWNER,
    Permission.EXPORT: _OWNER,
    Permission.DISCLOSE: _SENIOR,
    Permission.ERASE: _OWNER,
    Permission.MANAGE_STAFF: _OWNER,
    Permission.CHANGE_SETTINGS: _OWNER,
    Permission.READ_AUDIT: _OWNER,
    Permission.BACK_UP: _OWNER,
}

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_REQUIRED = "_required_permission"
_PUBLIC = "_is_public"


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view as open to the roles that have the permission."""

    def mark(view: View) -> View:
        setattr(view, _REQUIRED, permission)
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to anybody; the guard tests list every one of them."""
    setattr(view, _PUBLIC, True)
    return view


def required_permission(endpoint: str, app: Flask) -> Permission | None:
    """Return the permission of an endpoint, or None where it has none."""
    permission: Permission | None = getattr(app.view_functions[endpoint], _REQUIRED, None)
    return permission


def is_public(endpoint: str, app: Flask) -> bool:
    """Tell whether an endpoint is on the public list."""
    return endpoint == "static" or bool(getattr(app.view_functions[endpoint], _PUBLIC, False))


def is_allowed(role: Role | str, permission: Permission) -> bool:
    """Tell whether a role has a permission."""
    return Role(role) in PERMISSIONS[permission]


def can(permission: Permission | str) -> bool:
    """Tell whether the person signed in has a permission; for templates."""
    if not current_user.is_authenticated:
        return False
    return is_allowed(current_user.role, Permission(permission))


def check_permission() -> ResponseReturnValue | None:
    """Refuse a request whose route does not admit the person; runs before every request."""
    if request.endpoint is None or is_public(request.endpoint, current_app):
        return None
    permission = required_permission(request.endpoint, current_app)
    if not current_user.is_authenticated:
        unauthorized: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return unauthorized
    if permission is None or not can(permission):
        abort(403)
    return None
