"""A landing folder as a stream of Spark: each file once, over restarts from the checkpoint."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyspark.errors import StreamingQueryException
from pyspark.sql import SparkSession

from sequestration import frames
from tests.frames.test_tables import TABLES
from tests.making import RIGHT, claim, line, remittance

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")


def land(folder: Path, name: str, at: float = 1_700_000_000, accounts: int = 1) -> Path:
    """Put a file of so many claims into a folder, as of a time long ago."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    claims = (claim(f"{name}-{number}", line("99213", "150", "78.40", RIGHT)) for number in range(accounts))
    path.write_bytes(remittance(*claims))
    os.utime(path, (at, at))
    return path


class Landing:
    """A folder, its stream into Parquet, and what is there after each run."""

    def __init__(self, spark: SparkSession, place: Path) -> None:
        self.folder, self._out, self._checkpoint = place / "landing", place / "out", place / "checkpoint"
        self.folder.mkdir()
        self._spark = spark

    def run(self, **options: str) -> list[int]:
        """Read what is new in a query of its own; the rows of each batch."""
        options = {"table": "claims", **options}
        stream = self._spark.readStream.format("era835").options(**options).load(str(self.folder))
        query = (
            stream.writeStream.format("parquet")
            .option("checkpointLocation", str(self._checkpoint))
            .trigger(availableNow=True)
            .start(str(self._out))
        )
        query.awaitTermination()
        return [batch["numInputRows"] for batch in query.recentProgress if batch["numInputRows"]]

    def read(self) -> Counter[str]:
        """Times that each claim was written."""
        written = self._spark.read.parquet(str(self._out)).collect() if any(self._out.glob("*.parquet")) else []
        return Counter(row.claim for row in written)


@pytest.fixture
def landing(spark: SparkSession, tmp_path: Path) -> Landing:
    return Landing(spark, tmp_path)


def test_each_file_once_over_restarts(landing: Landing) -> None:
    land(landing.folder, "a.835")
    land(landing.folder, "b.835", accounts=2)
    assert landing.run() == [3]
    assert landing.run() == []

    land(landing.folder, "c.835")  # the same time as all others
    land(landing.folder, "0.835", at=1_600_000_000)  # older than what was read
    assert landing.run() == [2]

    (landing.folder / "a.835").unlink()
    land(landing.folder, "d.835")
    assert landing.run() == [1]
    land(landing.folder, "a.835")  # seen again, as after a mount was away
    assert landing.run() == []

    names = ["a.835-0", "b.835-0", "b.835-1", "c.835-0", "0.835-0", "d.835-0"]
    assert landing.read() == dict.fromkeys(names, 1)


def test_a_batch_that_was_not_finished_is_read_again_as_it_was(
    spark: SparkSession, landing: Landing, tmp_path: Path
) -> None:
    checkpoint = tmp_path / "of batches"

    def batches() -> list[tuple[int, list[str]]]:
        found: list[tuple[int, list[str]]] = []
        stream = spark.readStream.format("era835").option("table", "claims").load(str(landing.folder))
        query = (
            stream.writeStream.foreachBatch(lambda rows, of: found.append((of, [row.claim for row in rows.collect()])))
            .option("checkpointLocation", str(checkpoint))
            .trigger(availableNow=True)
            .start()
        )
        query.awaitTermination()
        return found

    land(landing.folder, "a.835")
    assert batches() == [(0, ["a.835-0"])]
    land(landing.folder, "b.835")
    assert batches() == [(1, ["b.835-0"])]

    for commit in (checkpoint / "commits").glob("*1*"):  # as if the driver had ended before it
        commit.unlink()
    land(landing.folder, "0.835")
    (landing.folder / "a.835").unlink()

    assert batches() == [(1, ["b.835-0"]), (2, ["0.835-0"])]


def test_batches_of_so_many_files(landing: Landing) -> None:
    for number in range(5):
        land(landing.folder, f"{number}.835")

    assert landing.run(files_per_batch="2") == [2, 2, 1]
    assert landing.read() == {f"{number}.835-0": 1 for number in range(5)}


def test_a_running_query_sees_what_lands(spark: SparkSession, landing: Landing) -> None:
    stream = spark.readStream.format("era835").option("table", "claims").load(str(landing.folder))
    query = stream.writeStream.format("memory").queryName("landed").start()
    try:
        query.processAllAvailable()
        assert spark.table("landed").count() == 0
        for name in ("b.835", "a.835", "caf\udce9.835"):  # the last name is not UTF-8
            land(landing.folder, name.replace("\udce9", "e")).rename(landing.folder / name)
            query.processAllAvailable()
        accounts = [row.claim for row in spark.table("landed").collect()]
    finally:
        query.stop()

    assert accounts == ["b.835-0", "a.835-0", "cafe.835-0"]


def test_a_file_that_is_being_written_waits(landing: Landing) -> None:
    land(landing.folder, ".hidden.835")
    (landing.folder / "new.835").write_bytes(land(landing.folder, "old.835").read_bytes())

    assert landing.run() == [1]
    assert landing.run(min_age="0") == [1]
    assert landing.read() == {"old.835-0": 2}  # both files have this claim


def test_a_file_that_vanishes_before_it_is_read_is_a_problem(spark: SparkSession, landing: Landing) -> None:
    (landing.folder / "gone.835").symlink_to(landing.folder / "nowhere")

    def load(table: str) -> list[Any]:
        stream = spark.readStream.format("era835").options(table=table, min_age="0").load(str(landing.folder))
        query = stream.writeStream.format("memory").queryName(table).trigger(availableNow=True).start()
        query.awaitTermination()
        found: list[Any] = spark.table(table).collect()
        return found

    assert [(Path(row.file).name, row.code) for row in load("problems")] == [("gone.835", "unreadable")]
    assert load("claims") == []


def test_a_folder_that_is_gone_ends_the_query_with_an_error(landing: Landing) -> None:
    landing.folder.rmdir()

    with pytest.raises(StreamingQueryException, match="No such file or directory"):
        landing.run()


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_folder_is_a_stream_without_rows(spark: SparkSession, tmp_path: Path, table: str) -> None:
    stream = spark.readStream.format("era835").option("table", table).load(str(tmp_path))
    query = stream.writeStream.format("memory").queryName(f"empty_{table}").trigger(availableNow=True).start()
    query.awaitTermination()

    assert spark.table(f"empty_{table}").collect() == []
    assert stream.columns == [column.name for column in frames.TABLES[table]]


def test_some_columns_of_a_stream(spark: SparkSession, landing: Landing) -> None:
    land(landing.folder, "a.835")
    stream = spark.readStream.format("era835").schema("reason STRING, amount DECIMAL(28, 2)").load(str(landing.folder))
    query = stream.writeStream.format("memory").queryName("narrow").trigger(availableNow=True).start()
    query.awaitTermination()

    assert {(row.reason, str(row.amount)) for row in spark.table("narrow").collect()} == {
        ("45", "50.00"),
        ("253", "1.60"),
        ("2", "20.00"),
    }
