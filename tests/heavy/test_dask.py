"""dask: lazy, partition by partition, with types that do not depend on the rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sequestration as seq
from sequestration import frames, plot
from tests.engines import ARROW, Columns, Engine, Types, classic, read_pandas
from tests.frames.test_columns import payments
from tests.frames.test_tables import EXAMPLE
from tests.heavy import battery


def read(frame: Any) -> dict[str, list[Any]]:
    assert isinstance(frame, dd.DataFrame)
    computed = frame.compute(scheduler="synchronous")
    assert dict(computed.dtypes) == dict(frame.dtypes)
    return read_pandas(computed)


def make(columns: Columns, types: Types) -> Any:
    """Decimals as pyarrow's: dask makes text of those of Python."""
    frame = classic(columns, types)
    for name, kind in types.items():
        if kind == "decimal":
            frame[name] = frame[name].astype(pd.ArrowDtype(ARROW["decimal"]))
    return dd.from_pandas(frame, npartitions=3, sort=False)


DASK = Engine("dask", make, read)


@pytest.mark.parametrize("kind", ["whole", "float", "decimal"])
def test_the_check_is_that_of_check_adjustment(kind: str) -> None:
    battery.checks_awkward_rows(DASK, kind)


def test_a_null_is_zero_when_asked() -> None:
    battery.checks_awkward_rows(DASK, "whole", null_is_zero=True)


@pytest.mark.parametrize("does", battery.WHAT_EVERY_ENGINE_DOES)
def test_what_every_engine_does(does: Any) -> None:
    does(DASK)


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(seq.UnknownColumn, match="Available columns: payable, day, mark"):
        frames.add_reduction(payments(DASK), payable="x", on="day")


def test_delayed_batches_write_what_one_process_writes(tmp_path: Path) -> None:
    """As the page on clusters shows it: a task a file, and a file that cannot be read is an empty table."""
    for number in range(3):
        (tmp_path / f"{number}.835").write_bytes(EXAMPLE)
    (tmp_path / "9.835").write_bytes(b"This is a letter.")
    files = sorted(tmp_path.glob("*.835"))

    tasks = [dask.delayed(frames.to_parquet)([file], tmp_path / f"{file.stem}.parquet") for file in files]
    with pytest.warns(seq.SequestrationWarning, match="could not be read"):
        rows = dask.compute(*tasks, scheduler="synchronous")
    with pytest.warns(seq.SequestrationWarning, match="could not be read"):
        whole = frames.adjustments(files, backend="pyarrow")

    parts = [pq.read_table(tmp_path / f"{file.stem}.parquet") for file in files]
    assert pa.concat_tables(parts).equals(whole)
    assert sum(rows) == whole.num_rows == 3 * 11


def test_a_forecast_stays_lazy_and_is_exact() -> None:
    lines = [(25, date(2022, 5, 1 + number % 28)) for number in range(1_000)] + [(None, date(2022, 5, 1)), (5, None)]

    found = frames.forecast(payments(DASK, lines=lines), payable="payable", on="day", unit="cents")

    assert isinstance(found, dd.DataFrame)
    table = found.compute(scheduler="synchronous")
    assert table[["rows", "left_out", "payable", "cut"]].to_numpy().tolist() == [[1_000, 1, 25_000, 0], [0, 1, 0, 0]]
    assert plot.forecast(found, unit="cents").get_title() == "Sequestration by service month, May 2022"
