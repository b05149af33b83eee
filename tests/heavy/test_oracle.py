"""Another reader as the oracle: oxedi, in Rust, finds the same claims, lines and adjustments, to the cent."""

from __future__ import annotations

import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import oxedi
import pyarrow as pa
import pytest
from benchmarks.make import write

import sequestration as seq

SAMPLES = Path(os.environ.get("SEQUESTRATION_SAMPLES", "/nowhere"))
WITHOUT_ISA = "affect__exhaustive_sample.txt"
"""oxedi refuses a file without an ISA; it is a transaction like any other, so ours is read."""

Found = tuple[int, int, Decimal, Decimal, Counter[tuple[str, str, Decimal | None]]]
"""Claims, lines, charges, payments, and every adjustment with its group, reason and amount."""


def ours(path: Path) -> Found:
    adjustments: Counter[tuple[str, str, Decimal | None]] = Counter()
    claims = lines = 0
    charges = payments = Decimal(0)
    with seq.read_835(path) as reader:
        for claim in reader:
            claims += 1
            lines += len(claim.lines)
            charges += claim.charge or 0
            payments += claim.paid or 0
            for place in [claim.adjustments, *(line.adjustments for line in claim.lines)]:
                adjustments.update((found.group, found.reason, found.amount) for found in place)
    return claims, lines, charges, payments, adjustments


def theirs(path: Path) -> Found:
    tables = oxedi.parse_file(str(path)).tables
    claims, services, rows = (pa.table(tables[name]).to_pylist() for name in ("claims", "services", "adjustments"))
    adjustments = Counter((row["group_code"].decode(), row["reason_code"].decode(), row["amount"]) for row in rows)
    charges = Decimal(sum(claim["charge_amount"] or 0 for claim in claims))
    payments = Decimal(sum(claim["payment_amount"] or 0 for claim in claims))
    return len(claims), len(services), charges, payments, adjustments


@pytest.mark.parametrize("seed", range(8))
def test_made_files(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "made.835"
    truth = write(path, 0.3, seed=seed, wrong=5 * (seed % 2))

    assert ours(path) == theirs(path)
    assert ours(path)[0] == truth["claims"]


def test_samples() -> None:
    """Every public sample in the folder that SEQUESTRATION_SAMPLES names, if it names one."""
    for path in sorted(path for path in SAMPLES.glob("*.*") if path.suffix != ".md"):
        claims, lines, *_, adjustments = ours(path)
        if path.name == WITHOUT_ISA:
            assert claims == 1
            continue
        other_claims, other_lines, *_, other_adjustments = theirs(path)
        assert (claims, lines) == (other_claims, other_lines), path.name
        assert by_code(adjustments) == by_code(other_adjustments), path.name


def by_code(adjustments: Counter[tuple[str, str, Decimal | None]]) -> Counter[tuple[str, str]]:
    """How many adjustments stand under each group and reason code."""
    return Counter((group, reason) for group, reason, _ in adjustments.elements())
