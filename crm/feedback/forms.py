"""The forms of feedback: asking a contact, the customer's answer, the owner's settings."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from crm.feedback.actions.answering import Given
from crm.feedback.actions.asking import Question
from crm.feedback.actions.settings import AskingHabits
from crm.feedback.models import FeedbackAnswer, FeedbackSettings
from crm.feedback.rules import LONGEST_LIMIT_DAYS, LONGEST_SERVICE_DAYS, SCALES, Measure, Way
from crm.feedback.words import MEASURE_NAMES, SETTING_NAMES, WAY_NAMES
from crm.shared.bounds import HIGHEST_NUMBER
from crm.shared.formatting import format_number
from crm.shared.forms import OnceForm, VersionForm, choices
from crm.shared.translating import lazy_gettext as _

LONGEST_COMMENT = 5_000
TOO_LONG = _("That is too long.")
FILL_IN = _("Please fill this in.")
BETWEEN_DAYS = _("Between 0 and 365 days.")


class AskForm(OnceForm):
    """What a contact is asked, how, and why in spite of what speaks against it."""

    measure = RadioField(_("Question"), choices=choices(MEASURE_NAMES.items()), default=Measure.CSAT)
    way = RadioField(_("How"), choices=choices(WAY_NAMES.items()), default=Way.LINK)
    why = StringField(_("Why all the same"), validators=[Length(max=240, message=TOO_LONG)])
    complaint = IntegerField(widget=HiddenInput(), validators=[Optional(), NumberRange(0, HIGHEST_NUMBER)])

    def question(self, complaint_id: int | None) -> Question:
        """Return what was chosen."""
        return Question(measure=Measure(self.measure.data), way=Way(self.way.data), complaint_id=complaint_id)


class AnswerForm(OnceForm):
    """A customer's answer: one score of the scale, and words if they like."""

    score = RadioField(validators=[InputRequired(_("Choose one of the numbers."))])
    comment = TextAreaField(
        _("What we should know (optional)"), validators=[Length(max=LONGEST_COMMENT, message=TOO_LONG)]
    )

    def __init__(self, measure: str, *args: Any, held: FeedbackAnswer | None = None, **kwargs: Any) -> None:
        """Offer the scores of a measure; begin with the answer that is stored already."""
        data = {"score": str(held.score), "comment": held.comment} if held is not None else {}
        super().__init__(*args, data=data, **kwargs)
        self.score.choices = choices((str(each), format_number(each)) for each in SCALES[Measure(measure)].scores)

    def given(self) -> Given:
        """Return what was answered."""
        return Given(score=int(self.score.data), comment=self.comment.data or "")


class SettingsForm(VersionForm):
    """How often a contact is asked at most, and what is asked by itself."""

    limit_days = IntegerField(
        SETTING_NAMES["limit_days"],
        validators=[InputRequired(FILL_IN), NumberRange(0, LONGEST_LIMIT_DAYS, BETWEEN_DAYS)],
    )
    asks_after_service = BooleanField(SETTING_NAMES["asks_after_service"])
    service_days = IntegerField(
        SETTING_NAMES["service_days"],
        validators=[InputRequired(FILL_IN), NumberRange(0, LONGEST_SERVICE_DAYS, _("Between 0 and 60 days."))],
    )
    asks_after_complaint = BooleanField(SETTING_NAMES["asks_after_complaint"])
    asks_yearly = BooleanField(SETTING_NAMES["asks_yearly"])

    def __init__(self, *args: Any, settings: FeedbackSettings, version: int, **kwargs: Any) -> None:
        """Begin with what holds."""
        held = {name: getattr(settings, name) for name in SETTING_NAMES}
        super().__init__(*args, data={**held, "version": version}, **kwargs)

    def habits(self) -> AskingHabits:
        """Return what was typed."""
        return AskingHabits(
            limit_days=self.limit_days.data or 0,
            asks_after_service=self.asks_after_service.data,
            service_days=self.service_days.data or 0,
            asks_after_complaint=self.asks_after_complaint.data,
            asks_yearly=self.asks_yearly.data,
        )
