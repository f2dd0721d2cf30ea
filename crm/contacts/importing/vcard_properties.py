"""From the logical lines of a card to its properties: names, parameters and decoded text."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from crm.contacts.importing.decoding import Decoded, decode, decoded_strictly, known_codec
from crm.contacts.importing.vcard_lines import head_and_value

_CHARSET = re.compile(rb";CHARSET=\"?([\w\-]+)", re.IGNORECASE)
_QUOTED = re.compile(rb"\bQUOTED-PRINTABLE\b", re.IGNORECASE)
_PARAMETER = re.compile(r';((?:[^";]+|"[^"]*"?)*)')
_PART = re.compile(r"((?:[^\\;]+|\\.|\\$)*)(?:;|$)", re.DOTALL)
_ESCAPE = re.compile(r"\\([nN\\;,:\"'])")
_SHIFT = b"\x1b"  # begins Japanese in ISO-2022-JP, all of whose bytes are ASCII
_PAGE_NAME = re.compile(r"^(?:cp|win|windows)[-_ ]?(?=\d)")
# What programs mean that declare the narrower one, as browsers read it too.
_WIDER = {
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "cp950",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso2022_jp": "iso2022_jp_ext",
}
# In these a short name may be UTF-8 by chance, so they go first; Western ones are declared without thought.
_EAST_ASIAN = {"cp932", "euc_jp", "iso2022_jp_ext", "gb18030", "cp949", "cp950"}
_WESTERN = {"cp1252", "iso8859-15", "cp1254"}
# By code page: what else its users write, and what only a wrong reading is full of, of what.
_RIVALS = {
    "cp932": ("euc_jp", re.compile(r"[｡-･]"), re.compile(r"[｡-ﾟ]")),
    "cp1251": ("koi8-u", re.compile(r"\b[а-яё][А-ЯЁ]+\b"), re.compile(r"[а-яёА-ЯЁ]+")),
}
_RIVAL_SHARE = 6
_TEXTS = {"N", "FN", "NICKNAME", "NOTE", "ORG", "TITLE", "ROLE", "ADR", "TEL", "EMAIL", "URL", "BDAY", "CATEGORIES"}
_ENCODINGS = {"quoted-printable", "base64", "b", "8bit", "7bit", "q"}


@dataclass(frozen=True, slots=True)
class Property:
    """One property: name in capitals, group, parameters in lower case, decoded text."""

    name: str
    value: str
    group: str = ""
    parameters: dict[str, list[str]] = field(default_factory=dict)

    @property
    def types(self) -> list[str]:
        """Return the TYPE values, bare ones of version 2.1 included."""
        return self.parameters.get("type", [])

    @property
    def is_binary(self) -> bool:
        """Tell pictures and sounds from text."""
        return self.is_base64 and self.name not in _TEXTS

    @property
    def is_base64(self) -> bool:
        """Tell whether the value was written in Base64."""
        return bool({"base64", "b"} & set(self.parameters.get("encoding", [])))

    @property
    def text(self) -> str:
        """Return the value with its escapes undone."""
        return unescaped(self.value)

    @property
    def parts(self) -> list[str]:
        """Return the components of a structured value."""
        found = [unescaped(match.group(1)).strip() for match in _PART.finditer(self.value)]
        return found[:-1] if len(found) > 1 and not self.value.endswith(";") else found


def unescaped(value: str) -> str:
    """Undo backslash escapes; an unknown one stays as it is."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


@dataclass(frozen=True, slots=True)
class Charset:
    """How the values of a file are read that do not say it themselves."""

    encoding: str
    code_page: str
    is_guess: bool = False


def charset_of_file(lines: Iterable[bytes], code_page: str, *, is_bare_cr: bool = False) -> Charset:
    """Decide the encoding from all lines that do not name their own; bare carriage returns may be an old Mac's."""
    plain, quoted, named = [], [], ""
    for line in lines:
        head = line.partition(b":")[0]
        charset = _CHARSET.search(head)
        if line.isascii() and _SHIFT not in line:
            if charset is None and _QUOTED.search(head):
                quoted.append(quopri.decodestring(line))
        elif charset is None:
            plain.append(line)
        else:
            named = named or (_codec(charset[1].decode("ascii")) or "")
    code_page = _page_of_quoted(quoted, code_page)
    if not plain:
        return Charset(named or "ascii", code_page)
    line_end = b"\r" if is_bare_cr and _has_accents_of_mac(plain) else b"\n"
    content = line_end.join([*plain, b""])
    found = decode(content, code_page)
    rival = _rival(found, content, code_page)
    return Charset(rival or found.encoding, code_page, found.is_guess and not rival)


