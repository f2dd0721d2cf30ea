"""Forms of the quick log, the change of an entry, follow-ups and canned notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol

from babel.numbers import get_currency_precision
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import Length, Optional, ValidationError

from crm.accounts.models import Business
from crm.contacts.rules import Channel
from crm.interactions import rules
from crm.interactions.models import Interaction
from crm.interactions.rules import Direction, DueDay, Entry, Kind, Task
from crm.interactions.words import CHANNEL_NAMES, DIRECTION_NAMES, DUE_NAMES, KIND_NAMES, OUTCOME_NAMES
from crm.shared.errors import Refused
from crm.shared.formatting import local
from crm.shared.forms import BaseForm, OnceForm, VersionForm, choices
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _

LONGEST_NOTE = 10_000
_TOO_LONG = _("That is too long.")


class Named(Protocol):
    """Somebody who may be named in a form."""

    @property
    def id(self) -> int:
        """Return the id of the person."""

    @property
    def name(self) -> str:
        """Return the name of the person."""


def _id_or_none(value: Any) -> int | None:
    return int(value) if value not in {None, "", "None"} else None


def staff_choices(staff: Sequence[Named], nobody: Any) -> list[Any]:
    """Return nobody and everybody who may be named."""
    return choices([("", nobody), *((str(person.id), person.name) for person in staff)])


class EntryForm(BaseForm):
    """What happened: on which channel, what about, what was said."""

    channel = RadioField(_("Channel"), choices=choices(CHANNEL_NAMES.items()), default=Channel.PHONE)
    direction = RadioField(_("Who began"), choices=choices(DIRECTION_NAMES.items()), default=Direction.IN)
    outcome = RadioField(_("Outcome"), choices=choices(OUTCOME_NAMES.items()), default="")
    kind = RadioField(_("About"), choices=choices(KIND_NAMES.items()), default=Kind.ENQUIRY)
    note = TextAreaField(_("What happened?"), validators=[Length(max=LONGEST_NOTE, message=_TOO_LONG)])
    amount = StringField(_("Amount"), validators=[Length(max=40, message=_TOO_LONG)])
    occurred_at = DateTimeLocalField(_("When, if not now"), format="%Y-%m-%dT%H:%M", validators=[Optional()])
    praised_id = SelectField(_("Who is praised"), coerce=_id_or_none, validate_choice=True)

    def __init__(self, *args: Any, now: datetime, staff: Sequence[Named], business: Business, **kwargs: Any) -> None:
        """Take the instant, the people who may be named, and the business's money and clock."""
        super().__init__(*args, **kwargs)
        self._now, self._zone, self._currency = now, business.time_zone, business.currency
        self._amount: Decimal | None = None
        self.praised_id.choices = staff_choices(staff, _("nobody by name"))
        self.outcome.validate_choice = False

    def validate_outcome(self, field: RadioField) -> None:
        """Take one of the outcomes, or none."""
        if field.data and field.data not in OUTCOME_NAMES:
            raise ValidationError(gettext("Choose one of the outcomes."))

    def validate_note(self, field: TextAreaField) -> None:
        """Ask for a few words unless the kind or the outcome says it all."""
        outcome = rules.outcome_of(self.channel.data, self.outcome.data if self.outcome.data in OUTCOME_NAMES else "")
        _refuse(lambda: rules.check_note(self.kind.data, outcome, field.data or ""))

    def validate_amount(self, field: StringField) -> None:
        """Read the amount in the digits in which it was typed."""
        decimals = get_currency_precision(self._currency)
        self._amount = _refuse(lambda: rules.parse_amount(field.data or "", decimals))

    def validate_occurred_at(self, field: DateTimeLocalField) -> None:
        """Refuse a time to come."""
        _refuse(lambda: rules.occurred(self._moment(), self._now))

    def _moment(self) -> datetime | None:
        wall = self.occurred_at.data
        return rules.moment_of(wall, self._zone) if wall else None

    def entry(self) -> Entry:
        """Return what was written, after validation."""
        return Entry(
            channel=self.channel.data,
            direction=self.direction.data,
            outcome=self.outcome.data or "",
            kind=self.kind.data,
            note=self.note.data or "",
            amount=self._amount,
            currency=self._currency,
            praised_id=self.praised_id.data,
            occurred_at=self._moment(),
        )


