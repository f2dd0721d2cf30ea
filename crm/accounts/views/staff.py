"""The owner's staff list: inviting, roles, disabling, reset links."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import actions, queries
from crm.accounts.forms import AccessForm, RoleForm, StaffForm
from crm.accounts.models import Staff
from crm.accounts.rules import EmailTaken
from crm.accounts.views.account import confirm_password
from crm.extensions import db
from crm.shared import clock
from crm.shared.permissions import Permission, Role, requires
from crm.shared.translating import gettext

bp = Blueprint("staff", __name__, url_prefix="/staff")


def _page(status: int = 200, **context: object) -> ResponseReturnValue:
    context.setdefault("form", StaffForm(formdata=None))
    return render_template("accounts/staff.html", people=queries.all_staff(), **context), status


def _link(token: str) -> str:
    return f"{current_app.config['SETTINGS'].public_url}{url_for('sign_in.access_page', token=token)}"


def _person(staff_id: int) -> Staff:
    return db.session.get(Staff, staff_id) or abort(404)


@bp.get("")
@requires(Permission.MANAGE_STAFF)
def staff_page() -> ResponseReturnValue:
    """Show everybody who works here."""
    return _page()


@bp.post("")
@requires(Permission.MANAGE_STAFF)
def add() -> ResponseReturnValue:
    """Invite a person; the link is shown once."""
    form = StaffForm()
    if not form.validate() or not confirm_password(form.current_password):
        return _page(422, form=form)
    now = clock.now()
    try:
        person = actions.add_staff(
            name=form.name.data, email=form.email.data, role=Role(form.role.data), password_hash=None, now=now
        )
    except EmailTaken as refusal:
        form.email.errors = [gettext(refusal.sentence)]
        return _page(409, form=form)
    token = actions.make_link(person, "invitation", now=now)
    db.session.commit()
    return _page(link=_link(token), person=person)


@bp.get("/<int:staff_id>")
@requires(Permission.MANAGE_STAFF)
def person_page(staff_id: int) -> ResponseReturnValue:
    """Show one person with their role."""
    return _person_page(staff_id)


def _person_page(staff_id: int, status: int = 200, **forms: object) -> ResponseReturnValue:
    person = _person(staff_id)
    fresh = {"form": RoleForm(formdata=None, role=person.role), "access_form": AccessForm(formdata=None)}
    return render_template("accounts/person.html", person=person, **(fresh | forms)), status


def _refuse_access(staff_id: int) -> ResponseReturnValue | None:
    """Return the page that asks for the password, unless it was given."""
    _person(staff_id)
    form = AccessForm()
    if form.validate() and confirm_password(form.current_password):
        return None
    return _person_page(staff_id, 422, access_form=form)


@bp.post("/<int:staff_id>/role")
@requires(Permission.MANAGE_STAFF)
def change_role(staff_id: int) -> ResponseReturnValue:
    """Give a person another role."""
    form = RoleForm()
    if not form.validate() or not confirm_password(form.current_password):
        return _person_page(staff_id, 422, form=form)
    actions.change_role(_person(staff_id), Role(form.role.data), now=clock.now())
    db.session.commit()
    return redirect(url_for("staff.staff_page"), code=303)


@bp.post("/<int:staff_id>/disabling")
@requires(Permission.MANAGE_STAFF)
def disable(staff_id: int) -> ResponseReturnValue:
    """Take a person's access away at once, with the owner's password."""
    refusal = _refuse_access(staff_id)
    if refusal is not None:
        return refusal
    actions.disable(_person(staff_id), now=clock.now())
    db.session.commit()
    return redirect(url_for("staff.staff_page"), code=303)


@bp.post("/<int:staff_id>/enabling")
@requires(Permission.MANAGE_STAFF)
def enable(staff_id: int) -> ResponseReturnValue:
    """Let a disabled person in again, with the owner's password."""
    refusal = _refuse_access(staff_id)
    if refusal is not None:
        return refusal
    actions.enable(_person(staff_id), now=clock.now())
    db.session.commit()
    return redirect(url_for("staff.staff_page"), code=303)


@bp.post("/<int:staff_id>/reset-link")
@requires(Permission.MANAGE_STAFF)
def make_reset_link(staff_id: int) -> ResponseReturnValue:
    """Make a link with which a person sets a new password, with the owner's; it is shown once."""
    refusal = _refuse_access(staff_id)
    if refusal is not None:
        return refusal
    person = _person(staff_id)
    kind = "reset" if person.password_hash else "invitation"
    token = actions.make_link(person, kind, now=clock.now())
    db.session.commit()
    return _page(link=_link(token), person=person)
