"""The form of a key date: a date typed freely, with or without its year."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from crm.accounts.models import Business
from crm.contacts.importing.dates import UnreadableDateError, usual_date_order
from crm.contacts.key_date_rules import LONGEST_NOTICE, KeyDateFacts, KeyDateKind, usually_repeats
from crm.contacts.key_date_words import KIND_NAMES, read_day
from crm.shared.errors import Refused
from crm.shared.formatting import locale
from crm.shared.forms import BaseForm, OnceForm, VersionForm, choices
from crm.shared.text import ascii_digits
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

_NEEDED = _("Please fill this in.")


class DayCount(IntegerField):
    """A number of days, in any script's digits."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the digits as ASCII."""
        super().process_formdata([ascii_digits(value) for value in valuelist])


class KeyDateForm(OnceForm):
    """A new key date of a contact."""

    kind = SelectField(_("What"), id="key-date-kind", choices=choices(KIND_NAMES.items()))
    day = StringField(_("Date"), id="key-date-day", validators=[DataRequired(_NEEDED), Length(max=40)])
    label = StringField(_("In your own words"), id="key-date-label", validators=[Length(max=80)])
    notice_days = DayCount(
        _("Notice, days ahead"),
        id="key-date-notice",
        default=0,
        validators=[Optional(), NumberRange(0, LONGEST_NOTICE, _("Between 0 and 90 days."))],
    )
    is_once = BooleanField(_("only this once"), id="key-date-once")

    def facts(self, business: Business, today: date) -> KeyDateFacts | None:
        """Return what was typed, or None with a sentence beside the field that is wrong."""
        order, kind = usual_date_order(business.country), KeyDateKind(self.kind.data)
        try:
            day, month, year = read_day(self.day.data, language=locale().language, order=order, today=today)
        except UnreadableDateError:
            self.day.errors = [gettext("Write a date such as 12/8, 12 August or 1990-08-12.")]
            return None
        try:
            return KeyDateFacts(
                kind=kind,
                day=day,
                month=month,
                year=year,
                label=self.label.data or "",
                repeats=not self.is_once.data and usually_repeats(kind, year),
                notice_days=self.notice_days.data or 0,
            )
        except Refused as refusal:
            field = self.label if kind is KeyDateKind.OTHER and not self.label.data else self.day
            field.errors = [gettext(refusal.sentence)]
            return None


class KeyDateChangeForm(KeyDateForm, VersionForm):
    """Another day, kind or notice for a key date; carries the version that the person saw."""


class OccurrenceForm(BaseForm):
    """One occurrence of a key date: seen to, or not after all."""

    falls_on = DateField(widget=HiddenInput(), validators=[InputRequired()])
    is_done = HiddenField(default="yes")
