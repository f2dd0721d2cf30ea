"""From the bytes of a vCard file to its cards and their logical lines.

Read with our own reader, not vobject: lines must be unfolded as bytes (folding cuts characters in
two), each may have a charset of its own, and one broken line must cost only itself.
"""

import re
from dataclasses import dataclass, field
from itertools import count

from crm.contacts.importing.decoding import decode, refuse_binary

MARK = b"\xef\xbb\xbf"

_LINE_END = re.compile(rb"\r*\n|\r")
_EDGE = rb"^[\s\x80-\xff]*"  # blanks, marks of encodings and other invisible characters
_BEGIN = re.compile(_EDGE + rb"(AGENT\s*(?:;[^:]*)?:\s*)?BEGIN\s*:\s*VCARD[\s;\x80-\xff]*$", re.IGNORECASE)
_END = re.compile(_EDGE + rb"END\s*:\s*VCARD(?:\W*(BEGIN\s*:\s*VCARD)\W*|\W.*)?$", re.IGNORECASE)
_AGENT = re.compile(rb"^\s*AGENT\b", re.IGNORECASE)
_OLD_VERSION = re.compile(rb"^VERSION\s*:\s*2\.", re.IGNORECASE)
_HEAD = re.compile(
    rb"^(?:[a-z0-9][\w./\-]*\s*|(?:[\w\-]+\.)?X-[\w./\- \x80-\xff]+)(?:;.*)?$", re.DOTALL | re.IGNORECASE
)
# A comment, or a property that lost its colon and value.
_SAYS_NOTHING = re.compile(rb"^(?:#|(?:N|FN|TEL|EMAIL|ORG|TITLE|ADR|URL|NOTE|BDAY|ROLE|UID|REV)\s*$)")
_BASE64 = re.compile(rb"[;=](?:BASE64|B)\b", re.IGNORECASE)
_OF_SEVERAL_LINES = {b"NOTE", b"ADR", b"LABEL", b"AGENT"}
_PICTURES = {b"PHOTO", b"LOGO", b"SOUND", b"KEY"}
_LONGEST_HEAD = 2000
_MOST_FOLDS = 40
_FOLDS = (b" ", b"\t")


@dataclass(slots=True)
class Card:
    """One card: its lines as the file has them, but for what all are indented by.

    `number` counts the BEGIN lines of the file, and each END without one;
    `end` is the line of the file it ends at, `inner` how many lines came before another card began in it.
    """

    number: int
    end: int = 0
    lines: list[bytes] = field(default_factory=list)
    inner: int | None = None
    is_broken: bool = False


def as_utf8(content: bytes) -> tuple[bytes, str]:
    """Bring marked and UTF-16 files to UTF-8; return the bytes and the encoding's name."""
    if content.startswith(MARK):
        return content.removeprefix(MARK), "utf-8-sig"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:2000]:
        decoded = decode(content, "cp1252")
        return decoded.text.encode("utf-8", "replace"), decoded.encoding
    refuse_binary(content)
    return content, ""


def cut_cards(content: bytes) -> list[Card]:
    """Cut a file into cards, in its order. A card inside a card is one of its own; a missing END is forgiven."""
    lines = _LINE_END.split(content)
    numbers = count(1)
    done: list[Card] = []
    opened: list[Card] = []
    for place, line in enumerate(lines):
        end = _END.match(line)
        if end:
            done.append(opened.pop() if opened else Card(next(numbers), is_broken=True))
            done[-1].end = place
        if end[1] if end else _BEGIN.match(line):
            _begin_inside(opened, line, place)
            opened.append(Card(next(numbers), len(lines)))
        elif opened and not end:
            opened[-1].lines.append(line)
    cards = sorted(done + [_unclosed(card) for card in opened], key=lambda card: card.end)
    for card in cards:
        card.lines = _unindented(card.lines)
    return cards


def _begin_inside(opened: list[Card], line: bytes, place: int) -> None:
    """Note where another card begins in an open one: there it ends if it is never closed, but for an AGENT."""
    if not opened or opened[-1].inner is not None:
        return
    last = next((each for each in reversed(opened[-1].lines) if each.strip()), b"")
    if not _AGENT.match(line) and not _AGENT.match(last):
        opened[-1].inner, opened[-1].end = len(opened[-1].lines), place


def _unclosed(card: Card) -> Card:
    del card.lines[len(card.lines) if card.inner is None else card.inner :]
    while card.lines and b"END:VCARD".startswith(card.lines[-1].strip().upper()):
        card.lines.pop()
    return card


