"""How the record of a contact reads on paper: titles, the names of columns, fixed words in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.contacts.forms.consent import PURPOSE_NAMES, SOURCE_NAMES
from crm.contacts.forms.labels import CHANNEL_NAMES, KIND_NAMES, PLACE_NAMES, TIE_NAMES
from crm.contacts.key_date_words import KIND_NAMES as DATE_NAMES
from crm.shared.formatting import LANGUAGE_NAMES
from crm.shared.translating import lazy_gettext as _

TABLE_NAMES = {
    "contact": _("The contact"),
    "contact_phone": _("Phones"),
    "contact_email": _("Emails"),
    "contact_address": _("Addresses"),
    "contact_link": _("Web pages and profiles"),
    "contact_tag": _("Tags"),
    "contact_tie": _("Ties to others"),
    "contact_field_value": _("Own fields"),
    "key_date": _("Key dates"),
    "key_date_notice": _("Notices of key dates"),
    "consent": _("Consent"),
    "interaction": _("History"),
    "follow_up": _("Follow-ups"),
    "reward": _("Rewards"),
    "moment": _("Moments worth a treat"),
    "surprise_suggestion": _("Suggested for a surprise"),
    "bereavement": _("Notes of bereavement"),
    "tact_decision": _("Given in spite of a reason not to"),
    "member_standing": _("Recognition"),
    "level_grant": _("Given by hand"),
    "level_change": _("How they moved"),
    "departure": _("Why they left"),
    "complaint": _("Complaints"),
    "complaint_link": _("Belongs together with"),
    "complaint_event": _("What happened"),
    "complaint_clock": _("What we promised"),
    "remedy": _("Remedies"),
    "breach_review": _("Broken promises"),
    "preventive_action": _("What we do about it"),
    "contact_change": _("Changes by imports"),
    "contact_merge": _("Merges"),
    "distinct_pair": _("Found to be different from others"),
    "erasure_request": _("Wishes to be erased"),
    "audit_event": _("Who opened or changed this record"),
}
# What is technical, or said by another column already; the machine-readable file has it all the same.
HIDDEN = {
    *("id", "version", "position", "sort_name", "folded", "contact_id", "subject_type", "subject_id", "before"),
    *("text_version", "occurrence", "number", "is_listed", "reckoned_on", "cycle", "is_imported", "details"),
    *("warning_at", "safe_at", "alert_at", "due_soon_at", "due_kind", "counted_seconds", "real_seconds"),
    *("month", "year", "overdue_percent", "follow_up_tries", "held_by", "is_up", "is_seen_by_customer"),
    *("paused_until", "currency", "message_waiting_at", "version_after"),
}
COLUMN_NAMES = {
    "name": _("Name"),
    "raw": _("Number"),
    "e164": _("International number"),
    "at": _("When"),
    "occurred_at": _("When"),
    "logged_at": _("Written down"),
    "is_given": _("Allowed"),
    "by_id": _("By"),
    "staff_id": _("By"),
    "actor_id": _("By"),
    "field_id": _("Field"),
    "tag_id": _("Tag"),
    "created_at": _("Created"),
    "created_by_id": _("noted by"),
    "channel": _("Channel"),
    "address": _("Address"),
    "updated_at": _("changed"),
    "purpose": _("What it is for"),
    "direction": _("Who began"),
    "outcome": _("Outcome"),
    "note": _("Note"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "is_late": _("logged later"),
    "praised_id": _("Who is praised"),
    "day": _("Date"),
    "repeats": _("Every year"),
    "notice_days": _("Notice, days ahead"),
    "level_id": _("Level"),
    "from_level_id": _("Before"),
    "to_level_id": _("Level"),
    "since_on": _("since"),
    "until": _("Until"),
    "grace_until": _("Until"),
    "visits_12m": _("Visits in 12 months"),
    "visits_total": _("Visits so far"),
    "spend_12m": _("Spent in 12 months"),
    "median_gap_days": _("Usual days between visits"),
    "last_visit_on": _("last seen"),
    "customer_since_on": _("Became a customer"),
    "first_visit_on": _("First visit"),
    "referrals": _("Referrals"),
    "falls_on": _("Date"),
    "proposed_at": _("Created"),
    "suggested_at": _("Created"),
    "is_dismissed": _("dismissed"),
    "catalogue_id": _("Reward"),
    "cost": _("Cost"),
    "reason": _("Reason"),
    "code": _("Code of a voucher"),
    "issued_at": _("Issued"),
    "issued_by_id": _("Given by"),
    "expires_on": _("Until"),
    "handed_over_at": _("Handed over"),
    "handed_over_by_id": _("By whom"),
    "taken_back_at": _("Taken back"),
    "taken_back_by_id": _("By whom"),
    "take_back_reason": _("Reason"),
    "task": _("What is to be done"),
    "due_on": _("Due"),
    "due_at": _("Due"),
    "next_due_at": _("Due"),
    "assignee_id": _("Who sees to it"),
    "owner_id": _("Who sees to it"),
    "in_charge_id": _("In charge"),
    "done_at": _("Done"),
    "done_by_id": _("By whom"),
    "title": _("Title"),
    "words": _("In the customer's words"),
    "text": _("Text"),
    "severity": _("Severity"),
    "status": _("Status"),
    "category_id": _("Category"),
    "opened_by_id": _("noted by"),
    "acknowledged_at": _("Acknowledged"),
    "resolved_at": _("Resolved"),
    "followed_up_at": _("Followed up"),
    "is_satisfied": _("Satisfied"),
    "closed_at": _("Closed"),
    "root_cause_id": _("Root cause"),
    "root_cause": _("Why they happened"),
    "cause": _("Cause"),
    "started_at": _("from"),
    "stopped_at": _("Ended"),
    "result": _("Outcome"),
    "offered_by_id": _("By whom"),
    "offered_at": _("Offered"),
    "needs_approval": _("waits for a yes"),
    "given_at": _("Given"),
    "given_by_id": _("Given by"),
    "decided_at": _("decided"),
    "decided_by_id": _("By whom"),
    "is_approved": _("Agreed"),
    "changed_on": _("Date"),
    "why": _("Why"),
    "week": _("The week"),
    "noted_at": _("Written down"),
    "noted_by_id": _("noted by"),
    "archived_at": _("Archived"),
    "blocked_at": _("blocked"),
    "erased_at": _("Erased"),
    "lifted_at": _("Removed"),
    "lifted_by_id": _("By whom"),
    "waiting_until": _("Until"),
    "follow_up_on": _("Follow up"),
    "street": _("Street and number"),
    "locality": _("Town"),
    "region": _("Region or state"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "value": _("Value"),
    "url": _("Web address"),
    "undone_at": _("undone"),
    "requested_at": _("Created"),
    "requested_by_id": _("noted by"),
    "withdrawn_at": _("Withdrawn"),
    "due_time": _("Hour"),
    "edited_at": _("Correction"),
    "label": _("Name"),
    "from_on": _("from"),
    "until_on": _("Until"),
    "ended_at": _("Ended"),
    "ended_by_id": _("By whom"),
    "settled_at": _("decided"),
    "settled_by_id": _("By whom"),
    "dismissal": _("Reason"),
    "reward_id": _("Reward"),
    "holds": _("Reason"),
    "description": _("What"),
}
_value_names: dict[tuple[str, str], Mapping[Any, Any]] = {}


def tell_values(table: str, **columns: Mapping[Any, Any]) -> None:
    """Say how the fixed words of a table's columns read in a record; each domain does so for its own tables."""
    _value_names.update({(table, column): names for column, names in columns.items()})


def told_value(table: str, column: str, value: str) -> str | None:
    """Return how a fixed word reads; None for what was written in words of one's own."""
    name = _value_names.get((table, column), {}).get(value)
    return None if name is None else str(name)


tell_values("contact", kind=KIND_NAMES, preferred_channel=CHANNEL_NAMES, language=LANGUAGE_NAMES)
tell_values("contact_phone", kind=PLACE_NAMES)
tell_values("contact_email", kind=PLACE_NAMES)
tell_values("contact_address", kind=PLACE_NAMES)
tell_values("contact_tie", kind={kind: name for (kind, is_first), name in TIE_NAMES.items() if is_first})
tell_values("key_date", kind=DATE_NAMES)
tell_values("consent", channel=CHANNEL_NAMES, purpose=PURPOSE_NAMES, source=SOURCE_NAMES)
