"""How the words of the upper domains read in the record of a contact, where names and fixed words are translated."""

from __future__ import annotations

from sqlalchemy import select

from crm.complaints.models import CauseCategory
from crm.complaints.rules import EventKind
from crm.complaints.words import REMEDY_NAMES, SEVERITY_NAMES, STATUS_NAMES, category_name
from crm.contacts.record_page import Words, name_rows, name_values
from crm.extensions import db
from crm.feedback.words import MEASURE_NAMES, MOMENT_NAMES, WAY_NAMES
from crm.interactions.words import CHANNEL_NAMES, DIRECTION_NAMES, KIND_NAMES, OUTCOME_NAMES
from crm.loyalty.models import RecognitionLevel
from crm.loyalty.reward_words import MOMENT_NAMES as REWARD_MOMENTS
from crm.loyalty.reward_words import REWARD_KIND_NAMES
from crm.loyalty.words import LOST_NAMES, WHY_NAMES, level_name
from crm.reports.words import CAUSE_NAMES, STATE_NAMES
from crm.shared.translating import lazy_gettext as _
from crm.sla.words import CLOCK_NAMES

EVENT_NAMES = {
    EventKind.OPENED: _("Received"),
    EventKind.HEARD: _("What the customer said"),
    EventKind.SAID: _("Answer"),
    EventKind.ACKNOWLEDGED: _("Acknowledged"),
    EventKind.NOTED: _("Internal note"),
    EventKind.INVESTIGATED: _("Looking into it"),
    EventKind.ASSIGNED: _("In charge"),
    EventKind.SEVERITY_CHANGED: _("Severity"),
    EventKind.CATEGORY_CHANGED: _("Category"),
    EventKind.PROMISED: _("Promise"),
    EventKind.PAUSED: _("Waiting"),
    EventKind.RESUMED: _("Goes on"),
    EventKind.REMEDY_OFFERED: _("Remedy"),
    EventKind.REMEDY_APPROVED: _("approved, not handed over yet"),
    EventKind.REMEDY_DECLINED: _("declined"),
    EventKind.REMEDY_GIVEN: _("Handed over"),
    EventKind.RESOLVED: _("Resolved"),
    EventKind.FOLLOWED_UP: _("Followed up"),
    EventKind.REOPENED: _("Reopened"),
    EventKind.WITHDRAWN: _("The customer took it back"),
    EventKind.CANCELLED: _("A mistake or spam"),
    EventKind.DUPLICATE: _("Duplicate"),
    EventKind.TOOK_IN: _("Duplicate"),
    EventKind.LINKED: _("Belongs with another"),
    EventKind.LOOKED_AT: _("Read the message"),
    EventKind.CORRECTED: _("Correction"),
    EventKind.EXCUSED: _("Excused"),
    EventKind.TERMS_APPLIED: _("New targets hold from here on"),
}
_TALK: dict[str, Words] = {"channel": CHANNEL_NAMES, "direction": DIRECTION_NAMES, "outcome": OUTCOME_NAMES}

name_values(
    {
        **{("interaction", column): words for column, words in _TALK.items()},
        **{("complaint_event", column): words for column, words in _TALK.items()},
        ("interaction", "kind"): KIND_NAMES,
        ("complaint_event", "kind"): EVENT_NAMES,
        ("complaint", "channel"): CHANNEL_NAMES,
        ("complaint", "severity"): SEVERITY_NAMES,
        ("complaint", "status"): STATUS_NAMES,
        ("complaint_clock", "channel"): CHANNEL_NAMES,
        ("complaint_clock", "kind"): CLOCK_NAMES,
        ("complaint_clock", "result"): STATE_NAMES,
        ("breach_review", "cause"): CAUSE_NAMES,
        ("remedy", "kind"): REMEDY_NAMES,
        ("level_change", "why"): WHY_NAMES,
        ("departure", "reason"): LOST_NAMES,
        ("moment", "kind"): REWARD_MOMENTS,
        ("reward", "kind"): REWARD_KIND_NAMES,
        ("reward", "reason"): {**REWARD_KIND_NAMES, **REWARD_MOMENTS},
        ("feedback_answer", "measure"): MEASURE_NAMES,
        ("feedback_invitation", "measure"): MEASURE_NAMES,
        ("feedback_invitation", "moment"): MOMENT_NAMES,
        ("feedback_invitation", "way"): WAY_NAMES,
        ("audit_event", "action"): {"contact.disclosed": _("All we have on you")},
    }
)


def level_names() -> dict[int, str]:
    """Return how the levels of recognition are called, by number."""
    return {level.id: level_name(level) for level in db.session.scalars(select(RecognitionLevel))}


def _categories() -> dict[int, str]:
    return {category.id: category_name(category) for category in db.session.scalars(select(CauseCategory))}


name_rows("recognition_level", level_names)
name_rows("cause_category", _categories)
