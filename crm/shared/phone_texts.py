"""What people write around a phone number: signs, labels, remarks, extensions, links and second numbers.

Only text is looked at here; whether the digits are a number at all is decided in `phones`.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote

HUNTING_LINES = 20
FEWEST_DIGITS = 7

_SIGNS = str.maketrans({
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\u0640", "-"),
    **dict.fromkeys("\u00b7\u066b\u066c", "."),
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
})  # fmt: skip
# A sign or an emoji beside a number; signs in a row and blocks hide digits and stay.
_ORNAMENT = re.compile(
    "(?<![\u2190-\u2bff])[\u2190-\u257f\u2600-\u2bff](?![\u2190-\u2bff])|[\ufe0e\ufe0f\u20e3\U0001f000-\U0001faff]"
)
_OUTER = re.compile(r"""^[\s"'`‘’“”„‚«»‹›<>=!:;,|]+|(?:[\s"'`‘’“”„‚«»‹›<>=!:;,|-]|\s\*)+$""")
_GROUPED = re.compile(r"^\d{1,3}(?:,\d{2,3}){3,4}$")  # as spreadsheets group the digits of an amount
_LIST_MARK = re.compile(r"^[1-9][.)]\s+(?=(?:\D*\d){7})")
_CODE_FIRST = re.compile(r"^(?:\+(\d{1,3})\s?[:|,]|(\d{1,3})\+)\s*(?=[\d(])")
_MASK = re.compile(
    r"[*•●?_\u2190-\u2bff]|x{2,}|\d#+\d?#|##|\d\s?\.\.|\dx\b|"
    r"(?-i:(?<![^\W\d_])[OoIl]\d|\d{2}[OoIl](?![^\W\d_]))",
    re.IGNORECASE,
)
_ORDINARY = re.compile(r"^[+\d ()./\-]+$")

_SCHEME = re.compile(r"^(?:tel|callto|sms|phone):(?://)?", re.IGNORECASE)
# A caller as a telephone system names them, perhaps after a name: the host may be digits too.
_SIP = re.compile(r"\bsips?:([^@;<>\s]+)(?:;[^@<>\s]*)?@", re.IGNORECASE)
_CHAT = re.compile(
    r"(?:\bwa\.me/|whatsapp\S*[?&]phone=)(?:\+|%2B)?(\d+)|^\+?(\d+)@(?:s\.whatsapp\.net|c\.us)$", re.IGNORECASE
)
_EXTENSION = re.compile(
    r"[\s,;.\-(]*(?:(?<![^\W\d_])(?:extension|extn|ext|ex|poste|durchwahl|dw|anexo|ramal|interno|int|local|loc|"
    r"dahili|wew|доб|вн|داخلی|داخلي|内線|內線|分机|分機|转|轉|ต่อ)(?![^\W\d_])|(?<=[\d\s(])x(?=[\s.]{0,2}\d)|#)"
    r"[\s.:#\-]*(?:(?:no|nr)[\s.:]+)?(\d{1,7})(?:\s?[/,]\s?\d{1,7})*\)?\s*$",
    re.IGNORECASE,
)
_PAUSE = re.compile(r"(?<=\d)\s?[,;pw]+\s?(\d{1,4})(?:[,;pw]+\d{1,7})*#?$", re.IGNORECASE)

_RUN = re.compile(r"(?<!\d)(?<!\d[:,])(?:[+(][+(\s]*)?\d(?:[\s()./+\-\u2010-\u2015\u2212]*\d)*(?![A-Za-z\d]|[:,]\d)")
_ASIDE = re.compile(r"\s*\((?=[^()]*[^\W\d_])(?!(?:[^()\d]*\d){4})[^()]*\)")
_NO_REMARK = re.compile(r"[@=%$€£₹]|://|\bwww\.", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_DATE = re.compile(r"\b(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})\b")
_VANITY = re.compile(r"^\+?[\d\s().\-]{1,8}[A-Z](?:[\s.\-]?[A-Z\d])+$")
_RANGE = re.compile(r"^(.*\d)\s?[-/]\s?(\d{1,4})$")
_PHONE_WORD = re.compile(
    r"\b(?:tel|telephone|telefono?|phone|ph|fone?|mob|mobile?|cell?|handy|gsm|hp|fax|whatsapp|call|contact|hotline|"
    r"helpline|toll|free|verde|vert|office|home|work|numb?[eéè]ro?|no|nr|[ctmphowr])\b|"
    r"тел|моб|电话|電話|手机|携帯|تلفن|موبایل|همراه|هاتف|فون|फोन|फ़ोन|मोबा|दूरभाष|போன்|தொலை|மொபை|ఫోన్|మొబై",
    re.IGNORECASE,
)
_AND = (
    r"or|and|oder|o\.|und|u\.|ou|et|y|o|e|at|ve|veya|dan|atau|и|или|و|یا|أو|या|व|और|किंवा|మరియు|లేదా|மற்றும்|அல்லது|"
    r"和|及|或"
)
_SEVERAL = re.compile(
    rf"[,|\n،؛、，；｜]|;(?![a-z-]+=)|:::|\s[/／]\s|(?<=[\s\d)])(?:{_AND})(?=[\s\d(+])|(?:^|(?<=\s))[1-9][.)]\s",
    re.IGNORECASE,
)
_RUN_TOGETHER = re.compile(r"[/／&＆]|\s(?=[+＋]\d)|(?<=\d{10})(?:\s+|\s*-\s*)(?=\+?\d{10})")


def plain_phone(raw: str) -> str:
    """Return the text of a phone with ASCII digits, plain signs and no ornament around it."""
    text = raw
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _ORNAMENT.sub(" ", text))
        digits = "".join(str(unicodedata.decimal(character, character)) for character in text)
        text = "".join(character for character in digits if unicodedata.category(character) != "Cf")
    text = text.strip()
    if not _ORDINARY.match(text):
        text = _OUTER.sub("", " ".join(text.translate(_SIGNS).split()))
        text = text.replace(",", "") if _GROUPED.match(text) else text
    return _CODE_FIRST.sub(r"+\1\2 ", _LIST_MARK.sub("", text))


def is_ordinary(text: str) -> bool:
    """Tell a plain text of nothing but digits and the signs between them."""
    return bool(_ORDINARY.match(text)) and ".." not in text


def is_masked(text: str) -> bool:
    """Tell a plain text with digits hidden, or with a letter among them that looks like one."""
    return bool(_MASK.search(text))


def without_link(text: str) -> str:
    """Return the number of a link, a caller's or a chat's address, as it is dialled; other text as it is."""
    chat = _CHAT.search(text)
    if chat:
        return f"+{chat[1] or chat[2]}"
    if sip := _SIP.search(text):
        return unquote(sip[1])
    scheme = _SCHEME.match(text)
    return unquote(text[scheme.end() :]) if scheme else text


def in_context(text: str) -> Iterator[str]:
    """Yield the local number of a link behind its context, which may end in an exchange that the number replaces."""
    number, _, context = text.partition(";phone-context=+")
    groups = re.findall(r"\d+", context.partition(";")[0])
    for length in range(len(groups), 0, -1):
        yield "+" + " ".join((*groups[:length], number))


def split_extension(text: str) -> tuple[str, str | None]:
    """Return a plain text without its extension, and the extension."""
    text, *parameters = re.split(r";(?=[a-z-]+=)", text)
    for parameter in parameters:
        if parameter.startswith("ext="):
            return text, re.sub(r"\D.*", "", parameter[4:]) or None
    for pattern, fewest in ((_EXTENSION, 4), (_PAUSE, FEWEST_DIGITS)):
        found = pattern.search(text)
        if found and _count(text[: found.start()]) >= fewest:
            return text[: found.start()], found.group(1)
    return text, None


def number_within(text: str) -> tuple[str, bool]:
    """Return the only number of a plain text, or "", and whether the words beside it may mean another thing."""
    text = _LIST_MARK.sub("", _ASIDE.sub(" ", text).strip())
    runs = list(_RUN.finditer(text))
    whole = [run for run in runs if _is_whole(run[0])] or runs
    if len(whole) != 1 or _NO_REMARK.search(text):
        return "", False
    rest = text[: whole[0].start()] + " " + text[whole[0].end() :]
    has_words = bool(_LETTER.search(rest))
    if _count(rest) > (3 if has_words else 0):
        return "", False
    return whole[0][0], has_words and not _PHONE_WORD.search(rest)


def spelt_numbers(text: str) -> Iterator[str]:
    """Yield "1-866-MY-APPLE", and without its last letters: who dials too many is put through all the same."""
    if _VANITY.match(text):
        for length in range(len(text), len(text) - 3, -1):
            yield text[:length]


def first_of_range(text: str) -> str:
    """Return the first line of "54891250-51": a few lines counted upwards, else nothing."""
    found = _RANGE.match(text)
    if found is None:
        return ""
    first, last = found.groups()
    start = re.sub(r"\D", "", first)[-len(last) :]
    return first if 0 < int(last) - int(start) <= HUNTING_LINES else ""


def parted(raw: str) -> list[str]:
    """Return the numbers of a cell that signs or words part; one with odd punctuation stays in one piece."""
    if _count(raw) < 2 * FEWEST_DIGITS:
        return [raw]
    for separator in (_SEVERAL, _RUN_TOGETHER):
        parts = [part.strip() for part in separator.split(raw) if part.strip()]
        if len(parts) > 1 and all(_is_whole(part) for part in parts):
            return parts
    return _labelled(raw) or [raw]


def _labelled(raw: str) -> list[str]:
    """Take "H: 212-736-5000 C: 646-736-5001" apart, each number with its own words before or after it."""
    runs = [run for run in _RUN.finditer(raw) if _is_whole(run[0])]
    gaps = [raw[one.end() : other.start()] for one, other in pairwise(runs)]
    if not gaps or not all(_LETTER.search(gap) for gap in gaps):
        return []
    words_first = bool(_LETTER.search(raw[: runs[0].start()])) or runs[-1].end() == len(raw)
    cuts = [run.end() for run in runs[:-1]] if words_first else [run.start() for run in runs[1:]]
    return [raw[start:end].strip() for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]


def _is_whole(part: str) -> bool:
    """Tell a number from a part of one: "0049711" before a slash is a country and its town."""
    fewest = 10 if part.startswith(("00", "+")) else FEWEST_DIGITS
    return _count(part) >= fewest and not _DATE.search(part)


def _count(text: str) -> int:
    return sum(map(str.isdecimal, text))
