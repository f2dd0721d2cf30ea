"""Opt-ins and opt-outs in files of other programs: an opt-out always survives the import.

Channels are email, phone, sms, whatsapp, post and all. Times without a zone are UTC, as Mailchimp
writes them; no time in the file means no date, never today.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from dateutil import parser as date_parser

from crm.contacts.importing.drafts import ConsentDraft
from crm.contacts.importing.text import clean_line, is_nothing, plain_key, yes_or_no

CHANNELS = ("all", "email", "phone", "sms", "whatsapp", "post")

_CHANNEL_WORDS = {
    "whatsapp": re.compile(r"\bwhats ?app\b|واتساپ|வாட்ஸ்அப்|వాట్సాప్|व्हॉट्सअॅप|व्हाट्सएप"),
    "sms": re.compile(r"\b(?:sms|text|texts|txt)\b|پیامک|குறுஞ்செய்தி|ఎస్ఎంఎస్|एसएमएस"),
    "phone": re.compile(r"\b(?:call|calls|phone|telephone|telefon|telefono|tel)\b"),
    "post": re.compile(r"\b(?:post|postal|direct mail|snail mail|post[ae]le?|correo postal)\b"),
    "email": re.compile(
        r"\b(?:e ?mails?|newsletter|mail|mails|mailing|courriel|correo)\b|خبرنامه|ایمیل|மின்னஞ்சல்|ఇమెయిల్|ईमेल"
    ),
}
# Words of other scripts stand between blanks, as their vowel signs are no letters to a pattern.
_NATIVE_CONSENT = "|".join(
    map(
        plain_key,
        [
            *("சம்மதம்", "ஒப்புதல்", "సమ్మతి", "అనుమతి", "संमती", "परवानगी", "सहमति", "अनुमति"),
            *("رضایت", "اجازه", "موافقت", "ارسال پیامک", "دریافت پیامک", "پیامک تبلیغاتی", "عضویت در خبرنامه"),
            *("خبرنامه", "اجازت", "موافقة"),
        ],
    )
)
_OPT_OUT = re.compile(
    r"\b(?:unsub\w*|opt(?:ed)? ?outs?|optouts?|do not|don t|dont|donot|no marketing|no contact|"
    r"abgemeldet|nicht kontaktieren|kein\w* (?:werbung|newsletter|anrufe|e ?mails?)|ne pas \w+|"
    r"no (?:contactar|llamar|enviar)|nao (?:contatar|ligar|enviar)|desinscri\w*|desuscri\w*|"
    r"desabonne\w*|baja|cancelad[oa]|blacklist\w*|suppress\w*|clean time|"
    r"(?:e ?mails?|sms|newsletter) disabled|dnd|ndnc|dnc|stop marketing|bounced)\b|"
    r"^no (?:sms|texts?|calls?|calling|e ?mails?|mails?|post|phones?|whats ?app|newsletters?|promo\w*|offers)$"
)
_OPT_IN = re.compile(
    r"\b(?:opt(?:ed)? ?in|optin|consent\w*|subscribed|newsletter|accepts?|gdpr|permission|"
    r"(?:e ?mail|sms|marketing) (?:subscri\w+|status)|(?:e ?mail|sms|text|whatsapp) marketing|"
    r"receives? (?:marketing|promotional|promo)|(?:marketing|promotional|promo) (?:e ?mails|sms|texts?|messages|calls)|"
    r"(?:e ?mail|sms|text|whatsapp) promotions?|receives? (?:sms|texts?|e ?mails?|whatsapp|offers)|"
    r"(?:sms|texts?|e ?mails?|whatsapp|calls?) (?:allowed|ok|permitted)|"
    r"einwilligung|consentement|consentimiento|pahintulot)\b|"
    rf"(?:^| )(?:{_NATIVE_CONSENT})(?: |$)"
)
_ASKED = re.compile(r"\b(?:agree\w*|like|happy|ok|wish\w*) to (?:receive|get|be contacted)\b")  # as forms ask
_ABOUT = re.compile(r"\b(?:ip|campaign|title|id|reason|source|method|text|link|form)\b")
_TIME = re.compile(r"\b(?:time|date|at|on|timestamp)\b")
_SAID_NO = (
    r"unsub\w*|opt(?:ed)? out|declin\w*|refus\w*|denied|deny|reject\w*|withdr\w+|revoked|expired|cleaned|bounced|"
    r"complain\w*|abgemeldet"
)
_OPTED_OUT = re.compile(rf"\b(?:{_SAID_NO})\b")
_REFUSED = re.compile(rf"\b(?:not?|no[nt]|never|without|dis\w+|nicht|nein|nao|jamais|nunca|{_SAID_NO})\b")
_STILL_IN = re.compile(r"^(?:not|never|no) (?:unsub|opt|block)")
_OPEN = re.compile(r"\b(?:pending|awaiting|unconfirm\w*|not (?:yet )?(?:confirm\w*|set|known|asked)|transactional)\b")
_AGREED = re.compile(r"\b(?:subscribed|opt(?:ed)? in|accept\w*|grant\w*|confirm\w*|agree\w*|given)\b")
_REFUSALS = {
    **dict.fromkeys(("unsubscribed", "do not email", "do not mail", "no newsletter"), "email"),
    **dict.fromkeys(("cleaned", "bounced", "hard bounce", "hard bounced"), "email"),
    **dict.fromkeys(("complained", "spam complaint", "suppressed", "blacklisted"), "email"),
    **dict.fromkeys(("opted out", "opt out", "do not contact", "no marketing"), "all"),
    "do not call": "phone",
    "dnd": "phone",
    "no contact": "all",
}
_INSTANT = re.compile(
    r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
    r"\s*(?:[ap]m)?\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})?)?$",
    re.IGNORECASE,
)


def consent_field(header: str) -> str | None:
    """Return the field of a header about permission ("opt_out:email"), else None."""
    key = plain_key(header)
    refusing, asked = _OPT_OUT.search(key), _ASKED.search(key)
    if not (refusing or asked or _OPT_IN.search(key)):
        return None
    if _ABOUT.search(_OPT_OUT.sub(" ", _without_channel(key))):
        return None
    kind = "opt_out" if refusing else "consent"
    timed = "_at" if _TIME.search(key) and not (refusing or asked) else ""
    return f"{kind}{timed}:{channel_of(key)}"


def channel_of(key: str) -> str:
    """Return the channel a plain header names; email where marketing is meant, else all."""
    for channel, words in _CHANNEL_WORDS.items():
        if words.search(key):
            return channel
    return "email" if re.search(r"unsub|subscri|optin|confirm|clean", key) else "all"


def opt_out_in(value: str, channel: str, source: str) -> ConsentDraft | None:
    """Read the cell of an opt-out column: yes, or the time it happened."""
    at = instant(value)
    if is_nothing(value) or re.fullmatch(r"[\s0/.\-:]*", value):
        return None
    words = _words(value)
    if _STILL_IN.search(words) or (yes_or_no(value) is False and not _OPTED_OUT.search(words)):
        return None
    return ConsentDraft(channel, False, at, source)


def consent_in(value: str, channel: str, source: str) -> ConsentDraft | None:
    """Read a cell of a consent column; else None. A yes to nothing in particular is no consent."""
    words = _words(value)
    said = yes_or_no(value)
    if _OPEN.search(words):
        return None
    if _REFUSED.search(words):
        said = False
    elif said is None and (_AGREED.search(words) or instant(value)):
        said = True
    if said is None or (said and channel == "all"):
        return None
    return ConsentDraft(channel, said, instant(value), source)


def consent_in_tags(tags: Iterable[str]) -> ConsentDraft | None:
    """Read a label such as "Unsubscribed" as the opt-out it is."""
    for tag in tags:
        channel = _REFUSALS.get(plain_key(tag)) if len(tag) < 40 else None
        if channel:
            return ConsentDraft(channel, False, None, clean_line(f"label {tag}"))
    return None


def instant(value: str, *, day_first: bool = False) -> str | None:
    """Read a time as an ISO instant in UTC; no zone means UTC, no clock time midnight."""
    text = value.strip()
    if not _INSTANT.match(text):
        return None
    start = datetime(2000, 1, 1, tzinfo=UTC)
    try:
        read = date_parser.parse(text, default=start, dayfirst=day_first and not text[:4].isdigit())
        return read.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None


def strictest(consents: Iterable[ConsentDraft]) -> tuple[ConsentDraft, ...]:
    """Keep one entry a channel: a refusal before a consent, a dated one before an undated."""
    kept: dict[str, ConsentDraft] = {}
    for consent in consents:
        known = kept.get(consent.channel)
        if known is None or _weight(consent) > _weight(known):
            kept[consent.channel] = consent
    return tuple(kept.values())


def written_consents(consents: Iterable[ConsentDraft]) -> str:
    """Write consents as lines, for our own exports."""
    lines = (f"{c.channel}: {'yes' if c.given else 'no'}; {c.at or '-'}; {c.source}" for c in consents)
    return "\n".join(lines)


def read_consents(text: str) -> list[ConsentDraft]:
    """Read the lines that `written_consents` wrote; other lines are passed over."""
    found = []
    for line in text.split("\n"):
        parts = re.match(r"^(\w+): (yes|no); (\S+); ?(.*)$", line.strip() + " ")
        if parts and parts[1] in CHANNELS:
            at = None if parts[3] == "-" else parts[3]
            found.append(ConsentDraft(parts[1], parts[2] == "yes", at, parts[4].strip()))
    return found


def _words(value: str) -> str:
    """Return the words of a cell: "NOT_SUBSCRIBED" and "Opted-in" have two."""
    return re.sub(r"[\W_]+", " ", value).casefold().strip()


def _without_channel(key: str) -> str:
    return _CHANNEL_WORDS["sms"].sub(" ", key)


def _weight(consent: ConsentDraft) -> tuple[bool, str]:
    return (not consent.given, consent.at or "")
