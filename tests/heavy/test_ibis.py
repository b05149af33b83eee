"""ibis: lazy, in the DuckDB that it comes with, without an order of rows."""

from __future__ import annotations

from typing import Any

import ibis
import pytest

from tests.engines import Columns, Engine, Types, arrow_table, read_arrow
from tests.heavy import battery


def make(columns: Columns, types: Types) -> Any:
    return ibis.memtable(arrow_table(columns, types))


def read(frame: Any) -> dict[str, list[Any]]:
    assert isinstance(frame, ibis.Table)
    return read_arrow(frame.to_pyarrow())


IBIS = Engine("ibis", make, read)


@pytest.mark.parametrize("kind", ["whole", "float", "decimal"])
def test_the_check_is_that_of_check_adjustment(kind: str) -> None:
    battery.checks_awkward_rows(IBIS, kind)


@pytest.mark.parametrize("does", battery.WHAT_EVERY_ENGINE_DOES)
def test_what_every_engine_does(does: Any) -> None:
    does(IBIS)


@pytest.mark.parametrize("kind", ["whole", "float", "decimal"])
def test_a_forecast_is_exact(kind: str) -> None:
    battery.forecasts(IBIS, kind)
