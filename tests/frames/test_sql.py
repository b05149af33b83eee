"""The schedule as SQL, run by DuckDB: rates and cuts are those of the library on every boundary."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

import sequestration as seq
from sequestration import frames
from tests.schedules import EXAMPLE

SCHEDULES = [
    EXAMPLE,
    seq.MEDICARE_FFS,
    seq.NONDEFENSE_MANDATORY,
    seq.MEDICARE_FFS.what_if(first_day="2016-02-15", last_day="2024-05-20", rate="0.04", stacking="compound"),
]
AMOUNTS = [0, 1, 24, 25, -25, 50, 75, -75, 4000, 123_456_789, 9_000_000_000_000_025, -9_000_000_000_000_025, None]


def rows(schedule: seq.RateSchedule) -> list[tuple[date | None, int | None]]:
    days = [day for edge in schedule.changes for day in (edge - timedelta(1), edge, edge + timedelta(1))]
    return [(day, cents) for day in [*days, None] for cents in AMOUNTS]


def wanted(schedule: seq.RateSchedule) -> list[tuple[Decimal | None, int | None]]:
    found: list[tuple[Decimal | None, int | None]] = []
    for day, cents in rows(schedule):
        rate = None if day is None else schedule.rate_on(day)
        cut = None
        if day is not None and cents is not None:
            cut = int(seq.expected_reduction(Decimal(cents).scaleb(-2), on=day, schedule=schedule).amount.scaleb(2))
        found.append((rate, cut))
    return found


def query(schedule: seq.RateSchedule, table: str) -> str:
    rate, cut = frames.case_sql(schedule, "day"), frames.case_sql(schedule, "day", cents="cents")
    return f"SELECT {rate} AS rate, {cut} AS cut FROM {table} ORDER BY number"


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.name)
def test_duckdb_finds_the_same_rates_and_cuts(schedule: seq.RateSchedule) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE claims (number INTEGER, day DATE, cents BIGINT)")
    connection.executemany("INSERT INTO claims VALUES (?, ?, ?)", [(n, *row) for n, row in enumerate(rows(schedule))])

    assert connection.sql(query(schedule, "claims")).fetchall() == wanted(schedule)


def test_thirty_two_bits_do_not_run_over() -> None:
    cut = frames.case_sql(seq.MEDICARE_FFS, "DATE '2019-03-01'", cents="CAST(2147483647 AS INTEGER)")

    assert duckdb.connect().sql(f"SELECT {cut}").fetchall() == [(42_949_673,)]


def test_the_sql_reads_well() -> None:
    assert frames.case_sql(EXAMPLE, "service_date") == (
        "CASE\n"
        "  WHEN service_date < DATE '2011-01-01' THEN 0.000\n"
        "  WHEN service_date < DATE '2016-07-01' THEN 0.030\n"
        "  WHEN service_date < DATE '2019-01-01' THEN 0.000\n"
        "  WHEN service_date < DATE '2019-04-01' THEN 0.015\n"
        "  WHEN service_date < DATE '2030-07-01' THEN 0.030\n"
        "  WHEN service_date >= DATE '2030-07-01' THEN 0.000\n"
        "END"
    )
