"""Which characters the bytes of a file mean.

Order: byte order mark, strict UTF-8, UTF-16 by its zero bytes, the business's usual code page, and
last a guess that is named as one. Short files deceive every guesser, so the guess comes last.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from crm.contacts.importing.code_pages import page_of_other_writing
from crm.contacts.importing.drafts import UnreadableFile

GUESS_SAMPLE = 60_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_CODE_PAGES = {
    "cp932": "JP",
    "gb18030": "CN",
    "cp949": "KR",
    "cp950": "TW HK",
    "cp874": "TH",
    "cp1258": "VN",
    "cp1256": "IR AE AF BH DZ EG IQ JO KW LB LY MA OM PK PS QA SA SD SY TN YE",
    "cp1255": "IL",
    "cp1254": "TR AZ",
    "cp1253": "GR CY",
    "cp1251": "RU BY UA BG RS MK KZ KG MN",
    "cp1250": "PL CZ SK HU SI HR BA RO AL",
    "cp1257": "EE LV LT",
}
_OTHER_ALPHABETS = {"cp1251", "koi8-u", "cp1253", "cp1255", "cp1256"}
_OTHER_WRITING = {"cp874", "cp932", "euc_jp", "gb18030", "cp949", "cp950", "cp1258"}
_LAST_PAGES = ("mac-roman", "cp1250", "cp850")  # tried where nothing else gives words
_WORD = re.compile(r"[^\s,;|\"<>()@.:/]+")
_ODD = re.compile(
    r"[^\W\d_][£¥¦§©«¬¯±²³µ¶¸¹»¼½¾¿‡ˆ‰‹›•˜¤¢ŸŽŠ–—“”„…†\u2200-\u22ff◊][a-zß-ÿ]|[^\W\d_][³ó¯¿]³|^[£¥¯¿±³¹][a-zß-ÿ]|"
    r"[a-z][ŸŽŠÀ-ÖØ-Þ]|[A-Z][À-ÖØ-Þ][a-z]|ñ(?![aeiouwyáéíóúü])[a-z]"
)
_BYTES_OF_WINDOWS = {ord(each): byte for byte in range(0x80, 0xA0) for each in bytes([byte]).decode("cp1252", "ignore")}
_LATIN = re.compile(r"[a-zA-Z]")
_OF_OTHER_ALPHABETS = re.compile(r"[\u0370-\u052f\u0590-\u06ff\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7af]")
_FOREIGN_RUN = re.compile(r"[^\W\d_a-zA-Z]{3,}")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the name of its encoding, and whether that was only guessed."""

    text: str
    encoding: str
    is_guess: bool = False


def usual_code_page(region: str) -> str:
    """Return the code page that Windows programs of this region write."""
    for page, regions in _CODE_PAGES.items():
        if region.upper() in regions.split():
            return page
    return "cp1252"


def usual_encoding(region: str, code_page: str | None) -> str:
    """Return the usual code page of a business, that of its region where it has chosen none that we know."""
    return (known_codec(code_page) if code_page else None) or usual_code_page(region)


def decode(content: bytes, code_page: str) -> Decoded:
    """Decode a file by the business's usual `code_page`; raise UnreadableFile on binary data."""
    marked = _by_mark(content)
    if marked is not None:
        return marked
    wide = _by_zero_bytes(content)
    if wide is not None:
        return wide
    refuse_binary(content)
    strict = decoded_strictly(content, "utf-8")
    shifted = decoded_strictly(content, "iso2022_jp_ext") if strict is not None and b"\x1b$" in content else None
    if shifted is not None:
        return Decoded(shifted, "iso-2022-jp")
    if strict is not None:
        return Decoded(strict, "ascii") if content.isascii() else Decoded(_encoded_once(strict), "utf-8")
    if _mostly_utf8(content):
        return Decoded(_line_by_line(content, code_page), "utf-8")
    return _by_code_page(content, code_page)


def _encoded_once(text: str) -> str:
    """Undo a second encoding, all of it or none: UTF-8 opened as Windows-1252 and saved as UTF-8 again ("JosÃ©")."""
    try:
        return text.translate(_BYTES_OF_WINDOWS).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def known_codec(name: str) -> str | None:
    """Return Python's name of a charset as a file spells it, None where it is unknown."""
    try:
        found = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        return None
    return found.name if getattr(found, "_is_text_encoding", True) else None


def _by_mark(content: bytes) -> Decoded | None:
    for mark, shown, codec in _MARKS:
        if content.startswith(mark):
            return Decoded(content[len(mark) :].decode(codec, "replace"), shown)
    return None


