"""A complaint log as JSON: a list of objects, alone or in one object, or one object a line; its keys are columns.

Objects within an object are parted into columns with a dot; entries are numbered from 1, lines by their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from crm.contacts.importing.decoding import decode
from crm.contacts.importing.drafts import UnreadableFile
from crm.contacts.importing.reading import OpenTable
from crm.contacts.importing.tables import LONGEST_CELL, Row, Table, check_size
from crm.shared.text import plain_text

MOST_CELLS = 20_000_000
LINE_ENDINGS = (".ndjson", ".jsonl")
ENDINGS = (".json", *LINE_ENDINGS)
NO_OBJECT = "This entry is no object with keys and values."
NO_LIST = "This JSON holds no list of objects, one for each complaint."
TOO_DEEP = "This JSON is nested too deeply to be a list of complaints."

_LISTS = ("data", "results")
_MARK = re.compile(b"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")
_BEGINNING = re.compile(rb'^\s*(?:\{\s*"|\[\s*[\[{])')
_PLAIN = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda _name: None)
_NONE = object()


def is_json(content: bytes, filename: str) -> bool:
    """Tell JSON by how it begins, or by the name of a file that is not empty."""
    beginning = _MARK.sub(b"", content[:1_000]).replace(b"\0", b"")
    is_named = filename.lower().endswith(ENDINGS) and bool(beginning.strip())
    return is_named or bool(_BEGINNING.match(beginning))


def open_json(content: bytes, filename: str, code_page: str) -> OpenTable:
    """Open a log written as JSON, as a table; raise UnreadableFile."""
    decoded = decode(content, code_page)
    by_line = filename.lower().endswith(LINE_ENDINGS)
    try:
        table = _table(_lines(decoded.text) if by_line else _entries(decoded.text))
    except RecursionError:
        raise UnreadableFile(TOO_DEEP) from None
    guess = (f"The encoding {decoded.encoding} is a guess.",) if decoded.is_guess else ()
    return OpenTable(table, "JSON", decoded.encoding, guess)


def _entries(text: str) -> Iterator[tuple[int, Any]]:
    """Yield the entries of the list that a file holds, numbered; one object beside others has a line of its own."""
    try:
        whole = _PLAIN.decode(text)
    except json.JSONDecodeError as problem:
        lines = list(_lines(text)) if problem.msg == "Extra data" else []
        if any(isinstance(entry, dict) for _number, entry in lines):
            return iter(lines)
        line, column = problem.lineno, problem.colno
        raise UnreadableFile(f"The JSON of this file cannot be read from line {line}, column {column} on.") from None
    return enumerate(_list_in(whole), 1)


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    """Yield what each line holds; a line that is no JSON is no object."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, _PLAIN.decode(line)
        except json.JSONDecodeError:
            yield number, _NONE


def _list_in(whole: Any) -> list[Any]:
    """Return the list of complaints: all of the file, or what it has under a usual key or as its only list."""
    if isinstance(whole, list):
        return whole
    inside = whole if isinstance(whole, dict) else {}
    for name in _LISTS:
        if isinstance(inside.get(name), list):
            return list(inside[name])
    lists = [value for value in inside.values() if isinstance(value, list) and any(isinstance(e, dict) for e in value)]
    if len(lists) > 1:
        raise UnreadableFile(NO_LIST)
    return lists[0] if lists else [whole]


def _table(entries: Iterator[tuple[int, Any]]) -> Table:
    places: dict[str, int] = {}
    rows: list[Row] = []
    cells = 0
    for number, entry in entries:
        rows.append(_row(number, entry, places))
        cells += len(rows[-1].cells)
        check_size(len(rows), len(places))
        if cells > MOST_CELLS:
            raise UnreadableFile(f"The file has more than {MOST_CELLS:,} cells; split it and try again.")
    if rows and not places:
        raise UnreadableFile(NO_LIST)
    return Table(list(places), rows)


def _row(number: int, entry: Any, places: dict[str, int]) -> Row:
    """Return an entry as a row; its keys that are new become columns behind those known."""
    if not isinstance(entry, dict):
        return Row(number, (), NO_OBJECT)
    texts = {places.setdefault(name, len(places)): text for name, text in _flat(entry) if text or name not in places}
    longest = max(map(len, texts.values()), default=0)
    if longest > LONGEST_CELL:
        return Row(number, (), f"A cell of this row holds {longest:,} characters.")
    cells = [""] * (max(texts, default=-1) + 1)
    for place, text in texts.items():
        cells[place] = text
    return Row(number, cells)


def _flat(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in entry.items():
        if isinstance(value, dict):
            yield from ((plain_text(f"{key}.{name}"), _text(inner)) for name, inner in value.items())
        else:
            yield plain_text(key), _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(each, (list, dict)) for each in value):
        return ", ".join(filter(None, map(_text, value)))
    return plain_text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
