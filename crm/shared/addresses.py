"""What an address may carry: numbers that a column can hold, and no NUL; anything else names nothing."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

from crm.shared.bounds import HIGHEST_NUMBER


class NumberConverter(IntegerConverter):
    """The number of a record; one that no column can hold is not found."""

    def __init__(self, map: Any, **given: Any) -> None:  # the name that werkzeug gives it
        """Limit the number to what the databases hold."""
        super().__init__(map, **{"max": HIGHEST_NUMBER, **given})


def number_in_address(text: str) -> int:
    """Return a number of the query of an address; raise ValueError for one that no column can hold."""
    number = int(text)
    if not 0 <= number <= HIGHEST_NUMBER:
        raise ValueError(text)
    return number


def register_addresses(app: Flask) -> None:
    """Bind both rules to the application, before any route is added."""
    app.url_map.converters["int"] = NumberConverter
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """Refuse an address with a NUL, which no database stores and no file is named with."""
    if "\x00" in request.path or b"%00" in request.query_string or b"\x00" in request.query_string:
        abort(400)
