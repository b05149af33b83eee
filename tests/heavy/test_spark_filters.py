"""Filters and columns that are left to the data source: the same rows as if Spark had chosen them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.datasource import DataSource

from sequestration import frames
from sequestration.frames._files import spark as source
from tests.frames.test_tables import EXAMPLE
from tests.heavy.mail import mail
from tests.heavy.session import start

CONDITIONS = {
    "adjustments": [
        "reason = '253'",
        "reason IN ('253', '45') AND `group` = 'CO'",
        "reason NOT IN ('253', '45')",
        "`group` <> 'CO' AND payer IS NOT NULL",
        "reason = '253' AND amount > 1.60",
        "reason IN ('253', NULL)",
        "reason NOT IN ('253', NULL)",
        "reason = 'nowhere'",
        "payer = 'EXAMPLE MEDICARE CONTRACTOR' OR reason = '2'",
        "payer LIKE '%MEDICARE%' AND reason LIKE '2%' AND file LIKE '%.835'",
        "NOT (reason LIKE '2%')",
        "payer IS NULL",
        "quantity IS NULL AND `group` <=> 'PR'",
        "quantity <> '3'",
        "NOT (quantity <=> '3')",
        "reason > '3'",
        "length(reason) = 3 AND reason = '253'",
        "line = 1 AND reason = '253'",
    ],
    "findings": [
        "verdict = 'cut_too_large'",
        "verdict IN ('correct', 'cut_too_large') AND payer IS NOT NULL",
        "reason IS NULL AND verdict <> 'correct'",
        "reason IS NOT NULL",
        "`group` IS NULL",
    ],
    "provider_adjustments": ["reason = 'WO'", "reason <> 'WO' AND payer IS NOT NULL"],
    "problems": ["level = 'error'", "code IN ('not_an_835', 'cut_off')", "claim IS NULL AND level = 'error'"],
}
PUSHING = "spark.sql.python.filterPushdown.enabled"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")


def named(kind: type[DataSource], called: str) -> type[DataSource]:
    class Named(kind):  # type: ignore[misc]
        @classmethod
        def name(cls) -> str:
            return called

    return Named


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """A session with the source as it is, and as it is where filters of queries are kept apart."""
    session = start(2)
    session.conf.set(PUSHING, "true")
    session.dataSource.register(frames.era835())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_keeps_filters_apart", lambda _: True)
        session.dataSource.register(named(frames.era835(), "filtering"))
        session.conf.set(PUSHING, "false")
        session.dataSource.register(named(frames.era835(), "filtering_is_off"))
        session.conf.set(PUSHING, "true")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mail(tmp_path_factory.mktemp("remits"), 0.2, {"c.835": EXAMPLE[:-150]})


def load(spark: SparkSession, folder: Path, kind: str, table: str, **options: str) -> DataFrame:
    return spark.read.format(kind).options(table=table, **options).load(str(folder))


def plan(frame: DataFrame) -> str:
    return str(frame._jdf.queryExecution().executedPlan().toString())


@pytest.mark.parametrize(
    ("table", "condition"), [(table, condition) for table, conditions in CONDITIONS.items() for condition in conditions]
)
def test_the_same_rows_as_a_filter_of_spark(spark: SparkSession, folder: Path, table: str, condition: str) -> None:
    options = {"keep": "all"} if table == "findings" else {}
    every = load(spark, folder, "filtering_is_off", table, **options).where(condition)
    left = load(spark, folder, "filtering", table, **options).where(condition)

    assert left.collect() == every.collect()


def test_filters_on_text_are_taken_and_others_left(spark: SparkSession, folder: Path) -> None:
    def filters(condition: str) -> str:
        lines = plan(load(spark, folder, "filtering", "adjustments").where(condition)).splitlines()
        return " ".join(line for line in lines if "Filter (" in line)

    assert filters("reason = '253' AND payer IS NOT NULL AND `group` IN ('CO', 'PR')") == ""
    found = filters("reason = '253' AND amount > 1 AND (payer = 'A' OR `group` = 'B')")
    assert "amount" in found
    assert "payer" in found
    assert "reason" not in found


def test_this_spark_keeps_a_filter_for_other_queries_so_none_is_taken(spark: SparkSession, folder: Path) -> None:
    """The reason for `_keeps_filters_apart`: if this fails, Spark is better, and so can we be."""
    ours, forced = (load(spark, folder, kind, "adjustments") for kind in ("era835", "filtering"))
    number = ours.count()

    assert 0 < ours.where("reason = '253'").count() < number
    assert ours.count() == number
    assert 0 < forced.where("reason = '253'").count() < number
    assert forced.count() < number


def test_some_columns_in_any_order(spark: SparkSession, folder: Path) -> None:
    every = load(spark, folder, "era835", "adjustments")
    schema = "amount DECIMAL(28, 2), reason STRING, line BIGINT, service_date DATE"
    some = spark.read.format("era835").schema(schema).load(str(folder))
    one = spark.read.format("era835").schema("payer STRING").load(str(folder))

    assert some.columns == ["amount", "reason", "line", "service_date"]
    assert some.collect() == every.select(*some.columns).collect()
    assert one.collect() == every.select("payer").collect()
    cents = spark.read.format("era835").schema("amount BIGINT").option("unit", "cents").load(str(folder))
    assert [row.amount for row in cents.collect()] == [
        None if row.amount is None else int(row.amount * 100) for row in every.collect()
    ]


def test_columns_and_filters_together(spark: SparkSession, folder: Path) -> None:
    condition = "reason = '253' AND amount > 1"
    every = load(spark, folder, "era835", "adjustments").where(condition)
    schema = "amount DECIMAL(28, 2), reason STRING"
    some = spark.read.format("filtering").schema(schema).load(str(folder)).where(condition)

    assert some.collect() == every.select("amount", "reason").collect()


@pytest.mark.parametrize("column", ["amount DOUBLE", "money DECIMAL(28, 2)", "amount BIGINT", "REASON STRING"])
def test_columns_that_the_table_has_not(spark: SparkSession, folder: Path, column: str) -> None:
    with pytest.raises(AnalysisException, match=r"is not a column of adjustments\. Its columns are: `file` string"):
        spark.read.format("era835").schema(f"payer STRING, {column}").load(str(folder)).count()
