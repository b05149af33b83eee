"""The measurements of docs/figures.md in their smallest form: whatever is timed counts the truth. No time is held."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import dropwhile, takewhile
from pathlib import Path

import pytest
from benchmarks.make import write

import sequestration as seq

RUN = Path(__file__).parents[2] / "benchmarks" / "run.py"
PAGE = Path(__file__).parents[2] / "docs" / "figures.md"
SMALLEST = ("--quick", "--scale=0.001", "--calls=1")


def run(*options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(RUN), *SMALLEST, *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_figure() -> None:
    """Each program runs over each of its files and finds the truth, or the run would end with an error."""
    done = run("--markdown")

    assert done.returncode == 0, done.stderr
    targets, programs = done.stdout.split("\n\n")[1:]
    assert [measured_and_target(line) for line in targets.splitlines()] == rows_of_the_page()
    assert "met" not in targets, "files that are not of full size are not judged"
    assert {line.split(" | ")[1] for line in programs.splitlines()[2:]} == {
        "floor",
        "peer",
        "read",
        "check",
        "check, jobs=2",
        'check, keep="all"',
        "adjustments to Parquet",
        "findings to Parquet",
        "report",
    }


def measured_and_target(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")[1:3]]


def rows_of_the_page() -> list[list[str]]:
    """What is measured, and the target, in the first table of the page."""
    lines = iter(PAGE.read_text("utf-8").splitlines())
    table = takewhile(
        lambda line: line.startswith("|"), dropwhile(lambda line: not line.startswith("| Measured"), lines)
    )
    return [measured_and_target(line) for line in table]


@pytest.mark.parametrize("key", ["claims", "lines", "adjustments", "sum253_cents"])
def test_a_count_that_is_not_the_truth_ends_the_run(key: str, tmp_path: Path) -> None:
    path = tmp_path / "made.835"
    truth = write(path, 0.01)
    Path(f"{path}.json").write_text(json.dumps({**truth, key: truth[key] + 1}))

    done = run("--only", "one-file", "--file", path)

    assert done.returncode == 1
    assert f"floor, made.835: {key} is {truth[key]}, the truth is {truth[key] + 1}" in done.stderr


def test_files_by_another_generator(tmp_path: Path) -> None:
    generator = tmp_path / "mine.py"
    generator.write_text(
        "def write(path, megabytes, seed):\n"
        "    open(path, 'w').write('ST*835*1~LX*1~CLP*A*1*100*98**MB~CAS*CO*253*2~SE*5*1~')\n"
        "    return {'claims': 2, 'lines': 0, 'adjustments': 1, 'n253': 1, 'sum253_cents': 200}\n"
    )

    done = run("--only", "one-file", "--generator", generator)

    assert done.returncode == 1
    assert "claims is 1, the truth is 2" in done.stderr


@pytest.mark.parametrize("parts", ["AB", "A", "B"])
@pytest.mark.parametrize("wrong", [0, 30])
def test_the_truth_about_a_made_file(parts: str, wrong: int, tmp_path: Path) -> None:
    path = tmp_path / "made.835"
    truth = write(path, 0.5, wrong=wrong, parts=parts, most_wrong=100)

    audit = seq.check_835(path, keep="all", limit=None)

    assert audit.claims == truth["claims"]
    assert len(audit.findings) == truth["findings"]
    assert sum(finding.verdict.needs_review for finding in audit.findings) == truth["wrong"]
    assert truth["wrong"] == (100 if wrong and parts != "A" else 0)
    assert not audit.problems
