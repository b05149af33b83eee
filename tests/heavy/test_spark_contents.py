"""Contents of files that Spark's own file systems fetch: the rows of the library, whatever the storage."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from sequestration import frames
from tests.frames.test_tables import EXAMPLE, TABLES
from tests.heavy.mail import mail

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning", "ignore::UserWarning"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mail(tmp_path_factory.mktemp("remits"), 0.2, {"c c.835.gz": gzip.compress(EXAMPLE)})


def fetched(spark: SparkSession, folder: Path) -> DataFrame:
    return spark.read.format("binaryFile").load(str(folder))


def rows_of_files(found: list[Any]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of each file, which Spark packs into tasks by size, by name."""
    of: dict[str, list[tuple[Any, ...]]] = {}
    for row in found:
        values = {name: value for name, value in row.items() if name != "file"}
        of.setdefault(Path(row["file"]).name, []).append(tuple(values.values()))
    return of


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("unit", ["dollars", "cents"])
def test_the_rows_that_the_library_reads(spark: SparkSession, folder: Path, table: str, unit: Any) -> None:
    read = frames.from_contents(table, unit=unit)
    found = fetched(spark, folder).mapInArrow(read, read.schema)
    options = {} if table == "problems" else {"unit": unit}
    wanted = getattr(frames, table)(folder, backend="pyarrow", **options)

    assert found.columns == [column.name for column in frames.TABLES[table]]
    assert rows_of_files([row.asDict() for row in found.collect()]) == rows_of_files(wanted.to_pylist())


def test_paths_are_those_of_spark(spark: SparkSession, folder: Path) -> None:
    read = frames.from_contents("claims")
    found = fetched(spark, folder).mapInArrow(read, read.schema)

    paths = {row.path for row in fetched(spark, folder).select("path").collect()}
    assert {row.file for row in found.select("file").collect()} < paths
    assert all(path.startswith("file:/") for path in paths)


def test_all_findings(spark: SparkSession, folder: Path) -> None:
    read = frames.from_contents("findings", keep="all")
    found = fetched(spark, folder).mapInArrow(read, read.schema)

    assert found.count() == frames.findings(folder, keep="all", backend="pyarrow").num_rows


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_folder_is_an_empty_table(spark: SparkSession, tmp_path: Path, table: str) -> None:
    read = frames.from_contents(table)
    found = fetched(spark, tmp_path).mapInArrow(read, read.schema)

    assert found.collect() == []
    assert found.columns == [column.name for column in frames.TABLES[table]]


def test_a_stream_of_contents(spark: SparkSession, folder: Path, tmp_path: Path) -> None:
    read = frames.from_contents("claims")
    schema = fetched(spark, folder).schema
    stream = spark.readStream.format("binaryFile").schema(schema).load(str(folder)).mapInArrow(read, read.schema)
    for _ in range(2):
        query = (
            stream.writeStream.format("parquet")
            .option("checkpointLocation", str(tmp_path / "checkpoint"))
            .trigger(availableNow=True)
            .start(str(tmp_path / "out"))
        )
        query.awaitTermination()

    assert spark.read.parquet(str(tmp_path / "out")).count() == frames.claims(folder, backend="pyarrow").num_rows
