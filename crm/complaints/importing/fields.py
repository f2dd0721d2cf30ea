"""Which column of a complaint log is what: proposed from the headers, from the values where headers are mute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from crm.contacts.importing.tables import Row, Table, without_blank_lines
from crm.contacts.importing.text import is_email, plain_key

from .day_times import looks_like_time
from .headers import field_and_rank, field_of, header_key
from .moments import looks_like_date, reads_as_date
from .words import exact_channel, in_time, is_status, yes_or_no

SKIP = "skip"
HEADER_SEARCH = 10
ENOUGH = 0.7
FIELDS: Mapping[str, str] = {
    "reference": "Reference",
    "contact_name": "Name of the customer",
    "contact_phone": "Phone of the customer",
    "contact_email": "Email of the customer",
    "channel": "Channel",
    "category": "Category",
    "severity": "Severity",
    "description": "What happened",
    "created_at": "Created",
    "passed_on_at": "Passed on",
    "first_response_at": "First response",
    "due_at": "Due",
    "closed_at": "Closed",
    "status": "Status",
    "disputed": "Customer disputed it",
    "timely": "Answered in time, as the file says",
    "late": "Answered late, as the file says",
    "created_time": "Created, the time alone",
    "first_response_time": "First response, the time alone",
    "due_time": "Due, the time alone",
    "closed_time": "Closed, the time alone",
}
DATE_FIELDS = ("created_at", "passed_on_at", "first_response_at", "due_at", "closed_at")
TIME_FIELDS = {
    "created_at": "created_time",
    "first_response_at": "first_response_time",
    "due_at": "due_time",
    "closed_at": "closed_time",
}

# Where a column of answers, most of them yes and no, has a header of its own words, one of these tells what it is.
_ANSWER_WORDS: Mapping[str, str] = {
    "timely": "within|in time|on time|timely|sla met|target met|deadline met",
    "late": "late|overdue|past due|delayed|breach|breached|exceeded|violated|violation|missed sla|sla missed",
}
# Where a column of dates has a header of its own words, one of these words in it tells what it is.
_DATE_WORDS: Mapping[str, str] = {
    "due_at": "due|deadline|target|promised|promise|expected|committed|required|agreed|resolve by|answer by|sla|"
    "vencimiento|echeance|frist|prazo|plazo|scadenza",
    "first_response_at": "first|response|responded|replied|reply|answered|acknowledged|acknowledgement",
    "closed_at": "closed|close|closure|closing|resolved|resolution|completed|completion|solved|finished|fixed|"
    "settled|disposal|disposed|rectified|rectification|restored|restoration|redressed|redressal|final",
    "created_at": "created|create|creation|opened|open|received|receipt|logged|raised|reported|registered|"
    "registration|"
    "submitted|lodged|filed|entered|occurred|complaint|incident",
}
_DATE_OR_TIME_WORDS = (
    "date|time|day|on|at|hour|fecha|hora|heure|data|ora|datum|tijd|petsa|oras|tanggal|jam|waktu|termin|czas|godzina|"
    "tarih|tarihi|saat|saati|zeit|uhrzeit|дата|время|час|تاريخ|تاریخ|التاريخ|وقت|الوقت|ساعت|زمان|தேதி|நேரம்|తేదీ|సమయం|"
    "दिनांक|तारीख|तिथि|वेळ|समय|日期|时间|時間|日付|時刻|날짜|시간"
)
_DATE_OR_TIME = frozenset(map(plain_key, _DATE_OR_TIME_WORDS.split("|")))
_DATE_OR_TIME_WITHIN = re.compile(r"(?<=\w)(?:datum|uhrzeit|zeit|日期|时间|時間|日付|日時|時刻|日|時)$")
_OTHER_MOMENTS = (
    "updated|update|modified|changed|last|birth|purchase|purchased|bought|invoice|order|ordered|delivery|delivered|"
    "warranty|installation|installed|manufactured|expiry|expiration|sale|sold|payment|paid|booking|modification|derniere|"
    "letzte|letzter|ultima|ultimo|laatste|aktualisiert|geandert|actualizacion|atualizacao|aggiornamento|gewijzigd|"
    "изменено|обновлено|更新日時|更新时间|更新時間"
)
_NO_MOMENT_OF_ITS_OWN = frozenset(_OTHER_MOMENTS.split("|"))
_STATUS_WORDS = "status|state|stage|phase"


def suggest_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Propose {column: field}, each field once; columns left out are not stored."""
    best: dict[str, tuple[tuple[bool, int], str]] = {}
    for position, column in enumerate(header):
        key = header_key(column)
        field, place = field_and_rank(column)
        values = _written(position, rows)
        rank = (not values, place)  # of two columns the one that is filled is meant
        if field is not None and _may_hold(field, key, values) and (field not in best or rank < best[field][0]):
            best[field] = (rank, column)
    proposed = {column: field for field, (_rank, column) in best.items()}
    _look_at_values(header, rows, proposed)
    return proposed | _times_beside(header, rows, proposed)


def _written(position: int, rows: Sequence[Sequence[str]]) -> list[str]:
    """Return what is written in a column; blank cells are left out."""
    return [row[position].strip() for row in rows if position < len(row) and row[position].strip()]


def _may_hold(field: str, key: str, values: Sequence[str]) -> bool:
    """Tell whether a column can hold a field: one named Closed that says yes or no, or the time, holds no dates."""
    if field == "status" and "state" in key.split():  # of a complaint, not of a country
        return _are(is_status, values)
    if field == "late":
        return _are(_is_answer, values)
    if field == "timely":
        return not _are(is_status, values)
    return field not in DATE_FIELDS or not values or any(map(_may_be_date, values))


def _is_answer(value: str) -> bool:
    return in_time(value, "") is not None


