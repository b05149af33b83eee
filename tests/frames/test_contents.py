"""Contents of files in record batches give the rows that the files give."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sequestration import MEDICARE_FFS, frames
from sequestration._errors import InvalidArgument
from tests.frames.test_tables import EXAMPLE, LARGE, TABLES
from tests.making import claim, line, remittance

FILES = {
    "a.835": EXAMPLE,
    "b.835": remittance(claim("B", line("99213", "150", "78", LARGE))),
    "c.835": b"This is a letter.",
    "d.835": EXAMPLE[:-150],
}


def batches(files: dict[str, bytes]) -> list[Any]:
    """Two files a batch, with the other columns of Spark's "binaryFile"."""
    items = [*files.items()]
    return [
        pa.record_batch(
            {
                "path": [name for name, _ in part],
                "modificationTime": [0] * len(part),
                "length": [len(content) for _, content in part],
                "content": [content for _, content in part],
            }
        )
        for part in (items[:2], items[2:])
    ]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.filterwarnings("ignore:.*could not be read:sequestration.SequestrationWarning")
def test_the_rows_of_the_files(table: str, tmp_path: Path) -> None:
    paths = []
    for name, content in FILES.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    read = pickle.loads(pickle.dumps(frames.from_contents(table)))

    found = pa.Table.from_batches(read(batches({str(path): FILES[path.name] for path in paths})))

    assert found.to_pylist() == getattr(frames, table)(paths, backend="pyarrow").to_pylist()
    assert [*found.schema.names] == [column.name for column in frames.TABLES[table]]


def test_options() -> None:
    plan = remittance(claim("A", line("99213", "150", "78", LARGE), plan="HM"))
    files = {"plan.835": plan}

    def verdicts(**options: Any) -> list[str]:
        table = pa.Table.from_batches(frames.from_contents("findings", **options)(batches(files)[:1]))
        return [*table["verdict"].to_pylist()]

    assert verdicts(keep="all") == ["not_applicable"]
    assert verdicts(payers={"11502": "ffs"}) == ["cut_too_large"]
    law = MEDICARE_FFS.what_if(first_day="2024-03-01", rate="0.025", stacking="replace")
    assert verdicts(payers={"11502": "ffs"}, schedule=law, keep="all") == ["correct"]


def test_path_and_content_are_enough() -> None:
    batch = batches({"a.835": remittance(claim("A", line("99213", "150", "78.40", LARGE)))})[0]
    of_two, of_all = (
        pa.Table.from_batches(frames.from_contents()([each])) for each in (batch.select(["path", "content"]), batch)
    )

    assert of_two == of_all
    assert of_all.num_rows > 0


def test_wrong_usage_is_told_where_the_job_starts() -> None:
    for options, text in (
        ({"table": "postings"}, "table must be one of"),
        ({"unit": "floats"}, "unit must be"),
        ({"keep": "some"}, "keep must be"),
        ({"payers": {"1": "nobody"}}, "nobody"),
    ):
        with pytest.raises(InvalidArgument, match=text):
            frames.from_contents(**options)
    with pytest.raises(InvalidArgument, match=r"columns path and content are needed\. The batch has: file, content"):
        list(frames.from_contents()([pa.record_batch({"file": ["a"], "content": [b""]})]))


def test_the_schema_is_that_of_spark() -> None:
    assert frames.from_contents("problems").schema.startswith("`file` string, `code` string")
    assert "`amount` decimal(28,2)" in frames.from_contents().schema
    assert "`amount` bigint" in frames.from_contents(unit="cents").schema
