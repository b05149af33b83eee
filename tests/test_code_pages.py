"""The pages on codes say what the library does."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("page", ["codes.md", "not_co253.md"])
def test_examples_run(page: str) -> None:
    result = doctest.testfile(str(DOCS / page), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0


def test_figures_of_the_tables() -> None:
    text = " ".join((DOCS / "codes.md").read_text("utf-8").split())
    tables: list[seq.CodeTable[Any]] = [seq.CARCS, seq.RARCS]
    for table in tables:
        sure = {level: sum(e.confidence is level for e in table.values()) for level in seq.Confidence}
        assert f"high for {sure[seq.Confidence.HIGH]:,}, medium for {sure[seq.Confidence.MEDIUM]}" in text
        assert str(table.release) in text
    assert f"{len(seq.RARCS):,} remark codes" in text
    assert f"{len(seq.PLBS)} provider-level codes" in text
    for action in seq.Action:
        assert action in text
