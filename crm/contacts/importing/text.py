"""Small readings of cell and property text: clean lines, lists, yes and no, emails, links."""

import re
import unicodedata
from collections.abc import Iterable
from html import unescape

from crm.shared.text import ascii_digits, plain_text

LONGEST_EMAIL = 254

_SAME_LETTERS = str.maketrans("يىكةłøđı", "ییکهlodi")  # of an Arabic keyboard, and those without an accent to take off
_DRESSED = re.compile(r'^="([^"=]*)"$')
_GUARDED = re.compile(r"^'(?='*[=+\-@\t\r\n＝＋－＠]|\d+$)")
_NOTHING = {
    *("", "-", "--", "---", ".", "n/a", "na", "n.a.", "n.a", "none", "null", "nil", "nan", "#n/a", "unknown"),
    *("no email", "not known", "not given", "not available", "not provided", "not applicable", "?", "??", "???"),
    *("same", "same as above", "same number", "same no", "as above", "ditto", "-do-", "do"),
}
_YES = set(
    [
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "on",
        "checked",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "sí",
        "sim",
        "s",
        "evet",
        "oo",
        "हो",
        "होय",
        "हाँ",
        "ஆம்",
        "అవును",
        "بله",
        "بلی",
        "آری",
        "हां",
        "نعم",
        "ہاں",
        "جی-ہاں",
        "✓",
        "✔",
        "opted-in",
        "optedin",
        "subscribed",
        "accepted",
        "granted",
        "active",
        "confirmed",
    ]
)
_NO = set(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "unchecked",
        "nein",
        "non",
        "não",
        "nao",
        "hayır",
        "hindi",
        "नाही",
        "नहीं",
        "இல்லை",
        "కాదు",
        "خیر",
        "نه",
        "لا",
        "نہیں",
        "नको",
        "வேண்டாம்",
        "లేదు",
        "వద్దు",
        "opted-out",
        "optedout",
        "unsubscribed",
        "declined",
        "denied",
        "cleaned",
        "bounced",
        "blocked",
        "inactive",
    ]
)
_LOCAL = r"(?:[^\s@<>()\[\]\\,;:\"]+|\"[^\"\r\n]+\")"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+[^\W\d_](?:[\w-]{{0,61}}[^\W_])")
# A name begins where the one before ended, and no part is read twice: a long cell takes no longer than many short ones.
_BRACKETED = re.compile(
    r"(?:\"[^\"]*+\"\s*+|(?<![^<>(),;|\n\"@])[^<>(),;|\n\"@]*+|)[<(]\s*+(?:mailto:)?"
    r"((?=.[^<>()\s]*@[^<>()\s])[^<>()\s]++)\s*+[>)]",
    re.IGNORECASE,
)
_BETWEEN_EMAILS = re.compile(
    r"\s*(?::::|[,;|\n、،؛；，])\s*|\s+(?:[/&]|or|and|o|y|und|oder|ou|et)\s+|"
    r"(?:(?<=\.[a-z]{2})|(?<=\.[a-z]{3}))/(?=[^\s/@]+@)|\s+(?=\S+@)",
    re.IGNORECASE,
)
_SIDE_REMARK = re.compile(r"[(\[][^()\[\]@]*[)\]]")
_SCHEME = re.compile(r"^([a-z][a-z0-9+\-]*):", re.IGNORECASE)

_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#0?39|#x27);")
_INVISIBLE = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"

# One of a list: in quotation marks up to a separator, else up to the next one.
_LISTED = re.compile(
    r'\s*(?:"((?:[^"]|"")*)"\s*(?:$|:::|[,;|\n])|((?:(?!:::)[^,;|\n])+)(?:$|:::|[,;|\n])|(?::::|[,;|\n]))'
)


def clean_text(value: str) -> str:
    """Return text without control characters, with plain line ends and no outer space."""
    return plain_text(value).strip()


