"""modin: computed by pandas in this process, and given back as modin's own.

It is no part of the extra `test-all`, because it needs an older pandas.
"""

from __future__ import annotations

from typing import Any

import modin.config
import modin.pandas
import pytest
from modin.pandas.io import to_pandas

import sequestration as seq
from sequestration import frames
from tests.engines import Columns, Engine, Types, classic, read_pandas
from tests.heavy import battery

modin.config.Engine.put("python")


def make(columns: Columns, types: Types) -> Any:
    return modin.pandas.DataFrame(classic(columns, types))


def read(frame: Any) -> dict[str, list[Any]]:
    assert isinstance(frame, modin.pandas.DataFrame)
    return read_pandas(to_pandas(frame))


MODIN = Engine("modin", make, read)


@pytest.mark.parametrize("kind", ["whole", "float", "decimal"])
def test_the_check_is_that_of_check_adjustment(kind: str) -> None:
    battery.checks_awkward_rows(MODIN, kind)


@pytest.mark.filterwarnings("ignore::sequestration.SequestrationWarning")
@pytest.mark.parametrize("does", battery.WHAT_EVERY_ENGINE_DOES)
def test_what_every_engine_does(does: Any) -> None:
    does(MODIN)


@pytest.mark.parametrize("kind", ["whole", "float", "decimal"])
def test_a_forecast_is_exact(kind: str) -> None:
    battery.forecasts(MODIN, kind)


def test_amounts_that_are_not_whole_cents_are_told() -> None:
    frame = make({"paid": [39.999], "day": ["2024-03-01"]}, {"paid": "float", "day": "text"})

    with pytest.warns(seq.SequestrationWarning, match="column paid that are not numbers, .*, or too large: 1"):
        frames.add_back(frame, paid="paid", on="day", parse_dates=True)
