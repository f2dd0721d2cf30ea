"""How the details of the audit trail read: what each key is called, and its value as a person says it.

Numbers of rows that no page shows say nothing and are left out. A guard finds a key without words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from crm.accounts.forms import ROLE_NAMES
from crm.complaints.rules import reference_of
from crm.complaints.words import ANSWER_NAMES, PAUSE_NAMES, REMEDY_NAMES, SEVERITY_NAMES, Names
from crm.contacts.forms.consent import PURPOSE_NAMES
from crm.contacts.forms.labels import CHANNEL_NAMES, FIELD_KIND_NAMES, TIE_NAMES
from crm.contacts.forms.labels import DETAIL_NAMES as CONTACT_NAMES
from crm.contacts.key_date_words import KIND_NAMES as DATE_NAMES
from crm.feedback.words import MEASURE_NAMES, SETTING_NAMES, WAY_NAMES
from crm.interactions.words import KIND_NAMES
from crm.loyalty.reward_words import MOMENT_NAMES, REWARD_KIND_NAMES
from crm.loyalty.rules.tact import Hold
from crm.loyalty.words import LOST_NAMES
from crm.reports.rules import Span
from crm.reports.words import CAUSE_NAMES, clock_names, span_text
from crm.shared.backups.rules import Kind
from crm.shared.backups.words import KIND_NAMES as BACKUP_NAMES
from crm.shared.formatting import (
    comma,
    format_day,
    format_deadline,
    format_instant,
    format_money,
    format_number,
    locale,
)
from crm.shared.native import native, written_date
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.effects import TargetKind
from crm.sla.words import CLOCK_NAMES, row_name


@dataclass(frozen=True)
class Known:
    """What values of the trail lead to: people and categories by number, levels by number, the business's money."""

    names: Names
    levels: Mapping[int, str]
    currency: str


Reader = Callable[[Any, Mapping[str, Any], Known], str]


def _plain(value: Any, details: Mapping[str, Any], known: Known) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return format_number(value) if isinstance(value, int) else native(str(value), locale())


