"""What people type leaves the house as text: in tables, cards, calendars, mails and printed pages."""

from __future__ import annotations

import csv
import email.policy
import io
import re
import socket
import threading
import time
from collections.abc import Iterator
from email import message_from_string
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.generic import IndirectObject, NameObject
from sqlalchemy import text

from crm.contacts.importing import parse_contacts
from tests.drills.browser import Browser
from tests.drills.figures import Figure
from tests.drills.form_lengths import IS_LONG, MARKS, PATIENCE
from tests.drills.mail import MailServer
from tests.drills.shop import Shop

pytestmark = MARKS
FORMULA = re.compile(r"^[\s']*[=+\-@\t\r\n＝＋－＠]")
NOT_TEXT = re.compile(r"phone|email|link|date|day|year|month|form_key|token|language|-raw|-url|-address$")
# How a spreadsheet, a card, a mail, a page and a template would be talked into something; {0} is a trap's port.
MARKED = (
    '=HYPERLINK("http://127.0.0.1:{0}/a";"x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "＝1+1",
    "<mark>{{{{7*'7'}}}}</mark><img src=http://127.0.0.1:{0}/b><script>x</script>",
    "\"><link rel=stylesheet href=http://127.0.0.1:{0}/c><style>@import 'http://127.0.0.1:{0}/d';</style>",
    "x\r\nBcc: evil@example.com\r\n\r\n<b>x",
    "x\nEND:VCARD\nBEGIN:VCARD\nX-EVIL:1",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nX-EVIL:1",
    "<a href='file:///etc/passwd'>x</a><object data='file:///etc/passwd'></object>",
)


class Trap:
    """A listener that nobody should ever call."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                line, _address = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            line.close()

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    """A trap that is closed in the end."""
    made = Trap()
    yield made
    made.close()


def _typed(browser: Browser, trap: Trap) -> list[str]:
    """Type each mark into every text field of a contact, a complaint and an entry; return the contacts' addresses."""
    made = []
    for number, each in enumerate(MARKED):
        mark = each.format(trap.port)
        form = browser.form("/contacts/new", "/contacts")
        fields = {
            name: mark[: 30 if name.endswith(("kind", "postcode")) else 300]
            for name, kind in form.kinds.items()
            if kind in {"text", "textarea"} and not NOT_TEXT.search(name)
        }
        answer = browser.post("/contacts", {**form.fields, **fields, "name": f"{mark} {number}", "notes": mark})
        if answer.status != 303:  # a short field refuses a long mark: the name and the notes take any
            answer = browser.post("/contacts", {**form.fields, "name": f"{mark} {number}"[:120], "notes": mark})
        assert answer.status == 303, answer.text[:2000]
        path = answer.location.split("?")[0]
        made.append(path)
        entry = f"{path}/interactions"
        assert browser.post(entry, {**browser.form(path, entry).fields, "note": mark}).status == 303
        opened = f"{path}/complaints"
        fields_of_it = {**browser.form(f"{opened}/new", opened).fields, "words": mark, "in_charge_id": "2"}
        assert browser.post(opened, fields_of_it).status == 303
    return made


def _exported(browser: Browser, ending: str) -> bytes:
    form = browser.form("/exports", "/exports")
    answer = browser.post("/exports", {**form.fields, "format": ending})
    assert answer.status == 200, answer.text[:1000]
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.content


def _runs_as_formula(rows: list[list[str]]) -> list[str]:
    return [cell for row in rows for cell in row if FORMULA.match(cell) and not cell.startswith("'")]


def _table_faults(browser: Browser, names: set[str]) -> list[str]:
    """Return cells that a spreadsheet would run, and names that do not come back as they were typed."""
    table = _exported(browser, "csv")
    faults = _runs_as_formula(list(csv.reader(io.StringIO(table.decode("utf-8-sig")))))
    book = load_workbook(io.BytesIO(_exported(browser, "xlsx")))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    faults += [str(cell.value) for cell in cells if cell.data_type != "s" or cell.hyperlink]
    parsed = parse_contacts(table, filename="x.csv", region="IN")
    faults += [error.reason for error in parsed.errors]
    return faults + sorted(names - {draft.name for draft in parsed.contacts})


def _card_faults(browser: Browser, contacts: int, names: set[str]) -> list[str]:
    """Return lines of cards that nobody wrote, and names that do not come back."""
    cards = _exported(browser, "vcf").decode()
    lines = cards.splitlines()
    faults = [line for line in lines if line.upper().startswith(("X-EVIL", "BCC"))]
    faults += [f"{lines.count(line)} {line}" for line in ("BEGIN:VCARD", "END:VCARD") if lines.count(line) != contacts]
    read = {draft.name for draft in parse_contacts(cards.encode(), filename="x.vcf", region="IN").contacts}
    return faults + sorted(names - read)


