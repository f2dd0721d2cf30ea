"""Every field of a contact that a column can fill, for the mapping page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetField:
    """A field of the contact that a column can fill, with its English label."""

    key: str
    label: str


TARGET_FIELDS: tuple[TargetField, ...] = (
    TargetField("name", "Full name"),
    TargetField("name_family_first", "Full name, family name first"),
    TargetField("given", "Given name"),
    TargetField("family", "Family name"),
    TargetField("additional", "Middle name"),
    TargetField("prefix", "Name prefix"),
    TargetField("suffix", "Name suffix"),
    TargetField("nickname", "Nickname"),
    TargetField("kind", "Person or organisation"),
    TargetField("organisation", "Organisation"),
    TargetField("title", "Position"),
    TargetField("phone", "Phone"),
    TargetField("phone:cell", "Mobile phone"),
    TargetField("phone:home", "Home phone"),
    TargetField("phone:work", "Work phone"),
    TargetField("phone:fax", "Fax"),
    TargetField("phone:other", "Other phone"),
    TargetField("email", "Email"),
    TargetField("address", "Whole address"),
    TargetField("street", "Street"),
    TargetField("locality", "Town or city"),
    TargetField("region", "State or region"),
    TargetField("postcode", "Postcode"),
    TargetField("country", "Country"),
    TargetField("street:home", "Home street"),
    TargetField("locality:home", "Home town or city"),
    TargetField("region:home", "Home state or region"),
    TargetField("postcode:home", "Home postcode"),
    TargetField("country:home", "Home country"),
    TargetField("street:work", "Work street"),
    TargetField("locality:work", "Work town or city"),
    TargetField("region:work", "Work state or region"),
    TargetField("postcode:work", "Work postcode"),
    TargetField("country:work", "Work country"),
    TargetField("link", "Web address"),
    TargetField("birthday", "Birthday"),
    TargetField("birthday_day", "Birthday: day"),
    TargetField("birthday_month", "Birthday: month"),
    TargetField("birthday_year", "Birthday: year"),
    TargetField("anniversary", "Anniversary"),
    TargetField("tags", "Tags"),
    TargetField("notes", "Notes"),
    TargetField("language", "Language"),
    TargetField("source", "Source"),
    TargetField("external_id", "Number in the other program"),
    TargetField("opt_out:all", "Opted out of everything"),
    TargetField("opt_out:email", "Opted out of email"),
    TargetField("opt_out:phone", "Opted out of calls"),
    TargetField("opt_out:sms", "Opted out of text messages"),
    TargetField("opt_out:whatsapp", "Opted out of WhatsApp"),
    TargetField("opt_out:post", "Opted out of post"),
    TargetField("consent:email", "Consent to email"),
    TargetField("consent:phone", "Consent to calls"),
    TargetField("consent:sms", "Consent to text messages"),
    TargetField("consent:whatsapp", "Consent to WhatsApp"),
    TargetField("consent:post", "Consent to post"),
    TargetField("consent_at:email", "Time of the consent to email"),
    TargetField("extra", "Keep as it is"),
    TargetField("skip", "Leave out"),
)
