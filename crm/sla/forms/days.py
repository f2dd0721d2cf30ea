"""Forms of the opening hours, dated exceptions and public holidays: shape, parsing, sentences beside the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from crm.shared.formatting import comma
from crm.shared.forms import BaseForm, OnceForm, RowForm, VersionForm, choices
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.decisions import DayDecision
from crm.sla.models import CalendarVersion
from crm.sla.opening_hours import (
    BadOpeningHours,
    OverlappingHours,
    Period,
    format_periods,
    overlap_in_week,
    parse_periods,
)
from crm.sla.public_holidays import Proposal
from crm.sla.words import day_words, overlap_in_day, overlap_sentence

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDED = _("Please fill this in.")
DATE_NEEDED = _("Choose a date.")


def _periods_of(field: StringField) -> list[Period] | None:
    """Return the periods typed in a field, or None with a sentence beside it."""
    try:
        return parse_periods(field.data or "")
    except OverlappingHours as refusal:
        field.errors = [overlap_in_day(refusal.first, refusal.second)]
    except BadOpeningHours as refusal:
        field.errors = [gettext(refusal.sentence)]
    return None


class StartForm(OnceForm):
    """A new version: from when it holds, and which version the person saw."""

    valid_from = DateField(_("Holds from"), validators=[Optional()])
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def saw(self, newest: int) -> None:
        """Note that the person has now seen the newest version, and so may save over it."""
        self.seen.raw_data, self.seen.data = None, newest

    def starts_later(self, today: date) -> bool | None:
        """Tell whether it holds from a later day on; None with a sentence for a day that is over."""
        if self.valid_from.data is None or self.valid_from.data == today:
            return False
        if self.valid_from.data < today:
            self.valid_from.errors = [gettext("Choose a day to come, or leave it empty for from now on.")]
            return None
        return True


class OpeningHoursForm(StartForm):
    """The hours of the seven days, as people write them."""

    monday = StringField(_("Monday"))
    tuesday = StringField(_("Tuesday"))
    wednesday = StringField(_("Wednesday"))
    thursday = StringField(_("Thursday"))
    friday = StringField(_("Friday"))
    saturday = StringField(_("Saturday"))
    sunday = StringField(_("Sunday"))

    def fill(self, version: CalendarVersion, seen: int) -> None:
        """Show the hours of a version."""
        for number, day in enumerate(DAYS):
            self[day].data = format_periods(version.weekly.get(str(number), []))
        self.saw(seen)

    def weekly(self) -> dict[str, list[Period]] | None:
        """Return the week, or None with a sentence beside each day that cannot be used."""
        read = {str(number): _periods_of(self[day]) for number, day in enumerate(DAYS)}
        weekly = {day: periods for day, periods in read.items() if periods is not None}
        if len(weekly) < len(DAYS):
            return None
        if not any(weekly.values()):
            self.monday.errors = [gettext("Name at least one day on which you are open.")]
            return None
        overlap = overlap_in_week(weekly)
        if overlap is not None:
            self[DAYS[overlap.next_day]].errors = [overlap_sentence(overlap)]
            return None
        return weekly


class DayForm(OnceForm):
    """One date that is not as usual: closed, or open at other hours."""

    on = DateField(_("Date"), validators=[InputRequired(DATE_NEEDED)])
    kind = RadioField(
        _("On that day"),
        choices=choices([("closed", _("Closed")), ("hours", _("Open at other hours"))]),
        default="closed",
    )
    hours = StringField(_("Hours"), validators=[Length(max=120)])
    name = StringField(_("Name"), validators=[Length(max=80)])

    def decision(self) -> DayDecision | None:
        """Return what was decided, or None with a sentence beside the hours."""
        if self.kind.data == "closed":
            return DayDecision([], self.name.data or "", self._reason())
        periods = _periods_of(self.hours)
        if periods is not None and not periods:
            self.hours.errors = [gettext("Write the hours of that day, as 09:00-13:00.")]
            return None
        return None if periods is None else DayDecision(periods, self.name.data or "", self._reason())

    def _reason(self) -> str:
        return ""


class PastDayForm(DayForm):
    """How a past date truly was, and why that is only said now."""

    reason = TextAreaField(_("Why is this corrected?"), validators=[DataRequired(NEEDED), Length(max=300)])

    def _reason(self) -> str:
        return self.reason.data or ""


class RegionForm(BaseForm):
    """The state or region of the business."""

    region = SelectField(_("State or region"), validate_choice=False)


class ProposalFields(RowForm):
    """What the owner decides about one public holiday."""

    kind = SelectField(
        _("On that day"),
        choices=choices(
            [
                ("", _("not decided")),
                ("closed", _("closed")),
                ("usual", _("open as usual")),
                ("hours", _("other hours")),
            ]
        ),
        default="",
    )
    hours = StringField(_("Hours"), validators=[Length(max=120)])


class HolidaysForm(OnceForm, VersionForm):
    """The proposals of two years, each with its decision."""

    rows: list[tuple[Proposal, Any]]

    @classmethod
    def of(cls, proposals: Sequence[Proposal], decided: Mapping[str, Mapping[str, Any]], **given: Any) -> HolidaysForm:
        """Return a form with one line a proposal, showing what was decided."""
        fields = {f"day_{each.on:%Y%m%d}": FormField(ProposalFields) for each in proposals}
        shown = {
            f"day_{each.on:%Y%m%d}": _shown(decided[each.on.isoformat()])
            for each in proposals
            if each.on.isoformat() in decided
        }
        form: HolidaysForm = type("HolidaysOfCountry", (cls,), fields)(**given, data=shown)
        form.rows = [(each, form[f"day_{each.on:%Y%m%d}"]) for each in proposals]
        return form

    def stored_texts(self, decided: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
        """Return each holiday whose decision differs from what was typed, and what was decided."""
        texts = []
        for proposal, row in self.rows:
            entry = decided.get(proposal.on.isoformat())
            held = _shown(entry) if entry else {"kind": "", "hours": ""}
            typed = (row.form.kind.data, row.form.hours.data if row.form.kind.data == "hours" else "")
            if typed != (held["kind"], held["hours"]):
                labels = {each.value: str(each.label) for each in row.form.kind.choices}
                texts.append(
                    (f"{proposal.name}{comma()}{day_words(proposal.on)}", held["hours"] or labels[held["kind"]])
                )
        return texts

    def decisions(self, every: str) -> dict[date, DayDecision] | None:
        """Return what is decided, or None with a sentence beside hours that cannot be read.

        `every` "closed": what is not decided yet is closed.
        """
        decided: dict[date, DayDecision] = {}
        for proposal, row in self.rows:
            kind = row.form.kind.data or every
            periods = _periods_of(row.form.hours) if kind == "hours" else []
            if periods is None or (kind == "hours" and not periods):
                row.form.hours.errors = row.form.hours.errors or [gettext("Write the hours of that day.")]
                return None
            if kind:
                decided[proposal.on] = DayDecision(None if kind == "usual" else periods, proposal.name)
        return decided


def _shown(entry: Mapping[str, Any]) -> dict[str, str]:
    periods = entry["periods"]
    if periods is None:
        return {"kind": "usual", "hours": ""}
    return {"kind": "hours" if periods else "closed", "hours": format_periods(periods)}


class DayNameForm(BaseForm):
    """A date to take a decision back for."""

    on = HiddenField()
