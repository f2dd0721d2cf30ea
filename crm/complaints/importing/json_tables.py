"""A complaint log as JSON: a list of objects, alone or in one object, or one object a line; its keys are columns.

Objects within an object are parted into columns with a dot, but one that holds more than the rest of its entry is the
complaint; lists of values take the names that stand beside them. Entries are numbered from 1, lines by their place.
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

_LISTS = ("data", "results", "features")
_FEATURE = ("type", "Feature")  # what RFC 7946 has each place on a map say of itself
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
    """Return the list of complaints: all of the file, what it has under a usual key or else as its only list."""
    if isinstance(whole, list):
        return _named(whole[1:], whole[0]) if _are_lists(whole) else whole
    inside = whole if isinstance(whole, dict) else {}
    for name in _LISTS:
        if isinstance(inside.get(name), list):
            found = list(inside[name])
            return _named(found, _names_in(inside)) if _are_lists(found) else found
    lists = _lists_in(inside)
    if len(lists) > 1:
        raise UnreadableFile(NO_LIST)
    return lists[0] if lists else [whole]


def _lists_in(inside: Mapping[str, Any]) -> list[list[Any]]:
    """Return the lists of objects of an object; where it has none, those of the objects in it."""
    lists = [value for value in inside.values() if isinstance(value, list) and any(isinstance(e, dict) for e in value)]
    deeper = (_lists_in(value) for value in inside.values() if isinstance(value, dict))
    return lists or [each for found in deeper for each in found]


def _are_lists(entries: list[Any]) -> bool:
    return len(entries) > 0 and all(isinstance(entry, list) for entry in entries)


def _names_in(inside: Mapping[str, Any]) -> list[Any]:
    """Return the names of the columns that stand beside their values, alone or with what else is told of them."""
    columns = inside.get("columns")
    if isinstance(columns, list):
        return [column.get("name") if isinstance(column, dict) else column for column in columns]
    found = (_names_in(value) for value in inside.values() if isinstance(value, dict))
    return next(filter(None, found), [])


def _named(entries: list[Any], names: list[Any]) -> list[Any]:
    if not all(isinstance(name, str) for name in names):
        raise UnreadableFile(NO_LIST)
    return [dict(zip(names, entry, strict=False)) for entry in entries]


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
    """Yield the columns of an entry; an object in it that holds more than the rest is the complaint itself."""
    plain = {key: _unwrapped(value) for key, value in entry.items() if (key, value) != _FEATURE}
    for key, value in plain.items():
        if isinstance(value, dict):
            is_all = len(value) > len(plain)
            for name, inner in value.items():
                column = name if is_all and name not in plain else f"{key}.{name}"
                yield plain_text(column), _text(_unwrapped(inner))
        else:
            yield plain_text(key), _text(value)


def _unwrapped(value: Any) -> Any:
    """Return a value without its type, as {"$date": "2024-05-13T10:00:00Z"} has it."""
    while isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$"):
        (value,) = value.values()
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(each, (list, dict)) for each in value):
        return ", ".join(filter(None, map(_text, value)))
    return plain_text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