@dataclass(slots=True)
class _Entry:
    """A logical line in pieces; `soft` are the pieces after a soft break of quoted-printable."""

    pieces: list[bytes]
    soft: list[int] = field(default_factory=list)
    known_head: bytes = b""

    @property
    def head(self) -> bytes:
        """Return the head in capitals, empty until it is whole."""
        if not self.known_head:
            head, colon, _ = head_and_value(b"".join(self.pieces))
            self.known_head = (head + colon).upper()[:_LONGEST_HEAD] if colon else b""
        return self.known_head

    @property
    def name(self) -> bytes:
        """Return the name without its group."""
        return re.split(rb"[;:]", self.head, maxsplit=1)[0].rpartition(b".")[2].strip()

    @property
    def is_quoted(self) -> bool:
        """Tell quoted-printable from plain text."""
        return b"QUOTED-PRINTABLE" in self.head

    @property
    def is_base64(self) -> bool:
        """Tell Base64 from plain text."""
        return bool(_BASE64.search(self.head))

    @property
    def is_cut(self) -> bool:
        """Tell whether a soft break makes the next line part of this one."""
        return self.pieces[-1].rstrip().endswith(b"=") and self.is_quoted

    def soften(self, line: bytes) -> None:
        """Add the line after a soft break."""
        self.pieces[-1] = self.pieces[-1].rstrip()[:-1]
        self.soft.append(len(self.pieces))
        self.pieces.append(line)

    def fold(self, line: bytes, *, is_old: bool) -> None:
        """Add a folded line; version 2.1 folds at a blank, which is part of the text."""
        if is_old and self.head and not self.is_base64:
            self.pieces.append(b" " + line.strip())
        else:
            self.pieces.append(line.strip() if is_old else line[1:])

    def takes(self, line: bytes) -> bool:
        """Add a line that is neither folded nor a property, where that can be meant."""
        if self.is_base64 or (self.name in _PICTURES and b" " not in line.strip()):
            self.pieces.append(line)
        elif self.is_quoted or self.name in _OF_SEVERAL_LINES:
            is_soft = bool(self.soft) and not self.pieces[-1].strip()  # an empty line after a soft break
            self.pieces[-1] = self.pieces[-1].removesuffix(b"\\")
            self.pieces += [b"" if is_soft else b"\n", line]
        else:
            return False
        return True

    def whole(self) -> bytes:
        """Return the line; the blanks after soft breaks are folds where every such piece begins with one."""
        if all(self.pieces[place][:1] in _FOLDS for place in self.soft):
            for place in self.soft:
                self.pieces[place] = self.pieces[place][1:]
        return b"".join(self.pieces)


def unfolded(card: Card) -> list[bytes]:
    """Return the logical lines of a card; one that belongs nowhere comes without a name (":text")."""
    is_old = any(map(_OLD_VERSION.match, card.lines))
    entries = [_Entry([b""])]
    for place, line in enumerate(card.lines):
        last = entries[-1]
        if last.is_cut:
            last.soften(line)
        elif line[:1] in _FOLDS and len(entries) > 1:
            last.fold(line, is_old=is_old)
        elif _is_property(_whole_head(card.lines, place).lstrip()):
            entries.append(_Entry([line]))
        elif line.strip() and not _SAYS_NOTHING.match(line) and not last.takes(line):
            entries.append(_Entry([b":", line]))
    return [entry.whole() for entry in entries[1:]]


def _unindented(lines: list[bytes]) -> list[bytes]:
    """Take off the blanks that every line begins with."""
    if not lines or lines[0][:1].strip():
        return lines
    indents = {line[: len(line) - len(line.lstrip(b" \t"))] for line in lines if line.strip()}
    indent = min(indents, key=len, default=b"")
    if not indent or not all(each.startswith(indent) for each in indents):
        return lines
    return [line.removeprefix(indent) for line in lines]


def _whole_head(lines: list[bytes], place: int) -> bytes:
    """Return a line with its folds as far as its colon, where its parameters were folded."""
    head = lines[place]
    if b":" in head:
        return head
    for more in lines[place + 1 : place + _MOST_FOLDS]:
        begun = b";" in head or more.lstrip()[:1] in (b";", b":")
        if b":" in head or not begun or more[:1] not in _FOLDS:
            break
        head += more[1:]
    return head


def _is_property(line: bytes) -> bool:
    head, colon, _ = head_and_value(line)
    return bool(colon) and bool(_HEAD.match(head))


def head_and_value(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Split at the first colon that is outside quotation marks."""
    head, colon, value = line.partition(b":")
    tries = 0
    while head.count(b'"') % 2 and colon and tries < 20:
        more, colon, value = value.partition(b":")
        head, tries = head + b":" + more, tries + 1
    return (head, colon, value) if colon else line.partition(b":")
