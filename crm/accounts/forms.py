"""Forms of signing in, the lock, the staff list and the business's own settings."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.shared.formatting import LANGUAGE_NAMES, locale
from crm.shared.forms import LANGUAGE_NAMES_FONT, BaseForm, VersionForm, choices
from crm.shared.permissions import Role
from crm.shared.translating import lazy_gettext as _
from crm.shared.zones import is_known, zones_in_use

_NEEDED = _("Please fill this in.")
_NO_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
_EMAIL = _("Write the address as name@example.com.")
_PIN = _("PIN for the counter, 4 to 8 digits")
ROLE_NAMES = {
    Role.FRONT_DESK: _("front desk"),
    Role.MANAGER: _("manager"),
    Role.OWNER: _("owner"),
}


def country_choices() -> list[tuple[str, str]]:
    """List the countries in the reader's language."""
    names = {str(code): str(name) for code, name in locale().territories.items()}
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1])


def currency_choices() -> list[tuple[str, str]]:
    """List the currencies in use."""
    from babel.numbers import get_territory_currencies

    codes = {code for country, _name in country_choices() for code in get_territory_currencies(country)}
    names = locale().currencies
    return [(code, f"{code} · {names.get(code, code)}") for code in sorted(codes)]


def zone_choices(chosen: str | None = None) -> list[SelectChoice]:
    """List the time zones by their place, and one that was chosen by a name of former days."""
    zones = zones_in_use()
    kept = {chosen: ()} if chosen and chosen not in zones and is_known(chosen) else {}
    return [
        SelectChoice(
            value=name, label=name.replace("_", " "), render_kw={"data-former": " ".join(former)} if former else {}
        )
        for name, former in {**zones, **kept}.items()
    ]


class SignInForm(BaseForm):
    """Email and password."""

    email = EmailField(_("Email"), validators=[DataRequired(_NEEDED), Length(max=254)])
    password = PasswordField(_("Password"), validators=[DataRequired(_NEEDED), Length(max=1000)])
    next = HiddenField()


class PinForm(BaseForm):
    """Who takes over the counter, with their PIN."""

    staff_id = IntegerField(validators=[InputRequired(_NEEDED)])
    pin = PasswordField(_("PIN"), validators=[DataRequired(_NEEDED), Length(max=8)])
    next = HiddenField()


class NewPasswordForm(BaseForm):
    """A new password from an invitation or reset link."""

    password = PasswordField(_("New password"), validators=[DataRequired(_NEEDED)])


class InvitationForm(NewPasswordForm):
    """A first password and, if wanted, the PIN with which the person takes over the counter."""

    pin = PasswordField(_PIN, validators=[Optional()])


class OwnPasswordForm(BaseForm):
    """A person's own new password, with the present one."""

    current_password = PasswordField(_("Present password"), validators=[DataRequired(_NEEDED)])
    password = PasswordField(_("New password"), validators=[DataRequired(_NEEDED)])


class OwnPinForm(BaseForm):
    """A person's own PIN, with their password."""

    pin = PasswordField(_("New PIN, 4 to 8 digits"), validators=[DataRequired(_NEEDED)])
    current_password = PasswordField(_("Your password"), validators=[DataRequired(_NEEDED)])


class OwnLanguageForm(BaseForm):
    """The language in which a person reads the program."""

    language = SelectField(_("Language"), choices=choices(LANGUAGE_NAMES.items()), render_kw=LANGUAGE_NAMES_FONT)


class StaffForm(BaseForm):
    """A person to invite."""

    name = StringField(_("Name"), validators=[DataRequired(_NEEDED), Length(max=120)])
    email = EmailField(_("Email"), validators=[DataRequired(_NEEDED), Email(_EMAIL), Length(max=254)])
    role = SelectField(_("Role"), choices=choices(ROLE_NAMES.items()), default=Role.FRONT_DESK)
    current_password = PasswordField(_("Your password"), validators=[DataRequired(_NEEDED)])


