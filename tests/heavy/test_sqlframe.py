"""sqlframe: lazy, in a session of DuckDB."""

from __future__ import annotations

from itertools import count
from typing import Any

import duckdb
import pytest
from sqlframe.duckdb import DuckDBDataFrame, DuckDBSession

from tests.engines import Columns, Engine, Types, arrow_table, plain
from tests.frames import test_repeated_payments
from tests.heavy import battery

CONNECTION = duckdb.connect()
SESSION = DuckDBSession(conn=CONNECTION)
NUMBERS = count()


def make(columns: Columns, types: Types) -> Any:
    name = f"made_{next(NUMBERS)}"
    CONNECTION.register("rows_to_make", arrow_table(columns, types))
    CONNECTION.execute(f"CREATE TABLE {name} AS SELECT * FROM rows_to_make")
    return SESSION.table(name)


def read(frame: Any) -> dict[str, list[Any]]:
    """The rows by DuckDB itself: sqlframe makes floats of decimals."""
    assert isinstance(frame, DuckDBDataFrame)
    rows = CONNECTION.execute(frame.sql(dialect="duckdb", optimize=False)).fetchall()
    return {name: [plain(row[place]) for row in rows] for place, name in enumerate(frame.columns)}


SQLFRAME = Engine("sqlframe", make, read)


# Composing the SQL of a check takes sqlframe seconds, so that each step of the engine is seen once.
SEEN_BY_THE_CHECK = (battery.says_what_needs_review, *test_repeated_payments.EXAMPLES)


def test_the_check_is_that_of_check_adjustment() -> None:
    battery.checks_awkward_rows(SQLFRAME, "decimal")


@pytest.mark.parametrize("does", [each for each in battery.WHAT_EVERY_ENGINE_DOES if each not in SEEN_BY_THE_CHECK])
def test_what_every_engine_does(does: Any) -> None:
    does(SQLFRAME)


def test_a_forecast_is_exact() -> None:
    battery.forecasts(SQLFRAME, "decimal")
