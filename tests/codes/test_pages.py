"""The pages on codes say what the library does."""

from __future__ import annotations

from typing import Any

import sequestration as seq
from tests.paths import DOCS


def test_figures_of_the_tables() -> None:
    text = " ".join((DOCS / "reference" / "codes.md").read_text("utf-8").split())
    tables: list[seq.CodeTable[Any]] = [seq.CARCS, seq.RARCS]
    for table in tables:
        sure = {level: sum(e.confidence is level for e in table.values()) for level in seq.Confidence}
        assert f"high for {sure[seq.Confidence.HIGH]:,}, medium for {sure[seq.Confidence.MEDIUM]}" in text
        assert str(table.release) in text
    in_use = sum(entry.stop is None for entry in seq.CARCS.values())
    assert f"{len(seq.CARCS)} reason codes, {in_use} in use, {len(seq.CARCS) - in_use} stopped" in text
    assert f"{len(seq.RARCS):,} remark codes" in text
    assert f"{len(seq.PLBS)} provider-level codes" in text
    for action in seq.Action:
        assert action in text
