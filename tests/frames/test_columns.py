"""The same exact result on every engine, and frames that come back as they went in."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, get_origin

import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sequestration as seq
from sequestration import frames
from tests import awkward
from tests.engines import ENGINES, Engine, amounts, dollars, unit_of
from tests.schedules import EXAMPLE

pytestmark = pytest.mark.slow

MONEY = ["whole", "decimal", "float"]
ROWS = awkward.rows(2_000)
WANTED = awkward.wanted(ROWS)
NEW = list(WANTED)
BOUNDARIES = [day for edge in seq.MEDICARE_FFS.changes for day in (edge - timedelta(1), edge)]


every_engine = pytest.mark.parametrize("engine", ENGINES, ids=str)
every_kind = pytest.mark.parametrize("kind", MONEY)


def awkward_frame(engine: Engine, kind: str, rows: list[awkward.Row] = ROWS, days: str = "date") -> Any:
    columns = awkward.columns(rows)
    types = dict.fromkeys(columns, kind) | {"on": days, "group": "text"}
    return engine.make(
        {name: values if types[name] in ("text", days) else amounts(values, kind) for name, values in columns.items()},
        types,
    )


def in_kind(wanted: dict[str, list[Any]], kind: str) -> dict[str, list[Any]]:
    return {name: amounts(values, kind) if name in awkward.MONEY else values for name, values in wanted.items()}


CHECK: dict[str, Any] = {
    "reported": "reported",
    "paid": "paid",
    "on": "on",
    "paid_elsewhere": "elsewhere",
    "group": "group",
    "allowed": "allowed",
    "patient_responsibility": "share",
    "charge": "charge",
    "schedule": EXAMPLE,
}


@every_kind
@every_engine
def test_the_check_is_that_of_check_adjustment_row_by_row(engine: Engine, kind: str) -> None:
    rows = [row for row in ROWS if kind != "float" or row.fits_floats]
    frame = awkward_frame(engine, kind, rows)
    wanted = awkward.wanted(rows)

    found = engine.read(frames.check(frame, **CHECK, unit=unit_of(kind)))

    assert {name: found[name] for name in NEW} == in_kind(wanted, kind)


def test_the_awkward_rows_meet_every_verdict_that_a_row_can_have() -> None:
    assert set(WANTED["verdict"]) == set(seq.Verdict) - {"reversal", "not_applicable"} | {None}


@every_engine
def test_a_null_is_zero_only_when_asked(engine: Engine) -> None:
    found = engine.read(frames.check(awkward_frame(engine, "whole"), **CHECK, unit="cents", null_is_zero=True))

    assert {name: found[name] for name in NEW} == awkward.wanted(ROWS, null_is_zero=True)


@pytest.mark.parametrize("assigned", [True, False])
@every_engine
def test_the_caller_may_say_whether_claims_are_assigned(engine: Engine, assigned: bool) -> None:
    rows = ROWS[:300]
    found = engine.read(frames.check(awkward_frame(engine, "whole", rows), **CHECK, unit="cents", assigned=assigned))

    assert found["verdict"] == awkward.wanted(rows, assigned=assigned)["verdict"]


LINES = [
    (4000, date(2019, 3, 1)),
    (25, date(2019, 3, 1)),
    (-25, date(2019, 3, 1)),
    (75, date(2022, 5, 10)),
    (None, date(2022, 5, 10)),
    (4000, None),
    (9_000_000_000_000_025, date(2027, 1, 1)),
    (8_999_999_999_999_975, date(2022, 6, 30)),
    *((amount, day) for day in BOUNDARIES for amount in (25, 50, -75, 4000)),
    *((4000, day) for day in awkward.NO_DAYS),
    (4000, date(1965, 7, 1)),
]


def cuts(
    lines: Sequence[tuple[int | None, date | None]], schedule: seq.RateSchedule = seq.MEDICARE_FFS
) -> list[int | None]:
    return [
        None
        if cents is None or day is None or day in awkward.NO_DAYS
        else awkward.cents(seq.expected_reduction(Decimal(cents).scaleb(-2), on=day, schedule=schedule).amount)
        for cents, day in lines
    ]


def payments(engine: Engine, kind: str = "whole", days: str = "date", lines: Any = LINES) -> Any:
    columns = {"payable": amounts([cents for cents, _ in lines], kind), "day": [day for _, day in lines]}
    if days == "moment":
        columns["day"] = [day and datetime(day.year, day.month, day.day, 23, 59) for day in columns["day"]]
    if days == "text":
        columns["day"] = [day and day.isoformat() for day in columns["day"]]
    return engine.make(
        columns | {"mark": [f"r{n}" for n in range(len(lines))]}, {"payable": kind, "day": days, "mark": "text"}
    )


@pytest.mark.parametrize("days", ["date", "moment", "text"])
@every_engine
def test_the_cut_is_that_of_expected_reduction(engine: Engine, days: str) -> None:
    frame = payments(engine, days=days)
    before = engine.read(frame)

    found = engine.read(
        frames.add_reduction(frame, payable="payable", on="day", unit="cents", parse_dates=days == "text")
    )

    assert found.pop("expected_253") == cuts(LINES)
    assert found == before == engine.read(frame)


@pytest.mark.parametrize(
    "schedule",
    [
        seq.MEDICARE_FFS.what_if(first_day="2016-02-15", last_day="2024-05-20", rate="0.04", stacking="compound"),
        seq.NONDEFENSE_MANDATORY,
        seq.MEDICARE_FFS.what_if(first_day="2013-01-01", rate="0.123456789", stacking="replace"),
        seq.MEDICARE_FFS.what_if(first_day="2013-01-01", rate="0.98", stacking="replace"),
    ],
    ids=lambda schedule: schedule.name,
)
@every_engine
def test_any_schedule_is_exact(engine: Engine, schedule: seq.RateSchedule) -> None:
    edges = [day for edge in schedule.changes for day in (edge - timedelta(1), edge)]
    lines = [(cents, day) for day in edges for cents in (0, 25, -25, 12_345, 9_000_000_000_000_025)]

    found = frames.add_reduction(
        payments(engine, lines=lines), payable="payable", on="day", unit="cents", schedule=schedule
    )

    assert engine.read(found)["expected_253"] == cuts(lines, schedule)


@every_engine
def test_a_schedule_of_one_rate(engine: Engine) -> None:
    always = seq.RateSchedule.from_records(
        [
            {
                "rate": "0.02",
                "status": "what-if",
                "authorities": [{"citation": "ours", "says": "ours"}],
                "verified_on": "2026-11-24",
            }
        ]
    )
    found = frames.add_reduction(payments(engine), payable="payable", on="day", unit="cents", schedule=always)

    assert engine.read(found)["expected_253"] == cuts(LINES, always)


@every_engine
def test_thirty_two_bits_do_not_run_over(engine: Engine) -> None:
    lines = [(2_147_483_647, date(2019, 3, 1)), (-2_147_483_648, date(2019, 3, 1))]

    found = frames.add_reduction(payments(engine, "small", lines=lines), payable="payable", on="day", unit="cents")

    assert engine.read(found)["expected_253"] == cuts(lines)


@every_engine
def test_new_amounts_are_of_the_kind_of_the_old(engine: Engine) -> None:
    lines = LINES[:5]

    decimals = engine.read(frames.add_reduction(payments(engine, "decimal", lines=lines), payable="payable", on="day"))
    floats = engine.read(frames.add_reduction(payments(engine, "float", lines=lines), payable="payable", on="day"))
    dollars = engine.read(frames.add_reduction(payments(engine, "whole", lines=lines), payable="payable", on="day"))

    assert [str(cut) for cut in decimals["expected_253"]] == ["0.80", "0.01", "-0.01", "0.01", "None"]
    assert floats["expected_253"] == [0.8, 0.01, -0.01, 0.01, None]
    assert dollars["expected_253"] == [80.0, 0.5, -0.5, 0.75, None]


@every_engine
def test_floats_of_cents(engine: Engine) -> None:
    frame = engine.make(
        {"payable": [4000.0, 25.0, None], "day": [date(2019, 3, 1)] * 3}, {"payable": "float", "day": "date"}
    )
    found = engine.read(frames.add_reduction(frame, payable="payable", on="day", unit="cents"))

    assert found["expected_253"] == [80.0, 1.0, None]


ODD = [40.0, 39.999, 0.2502, 0.250001, 0.1 + 0.2, float("inf"), 1e300, None]


@every_engine
def test_what_is_no_whole_cent_is_null_and_told(engine: Engine) -> None:
    frame = engine.make({"payable": ODD, "day": [date(2019, 3, 1)] * len(ODD)}, {"payable": "float", "day": "date"})

    if engine.name in ("polars-lazy", "duckdb"):
        found = frames.add_reduction(frame, payable="payable", on="day", flag="odd")
    else:
        with pytest.warns(
            seq.SequestrationWarning, match="column payable that are not numbers, not in whole cents, or too large: 4"
        ):
            found = frames.add_reduction(frame, payable="payable", on="day", flag="odd")

    told = engine.read(found)
    assert told["expected_253"] == [0.8, None, None, 0.01, 0.01, None, None, None]
    assert told["odd"] == [False, True, True, False, False, True, True, False]


@every_engine
def test_amounts_in_text_give_decimals_in_every_function(engine: Engine) -> None:
    """As the columns of a CSV file that was read as text; a text that is not an amount is null and told."""
    columns: dict[str, list[Any]] = {
        "co253": ["0.80", "1.00", " .80", "0"],
        "paid": ["39.20", "39", "39.20", "-.5"],
        "day": ["2019-03-01"] * 4,
    }
    frame = engine.make(columns, dict.fromkeys(columns, "text"))
    lazy = engine.name in ("polars-lazy", "duckdb")

    with nullcontext() if lazy else pytest.warns(seq.SequestrationWarning, match="co253 .*: 1. The first is in row 3,"):
        checked = frames.check(frame, reported="co253", paid="paid", on="day", parse_dates=True, flag="odd")
    read = engine.read(checked)
    back = engine.read(frames.add_back(frame, paid="paid", on="day", parse_dates=True))
    totals = engine.read(frames.forecast(frame, payable="paid", on="day", parse_dates=True))

    assert read["verdict"] == ["correct", "cut_too_large", None, "nothing_due"]
    assert read["payable"] == [Decimal("40.00"), Decimal("40.00"), None, Decimal("-0.50")]
    assert read["odd"] == [False, False, True, False]
    assert {type(amount) for amount in read["expected"] if amount is not None} == {Decimal}
    assert (back["gross_low"][1], back["gross_high"][1]) == (Decimal("39.80"), Decimal("39.80"))
    assert (totals["payable"], totals["cut"]) == ([Decimal("116.90")], [Decimal("2.33")])


@every_engine
def test_decimals_of_more_places_must_be_whole_cents(engine: Engine) -> None:
    values = [Decimal("40.0000"), Decimal("0.2500"), Decimal("0.2501"), None]
    table = pa.table({"payable": pa.array(values, pa.decimal128(18, 4)), "day": [date(2019, 3, 1)] * 4})
    made = {
        "polars": lambda: pl.from_arrow(table),
        "polars-lazy": lambda: pl.DataFrame(pl.from_arrow(table)).lazy(),
        "pyarrow": lambda: table,
        "duckdb": lambda: duckdb.connect().from_arrow(table),
        "pandas-arrow": lambda: table.to_pandas(types_mapper=pd.ArrowDtype),
    }.get(engine.name, table.to_pandas)()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", seq.SequestrationWarning)
        found = frames.add_reduction(made, payable="payable", on="day")

    assert engine.read(found)["expected_253"] == [Decimal("0.80"), Decimal("0.01"), None, None]


@pytest.mark.parametrize("kind", MONEY)
@every_engine
def test_the_payment_before_the_cut(engine: Engine, kind: str) -> None:
    lines = [(cents, day) for cents in (0, 1, 24, 25, 39, 49, 3920, -24, -3920, None) for day in BOUNDARIES]
    wanted = [
        None if cents is None else seq.payables_from_paid(Decimal(cents).scaleb(-2), on=day) for cents, day in lines
    ]
    found = engine.read(
        frames.add_back(payments(engine, kind, lines=lines), paid="payable", on="day", unit=unit_of(kind))
    )

    low = [None if payables is None else awkward.cents(payables[0]) for payables in wanted]
    high = [None if payables is None else awkward.cents(payables[-1]) for payables in wanted]
    assert found["gross_low"] == amounts(low, kind)
    assert found["gross_high"] == amounts(high, kind)


@pytest.mark.parametrize("days", ["date", "moment", "text"])
@pytest.mark.parametrize("basis", ["net", "gross"])
@every_engine
def test_a_day_without_medicare_has_no_payment_before_the_cut(engine: Engine, basis: Any, days: str) -> None:
    days_in = [*awkward.NO_DAYS, date(1965, 7, 1), date(2024, 3, 1)]
    frame = payments(engine, days=days, lines=[(4_900, day) for day in days_in])
    added = frames.add_back(frame, paid="payable", on="day", unit="cents", basis=basis, parse_dates=days == "text")

    last = 5_000 if basis == "net" else 4_900
    assert engine.read(added)["gross_low"] == engine.read(added)["gross_high"] == [None, None, None, 4_900, last]


@every_engine
def test_a_day_without_medicare_gives_no_verdict(engine: Engine) -> None:
    lines = [(cents, day) for cents in (4_900, 0, -4_900) for day in awkward.NO_DAYS]
    frame = payments(engine, lines=lines)

    found = frames.check(frame, reported="payable", paid="payable", on="day", unit="cents", prefix="new_")

    told = engine.read(found)
    assert told.pop("new_needs_review") == [False] * len(lines)
    assert all(told[f"new_{name}"] == [None] * len(lines) for name in NEW if name != "needs_review")


@every_engine
def test_a_null_date_beside_the_date_that_decides_does_not_matter(engine: Engine) -> None:
    columns: dict[str, list[Any]] = {
        "payable": [4_000] * 4,
        "kind": ["professional", "inpatient", "professional", "plan_payment"],
        "from": [date(2024, 3, 1), date(1000, 1, 1), date(9999, 12, 31), date(2024, 3, 1)],
        "through": [date(1000, 1, 1), date(2024, 3, 1), date(2024, 3, 1), date(9999, 12, 31)],
    }
    frame = engine.make(columns, {"payable": "whole", "kind": "text", "from": "date", "through": "date"})
    spans: dict[str, Any] = {"from_date": "from", "through_date": "through", "unit": "cents"}

    found = frames.add_reduction(frame, payable="payable", claim_type="kind", **spans)
    assert engine.read(found)["expected_253"] == [80, 80, None, 80]


@pytest.mark.parametrize("kind", MONEY)
@every_engine
def test_no_row_is_accused_by_a_projected_rate(engine: Engine, kind: str) -> None:
    first, last = date(2029, 9, 30), date(2029, 10, 1)  # EXAMPLE's 3 % are projected from this day on
    lines = [(cut, 4_000 - cut, day) for day in (first, last) for cut in (120, 121, 240, 60, 0)]
    columns = {
        "cut": amounts([cut for cut, _, _ in lines], kind),
        "paid": amounts([paid for _, paid, _ in lines], kind),
    }
    frame = engine.make({**columns, "day": [day for *_, day in lines]}, {"cut": kind, "paid": kind, "day": "date"})

    found = frames.check(frame, reported="cut", paid="paid", on="day", schedule=EXAMPLE, unit=unit_of(kind))

    certain = ["correct", "rounding", "cut_too_large", "cut_too_small", "missing"]
    assert engine.read(found)["verdict"] == [*certain, "correct", "rounding", *["undetermined"] * 3]
    assert engine.read(found)["expected"] == amounts([120] * 10, kind)


@pytest.mark.parametrize("claim_type", ["professional", "plan_payment"])
@every_engine
def test_a_projected_rate_goes_by_the_date_that_decides(engine: Engine, claim_type: str) -> None:
    days = [date(2030, 6, 30), date(2030, 7, 1), date(2029, 10, 1), date(2029, 9, 30)]
    columns: dict[str, list[Any]] = {"cut": [240] * 4, "paid": [3_760] * 4, "day": days, "kind": [claim_type] * 4}
    frame = engine.make(columns, {"cut": "whole", "paid": "whole", "day": "date", "kind": "text"})
    by_column = frames.check(
        frame, reported="cut", paid="paid", claim_type="kind", from_date="day", through_date="day", **CENTS_OF_EXAMPLE
    )
    by_name = frames.check(
        frame, reported="cut", paid="paid", claim_type=claim_type, from_date="day", **CENTS_OF_EXAMPLE
    )

    assert (
        engine.read(by_column)["verdict"] == engine.read(by_name)["verdict"] == ["undetermined"] * 3 + ["cut_too_large"]
    )


CENTS_OF_EXAMPLE: Any = {"unit": "cents", "schedule": EXAMPLE}


@every_engine
def test_the_payment_before_a_cut_of_most_of_it(engine: Engine) -> None:
    most = seq.MEDICARE_FFS.what_if(first_day="2013-01-01", rate="0.75", stacking="replace")
    lines = [(cents, date(2020, 1, 1)) for cents in range(-12, 13)]
    wanted = [seq.payables_from_paid(Decimal(cents).scaleb(-2), on=day, schedule=most) for cents, day in lines]

    found = engine.read(
        frames.add_back(payments(engine, lines=lines), paid="payable", on="day", unit="cents", schedule=most)
    )

    assert found["gross_low"] == [awkward.cents(payables[0]) for payables in wanted]
    assert found["gross_high"] == [awkward.cents(payables[-1]) for payables in wanted]


def test_a_rate_of_one_tells_nothing_of_the_payable() -> None:
    all_of_it = seq.MEDICARE_FFS.what_if(first_day="2030-01-01", rate="1", stacking="replace")

    with pytest.raises(seq.InvalidSchedule, match="rate of 1"):
        frames.add_back(
            pl.DataFrame({"paid": [1], "day": [date(2020, 1, 1)]}), paid="paid", on="day", schedule=all_of_it
        )


def test_a_rate_of_too_many_places_is_refused() -> None:
    fine = seq.MEDICARE_FFS.what_if(first_day="2030-01-01", rate="0.0123456789", stacking="replace")

    with pytest.raises(seq.InvalidSchedule, match="nine decimal places"):
        frames.add_reduction(
            pl.DataFrame({"paid": [1], "day": [date(2020, 1, 1)]}), payable="paid", on="day", schedule=fine
        )


TYPES: list[str | None] = [*seq.ClaimType, "INPATIENT", "Dme", "dentist", None]
SPANS = [
    (date(2020, 4, 28), date(2020, 5, 2)),
    (date(2022, 3, 31), date(2022, 4, 1)),
    (date(2013, 4, 2), date(2013, 3, 31)),
    (None, date(2019, 3, 1)),
    (date(2019, 3, 1), None),
    (date(2013, 4, 15), date(2013, 4, 20)),
]


def due_by_type(kind: str | None, first: date | None, last: date | None, schedule: seq.RateSchedule) -> int | None:
    try:
        day = seq.deciding_date(kind or "", from_date=first, through_date=last)
    except ValueError:
        return None
    return cuts([(4000, day)], schedule)[0]


@pytest.mark.parametrize("days", ["date", "moment"])
@every_engine
def test_a_column_of_claim_types_decides_between_dates(engine: Engine, days: str) -> None:
    mid_month = seq.MEDICARE_FFS.what_if(first_day="2013-04-10", last_day="2013-04-18", rate="0.5")
    rows = [(kind, *span) for kind in TYPES for span in SPANS]
    noon = datetime.min.time().replace(hour=12)
    columns: dict[str, list[Any]] = {
        "kind": [kind for kind, _, _ in rows],
        "from": [first for _, first, _ in rows],
        "through": [last and (datetime.combine(last, noon) if days == "moment" else last) for _, _, last in rows],
        "payable": [4000] * len(rows),
    }
    frame = engine.make(columns, {"kind": "text", "from": "date", "through": days, "payable": "whole"})
    spans: dict[str, Any] = {"from_date": "from", "through_date": "through", "unit": "cents", "schedule": mid_month}

    found = frames.add_reduction(frame, payable="payable", claim_type="kind", **spans)
    wanted = [due_by_type(*row, mid_month) for row in rows]
    assert engine.read(found)["expected_253"] == wanted

    for kind in seq.ClaimType:
        of_one = frames.add_reduction(frame, payable="payable", claim_type=kind, **spans)
        assert engine.read(of_one)["expected_253"] == [due_by_type(kind, *row[1:], mid_month) for row in rows]


@every_engine
def test_one_claim_type_needs_one_date_only(engine: Engine) -> None:
    frame = payments(engine, lines=LINES[:3])

    found = frames.add_reduction(frame, payable="payable", claim_type="inpatient", through_date="day", unit="cents")

    assert engine.read(found)["expected_253"] == cuts(LINES[:3])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "Pass on"),
        ({"on": "day", "claim_type": "dme"}, "not both"),
        ({"claim_type": "dme"}, "depends on from_date"),
        ({"claim_type": "hospice", "from_date": "day"}, "depends on through_date"),
        ({"claim_type": "mark", "from_date": "day"}, "needs both"),
    ],
)
def test_dates_that_do_not_go_together(options: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        frames.add_reduction(payments(ENGINES[0]), payable="payable", **options)


@every_engine
def test_a_column_that_is_not_there_is_told_with_those_that_are(engine: Engine) -> None:
    frame = payments(engine)

    with pytest.raises(
        seq.UnknownColumn, match=r"column 'paybale' not found\. Available columns: payable, day"
    ) as caught:
        frames.add_reduction(frame, payable="paybale", on="day")
    assert isinstance(caught.value, KeyError)
    assert not str(caught.value).startswith("'")
    with pytest.raises(seq.UnknownColumn, match="neither a column nor a claim type"):
        frames.add_reduction(frame, payable="payable", claim_type="dentist", from_date="day")


@every_engine
def test_a_column_is_written_over_only_when_asked(engine: Engine) -> None:
    frame = payments(engine)

    with pytest.raises(seq.ColumnExists, match="already has payable"):
        frames.add_reduction(frame, payable="payable", on="day", into="payable", unit="cents")
    with pytest.raises(seq.ColumnExists, match="already has mark"):
        frames.add_reduction(frame, payable="payable", on="day", flag="mark", unit="cents")
    with pytest.raises(seq.ColumnExists, match="already has payable"):
        frames.check(frame, reported="payable", paid="payable", on="day", unit="cents")
    found = frames.add_reduction(frame, payable="payable", on="day", into="payable", unit="cents", overwrite=True)

    assert list(engine.read(found)) == ["payable", "day", "mark"]
    assert engine.read(found)["payable"] == cuts(LINES)


@every_engine
def test_a_prefix_keeps_names_apart(engine: Engine) -> None:
    found = frames.check(payments(engine), reported="payable", paid="payable", on="day", unit="cents", prefix="seq_")

    assert list(engine.read(found))[3:] == [f"seq_{name}" for name in NEW]


@every_engine
def test_payments_before_the_cut_are_their_own_base(engine: Engine) -> None:
    frame = engine.make(
        {"cut": [80, 100], "gross": [4000, 4000], "day": [date(2019, 3, 1)] * 2},
        {"cut": "whole", "gross": "whole", "day": "date"},
    )
    found = engine.read(frames.check(frame, reported="cut", paid="gross", on="day", unit="cents", basis="gross"))
    added = engine.read(frames.add_back(frame, paid="gross", on="day", into="before", unit="cents", basis="gross"))

    assert found["payable"] == [4000, 4000]
    assert found["verdict"] == ["correct", "cut_too_large"]
    assert added["before_low"] == added["before_high"] == [4000, 4000]


@every_engine
def test_columns_of_a_wrong_type_are_refused(engine: Engine) -> None:
    frame = payments(engine, days="text", lines=LINES[:3])
    dated = payments(engine, lines=LINES[:3])

    with pytest.raises(seq.InvalidAmountType, match=r"column day has type .*integers, floats, decimals or text"):
        frames.add_reduction(dated, payable="day", on="day")
    with pytest.raises(seq.InvalidDate, match="parse_dates=True"):
        frames.add_reduction(frame, payable="payable", on="day")
    with pytest.raises(seq.InvalidDate, match="Cast it to a date first"):
        frames.add_reduction(frame, payable="payable", on="payable")


ZONED = pa.table({"payable": [4000], "day": pa.array([datetime(2019, 3, 1)], pa.timestamp("us", "UTC"))})


@pytest.mark.parametrize(
    "frame",
    [
        ZONED,
        pl.from_arrow(ZONED),
        pl.DataFrame(pl.from_arrow(ZONED)).lazy(),
        ZONED.to_pandas(),
        ZONED.to_pandas(types_mapper=pd.ArrowDtype),
    ],
    ids=["pyarrow", "polars", "polars-lazy", "pandas", "pandas-arrow"],
)
def test_a_time_zone_is_refused(frame: Any) -> None:
    with pytest.raises(seq.InvalidDate, match=r"day has a time zone \(UTC\)"):
        frames.add_reduction(frame, payable="payable", on="day")


def test_a_time_zone_of_duckdb_is_refused() -> None:
    relation = duckdb.connect().sql("SELECT 4000 AS payable, TIMESTAMPTZ '2019-03-01 00:00:00+00' AS day")

    with pytest.raises(seq.InvalidDate, match="time zone"):
        frames.add_reduction(relation, payable="payable", on="day")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_of_pandas_in_every_unit(unit: str) -> None:
    beyond = (date(1000, 1, 1), date(9999, 12, 31)) if unit == "ns" else ()  # of nanoseconds in 64 bits
    lines = [line for line in LINES if line[0] is not None and line[1] not in beyond]
    frame = pd.DataFrame(
        {
            "payable": [cents for cents, _ in lines],
            "day": pd.Series([day for _, day in lines]).astype(f"datetime64[{unit}]"),
        }
    )
    found = frames.add_reduction(frame, payable="payable", on="day", unit="cents")

    assert ENGINES[0].read(found)["expected_253"] == cuts(lines)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_moments_of_polars_in_every_unit(unit: Any) -> None:
    frame = pl.DataFrame({"payable": [4000, 4000], "day": [datetime(2020, 4, 30, 23), datetime(2020, 5, 1)]})

    found = frames.add_reduction(
        frame.with_columns(pl.col("day").cast(pl.Datetime(unit))), payable="payable", on="day", unit="cents"
    )

    assert found["expected_253"].to_list() == [80, 0]


def test_dates_as_objects_of_pandas() -> None:
    days = pd.Series([date(2019, 3, 1), None, date(2022, 5, 10)], dtype=object)
    frame = pd.DataFrame({"payable": [4000, 4000, 4000], "day": days})

    found = frames.add_reduction(frame, payable="payable", on="day", unit="cents")

    assert ENGINES[0].read(found)["expected_253"] == [80, None, 40]
    mixed = frame.assign(day=pd.Series([date(2019, 3, 1), 3, "x"], dtype=object))
    with pytest.raises(seq.InvalidDate, match="column day holds"):
        frames.add_reduction(mixed, payable="payable", on="day")


def test_text_that_is_no_date_is_told() -> None:
    with pytest.raises(seq.InvalidDate, match="column day"):
        frames.add_reduction(
            pd.DataFrame({"payable": [1], "day": ["2019-13-01"]}), payable="payable", on="day", parse_dates=True
        )


@every_engine
def test_dates_in_another_format(engine: Engine) -> None:
    frame = engine.make({"payable": [4000], "day": ["20190301"]}, {"payable": "whole", "day": "text"})

    found = frames.add_reduction(frame, payable="payable", on="day", unit="cents", parse_dates="%Y%m%d")

    assert engine.read(found)["expected_253"] == [80]


WHOLE_DAYS = [
    *(date(2022, 3, 30) + timedelta(number) for number in range(95)),  # two changes of the rate
    *(date(year, month, 1) - timedelta(1) for year in (1900, 2000, 2023, 2024) for month in range(1, 13)),
    date(1000, 1, 1),
    date(1965, 7, 1),
    date(2013, 4, 1),
    date(2024, 2, 29),
    date(9999, 12, 31),
    None,
]


@every_engine
@pytest.mark.parametrize(("kind", "convert"), [("whole", int), ("float", float)])
def test_numbers_are_dates(engine: Engine, kind: str, convert: Callable[[str], Any]) -> None:
    """pandas makes floats of a column of whole numbers with a gap."""
    numbers = [None if day is None else convert(f"{day.year:04}{day:%m%d}") for day in WHOLE_DAYS]
    columns: dict[str, list[Any]] = {"payable": [4000] * len(numbers), "day": WHOLE_DAYS, "number": numbers}
    frame = engine.make(columns, {"payable": "whole", "day": "date", "number": kind})
    options: dict[str, Any] = {"payable": "payable", "unit": "cents"}

    by_day = engine.read(frames.add_reduction(frame, on="day", **options))["expected_253"]
    by_number = engine.read(frames.add_reduction(frame, on="number", parse_dates="%Y%m%d", **options))["expected_253"]

    assert by_number == by_day
    assert {0, 40, 80, None} == {*by_day}


def test_a_float_that_is_no_number_is_no_date() -> None:
    gap = {"payable": [4000, 4000], "day": [float("nan"), 20240301.0]}
    for frame in (pd.DataFrame(gap), pl.DataFrame(gap), pa.table(gap), duckdb.connect().from_arrow(pa.table(gap))):
        found = frames.add_reduction(frame, payable="payable", on="day", unit="cents", parse_dates="%Y%m%d")
        read = nw.from_native(found).lazy().collect("pyarrow")["expected_253"].to_list()
        assert [awkward_null(value) for value in read] == [None, 80]


def awkward_null(value: Any) -> Any:
    return None if value is None or value != value else value


@pytest.mark.parametrize("number", [20240301.5, 20240230.0, 0.0, -20240301.0, 1e300, float("inf"), 2024.0301])
@every_engine
def test_a_float_that_is_no_date_is_told(engine: Engine, number: float) -> None:
    frame = engine.make({"payable": [40, 40], "day": [20240301.0, number]}, {"payable": "whole", "day": "float"})

    with pytest.raises((seq.InvalidDate, pl.exceptions.PolarsError, duckdb.Error)) as caught:
        engine.read(frames.add_reduction(frame, payable="payable", on="day", unit="cents", parse_dates="%Y%m%d"))

    if engine.name not in ("polars-lazy", "duckdb"):
        assert isinstance(caught.value, seq.InvalidDate)
        assert str(caught.value).startswith("column day: ")


@pytest.mark.parametrize("number", [20240230, 20230229, 19000229, 20241301, 20240100, 2024301, 202403010, 0, -20240301])
@every_engine
def test_a_whole_number_that_is_no_date_is_told(engine: Engine, number: int) -> None:
    frame = engine.make({"payable": [40, 40], "day": [20240301, number]}, {"payable": "whole", "day": "whole"})

    with pytest.raises((seq.InvalidDate, pl.exceptions.PolarsError, duckdb.Error)) as caught:
        engine.read(frames.add_reduction(frame, payable="payable", on="day", unit="cents", parse_dates="%Y%m%d"))

    if engine.name not in ("polars-lazy", "duckdb"):
        assert isinstance(caught.value, seq.InvalidDate)
        assert str(caught.value).startswith("column day: ")


@every_engine
@pytest.mark.parametrize("parse_dates", [False, True, "%d%m%Y"])
def test_whole_numbers_are_dates_in_one_format_only(engine: Engine, parse_dates: Any) -> None:
    frame = engine.make({"payable": [40], "day": [20240301]}, {"payable": "whole", "day": "whole"})

    with pytest.raises(seq.InvalidDateType, match='parse_dates="%Y%m%d" to read whole numbers'):
        frames.add_reduction(frame, payable="payable", on="day", unit="cents", parse_dates=parse_dates)


@every_engine
def test_what_needs_review_is_what_its_verdict_says(engine: Engine) -> None:
    found = engine.read(frames.check(awkward_frame(engine, "whole"), **CHECK, unit="cents", prefix="its_"))

    wanted = [verdict is not None and seq.Verdict(verdict).needs_review for verdict in found["its_verdict"]]
    assert found["its_needs_review"] == wanted
    assert {True, False} == {*wanted}
    assert None in found["its_verdict"]


def test_pandas_keeps_its_index_and_names_that_are_no_text() -> None:
    frame = pd.DataFrame({0: [4000, 25], "day": pd.to_datetime(["2019-03-01", "2019-03-02"])}, index=["b", "a"])

    found = frames.add_reduction(frame, payable=0, on="day", unit="cents")  # type: ignore[arg-type]

    assert list(found.index) == ["b", "a"]
    assert found["expected_253"].dtype == frame[0].dtype
    assert list(frame.columns) == [0, "day"]


def test_more_rows_than_a_block() -> None:
    count = 100_001
    frame = pd.DataFrame({"payable": range(count), "day": pd.to_datetime("2019-03-01")})

    found = frames.add_reduction(frame, payable="payable", on="day", unit="cents")

    assert found["expected_253"].tolist() == [(2 * cents + 50) // 100 for cents in range(count)]


@every_engine
def test_frames_without_rows(engine: Engine) -> None:
    frame = engine.make({"cut": [], "paid": [], "day": []}, {"cut": "decimal", "paid": "decimal", "day": "date"})

    found = engine.read(frames.check(frame, reported="cut", paid="paid", on="day"))

    assert found == {name: [] for name in ["cut", "paid", "day", *NEW]}


def test_the_schema_of_a_lazy_frame_does_not_depend_on_its_rows() -> None:
    for rows in ({"cut": [1], "paid": [1]}, {"cut": [None], "paid": [1]}):
        frame = pl.LazyFrame(rows, {"cut": pl.Int64, "paid": pl.Int64}).with_columns(day=pl.lit(date(2019, 3, 1)))
        schema = frames.check(frame, reported="cut", paid="paid", on="day", unit="cents").collect_schema()
        assert [str(kind) for kind in schema.dtypes()[3:]] == ["Float64", *["Int64"] * 3, "String", "Boolean", "String"]


def test_a_lazy_frame_is_not_collected() -> None:
    def fail(_: Any) -> Any:
        raise AssertionError("collected")

    frame = pl.LazyFrame({"cut": [1.5], "paid": [1.0], "day": [date(2019, 3, 1)]}).map_batches(
        fail, schema={"cut": pl.Float64, "paid": pl.Float64, "day": pl.Date}
    )

    assert isinstance(frames.check(frame, reported="cut", paid="paid", on="day", flag="odd"), pl.LazyFrame)
    assert isinstance(frames.add_back(frame, paid="paid", on="day"), pl.LazyFrame)


def test_wrong_options_and_what_is_no_frame() -> None:
    frame: Any = payments(ENGINES[0])
    with pytest.raises(ValueError, match="unit must be"):
        frames.add_reduction(frame, payable="payable", on="day", unit="euros")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="basis must be"):
        frames.add_back(frame, paid="payable", on="day", basis="brutto")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="patient_responsibility"):
        frames.check(frame, reported="payable", paid="payable", on="day", allowed="payable")
    with pytest.raises(TypeError):
        frames.add_reduction([1, 2], payable="payable", on="day")  # type: ignore[type-var]


@pytest.mark.parametrize("assigned", ["a", "N", 0, pl.Series([True])])
def test_what_is_neither_true_nor_false_is_no_option(assigned: Any) -> None:
    frame = pl.DataFrame({"cut": [0.8], "paid": [39.2], "day": [date(2019, 3, 1)], "a": [True]})
    for option in ("assigned", "null_is_zero", "overwrite"):
        with pytest.raises(TypeError, match=f"^{option} must be True, False or None, not "):
            frames.check(frame, reported="cut", paid="paid", on="day", **{option: assigned})
    numpys: Any = np.True_
    for yes in (True, numpys):
        assert frames.check(frame, reported="cut", paid="paid", on="day", assigned=yes)["verdict"].item() == "correct"


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Enum(["CO", "PI", "Professional", "hospice"])])
def test_words_of_any_kind_of_text(kind: Any) -> None:
    frame = pl.DataFrame(
        {
            "cut": [0.8, 0.8],
            "paid": [39.2, 39.2],
            "day": [date(2019, 3, 1)] * 2,
            "group": pl.Series(["CO", "PI"], dtype=kind),
            "type": pl.Series(["Professional", "hospice"], dtype=kind),
        }
    )
    for given in (frame, frame.lazy(), frame.to_arrow()):
        by_type: dict[str, Any] = {"from_date": "day", "through_date": "day", "claim_type": "type"}
        by_day: dict[str, Any] = {"on": "day"}
        for dates in (by_day, by_type):
            found: Any = frames.check(given, reported="cut", paid="paid", group="group", **dates)
            verdicts = pl.DataFrame(found.collect() if isinstance(found, pl.LazyFrame) else found)["verdict"]
            assert verdicts.to_list() == ["correct", "wrong_group"]


def test_words_that_are_no_text() -> None:
    columns = {"cut": [0.8], "paid": [39.2], "day": [date(2019, 3, 1)], "number": [1], "nothing": [None]}
    frame = pl.DataFrame(columns)
    with pytest.raises(TypeError, match=r"^column number has type Int64"):
        frames.check(frame.lazy(), reported="cut", paid="paid", on="day", group="number")
    for words in ([1], [b"CO"], [True]):
        of_pandas = pd.DataFrame({"cut": [0.8], "paid": [39.2], "day": [pd.Timestamp(2019, 3, 1)], "group": words})
        with pytest.raises(
            seq.InvalidArgumentType, match=r"^column group has type \w+\. Group codes and claim types must be text"
        ):
            frames.check(of_pandas, reported="cut", paid="paid", on="day", group="group")

    assert frames.check(frame, reported="cut", paid="paid", on="day", group="nothing")["verdict"].item() == "correct"


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


LIBRARIES = "{'narwhals', 'pandas', 'polars', 'pyarrow', 'duckdb', 'dask', 'pyspark', 'numpy'} & set(sys.modules)"


@pytest.mark.parametrize("name", [name for name in frames.__all__ if get_origin(getattr(frames, name)) is None])
def test_every_public_thing_says_what_it_is(name: str) -> None:
    assert (getattr(frames, name).__doc__ or "").strip()
    assert "frames" in dir(seq)
    assert "frames" not in seq.__all__


def test_the_import_loads_no_frame_library() -> None:
    code = f"import sys, sequestration; sequestration.frames.case_sql; print({LIBRARIES})"

    assert run(code) == "set()"


@pytest.mark.parametrize(
    ("engine", "frame", "loads"),
    [
        ("polars", "polars.DataFrame({'c': [1], 'd': [date(2019, 3, 1)]})", {"polars"}),
        ("pyarrow", "pyarrow.table({'c': [1], 'd': [date(2019, 3, 1)]})", {"pyarrow"}),
        ("duckdb", "duckdb.sql(\"SELECT 1 AS c, DATE '2019-03-01' AS d\")", {"duckdb"}),
    ],
)
def test_one_engine_loads_no_other(engine: str, frame: str, loads: set[str]) -> None:
    code = (
        f"import sys, {engine}; from datetime import date; frame = {frame}\n"
        f"before = {LIBRARIES}\n"
        "from sequestration import frames\n"
        "for asked in (frames.add_reduction(frame, payable='c', on='d'), frames.add_back(frame, paid='c', on='d'),"
        " frames.check(frame, reported='c', paid='c', on='d'), frames.schedule(backend=" + repr(engine) + ")): pass\n"
        f"print({LIBRARIES} - before)"
    )

    assert run(code) == "{'narwhals'}"


def test_without_narwhals_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['narwhals'] = None; sys.modules['narwhals.stable.v2'] = None\n"
        "import pickle, polars, sequestration as seq\n"
        "try:\n    seq.frames.add_back(polars.DataFrame(), paid='c', on='d')\n"
        "except seq.MissingExtra as error:\n"
        "    print(isinstance(error, ImportError), pickle.loads(pickle.dumps(error)))"
    )

    assert run(code) == 'True narwhals is not installed. Run: pip install "sequestration[frames]"'


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow", "duckdb"])
def test_the_schedule_as_a_table(backend: str) -> None:
    read = {engine.name: engine.read for engine in ENGINES}[backend]

    found = read(frames.schedule(EXAMPLE, backend=backend))

    periods = EXAMPLE.periods
    assert found["rate"] == [float(period.rate) for period in periods]
    assert found["status"] == [period.status.value for period in periods]
    days = [day.date() if isinstance(day, datetime) else day for day in found["first_day"]]
    assert days == [period.first_day for period in periods]
    assert found["authorities"][1] == "Example Budget Act, PL 901-1; example order of 2010-12-01"
    assert read(frames.schedule(backend=backend))["rate"] == [float(period.rate) for period in seq.MEDICARE_FFS.periods]


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow", "duckdb"])
def test_reason_codes_as_a_table(backend: str) -> None:
    read = {engine.name: engine.read for engine in ENGINES}[backend]

    found = read(frames.carcs(backend=backend))

    assert found["code"] == list(seq.CARCS)
    assert found["title"] == [code.title for code in seq.CARCS.values()]
    assert found["remark_required"] == [code.remark_required for code in seq.CARCS.values()]
    for name in ("start", "last_modified", "stop"):
        days = [day.date() if isinstance(day, datetime) else day for day in found[name]]
        assert days == [getattr(code, name) for code in seq.CARCS.values()]


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow", "duckdb"])
def test_some_reason_codes_as_a_table(backend: str) -> None:
    read = {engine.name: engine.read for engine in ENGINES}[backend]

    assert read(frames.carcs(seq.CARCS.search("timely"), backend=backend))["code"] == list(seq.CARCS.search("timely"))
    assert read(frames.carcs(seq.CARCS.search("qqqqqqqq"), backend=backend))["code"] == []


def test_a_backend_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="backend must be one of pandas, polars, pyarrow, duckdb"):
        frames.schedule(backend="excel")


def test_a_column_that_stands_twice_is_not_guessed_at() -> None:
    frame = pd.DataFrame([[1, 2, date(2019, 3, 1)]], columns=["paid", "paid", "day"])

    with pytest.raises(seq.UnknownColumn, match=r"2 columns have the name 'paid'\. Available columns: paid, paid, day"):
        frames.add_back(frame, paid="paid", on="day")


class Frame:
    """What another library might call a frame."""

    def __narwhals_dataframe__(self) -> Any:
        raise RuntimeError("not ready")


NO_FRAMES = {
    r"pandas\.(core\.series\.)?Series": pd.Series([1.0]),
    "polars.series.series.Series": pl.Series([1.0]),
    "pyarrow.lib.ChunkedArray": pa.chunked_array([[1.0]]),
    "numpy.ndarray": np.zeros(2),
    "dict": {"paid": [1]},
    "list": [1],
    "NoneType": None,
    "tests.frames.test_columns.Frame": Frame(),
}


@pytest.mark.parametrize(
    "function",
    [
        partial(frames.add_back, paid="paid", on="day"),
        partial(frames.add_reduction, payable="paid", on="day"),
        partial(frames.check, reported="paid", paid="paid", on="day"),
        partial(frames.check, reported="paid", paid="paid", on="day", claim="paid"),
        partial(frames.forecast, payable="paid", on="day"),
        partial(frames.claims_data("medpar").check, basis="net"),
        partial(frames.claims_data("medpar").add_back, basis="net"),
    ],
)
@pytest.mark.parametrize("name", NO_FRAMES)
def test_what_is_no_frame_is_named_by_its_module(name: str, function: Any) -> None:
    with pytest.raises(seq.InvalidArgumentType, match=f"^{name} is not a supported frame. Use pandas, polars, "):
        function(NO_FRAMES[name])


def test_a_record_batch_comes_back_as_one() -> None:
    table = pa.table({"cut": [80, 90], "paid": [3_920, 3_910], "day": [date(2024, 3, 1)] * 2, "claim": ["A", "B"]})
    batch = table.combine_chunks().to_batches()[0]
    options: dict[str, Any] = {"on": "day", "unit": "cents"}

    checked = frames.check(batch, reported="cut", paid="paid", claim="claim", **options)
    empty = frames.check(batch.slice(0, 0), reported="cut", paid="paid", **options)
    totals = frames.forecast(batch, payable="paid", by="claim", **options)
    added = frames.add_reduction(frames.add_back(batch, paid="paid", **options), payable="gross_low", **options)

    assert {type(each) for each in (checked, empty, totals, added)} == {pa.RecordBatch}
    assert checked.column("verdict").to_pylist() == ["correct", "cut_too_large"]
    assert (empty.num_rows, empty.schema) == (0, frames.check(table, reported="cut", paid="paid", **options).schema)
    assert added.column("expected_253").to_pylist() == [80, 80]
    assert totals.column("payable").to_pylist() == [3_920, 3_910]


@pytest.mark.parametrize("lazy", [False, True])
def test_a_frame_of_narwhals_comes_back_as_one(lazy: bool) -> None:
    native = pl.DataFrame({"paid": [3920], "day": [date(2019, 3, 1)]})
    given: Any = nw.from_native(native.lazy() if lazy else native)
    found = frames.add_back(given, paid="paid", on="day", unit="cents")

    assert type(found) is type(given)
    assert found.lazy().collect("polars").to_native().rows() == [(3920, date(2019, 3, 1), 4000, 4000)]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"paid": [1, 2], "day": ["2019-03-01", "2019-13-01"]}),
        pl.DataFrame({"paid": [1, 2], "day": ["2019-03-01", "2019-13-01"]}),
        pa.table({"paid": [1, 2], "day": ["2019-03-01", "2019-13-01"]}),
    ],
    ids=["pandas", "polars", "pyarrow"],
)
def test_a_text_that_is_no_date_is_an_error_in_one_line(frame: Any) -> None:
    """It says what to do about dates as Americans write them."""
    with pytest.raises(
        seq.InvalidDate,
        match=r"^column day: [^\n]*[^.]\. For another format, pass it, such as parse_dates=\"%m/%d/%Y\"\.$",
    ):
        frames.add_back(frame, paid="paid", on="day", unit="cents", parse_dates=True)


SENTINELS = [2**63 - 1, -(2**63), 2**53, -(2**53)]


@pytest.mark.parametrize("unit", ["cents", "dollars"])
@every_engine
def test_a_number_too_large_for_an_amount_is_null_and_told(engine: Engine, unit: Any) -> None:
    largest = 2**53 - 1 if unit == "cents" else (2**53 - 1) // 100
    paid = [4_900, *SENTINELS, None, largest, -largest]
    frame = engine.make({"paid": paid, "day": [date(2021, 3, 1)] * len(paid)}, {"paid": "whole", "day": "date"})

    if engine.name in ("polars-lazy", "duckdb"):
        added = frames.add_back(frame, paid="paid", on="day", unit=unit, flag="odd")
    else:
        with pytest.warns(seq.SequestrationWarning, match=r"column paid .* 4\. The first is in row 2, counted from 1"):
            added = frames.add_back(frame, paid="paid", on="day", unit=unit, flag="odd")

    found = engine.read(added)
    assert found["paid"] == paid
    assert found["odd"] == [False, True, True, True, True, False, False, False]
    assert [amount is None for amount in found["gross_low"]] == [False, *[True] * 5, False, False]


@pytest.mark.parametrize("kind", ["decimal", "float"])
@every_engine
def test_the_largest_amount_is_that_of_every_kind(engine: Engine, kind: str) -> None:
    cents = [2**53 - 1, 2**53, 1 - 2**53, -(2**53), 10**17]
    columns = {"payable": amounts(cents, "decimal"), "day": [date(2024, 3, 1)] * len(cents)}
    if kind == "float":  # whole cents, because no float holds such an amount in dollars to the cent
        columns["payable"] = [float(amount) for amount in cents]
    frame = engine.make(columns, {"payable": kind, "day": "date"})

    with warnings.catch_warnings(action="ignore", category=seq.SequestrationWarning):
        unit: Any = "cents" if kind == "float" else "dollars"
        found = frames.add_reduction(frame, payable="payable", on="day", unit=unit, flag="odd")

    read = engine.read(found)
    assert read["odd"] == [False, True, False, True, True]
    due = (2**53 - 1 + 25) // 50
    assert read["expected_253"] == [
        {"decimal": dollars(cut), "float": cut}[kind] for cut in (due, None, -due, None, None)
    ]


@pytest.mark.parametrize("engine", [e for e in ENGINES if e.name not in ("polars-lazy", "duckdb")], ids=str)
def test_a_check_and_a_forecast_leave_a_number_out_that_is_too_large(engine: Engine) -> None:
    columns: dict[str, list[Any]] = {"cut": [2**63 - 1, 160], "paid": [7_840, 7_840], "day": [date(2024, 3, 1)] * 2}
    frame = engine.make(columns, {"cut": "whole", "paid": "whole", "day": "date"})

    with pytest.warns(seq.SequestrationWarning, match="column cut"):
        checked = engine.read(frames.check(frame, reported="cut", paid="paid", on="day", unit="cents"))
    with pytest.warns(seq.SequestrationWarning, match="column cut"):
        totals = engine.read(frames.forecast(frame, payable="cut", on="day", unit="cents"))

    assert checked["verdict"] == [None, "correct"]
    assert checked["needs_review"] == [False, False]
    assert (totals["rows"], totals["left_out"], totals["payable"]) == ([1], [1], [160])


@pytest.mark.parametrize(
    "make", [pd.DataFrame, pl.DataFrame, pa.table, pl.LazyFrame], ids=["pandas", "polars", "pyarrow", "lazy"]
)
def test_unsigned_numbers_that_64_bits_cannot_hold_are_null(make: Any) -> None:
    """The second fits into 64 bits, but is more than any sum of money."""
    frame = make({"paid": np.array([2**64 - 1, 2**63 - 1, 3920], "uint64"), "day": [date(2019, 3, 1)] * 3})
    with warnings.catch_warnings(action="ignore", category=seq.SequestrationWarning):
        found = frames.add_back(frame, paid="paid", on="day", unit="cents", flag="odd")

    read = nw.from_native(found).lazy().collect("pyarrow").to_native().to_pydict()
    assert read["gross_low"] == [None, None, 4000]
    assert read["odd"] == [True, True, False]


def test_a_column_without_a_date_gives_nulls_whatever_its_type() -> None:
    frame = pd.DataFrame({"paid": [1.0, 2.0], "day": [float("nan"), float("nan")]})

    assert frames.add_back(frame, paid="paid", on="day")["gross_low"].isna().all()
