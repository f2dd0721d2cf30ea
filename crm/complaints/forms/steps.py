"""The forms of the steps on the complaint page; each names the version that the person saw."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from babel.numbers import get_currency_precision
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms import TextAreaField as TextArea
from wtforms.fields import DateTimeLocalField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from crm.complaints.actions.conversation import Said
from crm.complaints.actions.ending import Resolution
from crm.complaints.actions.remedies import Offer
from crm.complaints.forms.opening import (
    LONGEST_WORDS,
    TOO_LONG,
    WhenFields,
    category_choices,
    id_or_none,
    staff_choices,
)
from crm.complaints.models import Complaint
from crm.complaints.queries.pages import Rows
from crm.complaints.rules import BadReference, PauseReason, RemedyKind, parse_reference
from crm.complaints.rules.steps import LONGEST_TITLE
from crm.complaints.words import ANSWER_NAMES, PAUSE_NAMES, REMEDY_NAMES, SEVERITY_NAMES
from crm.contacts.rules import Channel
from crm.interactions.rules import Direction, Outcome, moment_of, parse_amount
from crm.interactions.words import CHANNEL_NAMES, DIRECTION_NAMES, OUTCOME_NAMES
from crm.shared.errors import Refused
from crm.shared.forms import OnceForm, VersionForm, choices
from crm.shared.translating import gettext
from crm.shared.translating import lazy_gettext as _
from crm.sla.rules import ClockKind

_WALL = "%Y-%m-%dT%H:%M"
_NEEDED = _("Please fill this in.")


def _text(label: Any, *, is_needed: bool = False) -> TextArea:
    needed = [DataRequired(_("Write it down in a few words."))] if is_needed else []
    return TextArea(label, validators=[*needed, Length(max=LONGEST_WORDS, message=TOO_LONG)])


def _line(label: Any, *validators: Any) -> StringField:
    return StringField(label, validators=[*validators, Length(max=240, message=TOO_LONG)])


class StepForm(OnceForm, VersionForm):
    """A step of a complaint; `step` names it in addresses, and ids on the page begin with it.

    `route` takes it, `title_text` and `button` name it, `more` are the fields that are rarely needed. One that
    `is_button` is sent from beside what it is about and has no place of its own.
    """

    step: ClassVar[str] = ""
    route: ClassVar[str] = ""
    title_text: ClassVar[Any] = ""
    button: ClassVar[Any] = _("Save")
    more: ClassVar[tuple[str, ...]] = ()
    is_button: ClassVar[bool] = False

    def __init__(self, *args: Any, complaint: Complaint, rows: Rows, now: datetime, zone: str, **kwargs: Any) -> None:
        """Take the complaint, who and what may be chosen, the instant, and the business's clock."""
        super().__init__(*args, **kwargs)
        self._now, self._zone = now, zone
        self._is_blank = "formdata" in kwargs and kwargs["formdata"] is None
        for field in self:
            field.id = f"{self.step}-{field.id}"
            field.label.field_id = field.id
        self.fill(complaint, rows)
        if not self.is_submitted():
            self.version.data = complaint.version

    def is_submitted(self) -> bool:
        """Tell whether this form was sent; the answer to another step shows a blank one."""
        return not self._is_blank and bool(super().is_submitted())

    def fill(self, complaint: Complaint, rows: Rows) -> None:
        """Put in choices and what holds now."""

    def instant(self, field: DateTimeLocalField) -> datetime | None:
        """Return a typed day and time as an instant."""
        return moment_of(field.data, self._zone) if field.data else None


class ConversationForm(WhenFields, StepForm):
    """One turn of the conversation, perhaps with a promise."""

    step = "conversation"
    route = "complaint_steps.converse"
    title_text = _("Conversation")
    button = _("Write it down")
    more = ("promise_at", "occurred_at", "reason")
    direction = RadioField(_("Who spoke"), choices=choices(DIRECTION_NAMES.items()), default=Direction.OUT)
    channel = RadioField(_("Channel"), choices=choices(CHANNEL_NAMES.items()))
    outcome = RadioField(_("Call"), choices=choices(OUTCOME_NAMES.items()), default=Outcome.REACHED)
    text = _text(_("What was said"))
    promise_at = DateTimeLocalField(_("We promised to be back by"), format=_WALL, validators=[Optional()])
    occurred_at = DateTimeLocalField(_("When, if not now"), format=_WALL, validators=[Optional()])
    reason = _line(_("Why it is written down only now"))

    def fill(self, complaint: Complaint, rows: Rows) -> None:
        """Answer on the channel on which the customer came, by phone those who stood here."""
        self.outcome.validate_choice = False
        if not self.is_submitted():
            in_person = complaint.channel == Channel.IN_PERSON
            self.channel.data = Channel.PHONE if in_person else complaint.channel

    def said(self) -> Said:
        """Return what was written, after validation."""
        return Said(
            channel=self.channel.data,
            text=self.text.data or "",
            outcome=self.outcome.data if self.outcome.data in OUTCOME_NAMES else "",
            occurred_at=self.moment(),
            reason=self.reason.data or "",
            promise_at=self.instant(self.promise_at) if self.direction.data == Direction.OUT else None,
        )


