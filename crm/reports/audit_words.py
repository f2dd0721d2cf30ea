"""How the audit trail reads: what was changed and how, in the owner's language."""

from __future__ import annotations

from collections.abc import Mapping

from crm.accounts.models import Staff
from crm.complaints.rules import EventKind, reference_of
from crm.contacts.paths import contact_path
from crm.reports.record_words import EVENT_NAMES
from crm.shared.formatting import locale
from crm.shared.models import AuditEvent
from crm.shared.native import native
from crm.shared.translating import lazy_gettext as _

AREAS = {
    "access": _("Page"),
    "alert_address": _("Address for alerts"),
    "authority_limits": _("Authority limits"),
    "backup": _("Backup"),
    "bereavement": _("Bereavement"),
    "breach": _("Broken promise"),
    "business": _("Business"),
    "calendar": _("Opening hours"),
    "canned_notes": _("Texts often used"),
    "catalogue_reward": _("Reward of the catalogue"),
    "cause_category": _("Cause"),
    "clocks": _("Running clocks"),
    "complaint": _("Complaint"),
    "consent": _("Consent"),
    "contact": _("Contact"),
    "contact_field": _("Own field"),
    "contacts": _("Contacts"),
    "counter_link": _("Link at the counter"),
    "customer": _("Customer"),
    "daily_sheet": _("Daily sheet"),
    "demo": _("Demo data"),
    "feedback": _("Feedback"),
    "feedback_settings": _("Feedback"),
    "follow_up": _("Follow-up"),
    "import": _("Import"),
    "interaction": _("Entry"),
    "key_date": _("Key date"),
    "language": _("Language"),
    "level": _("Level"),
    "levels": _("Levels"),
    "logo": _("Logo"),
    "loyalty_report": _("Loyalty report"),
    "message": _("Message"),
    "moment": _("Moment"),
    "moment_setting": _("Moments"),
    "moments": _("Moments"),
    "password": _("Password"),
    "preventive_action": _("Preventive action"),
    "recognition": _("Recognition"),
    "recovery": _("Recovery"),
    "reward": _("Reward"),
    "reward_budget": _("Budget for rewards"),
    "saved_view": _("Saved view"),
    "session": _("Sign-in"),
    "settings": _("Settings"),
    "staff": _("Staff"),
    "surprise": _("Surprise"),
    "surprises": _("Surprises"),
    "targets": _("Response times"),
    "week": _("Review of the week"),
}
DEEDS = {
    "added": _("added"),
    "all_refused": _("everything refused"),
    "answered": _("answered"),
    "archived": _("archived"),
    "asked": _("asked for"),
    "assigned": _("given to somebody"),
    "block_withdrawn": _("block taken back"),
    "blocked": _("blocked"),
    "calendar_address_made": _("calendar address made"),
    "calendar_address_withdrawn": _("calendar address taken back"),
    "cause_named": _("cause named"),
    "certificate_printed": _("certificate printed"),
    "changed": _("changed"),
    "closed": _("closed"),
    "columns_chosen": _("columns chosen"),
    "corrected": _("corrected"),
    "created": _("added"),
    "day_withdrawn": _("day taken back"),
    "days_decided": _("days decided"),
    "departed": _("has left"),
    "disabled": _("disabled"),
    "discarded": _("given up"),
    "disclosed": _("record given out"),
    "dismissed": _("dismissed"),
    "done": _("done"),
    "downloaded": _("downloaded"),
    "edited": _("changed"),
    "enabled": _("let in again"),
    "encoding_chosen": _("letters of the file chosen"),
    "ended": _("ended"),
    "ended_everywhere": _("ended everywhere"),
    "erased": _("erased"),
    "exported": _("exported"),
    "found_distinct": _("found to be somebody else"),
    "given": _("given"),
    "given_up": _("given up"),
    "grant_ended": _("ended"),
    "greeted": _("greeted"),
    "greeting_taken_back": _("greeting taken back"),
    "handed_over": _("handed over"),
    "invitation_link_made": _("invitation link made"),
    "issued": _("issued"),
    "link_made": _("link made"),
    "letter_printed": _("letter printed"),
    "lifted": _("taken back"),
    "loaded": _("loaded"),
    "log_accepted": _("log accepted"),
    "log_imported": _("log imported"),
    "logged": _("logged"),
    "made": _("made"),
    "merge_undone": _("merging undone"),
    "merged": _("merged"),
    "noted": _("noted"),
    "notices_given": _("reminders given"),
    "opened": _("opened"),
    "password_changed": _("password changed"),
    "past_corrected": _("a past day corrected"),
    "pin_changed": _("PIN changed"),
    "planned": _("planned"),
    "postponed": _("postponed"),
    "printed": _("printed"),
    "proposed": _("proposed"),
    "received": _("received"),
    "refused": _("refused"),
    "removed": _("removed"),
    "reopened": _("reopened"),
    "replaced": _("replaced"),
    "reset_link_made": _("link for a new password made"),
    "restored": _("restored"),
    "retired": _("retired"),
    "returned": _("brought back"),
    "role_changed": _("role changed"),
    "sent_again": _("sent again"),
    "set_up": _("set up"),
    "sign_in_failed": _("failed"),
    "started": _("started"),
    "suggested": _("suggested"),
    "taken_back": _("taken back"),
    "taken_over": _("taken over"),
    "terms_applied": _("new terms applied"),
    "tied": _("tie added"),
    "undo_started": _("undoing started"),
    "undone": _("undone"),
    "unlocked": _("unlocked"),
    "untied": _("tie removed"),
    "wrong_pin": _("wrong PIN"),
}
_EVENTS: Mapping[str, object] = {kind.value: EVENT_NAMES[kind] for kind in EventKind if kind in EVENT_NAMES}


def action_text(action: str) -> str:
    """Return what was done: "Contact: archived"."""
    area, _dot, deed = action.partition(".")
    known = _EVENTS if area == "complaint" and deed in _EVENTS else DEEDS
    return f"{AREAS.get(area, _plain(area))}: {known.get(deed, _plain(deed))}"


def record_text(event: AuditEvent, people: Mapping[int, Staff]) -> str:
    """Return what record an event is about, by its name, reference or number; nothing where a number says nothing."""
    if event.subject_id is None or event.subject_type not in AREAS:
        return ""
    if event.subject_type == "staff" and event.subject_id in people:
        return people[event.subject_id].name
    if event.subject_type == "complaint":
        return reference_of(event.subject_id)
    return f"{AREAS[event.subject_type]} {native(str(event.subject_id), locale())}"


def record_address(event: AuditEvent) -> str | None:
    """Return the page of the record of an event, None where it has none."""
    if event.subject_id is None or event.subject_type not in {"contact", "complaint", "staff"}:
        return None
    if event.subject_type == "contact":
        return contact_path(event.subject_id)
    return f"/{'complaints' if event.subject_type == 'complaint' else 'staff'}/{event.subject_id}"


def _plain(word: str) -> str:
    return word.replace("_", " ")
