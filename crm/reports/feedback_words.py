"""How the figures of feedback read: a share, a net or a mean, between what it lies, and what parts a scale has."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from crm.feedback.rules import Band, Measure, Scores, scores_of
from crm.reports.words import percent
from crm.shared.formatting import format_number
from crm.shared.translating import gettext, ngettext
from crm.shared.translating import lazy_gettext as _

BAND_NAMES = {Band.ALL: _("All"), Band.GOOD: _("Good"), Band.BETWEEN: _("In between"), Band.LOW: _("Low")}
FIGURE_NAMES = {
    Measure.CSAT: _("of the answers are 4 or 5"),
    Measure.NPS: _("percent of 9 and 10 less percent of 0 to 6, from -100 to 100"),
    Measure.CES: _("on average, of 7"),
}


def figure_text(scores: Scores) -> str:
    """Return what a measure is known by: CSAT in percent, NPS in points, CES with one decimal; a dash for none."""
    if scores.figure is None:
        return "–"
    return {Measure.CSAT: percent, Measure.NPS: points, Measure.CES: _mean}[scores.measure](scores.figure)


def points(net: float) -> str:
    """Return a net of -1 to 1 as whole points, -100 to 100."""
    return format_number(int((Decimal(str(net)) * 100).to_integral_value(ROUND_HALF_UP)))


def _mean(mean: float) -> str:
    return format_number(Decimal(str(mean)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def interval_text(scores: Scores) -> str:
    """Return between what the true figure lies in 95 of 100 cases; nothing without answers."""
    found = scores.interval
    if found is None:
        return ""
    said = points if scores.measure is Measure.NPS else percent
    return gettext("95%% interval: %(low)s to %(high)s", low=said(found.low), high=said(found.high))


def easy_text(scores: Scores) -> str:
    """Return the share of good answers beside a mean."""
    return gettext("%(share)s found it easy (5 to 7)", share=percent(scores.share))


def before_text(scores: Scores) -> str:
    """Return the figure of the period before with its number of answers."""
    if not scores.total:
        return gettext("No answers in the period before.")
    return gettext("before: %(figure)s, %(answers)s", figure=figure_text(scores), answers=answers_text(scores.total))


def answers_text(count: int) -> str:
    """Return a number of answers."""
    return ngettext("%(num)d answer", "%(num)d answers", count)


def range_text(measure: Measure, band: Band) -> str:
    """Return the scores of a part of the scale: 9–10."""
    least, most = scores_of(measure, band)
    return format_number(least) if least == most else f"{format_number(least)}–{format_number(most)}"
