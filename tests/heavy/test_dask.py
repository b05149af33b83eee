"""dask: lazy, partition by partition, with types that do not depend on the rows."""

from __future__ import annotations

from typing import Any

import dask.dataframe as dd
import pandas as pd
import pytest

import sequestration as seq
from sequestration import frames
from tests.engines import ARROW, Columns, Engine, Types, classic, read_pandas
from tests.heavy import battery
from tests.test_frames import payments


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


@pytest.mark.parametrize(
    "does",
    [
        battery.cuts_and_adds_back,
        battery.decides_by_claim_type,
        battery.reads_text_and_floats,
        battery.sums_slots,
        battery.reckons_with_long_rates,
    ],
)
def test_what_every_engine_does(does: Any) -> None:
    does(DASK)


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(seq.UnknownColumn, match="there are payable, day, mark"):
        frames.add_reduction(payments(DASK), payable="x", on="day")