class NoteForm(StepForm):
    """An internal note."""

    step = "note"
    route = "complaint_steps.add_note"
    title_text = _("Internal note")
    button = _("Add the note")
    text = _text(_("Internal note"), is_needed=True)


class InvestigateForm(StepForm):
    """Beginning to look into it."""

    step = "investigate"
    route = "complaint_steps.investigate"
    title_text = _("Look into it")
    button = _("I look into it")
    text = _text(_("What is known so far, if anything"))


class AssignForm(StepForm):
    """Another person in charge."""

    step = "assign"
    route = "complaint_steps.assign"
    title_text = _("In charge")
    button = _("Put in charge")
    in_charge_id = SelectField(_("In charge"), coerce=id_or_none)

    def fill(self, complaint: Complaint, rows: Rows) -> None:
        """Offer everybody."""
        self.in_charge_id.choices = staff_choices(rows, _("nobody yet"), also=complaint.in_charge_id)
        if not self.is_submitted():
            self.in_charge_id.data = complaint.in_charge_id


class SeverityForm(StepForm):
    """How bad it is."""

    step = "severity"
    route = "complaint_steps.change_severity"
    title_text = _("Severity")
    button = _("Change the severity")
    severity = RadioField(_("Severity"), choices=choices(SEVERITY_NAMES.items()))
    reason = _line(_("Why"))

    def fill(self, complaint: Complaint, rows: Rows) -> None:
        """Begin with what holds."""
        if not self.is_submitted():
            self.severity.data = complaint.severity


class CategoryForm(StepForm):
    """A clearer title, the right category."""

    step = "category"
    route = "complaint_steps.change_category"
    title_text = _("Title and category")
    button = _("Save")
    title = StringField(_("Title"), validators=[Length(max=LONGEST_TITLE, message=TOO_LONG)])
    category_id = SelectField(_("Category"), coerce=id_or_none)

    def fill(self, complaint: Complaint, rows: Rows) -> None:
        """Begin with what holds."""
        self.category_id.choices = category_choices(rows, _("not sure yet"), also=complaint.category_id)
        if not self.is_submitted():
            self.title.data, self.category_id.data = complaint.title, complaint.category_id


class PromiseForm(StepForm):
    """What we promised, and by when."""

    step = "promise"
    route = "complaint_steps.promise"
    title_text = _("A promise to the customer")
    button = _("Note the promise")
    text = _line(_("What we promised"), DataRequired(_("Write what was promised, such as: call back.")))
    due_at = DateTimeLocalField(_("By when"), format=_WALL, validators=[InputRequired(_NEEDED)])


class PauseForm(StepForm):
    """For whom the resolution waits, and until which day."""

    step = "pause"
    route = "complaint_steps.pause"
    title_text = _("Wait")
    button = _("Let it wait")
    reason = RadioField(_("It waits for"), choices=choices(PAUSE_NAMES.items()), default=PauseReason.CUSTOMER)
    resume_on = DateField(_("It goes on"), validators=[InputRequired(_NEEDED)])
    text = _text(_("What for"))


class ResumeForm(StepForm):
    """Going on before the day."""

    step = "resume"
    is_button = True
    route = "complaint_steps.resume"
    title_text = _("Go on")
    button = _("Go on now")


class RemedyForm(StepForm):
    """What the customer gets, and what it costs us."""

    step = "offer-remedy"
    route = "complaint_remedies.offer"
    title_text = _("Offer a remedy")
    button = _("Offer it")
    kind = RadioField(_("Remedy"), choices=choices(REMEDY_NAMES.items()), default=RemedyKind.REDO)
    description = _text(_("What exactly"))
    cost = StringField(_("What it costs us"), validators=[Length(max=40, message=TOO_LONG)])
    is_given = BooleanField(_("The customer has it already"))
    _amount = Decimal(0)
    currency = ""

    def validate_cost(self, field: StringField) -> None:
        """Read the amount in the digits in which it was typed."""
        decimals = get_currency_precision(self.currency) if self.currency else 2
        try:
            self._amount = parse_amount(field.data or "", decimals) or Decimal(0)
        except Refused as refusal:
            raise ValidationError(gettext(refusal.sentence)) from refusal

    def offer(self) -> Offer:
        """Return what was written, after validation."""
        return Offer(
            kind=RemedyKind(self.kind.data),
            description=self.description.data or "",
            cost=self._amount,
            is_given=self.is_given.data,
        )


class RemedyChoiceForm(StepForm):
    """A yes or no to one remedy, or that it is handed over."""

    step = "remedy"
    is_button = True
    route = "complaint_remedies.hand_over"
    title_text = _("Hand over")
    button = _("Handed over")
    remedy_id = IntegerField(widget=HiddenInput(), validators=[InputRequired(_NEEDED)])
    decision = HiddenField(default="given")


class DayOfPrevention:
    """Ask for the day of what is to be done; before `Optional`, which ends the checks of an empty field."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse an empty day beside an action."""
        if form.prevention.data and not any(field.raw_data or ()):
            raise StopValidation(gettext("Choose the day by which it is done."))