def _row(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return native(str(value), locale())


def _day(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return format_day(date.fromisoformat(value))


def _days(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return comma().join(written_date(date.fromisoformat(day), "yMMMd", locale()) for day in value)


def _week(value: Any, details: Mapping[str, Any], known: Known) -> str:
    """Both a Monday and a week such as 2026-W48 are read."""
    monday = date.fromisoformat(value)
    return span_text(Span(monday, monday + timedelta(days=6)))


def _instant(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return format_instant(datetime.fromisoformat(value))


def _deadline(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return format_deadline(datetime.fromisoformat(value))


def _money(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return format_money(Decimal(value), details.get("currency") or known.currency)


def _limits(value: Any, details: Mapping[str, Any], known: Known) -> str:
    said = []
    for name, amount in value.items():
        role, _space, remedy = name.partition(" ")
        who, what = ROLE_NAMES.get(role, role), REMEDY_NAMES.get(remedy, remedy)
        said.append(f"{who} · {what} {_money(amount, details, known)}")
    return comma().join(said)


def _person(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return known.names.person(value)


def _category(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return known.names.category(value)


def _level(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return known.levels.get(value) or gettext("changed")


def _reference(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return reference_of(value)


def _upper(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return str(value).upper()


def _clocks(value: Any, details: Mapping[str, Any], known: Known) -> str:
    return clock_names(value)


def _targets(value: Any, details: Mapping[str, Any], known: Known) -> str:
    pairs = (name.partition(":") for name in value)
    return comma().join(row_name(TargetKind(kind), name) for kind, _colon, name in pairs)


def _one_of(*words: Mapping[Any, Any]) -> Reader:
    return lambda value, details, known: str(next((each[value] for each in words if value in each), value))


def _each_of(words: Mapping[Any, Any]) -> Reader:
    return lambda value, details, known: comma().join(str(words.get(name, name)) for name in value)


_FORMS = {"page": _("page"), "file": _("file"), "pdf": "PDF"}
_HOLDS = {
    Hold.OPEN_COMPLAINT: _("Open complaint"),
    Hold.BEREAVEMENT: _("Bereavement"),
    Hold.NO_CONSENT: _("no consent"),
}
_TIES = {kind: name for (kind, is_first), name in TIE_NAMES.items() if is_first}
_SETTINGS = {
    "name": _("Name of the business"),
    "country": _("Country"),
    "region": _("Region or state"),
    "time_zone": _("Time zone"),
    "currency": _("Currency"),
    "languages": _("Languages at the counter"),
    "idle_minutes": _("Lock the screen after minutes without a touch"),
    "leap_day_rule": _("Key dates on 29 February, in other years"),
    "reminder_hour": _("Hour at which reminders go out"),
    "keep_years": _("Keep contacts with whom nothing happens for years (0: for ever)"),
    "code_page": _("Usual encoding of old files"),
}
# Numbers of rows that no page shows, and the money that stands beside an amount.
SILENT = frozenset(
    {"corrects", "currency", "event_id", "follow_up", "preventive_action_id", "remedy_id", "reward", "version"}
)
DETAILS: dict[str, tuple[object, Reader]] = {
    "after": (_("Now"), _plain),
    "already_here": (_("already here"), _plain),
    "amount": (_("Amount"), _money),
    "answer": (_("Answer"), _one_of(ANSWER_NAMES)),
    "archived": (_("archived"), _plain),
    "assignee": (_("By whom"), _person),
    "before": (_("Before"), _plain),
    "cap_days": (_("A complaint waits at most days"), _plain),
    "category_id": (_("Category"), _category),
    "cause": (_("Cause"), _one_of(CAUSE_NAMES)),
    "channel": (_("Channel"), _one_of(CHANNEL_NAMES)),
    "clock": (_("Promise"), _one_of(CLOCK_NAMES)),
    "closed_since": (_("closed"), _plain),
    "complaint_id": (_("Complaint"), _reference),
    "contact": (_("Contact"), _row),
    "contacts": (_("Contacts"), _plain),
    "cost": (_("Cost"), _money),
    "count": (_("Number"), _plain),
    "day": (_("Day"), _day),
    "days": (_("Days"), _days),
    "due": (_("Due"), _day),
    "due_at": (_("Due"), _deadline),
    "erased_again": (_("Erased again"), _plain),
    "excused": (_("Excused"), _plain),
    "follow_up_days": (_("Ask whether it is fixed after days"), _plain),
    "follow_up_on": (_("Follow-up"), _day),
    "form": (_("Form"), _one_of(_FORMS)),
    "format": (_("Form"), _upper),
    "given": (_("Handed over"), _plain),
    "imported": (_("imported"), _plain),
    "in_charge_id": (_("In charge"), _person),
    "in_spite_of": (_("Given in spite of a reason not to"), _each_of(_HOLDS)),
    "is_automatic": (_("by itself"), _plain),
    "is_late": (_("logged later"), _plain),
    "is_proposed": (_("proposed"), _plain),
    "kind": (_("Kind"), _plain),
    "level": (_("Level"), _level),
    "levels": (_("Levels"), _plain),
    "limits": (_("up to"), _limits),
    "made_at": (_("Backup"), _instant),
    "matched": (_("already here"), _plain),
    "measure": (_("Question"), _one_of(MEASURE_NAMES)),
    "merged": (_("Other contact"), _row),
    "monday": (_("Week"), _week),
    "month": (_("from"), _day),
    "moved": (_("Promises moved"), _plain),
    "name": (_("File"), _plain),
    "names": (_("Which"), _plain),
    "needs_approval": (_("waits for a yes"), _plain),
    "new": (_("new"), _plain),
    "next_on": (_("Next try"), _day),
    "notice_days": (_("Notice, days ahead"), _plain),
    "only_thanks": (_("Only thanks"), _plain),
    "other": (_("Other contact"), _row),
    "other_id": (_("Other contact"), _row),
    "page": (_("Page"), _plain),
    "pause_cap_days": (_("A complaint waits at most days"), _plain),
    "purpose": (_("Purpose"), _one_of(PURPOSE_NAMES)),
    "reason": (_("Reason"), _plain),
    "remedy": (_("Remedy"), _one_of(REMEDY_NAMES)),
    "removed": (_("removed"), _plain),
    "restored": (_("restored"), _plain),
    "resume_at": (_("Waits until"), _deadline),
    "resume_on": (_("Waits until"), _day),
    "role": (_("Role"), _one_of(ROLE_NAMES)),
    "root_cause_id": (_("Root cause"), _category),
    "rows": (_("Rows"), _plain),
    "severity": (_("Severity"), _one_of(SEVERITY_NAMES)),
    "surprises": (_("Suggest people to surprise each week"), _plain),
    "true_at": (_("When"), _instant),
    "until": (_("until"), _day),
    "was": (_("Before"), _day),
    "was_handed_over": (_("Handed over"), _plain),
    "way": (_("How"), _one_of(WAY_NAMES)),
    "week": (_("Week"), _week),
    "with_contact": (_("with a contact"), _plain),
    "wrong": (_("not imported"), _plain),
}
# Where a key means something else: by the area of the action, or by the action.
_ELSEWHERE: dict[tuple[str, str], Reader] = {
    ("backup", "kind"): _one_of(BACKUP_NAMES, {"command": BACKUP_NAMES[Kind.BY_HAND]}),
    ("catalogue_reward", "kind"): _one_of(REWARD_KIND_NAMES),
    ("complaint", "reason"): _one_of(PAUSE_NAMES),
    ("complaint", "removed"): _clocks,
    ("complaint.assigned", "after"): _person,
    ("complaint.assigned", "before"): _person,
    ("complaint.category-changed", "after"): _category,
    ("complaint.category-changed", "before"): _category,
    ("complaint.severity-changed", "after"): _one_of(SEVERITY_NAMES),
    ("complaint.severity-changed", "before"): _one_of(SEVERITY_NAMES),
    ("contact", "kind"): _one_of(_TIES),
    ("contact", "names"): _each_of(CONTACT_NAMES),
    ("contact_field", "kind"): _one_of(FIELD_KIND_NAMES),
    ("customer", "reason"): _one_of(LOST_NAMES),
    ("feedback_settings", "names"): _each_of(SETTING_NAMES),
    ("interaction", "kind"): _one_of(KIND_NAMES),
    ("key_date", "kind"): _one_of(DATE_NAMES),
    ("moment", "kind"): _one_of(MOMENT_NAMES),
    ("moment_setting", "kind"): _one_of(MOMENT_NAMES),
    ("reward", "kind"): _one_of(REWARD_KIND_NAMES),
    ("reward", "reason"): _one_of(REWARD_KIND_NAMES, MOMENT_NAMES),
    ("settings", "names"): _each_of(_SETTINGS),
    ("staff", "after"): _one_of(ROLE_NAMES),
    ("staff", "before"): _one_of(ROLE_NAMES),
    ("targets", "names"): _targets,
}


def detail_texts(action: str, details: Mapping[str, Any], known: Known) -> list[tuple[str, str]]:
    """Return the details of an event as pairs of a name and a value; what says nothing is left out."""
    area = action.partition(".")[0]
    pairs = []
    for key, value in details.items():
        if value in (None, [], {}) or key in SILENT or (key == "resume_on" and "resume_at" in details):
            continue
        name, usual = DETAILS.get(key, (key.replace("_", " "), _plain))
        reader = _ELSEWHERE.get((action, key)) or _ELSEWHERE.get((area, key)) or usual
        pairs.append((str(name), _read(reader, value, details, known)))
    return pairs


def _read(reader: Reader, value: Any, details: Mapping[str, Any], known: Known) -> str:
    """Read a value; one of another time of the program, of another shape, is shown as it is."""
    try:
        return reader(value, details, known)
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError):
        return str(value)
