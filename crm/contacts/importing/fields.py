"""Every field of a contact that a column can fill, for the mapping page."""

from dataclasses import dataclass

_ = str  # marks a text for the catalogs


@dataclass(frozen=True, slots=True)
class TargetField:
    """A field of the contact that a column can fill, with its English label."""

    key: str
    label: str


TARGET_FIELDS: tuple[TargetField, ...] = (
    TargetField("name", _("Full name")),
    TargetField("name_family_first", _("Full name, family name first")),
    TargetField("name_with_comma", _("Full name, as “Family, Given”")),
    TargetField("given", _("Given name")),
    TargetField("family", _("Family name")),
    TargetField("additional", _("Middle name")),
    TargetField("prefix", _("Name prefix")),
    TargetField("suffix", _("Name suffix")),
    TargetField("nickname", _("Nickname")),
    TargetField("kind", _("Person or organisation")),
    TargetField("organisation", _("Organisation")),
    TargetField("title", _("Position")),
    TargetField("phone", _("Phone")),
    TargetField("phone:cell", _("Mobile phone")),
    TargetField("phone:home", _("Home phone")),
    TargetField("phone:work", _("Work phone")),
    TargetField("phone:fax", _("Fax")),
    TargetField("phone:other", _("Other phone")),
    TargetField("phone_code", _("Calling or area code, before the phone")),
    TargetField("email", _("Email")),
    TargetField("address", _("Whole address")),
    TargetField("street", _("Street")),
    TargetField("locality", _("Town or city")),
    TargetField("region", _("State or region")),
    TargetField("postcode", _("Postcode")),
    TargetField("country", _("Country")),
    TargetField("street:home", _("Home street")),
    TargetField("locality:home", _("Home town or city")),
    TargetField("region:home", _("Home state or region")),
    TargetField("postcode:home", _("Home postcode")),
    TargetField("country:home", _("Home country")),
    TargetField("street:work", _("Work street")),
    TargetField("locality:work", _("Work town or city")),
    TargetField("region:work", _("Work state or region")),
    TargetField("postcode:work", _("Work postcode")),
    TargetField("country:work", _("Work country")),
    TargetField("link", _("Web address")),
    TargetField("birthday", _("Birthday")),
    TargetField("birthday_day", _("Birthday: day")),
    TargetField("birthday_month", _("Birthday: month")),
    TargetField("birthday_year", _("Birthday: year")),
    TargetField("anniversary", _("Anniversary")),
    TargetField("tags", _("Tags")),
    TargetField("notes", _("Notes")),
    TargetField("language", _("Language")),
    TargetField("source", _("Source")),
    TargetField("external_id", _("Number in the other program")),
    TargetField("opt_out:all", _("Opted out of everything")),
    TargetField("opt_out:email", _("Opted out of email")),
    TargetField("opt_out:phone", _("Opted out of calls")),
    TargetField("opt_out:sms", _("Opted out of text messages")),
    TargetField("opt_out:whatsapp", _("Opted out of WhatsApp")),
    TargetField("opt_out:post", _("Opted out of post")),
    TargetField("consent:email", _("Consent to email")),
    TargetField("consent:phone", _("Consent to calls")),
    TargetField("consent:sms", _("Consent to text messages")),
    TargetField("consent:whatsapp", _("Consent to WhatsApp")),
    TargetField("consent:post", _("Consent to post")),
    TargetField("consent", _("Consent in general: only a no counts")),
    TargetField("consents", _("Consents, as Regulars exports them")),
    TargetField("consent_at:email", _("Time of the consent to email")),
    TargetField("extras", _("Further details, as Regulars exports them")),
    TargetField("extra", _("Keep as it is")),
    TargetField("skip", _("Leave out")),
)
