"""The regulars by level, those who stay away, and who brought whom: /regulars."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.loyalty.queries.ladder import Ladder, ladder
from crm.loyalty.queries.members import AwayShelf, away, member_counts, members, moved_since, referral_lines
from crm.loyalty.words import SHELF_NAMES, ways_sentence
from crm.shared import clock
from crm.shared.permissions import Permission, requires

bp = Blueprint("regulars", __name__, url_prefix="/regulars")


@bp.get("")
@requires(Permission.SERVE_CUSTOMERS)
def regulars_page() -> ResponseReturnValue:
    """Show the regulars of a level, by default the highest that somebody holds."""
    terms, counts = ladder(clock.now()), member_counts()
    chosen = _chosen(terms, counts)
    return render_template(
        "loyalty/regulars.html",
        terms=terms,
        counts=counts,
        chosen=chosen,
        page=members(chosen, request.args.get("from")),
        moved=moved_since(terms.today.replace(day=1)),
        rule=ways_sentence(terms.ways_of(chosen)),
        level=terms.by_id[chosen],
    )


def _chosen(terms: Ladder, counts: dict[int, int]) -> int:
    asked = request.args.get("level", type=int)
    if asked in terms.by_id:
        return asked
    held = [level.id for level in reversed(terms.active) if counts.get(level.id)]
    return held[0] if held else terms.lowest.id


@bp.get("/away")
@requires(Permission.SERVE_CUSTOMERS)
def away_page() -> ResponseReturnValue:
    """Show who stays away longer than they usually do."""
    terms = ladder(clock.now())
    asked = request.args.get("show", "")
    shelf = AwayShelf(asked) if asked in set(AwayShelf) else AwayShelf.OVERDUE
    page = away(shelf, terms, request.args.get("from"))
    context: dict[str, Any] = {"shelf_names": SHELF_NAMES, "shelf": shelf, "page": page, "terms": terms}
    return render_template("loyalty/away.html", **context)


@bp.get("/referrals")
@requires(Permission.SERVE_CUSTOMERS)
def referrals_page() -> ResponseReturnValue:
    """Show who brought whom."""
    page = referral_lines(request.args.get("from"))
    return render_template("loyalty/referrals.html", page=page, today=ladder(clock.now()).today)