class RoleForm(BaseForm):
    """A person's role, with the owner's password."""

    role = SelectField(_("Role"), choices=choices(ROLE_NAMES.items()))
    current_password = PasswordField(_("Your password"), validators=[DataRequired(_NEEDED)])


class AccessForm(BaseForm):
    """Giving or taking access, with the password of who does it."""

    current_password = PasswordField(_("Your password"), id="access_password", validators=[DataRequired(_NEEDED)])


class LanguagesField(SelectMultipleField):
    """Languages as a row of tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class BusinessForm(VersionForm):
    """The business's name, place, money and languages."""

    name = StringField(_("Name of the business"), validators=[DataRequired(_NEEDED), Length(max=120)])
    country = SelectField(_("Country"), default="IN")
    time_zone = SelectField(_("Time zone"), default="Asia/Kolkata")
    currency = SelectField(_("Currency"), default="INR")
    languages = LanguagesField(
        _("Languages at the counter"),
        choices=choices(LANGUAGE_NAMES.items()),
        default=["en"],
        render_kw=LANGUAGE_NAMES_FONT,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Fill the long choice lists in the reader's language."""
        super().__init__(*args, **kwargs)
        self.country.choices = choices(country_choices())
        self.currency.choices = choices(currency_choices())
        self.time_zone.choices = zone_choices(self.time_zone.data)

    def validate_languages(self, field: LanguagesField) -> None:
        """Ask for one language at least."""
        if not field.data:
            field.data = ["en"]


class SettingsForm(BusinessForm):
    """The business's settings after the set-up."""

    idle_minutes = IntegerField(
        _("Lock the screen after minutes without a touch"),
        validators=[InputRequired(_NEEDED), NumberRange(1, 30, _("Between 1 and 30 minutes."))],
    )
    leap_day_rule = SelectField(
        _("Key dates on 29 February, in other years"),
        choices=choices([("february-28", _("on 28 February")), ("march-1", _("on 1 March"))]),
    )
    reminder_hour = IntegerField(
        _("Hour at which reminders go out"), validators=[InputRequired(_NEEDED), NumberRange(0, 23, _("0 to 23."))]
    )
    keep_years = IntegerField(
        _("Keep contacts with whom nothing happens for years (0: for ever)"),
        validators=[InputRequired(_NEEDED), NumberRange(0, 30, _("0 to 30 years."))],
    )
    code_page = SelectField(
        _("Usual encoding of old files"),
        choices=choices(
            [
                ("cp1252", "Western (cp1252)"),
                ("cp1256", "Arabic, Persian (cp1256)"),
                ("cp1250", "Central Europe (cp1250)"),
                ("shift_jis", "Japanese (Shift_JIS)"),
            ]
        ),
    )


class OwnerForm(BusinessForm):
    """The first-run set-up: the business, its opening hours and the owner's account."""

    monday = StringField(_("Monday"), default="09:00-18:00")
    tuesday = StringField(_("Tuesday"), default="09:00-18:00")
    wednesday = StringField(_("Wednesday"), default="09:00-18:00")
    thursday = StringField(_("Thursday"), default="09:00-18:00")
    friday = StringField(_("Friday"), default="09:00-18:00")
    saturday = StringField(_("Saturday"), default="09:00-18:00")
    sunday = StringField(_("Sunday"), default="")
    owner_name = StringField(_("Your name"), validators=[DataRequired(_NEEDED), Length(max=120)])
    email = EmailField(_("Your email"), validators=[DataRequired(_NEEDED), Email(_EMAIL), Length(max=254)])
    password = PasswordField(_("Password, at least 8 characters"), validators=[DataRequired(_NEEDED)])
    pin = PasswordField(_PIN, validators=[Optional()])


class LogoForm(BaseForm):
    """The picture on printed pages."""

    file = FileField(_("Picture"), validators=[FileRequired(_("Choose a file."))])
