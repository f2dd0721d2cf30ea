"""What SQLAlchemy made of a statement: found by identity where the statement lasts, never taken for another's."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Integer, bindparam, create_engine, literal, select
from sqlalchemy.engine import Compiled

from crm.shared.compiled import MOST_LASTING, CompiledStatements


class Counted(CompiledStatements):
    """The cache, counting what was looked up by the value of a statement."""

    compiled = 0

    def __setitem__(self, key: tuple[object, ...], compiled: Compiled) -> None:
        self.compiled += 1
        super().__setitem__(key, compiled)


@pytest.fixture
def cache() -> Counted:
    return Counted()


@pytest.fixture
def engine(cache: Counted) -> Iterator[Engine]:
    engine = create_engine("sqlite://", execution_options={"compiled_cache": cache})
    yield engine
    engine.dispose()


def test_a_lasting_statement_is_compiled_once_and_takes_each_value(engine: Engine, cache: Counted) -> None:
    statement = select(bindparam("one", type_=Integer) + 1)
    with engine.connect() as connection:
        found = [connection.scalar(statement, {"one": each}) for each in range(5)]
    assert found == [1, 2, 3, 4, 5]
    assert cache.compiled == 1
    assert len(cache._lasting) == 1


def test_a_statement_built_anew_is_compiled_once_and_not_kept_as_lasting(engine: Engine, cache: Counted) -> None:
    with engine.connect() as connection:
        found = [connection.scalar(select(literal(each))) for each in range(5)]
    assert found == [0, 1, 2, 3, 4]
    assert cache.compiled == 1
    assert not cache._lasting


def test_what_is_made_of_a_lasting_statement_is_another_statement(engine: Engine) -> None:
    lasting = select(literal(7).label("number"))
    with engine.connect() as connection:
        for _time in range(3):
            assert connection.execute(lasting).all() == [(7,)]
        assert connection.execute(lasting.where(literal(1) == 2)).all() == []
        assert connection.execute(lasting).all() == [(7,)]


def test_the_same_statement_with_other_parameters_is_compiled_for_them(engine: Engine, cache: Counted) -> None:
    statement = select(bindparam("one", 3, type_=Integer), bindparam("two", 4, type_=Integer))
    with engine.connect() as connection:
        for _time in range(3):
            assert connection.execute(statement, {"one": 1}).all() == [(1, 4)]
            assert connection.execute(statement, {"one": 1, "two": 2}).all() == [(1, 2)]
    assert cache.compiled == 2


def test_a_statement_that_took_the_place_of_another_in_memory_is_not_taken_for_it(engine: Engine) -> None:
    with engine.connect() as connection:
        for number in range(300):
            statement = select(literal(number).label(f"column_{number % 7}"))
            row = [connection.execute(statement).mappings().one() for _time in range(2)][-1]
            assert dict(row) == {f"column_{number % 7}": number}
            del statement
            gc.collect(0)


def test_no_more_statements_are_kept_than_fit(engine: Engine, cache: Counted) -> None:
    with engine.connect() as connection:
        for number in range(MOST_LASTING + 50):
            statement = select(literal(1).label(f"column_{number}"))
            connection.execute(statement)
            connection.execute(statement)
    assert len(cache._lasting) <= MOST_LASTING
