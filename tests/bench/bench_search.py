"""Time find() over 100,000 made-up names: `python -m tests.bench.bench_search [COUNT]`."""

import random
import sys
import time
from collections.abc import Callable, Iterable
from statistics import median, quantiles
from uuid import uuid4

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from crm.contacts.search_index import POSTGRESQL_DDL, SQLITE_DDL, find, store_documents
from crm.contacts.search_rules import SearchDocument, search_document
from crm.shared.text import latin
from tests.contacts.search_population import made_up_names

POSTGRESQL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
ASKED = 400


def main(count: int) -> None:
    """Load the names into both databases and print how long searches take."""
    started = time.perf_counter()
    names = made_up_names(count)
    documents = [(at, _document(at, name)) for at, name in enumerate(names, 1)]
    print(f"{len(names)} names and their keys: {time.perf_counter() - started:.1f} s")
    queries = _queries(names)
    with create_engine("sqlite://").connect() as connection:
        _bench("SQLite", connection, SQLITE_DDL, documents, queries)
    _bench_postgresql(documents, queries)


def _document(at: int, name: str) -> SearchDocument:
    number = f"+9198{at * 7919 % 10**8:08d}"
    return search_document(names=[name], emails=[f"user{at}@mail{at % 50}.example"], phones=[number, number[3:]])


def _bench_postgresql(documents: list[tuple[int, SearchDocument]], queries: dict[str, list[str]]) -> None:
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    name = f"regulars_bench_{uuid4().hex[:12]}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        print("PostgreSQL does not answer")
        return
    engine = create_engine(make_url(POSTGRESQL).set(database=name))
    try:
        with engine.connect() as connection:
            _bench("PostgreSQL", connection, POSTGRESQL_DDL, documents, queries)
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))


def _bench(
    title: str,
    connection: Connection,
    statements: tuple[str, ...],
    documents: list[tuple[int, SearchDocument]],
    queries: dict[str, list[str]],
) -> None:
    started = time.perf_counter()
    connection.execute(text("CREATE TABLE contact (id INTEGER PRIMARY KEY)"))
    for statement in statements:
        connection.execute(text(statement))
    connection.execute(text("INSERT INTO contact (id) VALUES (:id)"), [{"id": at} for at, _ in documents])
    store_documents(connection, documents)
    connection.commit()
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE contact_search"))
    print(f"\n{title}: loaded in {time.perf_counter() - started:.1f} s; ms per search")
    times: list[float] = []
    for kind, texts in queries.items():
        taken = _times(lambda query: find(connection, query), texts)
        times += taken
        print(_line(kind, taken))
    print(_line("all", times))


def _times(search: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    taken = []
    for query in texts:
        started = time.perf_counter()
        search(query)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def _line(kind: str, taken: list[float]) -> str:
    p95 = quantiles(taken, n=20)[-1]
    return f"  {kind:22} median {median(taken):6.2f}  p95 {p95:6.2f}  worst {max(taken):6.2f}"


def _queries(names: list[str]) -> dict[str, list[str]]:
    dice = random.Random(3)
    some = dice.sample(names, ASKED // 8)
    spelt = [name for name in map(latin, some) if " " in name]
    return {
        "whole name": some,
        "whole name, Latin": spelt,
        "turned round": [" ".join(reversed(name.split())) for name in spelt],
        "start of a word": [name.split()[dice.randrange(2)][:4] for name in spelt],
        "two starts": [" ".join(word[:3] for word in name.split()) for name in spelt],
        "one or two letters": [name[: dice.randint(1, 2)] for name in spelt],
        "initial and surname": [f"{name[0]} {name.split()[-1]}" for name in spelt],
        "misspelt": [_misspelt(name) for name in spelt],
        "part of a number": [str(dice.randrange(10**4, 10**6)) for _ in spelt],
        "email": [f"user{dice.randrange(len(names))}@m" for _ in spelt],
        "nobody": [_misspelt(name)[::-1] for name in spelt],
    }


def _misspelt(name: str) -> str:
    for letters, others in (("sh", "s"), ("th", "t"), ("a", "e"), ("i", "ee"), ("v", "w")):
        name = name.replace(letters, others, 1)
    return name


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
