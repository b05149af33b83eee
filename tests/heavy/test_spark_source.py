"""Spark reads remittances as tables: row by row what the library reads, small files together, no job lost."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

import sequestration as seq
from sequestration import frames
from tests.frames.test_tables import EXAMPLE, LARGE, TABLES
from tests.heavy.mail import mail
from tests.making import RIGHT, claim, line, remittance
from tests.paths import DOCS
from tests.safety.test_privacy import MARKER
from tests.safety.test_privacy import remittance as with_persons

OURS = """
name = "ours"
verified_on = 2026-11-23

[[period]]
rate = "0.03"
status = "what-if"

[[period.authorities]]
citation = "a test"
says = "three percent on every day"
"""

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning", "ignore::UserWarning"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    others = {"c.835": EXAMPLE[:-150], "persons.835": with_persons(broken=True), "empty.835": b""}
    return mail(tmp_path_factory.mktemp("remits"), 0.5, others)


def load(spark: SparkSession, path: Any, **options: str) -> DataFrame:
    return spark.read.format("era835").options(**options).load(path)


def rows(frame: DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.collect()]


def wanted(folder: Path, table: str, unit: Any = "dollars", **options: Any) -> list[tuple[Any, ...]]:
    if table == "problems":
        found = frames.problems(folder, backend="pyarrow")
    else:
        found = getattr(frames, table)(folder, unit=unit, backend="pyarrow", **options)
    return [tuple(row.values()) for row in found.to_pylist()]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("unit", ["dollars", "cents"])
def test_row_by_row_what_the_library_reads(spark: SparkSession, folder: Path, table: str, unit: str) -> None:
    found = load(spark, str(folder), table=table, unit=unit)

    assert rows(found) == wanted(folder, table, unit)
    assert found.columns == [column.name for column in frames.TABLES[table]]
    assert found.rdd.getNumPartitions() == 1  # These files are small.


def test_findings_of_all_places(spark: SparkSession, folder: Path) -> None:
    found = rows(load(spark, str(folder), table="findings", keep="all"))

    assert found == wanted(folder, "findings", keep="all")
    assert Counter(row[0] for row in found)["correct"] > 1_000


def test_broken_files_are_rows_and_kill_no_job(spark: SparkSession, folder: Path) -> None:
    problems = load(spark, str(folder), table="problems").where("level = 'error'")

    found = {(Path(row.file).name, row.code) for row in problems.collect()}

    assert {("b.835", "not_an_835"), ("empty.835", "not_an_835"), ("c.835", "cut_off")} <= found
    assert load(spark, str(folder / "b.835")).count() == 0
    assert load(spark, str(folder / "b.835"), table="problems").count() == 1


def test_paths_of_every_kind(spark: SparkSession, folder: Path) -> None:
    a, c = str(folder / "a.835"), str(folder / "c.835")
    both = rows(load(spark, [a, c]))

    assert both == wanted(folder / "a.835", "adjustments") + wanted(folder / "c.835", "adjustments")
    assert rows(load(spark, f"file://{a}")) == rows(load(spark, a))
    assert load(spark, str(folder), files_per_task="4").rdd.getNumPartitions() == 2
    assert rows(load(spark, str(folder), files_per_task="4")) == rows(load(spark, str(folder)))


@pytest.mark.parametrize("table", ["claims", "problems"])
def test_subfolders_when_asked(spark: SparkSession, tmp_path: Path, table: str) -> None:
    (tmp_path / "of_march").mkdir()
    for place in (tmp_path / "a.835", tmp_path / "of_march" / "b.835"):
        place.write_bytes(EXAMPLE)
    (tmp_path / "of_march" / "c.835").write_bytes(b"This is a letter.")
    path = str(tmp_path)

    deep = rows(load(spark, path, table=table, recursive="true"))
    function = getattr(frames, table)

    assert deep == [tuple(row.values()) for row in function(path, backend="pyarrow", recursive=True).to_pylist()]
    assert rows(load(spark, path, table=table, recursive="False")) == rows(load(spark, path, table=table)) != deep


def test_a_task_a_file_when_asked(spark: SparkSession, folder: Path) -> None:
    assert load(spark, str(folder), files_per_task="1").rdd.getNumPartitions() == len(list(folder.iterdir()))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("options", [{}, {"files_per_task": "1"}])
def test_an_empty_folder_is_an_empty_table(
    spark: SparkSession, tmp_path: Path, table: str, options: dict[str, str]
) -> None:
    found = load(spark, str(tmp_path), table=table, **options)

    assert rows(found) == []
    assert found.columns == [column.name for column in frames.TABLES[table]]


def test_payers_and_schedule(spark: SparkSession, tmp_path: Path) -> None:
    plan = remittance(claim("A", line("99213", "150", "78.40", RIGHT), plan="HM"))
    (tmp_path / "plan.835").write_bytes(plan)
    law = tmp_path / "ours.toml"
    law.write_text(OURS, encoding="utf-8")
    options = {"table": "findings", "keep": "all"}
    path = str(tmp_path / "plan.835")

    assert [row.verdict for row in load(spark, path, **options).collect()] == ["not_applicable"]
    said = {**options, "payers": json.dumps({"11502": "ffs"})}
    assert [row.verdict for row in load(spark, path, **said).collect()] == ["correct"]
    ours = load(spark, path, **said, schedule=str(law)).collect()
    assert [(row.rate, row.expected) for row in ours] == [(Decimal("0.03"), Decimal("2.40"))]


def test_wrong_usage_is_told(spark: SparkSession, folder: Path) -> None:
    wrong = [
        ({"tabel": "findings"}, "Unknown option tabel. Use: path"),
        ({"table": "postings"}, "table must be one of adjustments, claims, .*, problems, not 'postings'"),
        ({"unit": "floats"}, "unit must be 'dollars' or 'cents'"),
        ({"keep": "some"}, "keep must be 'wrong' or 'all'"),
        ({"files_per_task": "0"}, "files_per_task must be a positive whole number, not '0'"),
        ({"recursive": "yes"}, "recursive must be true or false, not 'yes'"),
        ({"min_age": "soon"}, "min_age must be a whole number of seconds, not 'soon'"),
        ({"files_per_batch": "5"}, "The option files_per_batch is for streams"),
        ({"payers": "11502"}, "payers must be a JSON object"),
    ]
    for options, text in wrong:
        with pytest.raises(AnalysisException, match=text):
            load(spark, str(folder), **options).count()
    with pytest.raises(AnalysisException, match="was not found"):
        load(spark, str(folder / "nowhere")).count()
    with pytest.raises(AnalysisException, match="Nothing to load"):
        spark.read.format("era835").load().count()


def test_no_row_shows_a_person(spark: SparkSession, folder: Path) -> None:
    for table in TABLES:
        text = str(rows(load(spark, str(folder / "persons.835"), table=table, keep="all")))
        assert MARKER not in text.replace("MARKERNOAMOU", "").replace("MARKERDAY", "")
        assert "ACCOUNT" in text or table in ("remittances", "provider_adjustments")


def test_from_a_folder_to_a_forecast(spark: SparkSession, folder: Path) -> None:
    doubled = seq.MEDICARE_FFS.what_if(first_day="2024-03-01", rate="0.02", stacking="add")
    schedules = {"law": None, "doubled": doubled}
    found = frames.forecast(
        load(spark, str(folder), table="findings", keep="all"), payable="payable", on="on", schedules=schedules
    )
    table = frames.findings(folder, keep="all", backend="pyarrow")
    here = frames.forecast(table, payable="payable", on="on", schedules=schedules)

    assert isinstance(found, DataFrame)
    assert rows(found) == [tuple(row.values()) for row in here.to_pylist()]


def test_sums_are_those_of_the_audit(spark: SparkSession, tmp_path: Path) -> None:
    for number in range(3):
        claims = (claim(f"A-{number}-{place}", line("99213", "150", "78", LARGE)) for place in range(50))
        (tmp_path / f"{number}.835").write_bytes(remittance(*claims))

    found = load(spark, str(tmp_path)).groupBy("group", "reason").sum("amount").collect()

    assert {tuple(row) for row in found} == {
        (total.group, total.code, total.amount) for total in seq.check_835(tmp_path).by_code()
    }


def test_the_page_on_a_cluster(
    spark: SparkSession, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it shows of Spark runs, with other folders."""
    page = (DOCS / "howto" / "cluster.md").read_text("utf-8")
    blocks = [code for code in re.findall(r"^```py\n(.*?)^```$", page, re.DOTALL | re.MULTILINE) if "spark." in code]
    code = "".join(blocks).replace("/mnt/remits", str(folder)).replace("s3a://remits/2024-03", str(folder))
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "a.835").write_bytes(EXAMPLE)
    os.utime(tmp_path / "landing" / "a.835", (0, 0))

    exec(code.replace("/mnt/", f"{tmp_path}/"), {"spark": spark, "frames": frames})

    assert spark.read.parquet(str(tmp_path / "findings")).count() == len(wanted(folder, "findings"))
    assert spark.read.parquet(str(tmp_path / "claims_landed")).count() == len(wanted(folder / "a.835", "claims"))
    assert len(blocks) == 3
    out = capsys.readouterr().out
    assert "not_an_835" in out
    assert "cut_too_large" in out
