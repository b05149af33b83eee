"""One large file in several tasks of Spark: the rows of every table are those of the file in one task."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.frames.test_pieces import large, once
from tests.frames.test_tables import TABLES
from tests.heavy.mail import made_835

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")
DIVIDED = {"bytes_per_task": "1000000"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Large files of several interchanges in two sets of delimiters: right, damaged, with a remittance twice."""
    place = tmp_path_factory.mktemp("remits")
    other = {"element": "|", "component": ">", "terminator": "!", "after": "\n"}
    made = made_835(place, 1.2) + large(Random(1), interchanges=3, transactions=250, layout=other)
    (place / "made.835").write_bytes(made)
    half = len(made) // 2
    end = made.index(b"SE|", half)
    broken = made[:end] + made[made.index(b"!", end) + 1 :]
    (place / "damaged.835").write_bytes(broken.replace(b"GE|250|1!", b"GE|4|1!", 1)[:-500])
    (place / "repeated.835").write_bytes(made + made[: made.index(b"ISA|")])
    return place


def load(spark: SparkSession, path: Path, **options: str) -> DataFrame:
    return spark.read.format("era835").options(**options).load(str(path))


def rows(frame: DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.collect()]


@pytest.mark.parametrize("table", TABLES)
def test_pieces_have_the_rows_of_one_task(spark: SparkSession, folder: Path, table: str) -> None:
    whole = rows(load(spark, folder, table=table, files_per_task="1"))
    divided = rows(load(spark, folder, table=table, **DIVIDED))

    assert len(whole) > 20
    assert (once(divided) if table == "problems" else divided) == whole


def test_findings_of_all_places(spark: SparkSession, folder: Path) -> None:
    options = {"table": "findings", "keep": "all"}

    assert rows(load(spark, folder, **options, **DIVIDED)) == rows(load(spark, folder, **options))


def test_the_number_of_tasks(spark: SparkSession, folder: Path) -> None:
    def tasks(name: str, **options: str) -> int:
        return int(load(spark, folder / name, **options).rdd.getNumPartitions())

    assert tasks("made.835") == 1  # It is small.
    assert tasks("made.835", **DIVIDED) >= 2
    assert tasks("damaged.835", **DIVIDED) >= 2
    assert tasks("repeated.835", **DIVIDED) == 1  # What is there twice counts once.
    assert tasks("made.835", files_per_task="1") == 1


def test_a_stream_divides_a_large_file(spark: SparkSession, folder: Path, tmp_path: Path) -> None:
    landed = spark.readStream.format("era835").options(table="claims", min_age="0", **DIVIDED).load(str(folder))
    query = (
        landed.writeStream.format("parquet")
        .option("checkpointLocation", str(tmp_path / "checkpoint"))
        .trigger(availableNow=True)
        .start(str(tmp_path / "out"))
    )
    query.awaitTermination()
    found = spark.read.parquet(str(tmp_path / "out"))

    key = ["file", "claim_position"]
    assert rows(found.orderBy(key)) == rows(load(spark, folder, table="claims").orderBy(key))