def clean_line(value: str) -> str:
    """Return text as one line with single spaces."""
    return " ".join(plain_text(value).split())


def as_typed(value: str) -> str:
    """Return a cell without what programs add around a text: signs of HTML, and marks that nobody sees at its ends."""
    value = _ENTITY.sub(lambda found: unescape(found[0]), value) if "&" in value else value
    return value if value.isascii() else value.strip().strip(_INVISIBLE)


def without_guard(value: str) -> str:
    """Take off, once, the apostrophe that keeps spreadsheets from running a cell as a formula."""
    return _GUARDED.sub("", value, count=1)


def undressed(value: str) -> str:
    """Take off the formula by which programs keep spreadsheets from changing a number: ="0987"."""
    return _DRESSED.sub(r"\1", value.strip())


def is_nothing(value: str) -> bool:
    """Tell a placeholder such as "-" or "n/a" from a value."""
    return value.strip().casefold() in _NOTHING


def yes_or_no(value: str) -> bool | None:
    """Read a yes or a no in the languages of the headers; None where it is neither."""
    word = re.sub(r"[\s_]+", "-", value.strip().casefold())
    if word in _YES:
        return True
    return False if word in _NO else None


def split_list(value: str) -> list[str]:
    """Split a cell of tags or groups; what stands in quotation marks is one, whatever is in it."""
    return [tag for found in _LISTED.finditer(value) if (tag := clean_line(_one_of_list(found[1], found[2] or "")))]


def _one_of_list(quoted: str | None, plain: str) -> str:
    if quoted is not None:
        return quoted.replace('""', '"')
    return plain.strip(' "') if plain.count('"') % 2 else plain


def joined_list(tags: Iterable[str]) -> str:
    """Write tags as a cell that `split_list` reads back as they are."""
    return ", ".join('"' + tag.replace('"', '""') + '"' if split_list(tag) != [tag] else tag for tag in tags)


def split_emails(value: str) -> list[str]:
    """Split a cell of addresses; "Name" <address> gives the address, and what has no @ beside one is its name."""
    plain = _SIDE_REMARK.sub(" ", "".join(c for c in value if unicodedata.category(c) != "Cf").replace("＠", "@"))
    parts = [bare_email(part) for part in _BETWEEN_EMAILS.split(_BRACKETED.sub(r"\1,", plain))]
    addresses = [part for part in parts if "@" in part]
    return addresses if _BRACKETED.search(plain) else [part for part in parts if part]


def bare_email(value: str) -> str:
    """Return an address without mailto:, brackets and trailing punctuation."""
    value = re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)
    return value.partition("?")[0].strip(" \t<>,;'").rstrip(".")


def is_email(value: str) -> bool:
    """Tell whether mail could be delivered to this address, by its form alone."""
    if len(value) > LONGEST_EMAIL or ".." in value or not _EMAIL.fullmatch(value):
        return False
    local = value.rpartition("@")[0]
    return len(local) <= 64 and not local.startswith(".") and not local.endswith(".")


def is_directory_path(value: str) -> bool:
    """Tell an X.500 path, which Outlook writes for colleagues, from an address."""
    return value.lstrip().casefold().startswith(("/o=", "/cn=", "ex:/o="))


def is_safe_link(value: str) -> bool:
    """Accept http, https and addresses without a scheme; never javascript: or data:."""
    scheme = _SCHEME.match(value)
    return scheme is None or scheme.group(1).casefold() in {"http", "https"}


def plain_key(value: str) -> str:
    """Fold a header for comparison: no case, no accents, words apart by one space."""
    value = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", value)
    folded = unicodedata.normalize("NFKD", ascii_digits(value)).casefold().translate(_SAME_LETTERS)
    kept = "".join(_folded(character) for character in folded)
    return " ".join(kept.split())


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or (category == "Mn" and "\u0300" <= character <= "\u036f"):
        return ""
    return character if category[0] in "LMN" else " "
