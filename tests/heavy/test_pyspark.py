"""Spark: lazy frames, and the schedule as Spark SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as spark_types

import sequestration as seq
from sequestration import frames
from tests.engines import Columns, Engine, Types, plain
from tests.frames.test_sql import SCHEDULES, query, rows, wanted
from tests.heavy import battery
from tests.heavy.session import start

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
SPARK = {
    "whole": spark_types.LongType(),
    "small": spark_types.IntegerType(),
    "float": spark_types.DoubleType(),
    "decimal": spark_types.DecimalType(18, 2),
    "date": spark_types.DateType(),
    "moment": spark_types.TimestampNTZType(),
    "text": spark_types.StringType(),
}


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = start()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def engine(spark: SparkSession) -> Engine:
    def make(columns: Columns, types: Types) -> DataFrame:
        schema = spark_types.StructType([spark_types.StructField(name, SPARK[types[name]]) for name in columns])
        return spark.createDataFrame(list(zip(*columns.values(), strict=True)), schema)

    def read(frame: Any) -> dict[str, list[Any]]:
        assert isinstance(frame, DataFrame)
        found = frame.collect()
        return {name: [plain(row[name]) for row in found] for name in frame.columns}

    return Engine("pyspark", make, read)


@pytest.mark.parametrize("kind", ["whole", "float", "decimal"])
def test_the_check_is_that_of_check_adjustment(engine: Engine, kind: str) -> None:
    battery.checks_awkward_rows(engine, kind)


@pytest.mark.parametrize("does", battery.WHAT_EVERY_ENGINE_DOES)
def test_what_every_engine_does(engine: Engine, does: Any) -> None:
    does(engine)


def test_a_time_zone_is_refused(spark: SparkSession) -> None:
    frame = spark.sql("SELECT 4000L AS payable, TIMESTAMP '2019-03-01 00:00:00' AS day")

    with pytest.raises(seq.InvalidDate, match="time zone"):
        frames.add_reduction(frame, payable="payable", on="day")


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.name)
def test_spark_sql_finds_the_same_rates_and_cuts(spark: SparkSession, schedule: seq.RateSchedule) -> None:
    numbered = [(number, *row) for number, row in enumerate(rows(schedule))]
    spark.createDataFrame(numbered, "number INT, day DATE, cents BIGINT").createOrReplaceTempView("claims")

    found = spark.sql(query(schedule, "claims")).collect()

    assert [(row["rate"], row["cut"]) for row in found] == wanted(schedule)
