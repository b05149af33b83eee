"""The example of a Spark pipeline gives the figures of the audit."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import sequestration as seq
from tests.heavy.session import start
from tests.paths import EXAMPLES

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")


def test_the_pipeline_finds_what_there_is_to_recover(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = runpy.run_path(str(EXAMPLES / "programs" / "pipeline_spark.py"))
    spark = start()
    try:
        program["main"](spark, str(EXAMPLES), str(tmp_path))
    finally:
        spark.stop()

    recover = seq.check_835(EXAMPLES).totals.by_owed_to[seq.OwedTo.PROVIDER]
    assert capsys.readouterr().out.splitlines() == [
        "EXAMPLE HEALTH PLAN 2.00",
        "EXAMPLE MEDICARE CONTRACTOR 563.37",
        f"5 {recover}",
    ]
    assert sorted(path.name for path in (tmp_path / "claims").glob("payment_month=*")) == [
        "payment_month=2013-06",
        "payment_month=2024-03",
    ]