class LogForm(EntryForm, OnceForm):
    """The quick log: an entry and, if something follows from it, a follow-up."""

    due = RadioField(_("Follow up"), choices=choices([("", _("No")), *DUE_NAMES.items()]), default="")
    due_on = DateField(_("Day"), validators=[Optional()])
    due_time = TimeField(_("Hour, if it matters"), validators=[Optional()])
    task = StringField(_("What is to be done"), validators=[Length(max=rules.LONGEST_TASK, message=_TOO_LONG)])
    assignee_id = SelectField(_("By whom"), coerce=_id_or_none)

    def __init__(self, *args: Any, staff: Sequence[Named], by_id: int, **kwargs: Any) -> None:
        """Offer everybody for the follow-up, oneself first."""
        super().__init__(*args, staff=staff, **kwargs)
        self.assignee_id.choices = staff_choices(staff, _("nobody yet"))
        if not self.is_submitted():
            self.assignee_id.data = by_id

    def validate_due(self, field: RadioField) -> None:
        """Refuse a day that has passed, or none at all."""
        self._due_day()

    def validate_task(self, field: StringField) -> None:
        """Ask what is to be done unless the note says it."""
        if self.due.data:
            _refuse(lambda: rules.task_of(field.data or "", self.note.data or ""))

    def _due_day(self) -> DueDay | None:
        if not self.due.data:
            return None
        return picked_day(self.due.data, self.due_on.data, self.due_time.data, self._now)

    def follow_up(self) -> Task | None:
        """Return what follows, after validation."""
        due = self._due_day()
        return Task(task=self.task.data or "", due=due, assignee_id=self.assignee_id.data) if due else None


class NewcomerForm(LogForm):
    """The quick log for somebody who is not in the book yet."""

    name = StringField(_("Name"), validators=[Length(max=240, message=_TOO_LONG)])
    phone = StringField(_("Number"), validators=[Length(max=80, message=_TOO_LONG)])
    contact = HiddenField()

    def validate_name(self, field: StringField) -> None:
        """Ask for a name or a number."""
        if not field.data and not self.phone.data:
            raise ValidationError(gettext("Write a name or a number."))


class EditForm(EntryForm, VersionForm):
    """An own entry, changed within 15 minutes."""

    @classmethod
    def of(cls, entry: Interaction, **given: Any) -> EditForm:
        """Return the form with what the entry says now."""
        names = ("channel", "direction", "outcome", "kind", "note", "praised_id", "version")
        values = {name: getattr(entry, name) for name in names}
        when = local(entry.occurred_at).replace(tzinfo=None, second=0, microsecond=0)
        amount = "" if entry.amount is None else f"{entry.amount.normalize():f}"
        return cls(formdata=None, data={**values, "occurred_at": when, "amount": amount}, **given)


class CorrectionForm(OnceForm):
    """An addition to an entry that cannot be changed any more."""

    note = TextAreaField(_("Correction"), validators=[Length(max=LONGEST_NOTE, message=_TOO_LONG)])

    def validate_note(self, field: TextAreaField) -> None:
        """Ask for a few words."""
        _refuse(lambda: rules.check_note(Kind.OTHER, "", field.data or ""))


class PostponeForm(VersionForm):
    """Another day and hour for a follow-up."""

    due = HiddenField(default="")
    due_on = DateField(_("Day"), validators=[Optional()])
    due_time = TimeField(_("Hour"), validators=[Optional()])

    def day(self, now: datetime) -> DueDay:
        """Return the day picked; raises ValidationError."""
        return picked_day(self.due.data or rules.Due.DATE, self.due_on.data, self.due_time.data, now)


class AssignForm(VersionForm):
    """Another person for a follow-up."""

    assignee_id = SelectField(_("By whom"), coerce=_id_or_none)

    def __init__(self, *args: Any, staff: Sequence[Named], **kwargs: Any) -> None:
        """Offer everybody, and nobody."""
        super().__init__(*args, **kwargs)
        self.assignee_id.choices = staff_choices(staff, _("nobody yet"))


class CannedNotesForm(VersionForm):
    """The texts often written, one a line."""

    lines = TextAreaField(_("One text a line"), validators=[Length(max=LONGEST_NOTE, message=_TOO_LONG)])


def picked_day(due: str, on: date | None, at: time | None, now: datetime) -> DueDay:
    """Return the day and hour picked on the business's clock; raises ValidationError."""
    day: DueDay = _refuse(lambda: rules.due_day(due, on, at, now_local=local(now)))
    return day


def _refuse(judge: Any) -> Any:
    """Ask a rule; turn its refusal into a sentence beside the field."""
    try:
        return judge()
    except Refused as refusal:
        raise ValidationError(gettext(refusal.sentence)) from refusal