class ResolveForm(StepForm):
    """How it was fixed, why it happened, what keeps it from coming back."""

    step = "resolve"
    route = "complaint_endings.resolve"
    title_text = _("Resolve")
    button = _("Resolved")
    text = _text(_("How it was fixed"), is_needed=True)
    root_cause_id = SelectField(_("Root cause"), coerce=id_or_none)
    root_cause = _text(_("Why it happened: ask why five times"))
    prevention = _line(_("What we do so that it does not come back"))
    prevention_owner_id = SelectField(_("Who does it"), coerce=id_or_none)
    prevention_due_on = DateField(_("By when"), validators=[DayOfPrevention(), Optional()])

    def fill(self, complaint: Complaint, rows: Rows) -> None:
        """Begin with the category as the cause and the person in charge."""
        self.root_cause_id.choices = category_choices(rows, _("not known"), also=complaint.root_cause_id)
        self.prevention_owner_id.choices = staff_choices(rows, _("me"))
        if not self.is_submitted():
            self.root_cause_id.data = complaint.root_cause_id or complaint.category_id
            self.root_cause.data = complaint.root_cause

    def resolution(self) -> Resolution:
        """Return what was written, after validation."""
        return Resolution(
            text=self.text.data or "",
            root_cause_id=self.root_cause_id.data,
            root_cause=self.root_cause.data or "",
            prevention=self.prevention.data or "",
            prevention_owner_id=self.prevention_owner_id.data,
            prevention_due_on=self.prevention_due_on.data,
        )


class FollowUpForm(StepForm):
    """What came of asking whether it is fixed."""

    step = "follow-up"
    route = "complaint_endings.follow_up"
    title_text = _("Ask if it is fixed")
    button = _("Save the answer")
    answer = RadioField(
        _("Answer"), choices=choices(ANSWER_NAMES.items()), validators=[InputRequired(_("Please choose one."))]
    )
    channel = RadioField(_("Channel"), choices=choices(CHANNEL_NAMES.items()), default=Channel.PHONE)
    text = _text(_("What the customer said"))


class ReopenForm(StepForm):
    """Why it begins again."""

    step = "reopen"
    route = "complaint_endings.reopen"
    title_text = _("Reopen")
    button = _("Reopen")
    text = _text(_("Why it is reopened"), is_needed=True)


class WithdrawForm(StepForm):
    """An end without a remedy."""

    step = "withdraw"
    route = "complaint_endings.withdraw"
    title_text = _("End without a remedy")
    button = _("End it")
    why = RadioField(
        _("Why it ends"),
        choices=choices([("withdrawn", _("The customer took it back")), ("mistake", _("A mistake or spam"))]),
        default="withdrawn",
    )
    text = _text(_("What happened"))


class ReferenceForm(StepForm):
    """Another complaint, by the reference that people say."""

    step = "link"
    route = "complaint_endings.link"
    title_text = _("Belongs with another complaint")
    button = _("Link them")
    reference = StringField(_("Reference"), validators=[DataRequired(_NEEDED), Length(max=40, message=TOO_LONG)])
    other_id = 0

    def validate_reference(self, field: StringField) -> None:
        """Read the reference as people say it."""
        try:
            self.other_id = parse_reference(field.data or "")
        except BadReference as refusal:
            raise ValidationError(gettext(refusal.sentence)) from refusal


class DuplicateForm(ReferenceForm):
    """The complaint in which this one goes on."""

    step = "duplicate"
    route = "complaint_endings.mark_duplicate"
    title_text = _("Goes on in another complaint")
    button = _("Merge it in")


class LookForm(StepForm):
    """Whether a message after the end is only thanks."""

    step = "look"
    is_button = True
    route = "complaint_steps.look"
    title_text = _("A message after the end")
    button = _("Save")
    event_id = IntegerField(widget=HiddenInput(), validators=[InputRequired(_NEEDED)])
    verdict = HiddenField(default="thanks")


class CorrectForm(StepForm):
    """The true channel and time of an entry, and why it was wrong."""

    step = "correct"
    route = "complaint_steps.correct"
    title_text = _("Put an entry right")
    button = _("Correct it")
    event_id = IntegerField(widget=HiddenInput(), validators=[InputRequired(_NEEDED)])
    channel = SelectField(_("Channel"), choices=choices(CHANNEL_NAMES.items()))
    true_at = DateTimeLocalField(_("When it truly was"), format=_WALL, validators=[Optional()])
    reason = _line(_("Why it was wrong"), DataRequired(_("Say why it was wrong.")))


class ExcuseForm(StepForm):
    """Why a broken promise does not count."""

    step = "excuse"
    route = "complaint_steps.excuse"
    title_text = _("Excuse a broken promise")
    button = _("Excuse it")
    clock = HiddenField(validators=[AnyOf(list(ClockKind), _NEEDED)])
    event_id = IntegerField(widget=HiddenInput(), validators=[InputRequired(_NEEDED)])
    reason = _line(_("Why it is excused"), DataRequired(_("Say why it is excused.")))