def _page_of_quoted(quoted: list[bytes], code_page: str) -> str:
    """Return the code page of what is quoted-printable without a charset: the usual one unless it gives no words."""
    foreign = [line for line in quoted if not line.isascii() and decoded_strictly(line, "utf-8") is None]
    return decode(b"\n".join(foreign), code_page).encoding if foreign else code_page


def _has_accents_of_mac(lines: list[bytes]) -> bool:
    """Tell the letters with accents of Mac Roman, which are signs in the code pages of Windows."""
    foreign = [byte for line in lines for byte in line if byte > 0x7F]
    return 2 * sum(byte < 0xA0 for byte in foreign) > len(foreign)


def _rival(found: Decoded, content: bytes, code_page: str) -> str:
    """Return the rival of the code page that the content is really in, where it can be told."""
    if code_page not in _RIVALS or not (found.is_guess or found.encoding == code_page):
        return ""
    rival, odd, usual = _RIVALS[code_page]
    is_odd = len(odd.findall(found.text)) * _RIVAL_SHARE > len(usual.findall(found.text))
    return rival if decoded_strictly(content, rival) and (found.is_guess or is_odd) else ""


def _codec(name: str) -> str | None:
    """Return Python's name of a declared charset: "x-sjis" and "win-1251" are known too."""
    return known_codec(_PAGE_NAME.sub("cp", name.strip().lower().removeprefix("x-")))


def properties(lines: Iterable[bytes], charset: Charset) -> Iterator[Property]:
    """Yield the properties of a card, decoded; empty ones are passed over."""
    for line in lines:
        head, _, value = head_and_value(line)
        before, semicolon, after = _text(head, None, charset).partition(";")
        group, _, name = before.rpartition(".")
        parameters = _parameters(name + semicolon + after)
        found = Property(" ".join(name.split()).upper(), "", group.strip().lower(), parameters)
        text = _value(found, value, charset)
        if text.strip():
            yield Property(found.name, text, found.group, found.parameters)


def _parameters(head: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for parameter in _PARAMETER.findall(head):
        name, equals, value = parameter.partition("=")
        name, value = name.strip().lower(), value.replace('"', "").strip().lower()
        if not equals:
            name, value = ("encoding" if name in _ENCODINGS else "type"), name
        values = [part.strip().removeprefix(f"{name}=") for part in value.split(",") if part.strip()]
        found.setdefault(name, []).extend(values)
    return found


def _value(found: Property, value: bytes, charset: Charset) -> str:
    if found.is_binary:
        return value[:40].decode("latin-1")
    if found.is_base64:
        with suppress(binascii.Error):
            value = base64.b64decode(value)
    if "quoted-printable" in found.parameters.get("encoding", []):
        value = quopri.decodestring(value)
    declared = next(iter(found.parameters.get("charset", [])), "")
    return _text(value, _codec(declared), charset)


def _text(value: bytes, declared: str | None, charset: Charset) -> str:
    """Decode a value: by what is firm or UTF-8, whole or with a few damaged places, else by what is likely."""
    if value.isascii() and _SHIFT not in value:
        return value.decode("ascii")
    codec = _WIDER.get(declared or charset.encoding, declared or charset.encoding)
    is_firm = codec not in _WESTERN if declared else codec in _EAST_ASIAN and not charset.is_guess
    firm = (codec, "utf-8") if is_firm else ("utf-8",)
    attempts = (
        [(decoded_strictly, each) for each in firm] + [(_nearly, each) for each in firm] + [(decoded_strictly, codec)]
    )
    for read, each in attempts:
        text = read(value, each)
        if text is not None:
            return text
    return value.decode(charset.code_page, "replace")


def _nearly(value: bytes, codec: str) -> str | None:
    """Decode with marks for what is damaged, if more is whole than that."""
    text = value.decode(codec, "replace")
    broken = text.count("\ufffd")
    return text if sum(not sign.isascii() for sign in text) > 2 * broken else None
