"""Promises kept: the owner's first page."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.accounts.queries import the_business
from crm.complaints.queries.pages import people_and_categories
from crm.complaints.words import Names
from crm.reports import rules, words
from crm.reports.queries.breaches import week_of
from crm.reports.queries.promises import Promises, kept_before, promises
from crm.reports.queries.recovery import recovery_figures
from crm.reports.views.asked import Asked, asked_period, instants_of
from crm.reports.words import Bars
from crm.shared.permissions import Permission, requires
from crm.shared.translating import gettext

bp = Blueprint("review", __name__)


@bp.get("/review")
@requires(Permission.REVIEW)
def review_page() -> ResponseReturnValue:
    """Show promises kept over a period against the one before, and how complaints were recovered."""
    asked = asked_period()
    kept, before = promises(asked.clocks(), asked.now), kept_before(instants_of(asked.span.before), asked.now)
    names, recovery = people_and_categories().names, recovery_figures(asked.period)
    return render_template(
        "reports/review.html",
        asked=asked,
        kept=kept.all,
        before=before,
        change=rules.Change(kept.all, before),
        bars=_bars(kept, names),
        recovery=recovery,
        causes=rules.pareto(recovery.root_causes)[:3],
        week=week_of(_last_monday(asked), asked.zone, asked.now),
        currency=the_business().currency,
        names=names,
        words=words,
        rules=rules,
    )


def _last_monday(asked: Asked) -> date:
    return rules.monday_of(asked.today) - rules.WEEK


def _bars(kept: Promises, names: Names) -> list[Bars]:
    return [
        Bars(gettext("By channel"), "channel", kept.by_channel, words.channel_or_none),
        Bars(gettext("By kind of promise"), "kind", kept.by_kind, words.clock_name),
        Bars(gettext("By category"), "category", kept.by_category, words.names_of_causes(names)),
        Bars(gettext("By person in charge"), "staff", _by_name(kept, names), words.names_of_people(names)),
        Bars(gettext("By weekday on which it began"), "weekday", kept.by_weekday, words.weekday_name),
        Bars(gettext("By hour at which it began"), "hour", kept.by_hour, words.hour_name),
    ]


def _by_name(kept: Promises, names: Names) -> list[rules.Group[Hashable]]:
    """People are shown by name: figures about staff are for workload, not a ranking."""
    person = words.names_of_people(names)
    return sorted(kept.by_person, key=lambda group: person(group.key))
