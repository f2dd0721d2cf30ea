"""The search index: one row of keys per contact, found by trigrams on SQLite and PostgreSQL.

Owns the table contact_search and nothing else. The caller stores a document whenever a contact's
names, organisations, emails, phones or tags change, and loads the contacts that were found.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.orm import Session

from crm.contacts.search_rules import QueryPlan, SearchDocument, plan_query
from crm.contacts.search_scores import Match, score
from crm.contacts.search_stages import AllOf, AnyOf, Condition, Phrase, Stage, stages
from crm.shared.database import PLANNED_FOR_ITS_VALUES

Database = Connection | Session
Candidate = tuple[int, SearchDocument]

LONGEST_PHRASE = 7  # letters asked of the trigram index; the score looks at the rest
SURE = 0.66  # the score from which a match answers the whole query
COLUMNS = ("names", "sounds", "other", "digits")

_TABLE = """\
CREATE TABLE contact_search (
    contact_id INTEGER PRIMARY KEY REFERENCES contact(id) ON DELETE CASCADE,
    is_active INTEGER NOT NULL DEFAULT 1,
    names TEXT NOT NULL,
    sounds TEXT NOT NULL,
    other TEXT NOT NULL,
    digits TEXT NOT NULL
)"""

SQLITE_DDL: tuple[str, ...] = (
    _TABLE,
    "CREATE INDEX ix_contact_search_names ON contact_search (names)",
    """\
CREATE VIRTUAL TABLE contact_search_fts USING fts5(
    names, sounds, other, digits,
    content='contact_search', content_rowid='contact_id', tokenize='trigram'
)""",
    """\
CREATE TRIGGER contact_search_ai AFTER INSERT ON contact_search BEGIN
    INSERT INTO contact_search_fts(rowid, names, sounds, other, digits)
    VALUES (new.contact_id, new.names, new.sounds, new.other, new.digits);
END""",
    """\
CREATE TRIGGER contact_search_ad AFTER DELETE ON contact_search BEGIN
    INSERT INTO contact_search_fts(contact_search_fts, rowid, names, sounds, other, digits)
    VALUES ('delete', old.contact_id, old.names, old.sounds, old.other, old.digits);
END""",
    """\
CREATE TRIGGER contact_search_au AFTER UPDATE OF names, sounds, other, digits ON contact_search
BEGIN
    INSERT INTO contact_search_fts(contact_search_fts, rowid, names, sounds, other, digits)
    VALUES ('delete', old.contact_id, old.names, old.sounds, old.other, old.digits);
    INSERT INTO contact_search_fts(rowid, names, sounds, other, digits)
    VALUES (new.contact_id, new.names, new.sounds, new.other, new.digits);
END""",
)

POSTGRESQL_DDL: tuple[str, ...] = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    _TABLE,
    """\
CREATE INDEX ix_contact_search_trigrams ON contact_search USING gin (
    names gin_trgm_ops, sounds gin_trgm_ops, other gin_trgm_ops, digits gin_trgm_ops
) WITH (fastupdate = off)""",
)

_STORE = text(
    """\
