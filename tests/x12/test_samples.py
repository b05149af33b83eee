"""Public remittances that this project did not write: counts of what stands in them.

Runs on the folder that SEQUESTRATION_SAMPLES names.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sequestration import Severity, read_835
from tests.reading import check_places

FOLDER = os.environ.get("SEQUESTRATION_SAMPLES")

pytestmark = pytest.mark.skipif(not FOLDER, reason="SEQUESTRATION_SAMPLES names no folder of public samples")

COUNTS = {  # claims, lines, adjustments, 253s
    "opake__novitas_partb_253.edi": (10, 15, 36, 9),
    "tastypackets__profee-multiple.edi": (468, 1560, 624, 0),
    "oopfactory__4010_835_DeIdent_02.dat": (375, 1552, 2439, 0),
    "oopfactory__5010_835_WithMultipleInterchanges.txt": (56, 91, 97, 0),
    "affect__sample_835_with_interests.txt": (6, 12, 16, 0),
    "affect__exhaustive_sample.txt": (1, 1, 12, 0),
    "edi835parser__united_healthcare_legacy_sample.txt": (2, 5, 7, 0),
    "stupidedi__5010_era-sample.edi": (1, 5, 5, 0),
    "stupidedi__5010_multiple-claims-single-check.edi": (9, 33, 39, 0),
    "stupidedi__5010_secondary-payments.edi": (2, 2, 5, 0),
    "moov__sample1.txt": (2, 2, 2, 0),
    "jaymd96__835-all-fields.dat": (1, 7, 10, 0),
}
ODD = {  # what is odd in them, beside the balance
    "oopfactory__4010_835_DeIdent_02.dat": ["wrong_control_number", "wrong_control_number"],
    "affect__sample_835_with_interests.txt": [
        "bad_amount",
        "bad_amount",
        "wrong_count",
        "unknown_segment",
        "wrong_count",
    ],
    "affect__exhaustive_sample.txt": ["no_envelope"],
    "jaymd96__835-all-fields.dat": ["wrong_count"],
}


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_counts(name: str) -> None:
    assert FOLDER is not None
    path = Path(FOLDER) / name
    with read_835(path) as reader:
        claims = list(reader)
    adjustments = [a for item in claims for a in item.adjustments]
    adjustments += [a for item in claims for each in item.lines for a in each.adjustments]
    found = (
        len(claims),
        sum(len(item.lines) for item in claims),
        len(adjustments),
        sum(adjustment.reason == "253" for adjustment in adjustments),
    )
    assert found == COUNTS[name]
    assert [problem.code.value for problem in reader.problems] == ODD.get(name, [])
    assert all(item.complete for item in claims)
    check_places(path.read_bytes(), reader.problems)


def test_no_sample_is_left_out() -> None:
    assert FOLDER is not None
    assert {path.name for path in Path(FOLDER).iterdir() if path.name != "NOTICE.md"} == set(COUNTS)


def test_the_medicare_sample() -> None:
    assert FOLDER is not None
    with read_835(Path(FOLDER) / "opake__novitas_partb_253.edi") as reader:
        claims = list(reader)
    cents = [a.amount_cents for item in claims for each in item.lines for a in each.adjustments if a.reason == "253"]
    assert len(cents) == 9
    assert None not in cents
    assert not [problem for problem in reader.problems if problem.level is Severity.ERROR]
