"""Totals by month and schedule: the same on every engine, to the cent, with nothing lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration import frames
from tests import awkward
from tests.engines import ENGINES, Engine, amounts, unit_of

ADDED = seq.MEDICARE_FFS.what_if(first_day="2027-04-01", last_day="2028-03-31", rate="0.04", stacking="add")
SCHEDULES = {"law": None, "PAYGO added": ADDED}
Lines = Sequence[tuple[int | None, date | None]]
LINES: Lines = [
    (cents, day)
    for cents in (0, 1, 25, 75, -25, 12_345, 9_000_000_000_000_000, None)
    for day in (date(2013, 3, 31), date(2022, 5, 1), date(2022, 5, 31), date(2027, 3, 31), date(2027, 4, 30), None)
] + [(4_000, date(1000, 1, 1)), (4_000, date(9999, 12, 31)), (4_000, date(1965, 6, 30))]
every_engine = pytest.mark.parametrize("engine", ENGINES, ids=str)


def frame(engine: Engine, lines: Lines = LINES, kind: str = "whole", days: str = "date") -> Any:
    columns = {"amount": amounts([cents for cents, _ in lines], kind), "day": [day for _, day in lines]}
    return engine.make(columns, {"amount": kind, "day": days})


def rows(engine: Engine, table: Any, kind: str = "whole") -> list[tuple[Any, ...]]:
    """The table, money in cents, months as dates."""
    found = engine.read(table)
    assert list(found) == ["month", "schedule", "rows", "left_out", "payable", "cut", "payment"]
    found["month"] = [value.date() if isinstance(value, pd.Timestamp) else value for value in found["month"]]
    for name in ("payable", "cut", "payment"):
        if kind != "whole":
            assert all(isinstance(value, Decimal if kind == "decimal" else float) for value in found[name])
            found[name] = [round(value * 100) for value in found[name]]
    return list(zip(*found.values(), strict=True))


def wanted(lines: Lines) -> list[tuple[Any, ...]]:
    """The same by the library's own function, amount by amount."""
    totals: dict[tuple[bool, date, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for cents, written in lines:
        day = None if written in awkward.NO_DAYS else written
        for place, schedule in enumerate(SCHEDULES.values()):
            total = totals[day is None, day.replace(day=1) if day else date.min, place]
            if cents is None or day is None:
                total[1] += 1
                continue
            cut = seq.expected_reduction(Decimal(cents).scaleb(-2), on=day, schedule=schedule).amount
            for number, value in ((0, 1), (2, cents), (3, int(cut.scaleb(2)))):
                total[number] += value
    return [
        (None if dateless else month, list(SCHEDULES)[place], *total, total[2] - total[3])
        for (dateless, month, place), total in sorted(totals.items())
    ]


@every_engine
@pytest.mark.parametrize("kind", ["whole", "decimal", "float"])
def test_sums_of_the_cuts_of_each_amount(engine: Engine, kind: str) -> None:
    lines = [(cents, day) for cents, day in LINES if kind != "float" or (cents or 0) < 10**12]
    made = frame(engine, lines, kind)

    found = frames.forecast(made, payable="amount", on="day", schedules=SCHEDULES, unit=unit_of(kind))

    assert isinstance(found, type(made))
    assert rows(engine, found, kind) == wanted(lines)


DAYS = st.dates(date(2012, 1, 1), date(2034, 12, 31))


@pytest.mark.slow
@pytest.mark.parametrize("engine", [ENGINES[0], ENGINES[3], ENGINES[-1]], ids=str)
@given(lines=st.lists(st.tuples(st.none() | st.integers(-(10**12), 10**12), st.none() | DAYS), min_size=1))
def test_any_lines(engine: Engine, lines: Lines) -> None:
    made = engine.make(
        {"amount": [cents for cents, _ in lines], "day": [day for _, day in lines]}, {"amount": "whole", "day": "date"}
    )

    found = frames.forecast(made, payable="amount", on="day", schedules=SCHEDULES, unit="cents")

    assert rows(engine, found) == wanted(lines)


@pytest.mark.slow
@every_engine
def test_many_halves_of_a_cent_do_not_drift(engine: Engine) -> None:
    """Two percent of 0.25 is half a cent, a hundred thousand times; floats would lose every one of them."""
    many = [(25, date(2019, 3, 1) + timedelta(days=number % 31)) for number in range(100_000)]

    found = rows(engine, frames.forecast(frame(engine, many, "float"), payable="amount", on="day"), "float")

    assert found == [(date(2019, 3, 1), "law", 100_000, 0, 2_500_000, 100_000, 2_400_000)]


@every_engine
def test_moments_count_by_their_day(engine: Engine) -> None:
    def at(hour: int) -> Any:
        return pd.Timestamp(2027, 3, 31, hour).to_pydatetime()

    made = engine.make(
        {"amount": [100, 100], "day": [at(0), at(23)]},
        {"amount": "whole", "day": "moment"},
    )

    found = frames.forecast(made, payable="amount", on="day", unit="cents")

    assert rows(engine, found) == [(date(2027, 3, 1), "law", 2, 0, 200, 4, 196)]


@every_engine
def test_an_empty_frame_is_an_empty_forecast(engine: Engine) -> None:
    found = frames.forecast(frame(engine, []), payable="amount", on="day", schedules=SCHEDULES, unit="cents")

    assert rows(engine, found) == []


@every_engine
def test_groups_have_sums_of_their_own(engine: Engine) -> None:
    payers, plans = ["B", None, "A"], ["x", "y"]
    lines = [
        (payer, plan, cents, day)
        for number, (cents, day) in enumerate(LINES)
        for payer, plan in [(payers[number % 3], plans[number % 2])]
    ]
    columns: dict[str, list[Any]] = {
        "amount": [cents for *_, cents, _ in lines],
        "day": [day for *_, day in lines],
        "payer": [payer for payer, *_ in lines],
        "plan": [plan for _, plan, *_ in lines],
    }
    types = {"amount": "whole", "day": "date", "payer": "text", "plan": "text"}
    options: dict[str, Any] = {"payable": "amount", "on": "day", "schedules": SCHEDULES, "unit": "cents"}

    by_payer = engine.read(frames.forecast(engine.make(columns, types), by="payer", **options))
    by_both = engine.read(frames.forecast(engine.make(columns, types), by=["plan", "payer"], **options))

    def told(table: dict[str, list[Any]], *keys: str) -> list[tuple[Any, ...]]:
        assert list(table) == [*keys, "month", "schedule", "rows", "left_out", "payable", "cut", "payment"]
        table["month"] = [value.date() if isinstance(value, pd.Timestamp) else value for value in table["month"]]
        return list(zip(*table.values(), strict=True))

    def of(payer: str | None, plan: str | None = None) -> list[tuple[Any, ...]]:
        return wanted([line[2:] for line in lines if line[0] == payer and plan in (None, line[1])])

    assert told(by_payer, "payer") == [(payer, *row) for payer in ("A", "B", None) for row in of(payer)]
    assert told(by_both, "plan", "payer") == [
        (plan, payer, *row) for plan in plans for payer in ("A", "B", None) for row in of(payer, plan)
    ]


def test_the_index_of_pandas_counts_the_rows() -> None:
    mine = frame(ENGINES[0]).sample(frac=1, random_state=1)

    found = frames.forecast(mine, payable="amount", on="day", schedules=SCHEDULES, unit="cents")

    assert found.index.equals(pd.RangeIndex(len(found)))
    assert rows(ENGINES[0], found) == wanted(LINES)


@every_engine
def test_what_cannot_be_grouped_by_is_told(engine: Engine) -> None:
    made = engine.make(
        {"amount": [1], "day": [date(2024, 3, 1)], "rows": ["x"]}, {"amount": "whole", "day": "date", "rows": "text"}
    )

    with pytest.raises(seq.UnknownColumn, match="column 'payer' not found"):
        frames.forecast(made, payable="amount", on="day", by="payer")
    with pytest.raises(seq.InvalidArgument, match="name of another column of the result: rows, day"):
        frames.forecast(made, payable="amount", on="day", by=["rows", "day", "day"])


OF_THE_RESULT = ("month", "schedule", "place", "rows", "payable", "cut", "payment", "law")


@pytest.mark.parametrize("name", OF_THE_RESULT)
def test_no_name_of_the_result_is_taken_twice(name: str) -> None:
    table = pa.table({"amount": [4000], "day": [date(2027, 4, 5)], name: ["x"]})

    with pytest.raises(seq.InvalidArgument, match=f"name of another column of the result: {name}$"):
        frames.forecast(table, payable="amount", on="day", by=name)
    if name != "law":
        with pytest.raises(seq.InvalidArgument, match=f"A schedule must not have the name of a column: {name}$"):
            frames.forecast(table, payable="amount", on="day", schedules={name: None})


def test_lazy_frames_stay_lazy_and_are_read_when_asked() -> None:
    read = []

    def spy(part: pl.DataFrame) -> pl.DataFrame:
        read.append(part.height)
        return part

    plan = frame(ENGINES[4]).map_batches(spy)
    found = frames.forecast(plan, payable="amount", on="day", schedules=SCHEDULES, unit="cents")

    assert isinstance(found, pl.LazyFrame)
    assert read == []
    assert rows(ENGINES[4], found) == wanted(LINES)


def test_a_narwhals_frame_comes_back_as_one() -> None:
    mine = nw.from_native(frame(ENGINES[3]))

    found = frames.forecast(mine, payable="amount", on="day", schedules=SCHEDULES, unit="cents")

    assert isinstance(found, nw.DataFrame)
    assert rows(ENGINES[3], found.to_native()) == wanted(LINES)


def test_a_relation_of_its_own_connection() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE lines AS SELECT 4000::BIGINT AS amount, DATE '2027-04-05' AS day")

    found = frames.forecast(connection.table("lines"), payable="amount", on="day", schedules=SCHEDULES, unit="cents")

    assert [row[-2] for row in found.fetchall()] == [80, 240]


def test_columns_of_the_caller_do_not_get_in_the_way() -> None:
    mine = pl.DataFrame({"payable": [4000], "month": [date(2027, 4, 5)], "cut": ["x"], "law": [1], "rows": [None]})

    found = frames.forecast(mine, payable="payable", on="month", schedules=SCHEDULES, unit="cents")

    assert found.rows()[0] == (date(2027, 4, 1), "law", 1, 0, 4000, 80, 3920)
    assert mine.columns == ["payable", "month", "cut", "law", "rows"]


def test_text_is_read_as_dates_when_asked_and_odd_amounts_are_left_out() -> None:
    mine = pd.DataFrame({"payable": [40.0, 39.999], "day": ["20270405", "20270405"]})

    with pytest.warns(seq.SequestrationWarning, match="column payable that are not numbers, .*, or too large: 1"):
        found = frames.forecast(mine, payable="payable", on="day", parse_dates="%Y%m%d")

    assert found[["rows", "left_out", "payable", "cut"]].to_numpy().tolist() == [[1, 1, 40.0, 0.8]]


@every_engine
@pytest.mark.filterwarnings("ignore::sequestration.SequestrationWarning")
@pytest.mark.parametrize(
    ("text", "sum_of_both"),
    [
        ("90071992547409.91", "90071992547410.41"),  # 2**53 - 1 cents
        ("90071992547409.92", "0.50"),
        ("90071992547409.9", "90071992547410.40"),
        ("-0.05", "0.45"),
    ],
)
def test_amounts_in_text_have_the_same_bounds(engine: Engine, text: str, sum_of_both: str) -> None:
    made = engine.make({"amount": [text, ".5"], "day": [date(2020, 8, 1)] * 2}, {"amount": "text", "day": "date"})
    found = engine.read(frames.forecast(made, payable="amount", on="day"))

    assert list(map(Decimal, map(str, found["payable"]))) == [Decimal(sum_of_both)]


@pytest.mark.parametrize("rate", ["0.123456789", "0.1999", "0.1023", "0.9999"])
def test_long_rates(rate: str) -> None:
    """The largest amount times 0.1999's numerator needs 64 bits without a sign."""
    long = seq.MEDICARE_FFS.what_if(first_day=date(2013, 1, 1), rate=rate, stacking="replace")
    lines: Lines = [(cents, date(2020, 1, 1)) for cents in (25, -25, 2**53 - 1)]
    cuts = [
        seq.expected_reduction(Decimal(cents or 0).scaleb(-2), on="2020-01-01", schedule=long) for cents, _ in lines
    ]
    cut = sum((reduction.amount for reduction in cuts), Decimal(0))

    for engine in ENGINES:
        found = frames.forecast(
            frame(engine, lines), payable="amount", on="day", schedules={"long": long}, unit="cents"
        )
        assert rows(engine, found)[0][5] == int(cut * 100)


def test_wrong_usage_is_told() -> None:
    table = pa.table({"amount": [4000], "day": [date(2027, 4, 5)]})

    with pytest.raises(ValueError, match="A schedule must not have the name of a column: cut, month"):
        frames.forecast(table, payable="amount", on="day", schedules={"month": None, "cut": None})
    with pytest.raises(ValueError, match="at least one schedule"):
        frames.forecast(table, payable="amount", on="day", schedules={})
    with pytest.raises(seq.UnknownColumn, match="Available columns: amount, day"):
        frames.forecast(table, payable="paid", on="day")
    with pytest.raises(ValueError, match="unit must be"):
        frames.forecast(table, payable="amount", on="day", unit="euros")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="list is not a supported frame"):
        frames.forecast([], payable="amount", on="day")  # type: ignore[type-var]
