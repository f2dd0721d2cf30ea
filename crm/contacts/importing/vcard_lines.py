"""From the bytes of a vCard file to cards and their properties.

Read with our own reader, not vobject: lines must be unfolded as bytes (folding cuts characters in
two), each may have a charset of its own, and one broken line must cost only itself.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crm.contacts.importing.decoding import Decoded, decode, known_codec, refuse_binary

_LINE_END = re.compile(rb"\r*\n|\r")
_MARK_INSIDE = re.compile(rb"(?<=[\r\n])\xef\xbb\xbf")  # of files that were put together
_BEGIN = re.compile(rb"^\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE)
_END = re.compile(rb"^\s*END\s*:\s*VCARD\s*$", re.IGNORECASE)
_OLD_VERSION = re.compile(rb"^VERSION\s*:\s*2\.", re.IGNORECASE)
_HEAD = re.compile(rb"^[A-Za-z0-9][\w./\-]*\s*(?:;.*)?$", re.DOTALL)
# A comment, or a property that lost its colon and value.
_SAYS_NOTHING = re.compile(rb"^(?:#|(?:N|FN|TEL|EMAIL|ORG|TITLE|ADR|URL|NOTE|BDAY|ROLE|UID|REV)\s*$)")
_QUOTED_PRINTABLE = re.compile(rb"^[^:]*QUOTED-PRINTABLE[^:]*:", re.IGNORECASE)
_BASE64 = re.compile(rb"^[^:]*[;=](?:BASE64|B)\b[^:]*:", re.IGNORECASE)
_CHARSET = re.compile(rb";CHARSET=\"?([\w\-]+)", re.IGNORECASE)
_PARAMETER = re.compile(r';((?:[^";]+|"[^"]*"?)*)')
_PART = re.compile(r"((?:[^\\;]+|\\.|\\$)*)(?:;|$)", re.DOTALL)
_ESCAPE = re.compile(r"\\([nN\\;,:\"])")
# What programs mean that declare the narrower one, as browsers read it too.
_WIDER = {
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "cp950",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
}
_TEXTS = {"N", "FN", "NICKNAME", "NOTE", "ORG", "TITLE", "ROLE", "ADR", "TEL", "EMAIL", "URL", "BDAY", "CATEGORIES"}
_ENCODINGS = {"quoted-printable", "base64", "b", "8bit", "7bit", "q"}


@dataclass(slots=True)
class Card:
    """The raw logical lines of one card; `number` counts the BEGIN lines of the file."""

    number: int
    lines: list[bytes] = field(default_factory=list)
    is_old: bool = False
    is_broken: bool = False


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


def cut_cards(content: bytes) -> list[Card]:
    """Cut a file into cards. A card inside a card is one of its own; a missing END is forgiven."""
    done: list[Card] = []
    open_cards: list[Card] = []
    number = 0
    for line in _LINE_END.split(content):
        if _BEGIN.match(line):
            number += 1
            open_cards.append(Card(number))
        elif _END.match(line):
            if not open_cards:
                number += 1
            done.append(open_cards.pop() if open_cards else Card(number, is_broken=True))
        elif open_cards:
            _take_line(open_cards[-1], line)
    return done + open_cards[::-1]


def _take_line(card: Card, line: bytes) -> None:
    """Add a physical line to the card: a new property, or more of the one before."""
    last = card.lines[-1] if card.lines else b""
    if last.endswith(b"=") and _QUOTED_PRINTABLE.match(last):
        card.lines[-1] = last[:-1] + line
    elif line[:1] in (b" ", b"\t") and card.lines:
        kept = b" " if card.is_old and not _BASE64.match(last) else b""
        card.lines[-1] = last + kept + (line.strip() if card.is_old else line[1:])
    elif _is_property(line) or not card.lines:
        card.is_old = card.is_old or bool(_OLD_VERSION.match(line))
        card.lines.append(line)
    elif line.strip() and not _SAYS_NOTHING.match(line):
        glue = b"" if _BASE64.match(last) else b"\n"
        card.lines[-1] = last.removesuffix(b"\\") + glue + line


def _is_property(line: bytes) -> bool:
    head, colon, _ = _head_and_value(line)
    return bool(colon) and bool(_HEAD.match(head))


def _head_and_value(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Split at the first colon that is outside quotation marks."""
    head, colon, value = line.partition(b":")
    tries = 0
    while head.count(b'"') % 2 and colon and tries < 20:
        more, colon, value = value.partition(b":")
        head, tries = head + b":" + more, tries + 1
    return (head, colon, value) if colon else line.partition(b":")


def charset_of_file(cards: list[Card], code_page: str) -> Decoded:
    """Decide the encoding from all lines that do not name their own."""
    plain, named = [], ""
    for line in (line for card in cards for line in card.lines if not line.isascii()):
        charset = _CHARSET.search(line.partition(b":")[0])
        if charset is None:
            plain.append(line)
        else:
            named = named or (known_codec(charset[1].decode("ascii")) or "")
    if not plain:
        return Decoded("", named or "ascii")
    return decode(b"\n".join(plain), code_page)


def as_utf8(content: bytes) -> tuple[bytes, str]:
    """Bring marked and UTF-16 files to UTF-8; return the bytes and the encoding's name."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:2000]
    if not wide and not content.startswith(b"\xef\xbb\xbf"):
        refuse_binary(content)
        return _MARK_INSIDE.sub(b"", content), ""
    decoded = decode(content, "cp1252")
    return _MARK_INSIDE.sub(b"", decoded.text.encode("utf-8", "replace")), decoded.encoding


def properties(card: Card, encoding: str, code_page: str) -> Iterator[Property]:
    """Yield the properties of a card, decoded; empty ones are passed over."""
    for line in card.lines:
        head, _, value = _head_and_value(line)
        before, semicolon, after = _text(head, encoding, code_page).partition(";")
        group, _, name = before.rpartition(".")
        parameters = _parameters(name + semicolon + after)
        found = Property(re.split(r"\s", name, maxsplit=1)[0].upper(), "", group.lower(), parameters)
        text = _value(found, value, encoding, code_page)
        if text.strip():
            yield Property(found.name, text, found.group, found.parameters)


def _parameters(head: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for parameter in _PARAMETER.findall(head):
        name, equals, value = parameter.partition("=")
        name, value = name.strip().lower(), value.replace('"', "").strip().lower()
        if not equals:
            name, value = ("encoding" if name in _ENCODINGS else "type"), name
        values = [part.strip() for part in value.split(",") if part.strip()]
        found.setdefault(name, []).extend(values)
    return found


def _value(found: Property, value: bytes, encoding: str, code_page: str) -> str:
    if found.is_binary:
        return value[:40].decode("latin-1")
    if found.is_base64:
        try:
            value = base64.b64decode(value)
        except binascii.Error:
            return ""
    if "quoted-printable" in found.parameters.get("encoding", []):
        value = quopri.decodestring(value)
    charset = known_codec(next(iter(found.parameters.get("charset", [])), ""))
    return _text(value, charset or encoding, code_page)


def _text(value: bytes, encoding: str, code_page: str) -> str:
    for codec in (_WIDER.get(encoding, encoding), "utf-8"):
        try:
            return value.decode(codec)
        except UnicodeDecodeError:
            continue
    return value.decode(code_page, "replace")
