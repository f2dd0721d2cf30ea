"""The owner's settings of levels, with a rehearsal before they hold: /settings/levels."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms.validators import ValidationError

from crm.accounts.queries import the_business
from crm.extensions import db
from crm.loyalty.actions.settings import save_ladder
from crm.loyalty.forms.levels import TypedLadder, ladder_as_typed, typed_ladder, with_blanks
from crm.loyalty.queries.ladder import ladder
from crm.loyalty.queries.rehearsal import rehearse
from crm.loyalty.rounds import plan_after_change
from crm.loyalty.rules.levels import MONTHS, SettingsChanged, check_ladder
from crm.loyalty.words import ways_sentence
from crm.shared import clock
from crm.shared.errors import Refused
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext

bp = Blueprint("levels", __name__, url_prefix="/settings/levels")


@bp.get("")
@requires(Permission.CHANGE_SETTINGS)
def levels_page() -> ResponseReturnValue:
    """Show the levels with their rules and perks."""
    return _page(ladder_as_typed(ladder(clock.now())), is_saved="saved" in request.args)


@bp.post("/rehearsal")
@requires(Permission.CHANGE_SETTINGS)
def rehearsal() -> ResponseReturnValue:
    """Show who would move if this were saved; nothing is."""
    now = clock.now()
    typed = typed_ladder(request.form.to_dict(), ladder(now))
    try:
        drafts, (grace_days, _lost_days) = typed.drafts(the_business().currency), typed.days()
        check_ladder([draft.name for draft in drafts], [draft.ways for draft in drafts])
    except (ValidationError, Refused) as refusal:
        return _page(typed, 422, error=_sentence(refusal))
    return _page(typed, rehearsed=rehearse(drafts, grace_days, now), drafts=drafts, grace_days=grace_days)


@bp.post("")
@requires(Permission.CHANGE_SETTINGS)
def save() -> ResponseReturnValue:
    """Save the levels; everybody's standing is worked out anew by the worker."""
    now = clock.now()
    typed = typed_ladder(request.form.to_dict(), ladder(now))
    try:
        drafts, (grace_days, lost_days) = typed.drafts(the_business().currency), typed.days()
        version = save_ladder(
            drafts,
            grace_days=grace_days,
            lost_days=lost_days,
            version=typed.version,
            by_id=current_user.id,
            now=now,
        )
    except SettingsChanged as refusal:
        db.session.rollback()
        held = ladder(now)
        typed.version = held.version
        return _page(typed, refusal.status, error=_sentence(refusal), held=held)
    except (ValidationError, Refused) as refusal:
        return _page(typed, 422, error=_sentence(refusal))
    plan_after_change(version, now=now)
    db.session.commit()
    return redirect(url_for("levels.levels_page", saved="yes"), code=303)


def _sentence(refusal: Exception) -> str:
    return gettext(refusal.sentence) if isinstance(refusal, Refused) else str(refusal)


def _page(typed: TypedLadder, status: int = 200, **given: Any) -> ResponseReturnValue:
    context = {"typed": with_blanks(typed), "months": MONTHS, "ways_sentence": ways_sentence}
    return render_template("loyalty/levels.html", **(context | given)), status