def _by_zero_bytes(content: bytes) -> Decoded | None:
    """Recognise UTF-16 without a mark: separators and Latin letters have their zero bytes on one side only."""
    sample = content[:GUESS_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 50 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return None
    codec = "utf-16-be" if even > odd else "utf-16-le"
    text = decoded_strictly(content[: len(content) // 2 * 2], codec)
    return None if text is None or "\0" in text or not _is_table_text(text) else Decoded(text, codec)


def _is_table_text(text: str) -> bool:
    """Tell text from bytes read two by two: it has lines, and letters of few alphabets."""
    sample = text[:GUESS_SAMPLE]
    written = sum(1 for character in sample if _is_written(character))
    return any(end in sample for end in "\r\n") and written * 10 >= len(sample) * 9


def _is_written(character: str) -> bool:
    if character.isascii():
        return character.isprintable() or character.isspace()
    return character.isspace() or unicodedata.category(character)[0] in "LMNPZ"


def refuse_binary(content: bytes) -> None:
    """Raise UnreadableFile where control bytes show that this is no text; a few pass."""
    sample = content[:GUESS_SAMPLE]
    if len(_BINARY.findall(sample)) > max(8, len(sample) // 200):
        raise UnreadableFile("The file holds binary data, not a list of contacts.")


def decoded_strictly(content: bytes, codec: str) -> str | None:
    """Return bytes as text; None where they are no text of that encoding."""
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _mostly_utf8(content: bytes) -> bool:
    """Tell UTF-8 with a few damaged places from a code page, by counting what decodes."""
    sample = content[: 20 * GUESS_SAMPLE]
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - broken
    return whole > 5 * broken


def _line_by_line(content: bytes, code_page: str) -> str:
    lines = content.split(b"\n")
    return "\n".join(decoded_strictly(line, "utf-8") or line.decode(code_page, "replace") for line in lines)


def _by_code_page(content: bytes, code_page: str) -> Decoded:
    if b"\r" in content and b"\n" not in content and code_page == "cp1252":  # line ends of an old Mac
        return Decoded(content.decode("mac_roman"), "mac-roman", is_guess=True)
    text = decoded_strictly(content, code_page)
    if text is not None and _is_plausible(text, code_page):
        return Decoded(text, code_page)
    for page in _likely_pages(content, code_page):
        other = decoded_strictly(content, page) if page and page != code_page else None
        if other is not None and _is_plausible(other, page):
            return Decoded(other, page, is_guess=True)
    return Decoded(text or content.decode("cp1252", "replace"), code_page, is_guess=True)


def _likely_pages(content: bytes, code_page: str) -> list[str]:
    """Return what to try where the usual code page gives no words, the likeliest first."""
    sample = b"\n".join(line for line in content.splitlines() if not line.isascii())[:GUESS_SAMPLE]
    guesses = [page_of_other_writing(sample.rpartition(b"\n")[0] or sample), _guess(sample)]
    if code_page in _OTHER_ALPHABETS:
        return ["cp1252", *guesses]
    return guesses if code_page in _OTHER_WRITING else list(dict.fromkeys((*guesses, *_LAST_PAGES)))


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # large, and seldom needed

    best = from_bytes(sample).best()
    found = (known_codec(best.encoding) if best is not None else None) or ""
    return "cp1250" if found == "iso8859-16" else found  # which hardly anybody writes


def _is_plausible(text: str, code_page: str) -> bool:
    """Doubt words with signs or two alphabets in them, and Western text whose accents come in rows of three."""
    foreign = [character for character in text if character > "\x7f"]
    if any("\x80" <= character <= "\x9f" for character in foreign):
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    is_western = code_page not in _OTHER_ALPHABETS | _OTHER_WRITING
    odd = sum(1 for word in words if _is_odd(word) or (is_western and _is_foreign(word)))
    if odd * 5 > len(words):
        return False
    in_runs = sum(len(run) for run in _FOREIGN_RUN.findall(text))
    return not is_western or code_page == "cp1250" or in_runs * 2 <= len(foreign)


def _is_odd(word: str) -> bool:
    return bool(_ODD.search(word) or (_LATIN.search(word) and _OF_OTHER_ALPHABETS.search(word)))


def _is_foreign(word: str) -> bool:
    """Tell a word of no ASCII letter at all, which no Western language has."""
    return len(word) > 2 and any(map(str.isalpha, word)) and not any(map(str.isascii, word))
