"""What an import says of a file and its rows, in the reader's language.

The readers of files are pure and speak English, and a job may be read by somebody else than who began it: so a
sentence is stored as it was said, and translated where it is shown, with what it quotes left as the file has it.
"""

from __future__ import annotations

import re
from functools import cache

from crm.shared.translating import gettext

_ = str  # marks a text for the catalogs

_SENTENCES = (
    _("The file is empty."),
    _("The file holds no rows."),
    _("The file holds binary data, not a list of contacts."),
    _("The file is a zip archive, not an Excel workbook."),
    _("The file is named as an Excel workbook but is not one."),
    _("The file is not a whole Excel workbook."),
    _("The workbook holds no rows."),
    _("The workbook unpacks to more than a list of contacts can be."),
    _("This is a JSON file. Export the contacts as CSV, XLSX or vCard."),
    _("This is an LDIF file. Export the contacts as CSV, XLSX or vCard."),
    _("This is a web page (HTML), not a list of contacts."),
    _("This is an old Excel file (.xls). Save it as .xlsx or CSV and try again."),
    _("This is a PDF. Export the contacts as CSV, XLSX or vCard and try again."),
    _("This is a compressed file. Unpack it and try again."),
    _("This is a picture, not a list of contacts."),
    _("This is a database file, not a list of contacts."),
    _("This is a file of contacts, not a list of complaints."),
    _("Too many quotation marks in this file are never closed."),
    _("The file has more than %(rows)s rows; split it and try again."),
    _("The file has %(columns)s columns; at most %(most)s are read."),
    _("The row is empty."),
    _("This row repeats the header."),
    _("This row is a total or a remark, not a contact."),
    _("This row stands above the header."),
    _("There is no name, phone, email or organisation."),
    _("This card has no BEGIN:VCARD line."),
    _("This card is a list of members, not a contact."),
    _("The birthday “%(text)s” is not a readable date."),
    _("The birthday “%(text)s” lies in the future."),
    _("The anniversary “%(text)s” is not a readable date."),
    _("The email “%(text)s” is not an address that mail can reach."),
    _("The phone “%(text)s” has no digits."),
    _("The phone “%(text)s” was shortened by a spreadsheet; its digits are lost."),
    _("A quotation mark in this row is never closed."),
    _("A cell of this row holds %(count)s characters."),
    _("This card holds %(count)s lines."),
    _("A line of this card holds %(count)s characters."),
    _("The photo of this card is not imported."),
    _("The logo of this card is not imported."),
    _("The sound of this card is not imported."),
    _("The key of this card is not imported."),
    _("The %(name)s of this card is not imported."),
    _("No vCard begins in this file."),
    _("Row %(row)s repeats this contact."),
    _("This fits more than one contact: %(names)s. Nothing was imported."),
    _("This contact is in the file more than a hundred times."),
    _("This person asked to be erased (%(name)s). Nothing was imported."),
    _("The sheet “%(name)s” was read."),
    _("Not read: the sheets “%(names)s”."),
    _("The encoding %(name)s is a guess."),
    _("Dates were read day first."),
    _("Dates were read month first."),
    _("Dates were read year first."),
    _("The file has a header, but no contact below it."),
    _("No column could be recognised as a name, phone, email or organisation."),
    _("It does not say when it was created."),
    _("It is created in the future."),
    _("The date in “%(column)s” cannot be read: %(text)s"),
    _("The date in “%(column)s” lies in the future."),
    _("Its clocks cannot be worked out."),
    _("The JSON of this file cannot be read from line %(line)s, column %(column)s on."),
    _("This JSON holds no list of objects, one for each complaint."),
    _("This JSON is nested too deeply to be a list of complaints."),
    _("The file has more than %(cells)s cells; split it and try again."),
    _("This entry is no object with keys and values."),
    _("This is a PDF. Export the complaints as CSV or XLSX and try again."),
    _("Which column says when a complaint was created? Without it nothing can be measured."),
)
_PLACE = re.compile(r"%\((\w+)\)s")


def said(sentence: str) -> str:
    """Return a sentence of an import in the reader's language; one that is not known stays as it is."""
    for text, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            return gettext(text, **found.groupdict())
    return gettext(sentence) if sentence else ""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return each sentence with the pattern of what may be said with it."""
    return tuple((text, re.compile(_pattern(text), re.DOTALL)) for text in _SENTENCES)


def _pattern(text: str) -> str:
    plain = [re.escape(part) for part in _PLACE.split(text)[::2]]
    places = [f"(?P<{name}>.+)" for name in _PLACE.findall(text)]
    return "".join(part + place for part, place in zip(plain, [*places, ""], strict=True))
