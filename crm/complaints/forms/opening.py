"""The form in which a complaint is opened, in less than twenty seconds by keyboard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from crm.complaints.actions.opening import NewComplaint
from crm.complaints.queries.pages import Rows
from crm.complaints.rules.steps import LONGEST_TITLE
from crm.complaints.words import SEVERITY_NAMES
from crm.contacts.rules import Channel
from crm.interactions.models import Interaction
from crm.interactions.rules import FAST_CLOCK, moment_of
from crm.interactions.words import CHANNEL_NAMES
from crm.shared.bounds import HIGHEST_NUMBER
from crm.shared.forms import OnceForm, choices
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.shared.zones import zone_named
from crm.sla.rules import Severity

LONGEST_WORDS = 10_000
JUST_NOW = timedelta(minutes=1)
TOO_LONG = _("That is too long.")


def id_or_none(value: Any) -> int | None:
    """Return a chosen id, None for the empty choice."""
    return int(value) if value not in {None, "", "None"} else None


def staff_choices(rows: Rows, nobody: Any, *, also: int | None = None) -> list[Any]:
    """Return nobody and everybody who may be named, with the person who is named already."""
    people = [(str(each[0]), each[1]) for each in rows.staff if each[2] or each[0] == also]
    return choices([("", nobody), *people])


def category_choices(rows: Rows, none: Any, *, also: int | None = None) -> list[Any]:
    """Return no category and those that can be chosen, with the one that is chosen already."""
    causes = [(str(each[0]), each[1]) for each in rows.categories if each[2] or each[0] == also]
    return choices([("", none), *causes])


class WhenFields:
    """When it happened, if not now, on the business's clock."""

    _now: datetime
    _zone: str
    occurred_at: DateTimeLocalField

    def validate_occurred_at(self, field: DateTimeLocalField) -> None:
        """Refuse a time to come."""
        moment = self.moment()
        if moment is not None and moment - self._now > FAST_CLOCK:
            raise ValidationError(gettext("This lies in the future. Log what has happened."))

    def moment(self) -> datetime | None:
        """Return the instant that was typed, None for now."""
        wall = self.occurred_at.data
        return moment_of(wall, self._zone) if wall else None


class OpenForm(WhenFields, OnceForm):
    """A new complaint: channel, words, category, severity, when."""

    entry = IntegerField(widget=HiddenInput(), validators=[Optional(), NumberRange(0, HIGHEST_NUMBER)])
    channel = RadioField(_("Channel"), choices=choices(CHANNEL_NAMES.items()), default=Channel.PHONE)
    words = TextAreaField(
        _("In the customer's words"),
        validators=[DataRequired(_("Write what the customer said.")), Length(max=LONGEST_WORDS, message=TOO_LONG)],
    )
    title = StringField(_("Title, if a short one helps"), validators=[Length(max=LONGEST_TITLE, message=TOO_LONG)])
    category_id = SelectField(_("Category"), coerce=id_or_none)
    severity = RadioField(_("Severity"), choices=choices(SEVERITY_NAMES.items()), default=Severity.NORMAL)
    in_charge_id = SelectField(_("In charge"), coerce=id_or_none)
    occurred_at = DateTimeLocalField(_("When, if not now"), format="%Y-%m-%dT%H:%M", validators=[Optional()])
    reason = StringField(
        _("Why it is written down only now, if over an hour later"), validators=[Length(max=240, message=TOO_LONG)]
    )

    def __init__(self, *args: Any, now: datetime, zone: str, rows: Rows, by_id: int, **kwargs: Any) -> None:
        """Take the instant, the business's clock, and who and what may be chosen; oneself is in charge."""
        super().__init__(*args, **kwargs)
        self._now, self._zone = now, zone
        self.category_id.choices = category_choices(rows, _("not sure yet"))
        self.in_charge_id.choices = staff_choices(rows, _("nobody yet"))
        if not self.is_submitted():
            self.in_charge_id.data = by_id

    def begin_with(self, told: Interaction) -> None:
        """Take channel, words and, unless it was just now, the time of an entry: the clocks start when it happened."""
        self.entry.data = told.id
        self.channel.data, self.words.data = told.channel, told.note
        if self._now - told.occurred_at > JUST_NOW:
            there = told.occurred_at.astimezone(zone_named(self._zone))
            self.occurred_at.data = there.replace(tzinfo=None, second=0, microsecond=0)

    def new_complaint(self) -> NewComplaint:
        """Return what was written, after validation."""
        return NewComplaint(
            channel=self.channel.data,
            words=self.words.data or "",
            title=self.title.data or "",
            severity=self.severity.data,
            category_id=self.category_id.data,
            in_charge_id=self.in_charge_id.data,
            occurred_at=self.moment(),
            reason=self.reason.data or "",
            entry_id=self.entry.data,
        )