def _error_file_faults(browser: Browser) -> list[str]:
    """Import rows that are refused; return the cells of the list of errors that a spreadsheet would run."""
    form = browser.form("/imports", "/imports")
    content = b"Name,Email,=1+1\n,=cmd|' /C calc'!A0,@SUM(1)\n,+x@example.com,-1+1\n"
    path = browser.upload("/imports", form.fields, "file", "=1+1,@x.csv", content).location
    begun = time.monotonic()
    while browser.get(f"{path}/columns").status != 200 and browser.get(path).text.count("acceptance") == 0:
        assert time.monotonic() - begun < 10 * PATIENCE, "the file was not read"
        time.sleep(0.2)
    if browser.get(f"{path}/columns").status == 200:
        browser.post(f"{path}/columns", browser.form(f"{path}/columns", f"{path}/columns").fields)
    while (answer := browser.get(f"{path}/errors")).status != 200:
        assert time.monotonic() - begun < 20 * PATIENCE, "there is no list of errors"
        time.sleep(0.2)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) >= 2, rows
    return _runs_as_formula(rows)


_RUNS = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/OpenAction", "/SubmitForm", "/GoToR"}


def _names(reader: PdfReader) -> set[str]:
    """Return every name that a PDF can be reached to use; compressed bytes may spell one by chance."""
    names: set[str] = set()
    seen: set[int] = set()
    left: list[Any] = [reader.trailer]
    while left:
        each = left.pop()
        if isinstance(each, IndirectObject):
            if each.idnum not in seen:
                seen.add(each.idnum)
                left.append(each.get_object())
        elif isinstance(each, NameObject):
            names.add(str(each))
        elif isinstance(each, dict):
            left += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            left += each
    return names


def _pdf_faults(browser: Browser, numbers: list[int], complaints: list[int]) -> tuple[int, list[str]]:
    """Draw the documents about these; return their number and what in them is more than text."""
    wanted = [f"/print/record.pdf?contact={number}" for number in numbers]
    wanted += [f"/print/{name}.pdf?complaint={each}" for name in ("slip", "case-file") for each in complaints]
    wanted += ["/print/daily-sheet.pdf", "/print/labels.pdf"]
    wanted += ["/print/loyalty.pdf", "/print/promises.pdf"] if IS_LONG else []
    drawn, faults = 0, []
    for path in wanted:
        answer = browser.get(path)
        assert answer.status < 500, f"{path}: {answer.status}"
        if answer.headers.get("Content-Type") != "application/pdf":
            continue
        drawn += 1
        reader = PdfReader(io.BytesIO(answer.content))
        faults += [f"{path}: {each}" for each in sorted(_RUNS & _names(reader))]
        words = "".join(page.extract_text() for page in reader.pages)
        faults += [f"{path}: the template counted"] if "7777777" in words else []
        faults += [f"{path}: a file of the machine"] if "root:" in words else []
        for page in reader.pages:
            links = [str(note.get_object().get("/A", {}).get("/URI", "")) for note in page.get("/Annots") or []]
            faults += [f"{path}: {link}" for link in links if link and f"127.0.0.1:{browser.port}/" not in link]
    return drawn, faults


def _mail_faults(mail: MailServer) -> list[str]:
    """Return headers and parts of the mails that the program never writes."""
    known = {"from", "to", "subject", "message-id", "date", "auto-submitted", "content-type", "mime-version"}
    known |= {"content-transfer-encoding", "x-peer", "x-mailfrom", "x-rcptto"}
    faults = []
    for raw in mail.texts:
        message = message_from_string(raw, policy=email.policy.default)
        names = [name.lower() for name in message]
        faults += [name for name in names if name not in known or names.count(name) > 1]
        faults += [message.get_content_type()] if message.get_content_type() != "text/plain" else []
    return faults + [address for _id, address in mail.delivered if not address.endswith("@jasmine.example")]


def test_what_people_type_leaves_as_text(
    shared_shop: Shop, mail_server: MailServer, trap: Trap, figure: Figure
) -> None:
    shop, browser, drawn_from = shared_shop, shared_shop.browser(), slice(None) if IS_LONG else slice(4, 6)
    mails = len(mail_server.texts)
    with shop.engine().begin() as connection:  # the name of the business stands in mails and on every printed page
        connection.execute(text("UPDATE business SET name = :name"), {"name": MARKED[4].format(trap.port)[:120]})
    contacts = _typed(browser, trap)
    numbers = [int(path.rsplit("/", 1)[1]) for path in contacts]
    ids = ", ".join(map(str, numbers))
    complaints = [int(str(row[0])) for row in shop.rows(f"SELECT id FROM complaint WHERE contact_id IN ({ids})")]
    names = {str(row[0]) for row in shop.rows(f"SELECT name FROM contact WHERE id IN ({ids})")}
    exported = shop.number("SELECT count(*) FROM contact WHERE archived_at IS NULL AND erased_at IS NULL")
    tables, cards = _table_faults(browser, names), _card_faults(browser, exported, names)
    errors = _error_file_faults(browser)
    drawn, pages = _pdf_faults(browser, numbers[drawn_from], complaints[drawn_from])
    begun = time.monotonic()
    while len(mail_server.texts) == mails and time.monotonic() - begun < 10 * PATIENCE:
        time.sleep(0.1)
    headers = _mail_faults(mail_server)
    figure(
        f"{len(MARKED)} marks in every field: {len(tables)} cells run, {len(cards)} lines forged in cards, "
        f"{len(errors)} in the list of errors, {drawn} PDFs with {len(pages)} faults, "
        f"{len(mail_server.texts) - mails} mails with {len(headers)} faults, {trap.calls} calls to the trap"
    )
    assert (tables, cards, errors, pages, headers) == ([], [], [], [], [])
    assert drawn >= 6
    assert len(mail_server.texts) > mails
    assert trap.calls == 0
