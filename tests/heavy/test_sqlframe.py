"""sqlframe: lazy, in a session of DuckDB."""

from __future__ import annotations

from itertools import count
from typing import Any

import duckdb
import pytest
from sqlframe.duckdb import DuckDBDataFrame, DuckDBSession

from tests.engines import Columns, Engine, Types, arrow_table, plain
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


@pytest.mark.parametrize("kind", ["whole", "float", "decimal"])
def test_the_check_is_that_of_check_adjustment(kind: str) -> None:
    battery.checks_awkward_rows(SQLFRAME, kind)


@pytest.mark.parametrize("does", battery.WHAT_EVERY_ENGINE_DOES)
def test_what_every_engine_does(does: Any) -> None:
    does(SQLFRAME)


@pytest.mark.parametrize("kind", ["whole", "float", "decimal"])
def test_a_forecast_is_exact(kind: str) -> None:
    battery.forecasts(SQLFRAME, kind)
