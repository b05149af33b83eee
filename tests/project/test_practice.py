"""The made-up practice: its archive is what its script writes, and its audit finds what was put in."""

from __future__ import annotations

import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from tools.practice_quarter import ADVANTAGE, quarter, write

import sequestration as seq
from tests.paths import EXAMPLES, ROOT

ARCHIVE = EXAMPLES / "practice" / "quarter.zip"
MAX_BYTES = 60_000


@pytest.fixture(scope="module")
def audit() -> seq.Audit:
    return seq.check_835(ARCHIVE)


def members(path: Path) -> list[tuple[object, bytes]]:
    """Names, dates, modes and contents: how well they are compressed depends on the zlib of this machine."""
    with zipfile.ZipFile(path) as archive:
        return [
            ((entry.filename, entry.date_time, entry.external_attr), archive.read(entry))
            for entry in archive.infolist()
        ]


def test_the_archive_is_what_the_script_writes(tmp_path: Path) -> None:
    write(tmp_path / "quarter.zip")

    assert members(ARCHIVE) == members(tmp_path / "quarter.zip")
    assert ARCHIVE.stat().st_size < MAX_BYTES


def test_every_error_put_in_is_found_and_no_other(audit: seq.Audit) -> None:
    found = Counter((item.claim, item.line, item.verdict.value, item.difference) for item in audit.findings)

    assert found == Counter(tuple(error) for error in quarter().planned)
    assert sum(audit.findings_dropped.values()) == 0


def test_the_quarter_has_every_kind_of_error(audit: seq.Audit) -> None:
    assert {verdict for verdict, lines in audit.counts.items() if lines} == {
        seq.Verdict.CORRECT,
        seq.Verdict.NOTHING_DUE,
        *(verdict for verdict in seq.Verdict if verdict.needs_review),
        seq.Verdict.REVERSAL,
        seq.Verdict.NOT_APPLICABLE,
    }


def test_dollars_in_question_are_those_put_in(audit: seq.Audit) -> None:
    wrong = [error.difference for error in quarter().planned]

    assert audit.totals.by_owed_to[seq.OwedTo.PROVIDER] == sum((amount for amount in wrong if amount > 0), Decimal(0))
    assert audit.totals.by_owed_to[seq.OwedTo.MEDICARE] == -sum((amount for amount in wrong if amount < 0), Decimal(0))


def test_windows_of_a_wrong_rate_are_patterns_and_what_was_reversed_is_the_last(audit: seq.Audit) -> None:
    patterns = [pattern.text for pattern in audit.patterns() if pattern.lines > 1]

    for text, (payer, what) in zip(
        patterns,
        (
            ("PART B NORTH", "over-withheld (rate of another period)"),
            ("PART B NORTH", "withheld while suspended"),
            ("EXAMPLE MEDICARE DME", "over-withheld (calculated on the allowed amount)"),
            ("PART B SOUTH", "under-withheld (rate of another period); all reversed since"),
        ),
        strict=True,
    ):
        assert payer in text
        assert what in text


def test_the_mass_adjustment_settles_what_it_corrects(audit: seq.Audit) -> None:
    corrected = {row.claim: row for row in audit.by_claim() if row.reversals}

    assert corrected.keys() >= {error.claim for error in quarter().planned if error.verdict == "cut_too_small"}
    assert {row.still_open for row in corrected.values()} == {Decimal(0)}


def test_the_plan_is_apart(audit: seq.Audit) -> None:
    assert {plan.payer for plan in audit.plans()} == {ADVANTAGE.name}
    assert any(plan.is_unexplained for plan in audit.plans())


def test_files_that_are_not_counted_are_named(audit: seq.Audit) -> None:
    assert sorted(problem.code.value for problem in audit.problems) == [
        "other_files_skipped",
        "plan_cuts_otherwise",
        "repeated_remittance",
    ]


def test_the_folder_of_examples_does_not_read_it() -> None:
    assert len(seq.check_835(ROOT / "examples").files) == len(list(EXAMPLES.glob("*.835")))
