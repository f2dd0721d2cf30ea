"""The quarter of an hour of an instant, counted by the database: the one place where the two databases differ."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

QUARTER = 900  # seconds


class quarter_of(FunctionElement[int]):  # noqa: N801  # reads as a function of the database
    """Count the quarters of an hour from 1970 to an instant."""

    type = Integer()
    inherit_cache = True


@compiles(quarter_of)
def _in_general(element: quarter_of, compiler: Any, **options: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **options)}) / {QUARTER}) AS INTEGER)"


@compiles(quarter_of, "sqlite")
def _in_sqlite(element: quarter_of, compiler: Any, **options: Any) -> str:
    return f"(CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER) / {QUARTER})"
