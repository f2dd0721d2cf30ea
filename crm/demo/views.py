"""The button "look around with demo data" of the set-up page, and the note on every page of a demo business."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, current_app, redirect
from flask.typing import ResponseReturnValue

from crm.accounts import queries
from crm.accounts.passwords import hash_secret
from crm.accounts.views.sign_in import start_signed_in
from crm.demo.load import load_demo
from crm.demo.sign_in import DemoSignIn, demo_sign_in
from crm.extensions import db
from crm.shared import clock
from crm.shared.permissions import public

bp = Blueprint("demo", __name__)
CONTACTS = 300
SEED = 1


@bp.post("/demo")
@public
def open_demo() -> ResponseReturnValue:
    """Make the demo business and sign the visitor in as its owner, while there is no owner."""
    if queries.is_set_up():
        abort(404)
    db.session.rollback()
    known = own_sign_in()
    password_hash, pin_hash = hash_secret(known.password), hash_secret(known.pin)
    if queries.is_set_up():
        abort(404)
    owner = load_demo(contacts=CONTACTS, seed=SEED, password_hash=password_hash, pin_hash=pin_hash, now=clock.now())
    start_signed_in(owner.id)
    return redirect("/", code=303)


def own_sign_in() -> DemoSignIn:
    """Return how to sign in to the demo business of this installation."""
    return demo_sign_in(current_app.config["SETTINGS"].secret_key)


def register(app: Flask) -> None:
    """Add the route, and tell the pages of a demo business how to sign in again."""
    app.register_blueprint(bp)

    @app.context_processor
    def demo_context() -> dict[str, Any]:
        business = queries.business()
        is_demo = business is not None and business.is_demo
        return {"demo_sign_in": own_sign_in() if is_demo else None}