INSERT INTO contact_search (contact_id, is_active, names, sounds, other, digits)
VALUES (:contact_id, :is_active, :names, :sounds, :other, :digits)
ON CONFLICT (contact_id) DO UPDATE SET is_active = excluded.is_active, names = excluded.names,
    sounds = excluded.sounds, other = excluded.other, digits = excluded.digits"""
)


def store_document(database: Database, contact_id: int, document: SearchDocument, *, is_active: bool = True) -> None:
    """Store or replace the keys of one contact."""
    database.execute(_STORE, _values(contact_id, document, is_active=is_active))


def store_documents(database: Database, documents: Iterable[tuple[int, SearchDocument]]) -> None:
    """Store or replace the keys of many active contacts."""
    rows = [_values(contact_id, document, is_active=True) for contact_id, document in documents]
    if rows:
        database.execute(_STORE, rows)


def set_active(database: Database, contact_id: int, *, is_active: bool) -> None:
    """Show a contact in searches or not (archived)."""
    database.execute(
        text("UPDATE contact_search SET is_active = :is_active WHERE contact_id = :contact_id"),
        {"contact_id": contact_id, "is_active": int(is_active)},
    )


def remove_document(database: Database, contact_id: int) -> None:
    """Forget the keys of a contact."""
    database.execute(
        text("DELETE FROM contact_search WHERE contact_id = :contact_id"),
        {"contact_id": contact_id},
    )


def _values(contact_id: int, document: SearchDocument, *, is_active: bool) -> dict[str, object]:
    texts = {column: getattr(document, column) for column in COLUMNS}
    return {"contact_id": contact_id, "is_active": int(is_active), **texts}


def find(database: Database, query: str, limit: int = 10, *, with_archived: bool = False) -> list[Match]:
    """Return the contacts that answer a query, best first, each with the reason."""
    plan = plan_query(query)
    if plan.is_empty or limit < 1:
        return []
    found: dict[int, Match] = {}
    sure = 0
    for stage in stages(plan, limit):
        better = sum(match.score >= stage.most for match in found.values())
        if better < limit and len(found) < stage.below and sure < stage.below_sure:
            rows = _rows_of_stage(database, stage, with_archived=with_archived)
            found |= {match.contact_id: match for match in _scored(plan, rows, known=found)}
            if stage.is_whole:
                sure = sum(match.score >= SURE for match in found.values())
    return sorted(found.values(), key=lambda match: (-match.score, match.contact_id))[:limit]


def _scored(plan: QueryPlan, rows: Iterable[Candidate], *, known: Container[int]) -> Iterator[Match]:
    for contact_id, document in rows:
        match = None if contact_id in known else score(plan, document, contact_id=contact_id)
        if match:
            yield match


def _rows_of_stage(database: Database, stage: Stage, *, with_archived: bool) -> list[Candidate]:
    """Return the contacts of a stage; where it was cut off, those of its narrower conditions too."""
    dialect = _dialect(database)
    rows = _rows(database, dialect, stage.condition, stage.rows, with_archived)
    if len(rows) >= stage.rows:
        for closer in stage.closer:
            rows += _rows(database, dialect, closer, stage.rows, with_archived)
    return rows


def _rows(database: Database, dialect: str, condition: Condition, most: int, with_archived: bool) -> list[Candidate]:
    statement = _select(dialect, condition, with_archived=with_archived)
    if statement is None:
        return []
    sql, values = statement
    rows = database.execute(_clause(sql), {**values, "rows": most}).all()
    return [
        (contact_id, SearchDocument(names=names, sounds=sounds, other=other, digits=digits))
        for contact_id, names, sounds, other, digits in rows
    ]


@lru_cache(maxsize=512)
def _clause(sql: str) -> TextClause:
    return text(sql).execution_options(**{PLANNED_FOR_ITS_VALUES: True})


def _dialect(database: Database) -> str:
    bind = database.get_bind() if isinstance(database, Session) else database
    return bind.dialect.name


_Statement = tuple[str, dict[str, Any]]


def _select(dialect: str, condition: Condition, *, with_archived: bool) -> _Statement | None:
    active = "" if with_archived else " AND s.is_active = 1"
    columns = "SELECT s.contact_id, s.names, s.sounds, s.other, s.digits FROM "
    if dialect != "sqlite":
        where, values = _likes(condition)
        # Set apart, so that it is planned as if all rows were wanted; else a LIMIT lets it hope to read only a few.
        matched = f"WITH s AS MATERIALIZED (SELECT * FROM contact_search s WHERE {where}{active})"
        return f"{matched} {columns}s LIMIT :rows", values
    indexed, rest = _split(condition)
    if not indexed and not rest:
        return None
    where, values = _likes(AllOf(tuple(rest))) if rest else ("1 = 1", {})
    if indexed:
        source = "contact_search_fts f CROSS JOIN contact_search s ON s.contact_id = f.rowid"
        where = f"f.contact_search_fts MATCH :match AND {where}"
        values["match"] = " AND ".join(indexed)
    else:
        source = "contact_search s"
        starts, bounds = _starts(rest)
        where, values = f"({starts}) AND {where}", values | bounds
    return f"{columns}{source} WHERE {where}{active} LIMIT :rows", values


def _starts(short: Sequence[Condition]) -> _Statement:
    """Write that a name starts with one of the texts: answered by the index on names."""
    values: dict[str, Any] = {}
    for at, phrase in enumerate(_phrases(short)):
        first = f" {phrase.text.strip()}"
        values |= {f"first_{at}": first, f"last_{at}": first + "\U0010ffff"}
    ranges = (f"s.names BETWEEN :first_{at} AND :last_{at}" for at in range(len(values) // 2))
    return " OR ".join(ranges), values


def _phrases(conditions: Sequence[Condition]) -> Iterator[Phrase]:
    for condition in conditions:
        if isinstance(condition, Phrase):
            yield condition
        else:
            yield from _phrases(condition.parts)


def _split(condition: Condition) -> tuple[list[str], list[Condition]]:
    """Part a condition into what the trigram index can answer and what is looked at in each row it gives."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    indexed = [matched for matched in map(_match, parts) if matched]
    rest = [part for part in parts if not _is_indexed(part)]
    return indexed, rest


def _is_indexed(condition: Condition) -> bool:
    """Tell if the trigram index answers a condition wholly: no phrase is shorter than a trigram, no email cut."""
    if isinstance(condition, Phrase):
        is_whole = len(condition.text) <= LONGEST_PHRASE or condition.columns != ("other",)
        return len(condition.text) >= 3 and is_whole
    return all(map(_is_indexed, condition.parts))


def _match(condition: Condition) -> str:
    """Write what the trigram index knows of a condition for FTS5; empty if that is nothing."""
    if isinstance(condition, Phrase):
        if len(condition.text) < 3:
            return ""
        quoted = condition.text[:LONGEST_PHRASE].replace('"', '""')
        return f'{{{" ".join(condition.columns)}}} : "{quoted}"'
    matched = [_match(part) for part in condition.parts]
    if isinstance(condition, AnyOf):
        return f"({' OR '.join(matched)})" if all(matched) else ""
    return f"({' AND '.join(filter(None, matched))})" if any(matched) else ""


def _likes(condition: Condition) -> _Statement:
    """Write a condition with LIKE, values bound."""
    values: dict[str, Any] = {}
    return _like(condition, values), values


def _like(condition: Condition, values: dict[str, Any]) -> str:
    if isinstance(condition, Phrase):
        name = f"like_{len(values)}"
        escaped = condition.text
        for special in "\\%_":
            escaped = escaped.replace(special, f"\\{special}")
        values[name] = f"%{escaped}%"
        likes = [f"s.{column} LIKE :{name} ESCAPE '\\'" for column in condition.columns]
        return f"({' OR '.join(likes)})"
    joiner = " AND " if isinstance(condition, AllOf) else " OR "
    return f"({joiner.join(_like(part, values) for part in condition.parts)})"
