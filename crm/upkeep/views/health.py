"""How the installation is: a page for the owner, and one word for machines."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from crm.shared import clock
from crm.shared.permissions import Permission, public, requires
from crm.upkeep import words
from crm.upkeep.health import health, probe
from crm.upkeep.listing import lines_of

bp = Blueprint("health", __name__)


@bp.get("/health")
@requires(Permission.BACK_UP)
def health_page() -> ResponseReturnValue:
    """Show how each part of the installation is."""
    now = clock.now()
    found = health(now)
    return render_template("upkeep/health.html", lines=list(lines_of(found, now)), health=found, words=words, now=now)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say to a machine what works: 503 where the database cannot be read or written."""
    found = probe(current_app.config["SETTINGS"])
    status = 200 if found["reads"] and found["writes"] else 503
    return jsonify({name: "ok" if works else "not" for name, works in found.items()}), status