def _may_be_date(value: str) -> bool:
    """Tell whether a value is a date, perhaps one that cannot be read."""
    return _has_digits(value) and (reads_as_date(value) or not (looks_like_time(value) or yes_or_no(value) is not None))


def _has_digits(value: str) -> bool:
    return any(character.isdecimal() for character in value)


def _times_beside(header: Sequence[str], rows: Sequence[Sequence[str]], proposed: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of times alone by their columns of dates: "Due Time" by "Due Date", "Time" by what is left."""
    times = [column for column in header if _is_time_alone(column, header, rows, proposed)]
    stems = {_stem(column): column for column in times}
    dates = [column for column in header if proposed.get(column) in TIME_FIELDS]
    found = {stems[_stem(column)]: TIME_FIELDS[proposed[column]] for column in dates if _stem(column) in stems}
    column = stems.get("", "")
    before = [each for each in dates if column and header.index(each) < header.index(column)]
    if before and column not in found and TIME_FIELDS[proposed[before[-1]]] not in found.values():
        found[column] = TIME_FIELDS[proposed[before[-1]]]
    return found


def _is_time_alone(
    column: str, header: Sequence[str], rows: Sequence[Sequence[str]], proposed: Mapping[str, str]
) -> bool:
    written = [value for value in _written(header.index(column), rows) if _has_digits(value)]
    return column not in proposed and _are(looks_like_time, written)


def _stem(column: str) -> str:
    """Return a header without what says that it is a date or a time."""
    words = " ".join(word for word in plain_key(column).split() if word not in _DATE_OR_TIME)
    return _DATE_OR_TIME_WITHIN.sub("", words).strip()


def _look_at_values(header: Sequence[str], rows: Sequence[Sequence[str]], proposed: dict[str, str]) -> None:
    """Take columns by a word of their header and their values; then by these alone the creation, channel and email."""
    _look_at_dates(header, rows, proposed)
    _look_at_answers(header, rows, proposed)
    _look_at_statuses(header, rows, proposed)
    tests = (("created_at", looks_like_date), ("contact_email", is_email), ("channel", _is_channel_word))
    for field, looks_right in tests:
        if field in proposed.values():
            continue
        for position, column in enumerate(header):
            is_elsewhere = field == "created_at" and _is_of_another_moment(plain_key(column))
            if column not in proposed and not is_elsewhere and _reads_as(looks_right, position, rows):
                proposed[column] = field
                break


def _look_at_dates(header: Sequence[str], rows: Sequence[Sequence[str]], proposed: dict[str, str]) -> None:
    for field, words in _DATE_WORDS.items():
        fitting = [column for column in header if _is_moment(field, plain_key(column), words)]
        for column in sorted(fitting, key=lambda each: _has_word(plain_key(each), _DATE_WORDS["first_response_at"])):
            if field in proposed.values() or column in proposed:
                continue
            if _reads_as(looks_like_date, header.index(column), rows):
                proposed[column] = field


def _look_at_answers(header: Sequence[str], rows: Sequence[Sequence[str]], proposed: dict[str, str]) -> None:
    for field, words in _ANSWER_WORDS.items():
        for position, column in enumerate(header):
            is_free = column not in proposed and not {"timely", "late"}.intersection(proposed.values())
            if is_free and _has_word(header_key(column), words) and _are(_is_answer, _written(position, rows)):
                proposed[column] = field


def _look_at_statuses(header: Sequence[str], rows: Sequence[Sequence[str]], proposed: dict[str, str]) -> None:
    for position, column in enumerate(header):
        is_named = column not in proposed and _has_word(header_key(column), _STATUS_WORDS)
        if is_named and "status" not in proposed.values() and _are(is_status, _written(position, rows)):
            proposed[column] = "status"


def _is_moment(field: str, key: str, words: str) -> bool:
    """Tell whether a header names a moment: a due one is never when it was done, a final answer not the first."""
    is_due = field != "due_at" and _has_word(key, _DATE_WORDS["due_at"])
    is_final = field == "first_response_at" and _has_word(key, "final")
    return not is_due and not is_final and not _is_of_another_moment(key) and _has_word(key, words)


def _is_of_another_moment(key: str) -> bool:
    return bool(_NO_MOMENT_OF_ITS_OWN.intersection(key.split()))


def _has_word(key: str, words: str) -> bool:
    return any(f" {word} " in f" {key} " for word in words.split("|"))


def _is_channel_word(value: str) -> bool:
    return len(value) > 1 and not value.isdecimal() and bool(exact_channel(value))


def _reads_as(looks_right: Callable[[str], bool], position: int, rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether most of what is written in a column reads as something."""
    return _are(looks_right, _written(position, rows))


def _are(looks_right: Callable[[str], bool], values: Sequence[str]) -> bool:
    """Tell whether most values read as something; none at all do not."""
    return bool(values) and _share(map(looks_right, values)) >= ENOUGH


def _share(answers: Iterable[bool]) -> float:
    given = list(answers)
    return sum(given) / len(given)


def split_header(rows: list[Row]) -> Table:
    """Find the header of a complaint log among the first rows; the first one where none reads as a header."""
    rows = without_blank_lines(rows)
    if not rows:
        return Table((), ())
    scores = [_header_score(row) for row in rows[:HEADER_SEARCH]]
    position = scores.index(max(scores)) if max(scores) > 1 else 0
    return Table(rows[position].cells, rows[position + 1 :])


def _header_score(row: Row) -> int:
    """Return how many fields the cells of a row name; a row with a date is none of headers, whatever words it has."""
    if any(looks_like_date(cell.strip()) for cell in row.cells if _has_digits(cell)):
        return 0
    return len({field_of(cell) for cell in row.cells} - {None})
