"""The command line as a user runs it: a process of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import sequestration as seq
from sequestration._cli.lookups.rates import ago
from sequestration._export.csv import write_findings
from tests.making import claim, interchange, line, remittance
from tests.paths import EXAMPLES
from tests.processes import changed_environment
from tests.processes import run_command as run
from tests.schedules import EXAMPLE_FILE

pytestmark = pytest.mark.slow

GOOD = remittance(
    claim("A", line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")]))
)


def test_a_right_remittance_exits_0() -> None:
    done = run("check", EXAMPLES / "part_b_correct.835")

    assert done.returncode == 0
    assert "No issues found" in done.stdout
    assert done.stderr == ""


def test_mistakes_exit_1_and_each_is_named() -> None:
    done = run("check", EXAMPLES / "part_b_mistakes.835")

    assert done.returncode == 1
    assert "OVER-WITHHELD  claim ON-ALLOWED, line 1, 99214" in done.stdout
    assert "2% of the allowed amount ($130.00)" in done.stdout
    assert "$0.52 over-withheld, owed to you" in done.stdout
    assert "Mar 1, 2024: date of service (DTM 472)" in done.stdout


def test_csv_has_findings_alone_so_errors_of_the_input_are_told_beside_it() -> None:
    bad = GOOD.replace(b"*50**253*1.60", b"*x**253*1.60")
    many = remittance(*(claim(f"A{n}", line("99213", "x", "0"), charge="0") for n in range(30)))
    done, of_many = run("check", "-", "--csv", given=bad), run("check", "-", "--csv", given=many)
    cut_off = run("check", "-", given=GOOD[: GOOD.index(b"CLP*") + 40])

    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert done.stderr.startswith("sequestration: error: <stdin>, segment 15 (CAS), byte ")
    assert len(of_many.stderr.splitlines()) == 21
    assert of_many.stderr.splitlines()[-1] == "sequestration: and 10 more read errors"
    without_end = remittance(*(claim(f"A{n}", line("99213", "x", "0"), charge="0") for n in range(10_010)))
    assert run("check", "-", "--csv", given=without_end).stderr.splitlines()[-1] == (
        "sequestration: and at least 9,980 more read errors"
    )
    assert "at least 10,000 read errors" in run("check", "-", given=without_end).stdout
    doubled = line("99213", "150", "76.80", [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")])
    wrong = remittance(*(claim(f"A{n}", doubled) for n in range(10_003)))
    assert len(run("check", "-", "--csv", given=wrong).stdout.splitlines()) == 10_004
    of_wrong = run("check", "-", "--csv", "--limit", "10000", given=wrong)
    assert len(of_wrong.stdout.splitlines()) == 10_001
    assert of_wrong.stderr == ("sequestration: more than is listed: Counted above but not listed: 3 over-withheld.\n")
    assert cut_off.returncode == 1
    assert cut_off.stdout.startswith("Results are incomplete: 1 read error.\n")


def test_an_empty_path_is_no_folder_and_not_standard_input() -> None:
    done = run("check", "", EXAMPLES / "part_b_correct.835")

    assert done.returncode == 2
    assert done.stderr == "sequestration: an empty path: Could not be read: file not found.\n"
    with pytest.raises(FileNotFoundError):
        seq.check_835("")


def test_a_schedule_by_its_name() -> None:
    assert run("rate", "2020-05-01", "--schedule", "MEDICARE_FFS").returncode == 0
    for command in (["rate", "2020-05-01"], ["reduce", "100", "--on", "2020-05-01"], ["schedule"]):
        by_name = run(*command, "--schedule", "medicare_advantage")
        assert (by_name.returncode, by_name.stderr) == (0, "")
    assert run("schedule", "--schedule", "medicare_advantage").stdout == run("schedule", "medicare_advantage").stdout
    assert run("rate", "2020-05-01", "--schedule", "no_such").returncode == 2


def test_a_source_that_is_not_installed_has_no_version(tmp_path: Path) -> None:
    code = (
        "import importlib.metadata as metadata\n"
        "def version(name): raise metadata.PackageNotFoundError(name)\n"
        "metadata.version = version\n"
        "import sequestration; print(sequestration.__version__)\n"
        "from sequestration._cli.main import main; main(['rate', '2024-03-01'])\n"
        "sequestration.write_report(sequestration.Audit(), 'report.html')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("not installed\n2% on Mar 1, 2024")
    assert "Made by sequestration not installed" in (tmp_path / "report.html").read_text("utf-8")


def test_all_lists_every_place() -> None:
    done = run("check", "--all", EXAMPLES / "part_b_correct.835")

    assert done.stdout.count("CORRECT  claim") == 5
    assert done.stdout.count("NONE DUE  claim") == 3


def test_json() -> None:
    done = run("check", "--json", EXAMPLES / "part_b_mistakes.835")

    assert done.returncode == 1
    assert json.loads(done.stdout)["counts"]["cut_too_large"] == 4


def test_standard_input_and_several_files() -> None:
    done = run("check", "-", EXAMPLES / "part_a.835", given=GOOD)

    assert done.returncode == 0
    assert done.stdout.startswith("No issues found in 5 lines checked.\n2 files, 5 claims, 5 lines checked\n")


def test_a_folder() -> None:
    done = run("check", EXAMPLES)

    assert done.returncode == 1
    assert done.stdout.startswith("8 of 29 lines checked need review.\n")


def test_the_word_of_the_caller_on_a_payer() -> None:
    uncut = remittance(claim("A", line("99213", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")], allowed="100")))

    assert run("check", "-", given=uncut).returncode == 0
    assert run("check", "-", "--payer", "11502=ffs", given=uncut).returncode == 1
    wrong = run("check", "-", "--payer", "11502=medicare", given=uncut)
    assert wrong.returncode == 2
    assert "'ffs' or 'contract'" in wrong.stderr


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        ("empty.835", b"", "empty"),
        ("letter.txt", b"Dear provider,\n", "Not an 835"),
        ("claims.837", interchange(["ST*837*0001", "BHT*0019*00*1", "SE*3*0001"]), "837"),
    ],
)
def test_what_is_no_835_is_one_line_and_exit_2(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("check", path)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert name in done.stderr
    assert says in done.stderr


def test_a_missing_path_is_one_line_and_exit_2(tmp_path: Path) -> None:
    done = run("check", tmp_path / "nowhere.835")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "nowhere.835" in done.stderr
    assert "file not found" in done.stderr


def test_an_empty_folder_is_one_line_and_exit_2(tmp_path: Path) -> None:
    done = run("check", tmp_path)

    assert done.returncode == 2
    assert "No files" in done.stderr


def test_one_bad_file_among_good_ones_exits_2_and_the_others_are_read(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"nothing")
    done = run("check", EXAMPLES / "part_b_correct.835", bad)

    assert done.returncode == 2
    assert "2 files (1 not read), 6 claims" in done.stdout
    assert "bad.txt" in done.stderr


def test_a_problem_that_is_an_error_exits_1(tmp_path: Path) -> None:
    path = tmp_path / "cut.835"
    path.write_bytes(GOOD[:-80])
    done = run("check", path)

    assert done.returncode == 1
    assert "The file ends unexpectedly" in done.stdout


def test_rate() -> None:
    done = run("rate", "2022-05-10")

    assert done.returncode == 0
    assert done.stdout.startswith("1% on May 10, 2022: from Apr 1 to Jun 30, 2022, ordered\n")
    assert "PL 117-71" in done.stdout


def test_reduce() -> None:
    done = run("reduce", "40.00", "--on", "2019-03-01")

    assert done.returncode == 0
    assert "sequestration (CO 253)        $0.80" in done.stdout
    assert "payment                       $39.20" in done.stdout


def test_schedule() -> None:
    shown, advantage = run("schedule"), run("schedule", "medicare_advantage")

    assert "5.7%" not in shown.stdout
    checked, _, heard = seq.MEDICARE_FFS.how_current.rpartition("; newest source ")
    assert f"\n{checked}" in shown.stdout
    assert "PL 119-37 (reported): " in shown.stdout
    assert shown.stdout.endswith(f"; newest source {heard}\n")
    assert "coverage month" in advantage.stdout
    assert "5.7%" in run("schedule", "NONDEFENSE_MANDATORY").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("rate", "2022-13-01"),
        ("rate", ""),
        ("reduce", "1e2", "--on", "2019-03-01"),
        ("reduce", "40.005", "--on", "2019-03-01"),
        ("reduce", "40", "--on", "yesterday"),
        ("schedule", "medicaid"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("sequestration: ")


@pytest.mark.parametrize("arguments", [("chekc", "a"), ("check",), ("reduce",), ("check", "--nonsense", "a")])
def test_wrong_usage_exits_2_without_a_traceback(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_without_a_command_it_shows_two_examples_and_exits_2() -> None:
    done = run()

    assert (done.returncode, done.stdout) == (2, "")
    assert "  sequestration check mail " in done.stderr
    assert "  sequestration reduce 1250.00 --on 3/1/2025 " in done.stderr
    assert len(done.stderr.splitlines()) < 12


def test_a_reader_that_stops_reading_is_no_error() -> None:
    command = [sys.executable, "-m", "sequestration", "check", "--all", str(EXAMPLES / "part_b_mistakes.835")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        process.wait()

    assert errors == b""


def test_version() -> None:
    assert run("--version").stdout.strip()


def test_codes_of_a_remittance() -> None:
    done = run("check", "--codes", EXAMPLES / "part_b_mistakes.835")

    assert done.returncode == 1
    assert "CO-253        16         $22.12  reduction" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("253",), "Federal sequestration adjustment"),
        (("CO-45",), "Charge above the contracted"),
        (("timely", "filing"), "29: Timely filing limit exceeded"),
    ],
)
def test_carc(words: tuple[str, ...], says: str) -> None:
    done = run("carc", *words)

    assert done.returncode == 0
    assert says in done.stdout


@pytest.mark.parametrize("words", [("999",), ("zzzqqq",)])
def test_carc_with_no_hit_suggests_and_exits_2(words: tuple[str, ...]) -> None:
    done = run("carc", *words)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Did you mean" in done.stderr or "Try another word" in done.stderr


def test_rarc() -> None:
    assert "sequestration" in run("rarc", "N811").stdout
    assert run("rarc", "N9999").returncode == 2


def test_deadline() -> None:
    assert run("deadline", "redetermination", "2026-06-01").stdout.startswith("Oct 4, 2026: ")
    assert run("deadline", "timely-filing", "2025-03-03").stdout.startswith("Mar 3, 2026: ")
    assert "passed on Mar 3, 2026 as of " in run("deadline", "timely-filing", "2025-03-03").stdout
    shown = run("deadline", "timely-filing", "2025-03-03", "--as-of", "2026-03-01").stdout
    assert "2 days left as of Mar 1, 2026" in shown
    assert "recoupment begins" in run("deadline", "recoupment", "2026-03-02").stdout
    assert run("deadline", "timely-filing", "2025-03-03", "--as-of", "soon").returncode == 2
    assert run("deadline", "timely-filing", "2025-03-33").returncode == 2
    assert run("deadline", "nonsense", "2025-03-03").returncode == 2


def test_mask_and_jobs() -> None:
    done = run("check", "--mask", "--jobs", "2", EXAMPLES)

    assert done.returncode == 1
    assert "ON-ALLOWED" not in done.stdout
    assert "claim #" in done.stdout


def test_secondary_shows_what_to_carry_over() -> None:
    done = run("secondary", "-", given=GOOD)

    assert done.returncode == 0
    assert "claim A: charge $150.00, Medicare paid $78.40" in done.stdout
    assert "CO-253  $1.60" in done.stdout
    assert done.stdout.endswith("In balance.\n")


@pytest.mark.parametrize("number", ["A", " a", "PA"], ids=["account", "as typed", "payer claim number"])
def test_secondary_of_one_claim_as_json(number: str) -> None:
    done = run("secondary", "--json", "--claim", number, "-", given=GOOD)

    assert [found["claim"] for found in json.loads(done.stdout)] == ["A"]
    assert (
        run("secondary", "--claim", "B", "-", given=GOOD).stderr
        == "sequestration: There is no claim 'B' in standard input.\n"
    )
    assert run("secondary", "--claim", "B", "-", given=GOOD).returncode == 2


def test_secondary_spreads_a_cut_of_the_claim_when_asked() -> None:
    made = remittance(claim("A", line("99213", "100", "100"), paid="98", adjustments=[("CO", "253", "2")]))

    assert "claim level (loop 2320):\n    CO-253  $2.00" in run("secondary", "-", given=made).stdout
    assert "at the claim" not in run("secondary", "--spread", "-", given=made).stdout


def test_secondary_tells_what_it_cannot_carry_over_and_goes_on() -> None:
    taken_back = line("99213", "-150", "-78.40", [("CO", "45", "-50"), ("CO", "253", "-1.60"), ("PR", "2", "-20")])
    right = line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")])
    done = run("secondary", "-", given=remittance(claim("A", taken_back, status="22"), claim("B", right)))

    assert done.returncode == 1
    assert "claim A is a reversal" in done.stderr
    assert "claim B: charge $150.00" in done.stdout


def test_secondary_of_what_is_no_835() -> None:
    done = run("secondary", "-", given=b"\x89PNG")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_html_writes_a_report_and_prints_the_summary(tmp_path: Path) -> None:
    done = run("check", EXAMPLES / "part_b_mistakes.835", "--html", tmp_path / "report.html")

    assert done.returncode == 1
    assert done.stdout.startswith("8 of 16 lines checked need review.\n")
    assert f"\nreport: {tmp_path / 'report.html'}\n" in done.stdout
    assert "Add --html" not in done.stdout
    assert "OVER-WITHHELD" not in done.stdout
    assert "ON-ALLOWED" in (tmp_path / "report.html").read_text("utf-8")
    assert run("check", EXAMPLES / "part_b_correct.835", "--html", tmp_path / "report.html").returncode == 0
    assert "ON-ALLOWED" not in (tmp_path / "report.html").read_text("utf-8")


def test_html_masked_and_with_json(tmp_path: Path) -> None:
    done = run("check", EXAMPLES, "--mask", "--json", "--html", tmp_path / "report.html")

    assert json.loads(done.stdout)["schema"] == 1
    assert "ON-ALLOWED" not in (tmp_path / "report.html").read_text("utf-8")
    assert "claim #1" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("option", ["--html", "--xlsx", "--ics"])
def test_a_file_that_cannot_be_written_is_refused_before_the_check(option: str, tmp_path: Path) -> None:
    """The line would be lost above hundreds of findings, and a long check would be for nothing."""
    remit = tmp_path / "a.835"
    remit.write_bytes(GOOD)
    for target, says in (
        (tmp_path / "nowhere" / "r.html", f"there is no folder {tmp_path / 'nowhere'}"),
        (remit / "r.html", f"there is no folder {remit}"),
        (tmp_path, "this is a folder; name a file for the "),
        (remit, "this would overwrite a remittance that it was made from"),
    ):
        done = run("check", remit, option, target)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"sequestration: {target}: {says}")
        assert done.stderr.count("\n") == 1
    assert remit.read_bytes() == GOOD


def test_a_report_that_fails_after_the_check_is_one_line_and_exit_2_and_the_findings_are_printed(
    tmp_path: Path,
) -> None:
    """Which files a folder has is known only when it is read."""
    remit = tmp_path / "a.835"
    remit.write_bytes(GOOD)
    done = run("check", tmp_path, "--html", remit)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"sequestration: {remit}: this would overwrite a remittance")
    assert "No issues found" in done.stdout
    assert remit.read_bytes() == GOOD


def test_a_workbook_and_a_calendar_are_written_and_named(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    book, calendar = tmp_path / "audit.xlsx", tmp_path / "days.ics"
    done = run("check", EXAMPLES / "part_b_mistakes.835", "--xlsx", book, "--ics", calendar)

    assert done.returncode == 1
    assert f"\nworkbook: {book}\ncalendar: {calendar} (last days from " in done.stdout
    assert "OVER-WITHHELD" not in done.stdout
    assert openpyxl.load_workbook(book)["Findings"].max_row == 9
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert calendar.read_bytes().endswith(b"END:VCALENDAR\r\n")


def test_beside_a_calendar_the_findings_are_printed(tmp_path: Path) -> None:
    done = run("check", EXAMPLES / "part_b_mistakes.835", "--ics", tmp_path / "days.ics")

    assert "OVER-WITHHELD" in done.stdout
    assert "\ncalendar: " in done.stdout


def test_a_calendar_never_takes_the_place_of_a_remittance(tmp_path: Path) -> None:
    remit = tmp_path / "a.835"
    remit.write_bytes(GOOD)
    done = run("check", remit, "--ics", remit)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "overwrite" in done.stderr
    assert remit.read_bytes() == GOOD


def test_without_xlsxwriter_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "xlsxwriter.py").write_text("raise ImportError", "utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = run("check", EXAMPLES / "part_b_mistakes.835", "--xlsx", tmp_path / "audit.xlsx", PYTHONPATH=path)

    assert done.returncode == 2
    assert done.stderr == 'sequestration: xlsxwriter is not installed. Run: pip install "sequestration[excel]"\n'
    assert done.stdout == ""


def test_csv_has_a_row_for_each_finding() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sequestration", "check", "--csv", str(EXAMPLES / "part_b_mistakes.835")],
        capture_output=True,
        check=False,
        env=changed_environment(PYTHONIOENCODING="ascii"),
    )
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8"), newline="")))

    assert done.returncode == 1
    assert len(rows) == 8
    assert {row["verdict"] for row in rows} == {
        "cut_too_large",
        "cut_too_small",
        "cut_not_due",
        "missing",
        "wrong_group",
    }
    assert done.stdout.count(b"\r\n") == done.stdout.count(b"\n") == 9


@pytest.mark.parametrize("options", [(), ("--all",), ("--limit", "1"), ("--jobs", "2"), ("--html", "report.html")])
@pytest.mark.parametrize("mask", [(), ("--mask",)])
def test_rows_of_csv_are_those_of_the_audit(options: tuple[str, ...], mask: tuple[str, ...], tmp_path: Path) -> None:
    """With a report they are written at the end, else while files are read; a file given twice has its rows once."""
    names = ["part_b_mistakes.835", "part_a.835", "part_b_mistakes.835"]
    paths = [str(EXAMPLES / name) for name in names]
    done = subprocess.run(
        [sys.executable, "-m", "sequestration", "check", "--csv", "--as-of", "6/1/2024", *options, *mask, *paths],
        capture_output=True,
        check=False,
        cwd=tmp_path,
    )
    limit = 1 if "--limit" in options else None
    keep = "all" if "--all" in options else "wrong"
    audit = seq.check_835(paths, keep=keep, limit=limit)
    stream = io.StringIO(newline="")
    write_findings((audit.masked() if mask else audit).findings, stream, as_of=date(2024, 6, 1))

    assert done.returncode == 1
    assert done.stdout.decode() == stream.getvalue()


def test_csv_is_safe_and_in_utf_8(tmp_path: Path) -> None:
    doubled = [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")]
    data = remittance(claim("=1+1", line("99213", "150", "76.80", doubled)), payer="@MEDICARE CAF\xc9")
    done = run("check", "--csv", "-", given=data)
    (row,) = csv.DictReader(io.StringIO(done.stdout, newline=""))

    assert (row["claim"], row["payer"]) == ("'=1+1", "'@MEDICARE CAF\xc9")
    assert row["difference"] == "1.60"


@pytest.mark.parametrize(
    "arguments", [("--json", "--csv"), ("--html",), ("--html", "-"), ("--xlsx", ""), ("--ics", "-")]
)
def test_outputs_that_make_no_sense_are_wrong_usage(arguments: tuple[str, ...]) -> None:
    done = run("check", EXAMPLES / "part_a.835", *arguments)

    assert done.returncode == 2
    assert done.stderr.startswith("sequestration check: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


OURS = """\
name = "ours"
title = "What our plan takes"
verified_on = 2026-11-23
authorities = [{ citation = "contract", says = "what it says" }]
[[period]]
last_day = 2023-12-31
rate = "0"
status = "ordered"
[[period]]
first_day = 2024-01-01
last_day = 2029-12-31
rate = "0.04"
status = "enacted"
[[period]]
first_day = 2030-01-01
rate = "0.04"
status = "projected"
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "ours.toml"
    path.write_text(OURS, "utf-8")
    return path


def test_the_schedule_tells_how_current_it_is() -> None:
    assert re.search(
        r"settled through Sep 30, 2029; projected from Oct 1, 2029; last checked May 6, 2024, [\d,]+ days ago$",
        run("schedule", "--schedule", EXAMPLE_FILE).stdout,
    )


@pytest.mark.parametrize(("days", "says"), [(-1, ""), (0, ", today"), (1, ", 1 day ago"), (1000, ", 1,000 days ago")])
def test_how_long_ago_the_law_was_verified(days: int, says: str) -> None:
    verified = seq.MEDICARE_FFS.verified_on

    assert ago(verified, verified + timedelta(days=days)) == says


def test_a_schedule_of_ones_own(ours: Path) -> None:
    assert run("rate", "2024-03-01", "--schedule", ours).stdout.startswith(
        "4% on Mar 1, 2024: from Jan 1, 2024 to Dec 31, 2029, enacted"
    )
    assert "1.60" in run("reduce", "40", "--on", "2024-03-01", "--schedule", ours).stdout
    shown = run("schedule", "--schedule", ours).stdout
    assert shown.startswith("What our plan takes\n")
    assert "settled through Dec 31, 2029; projected from Jan 1, 2030; last checked Nov 23, 2026" in shown
    both = run("schedule", "medicare_ffs", "--schedule", ours)
    assert (both.returncode, both.stderr.count("\n")) == (2, 1)


def test_a_check_by_a_schedule_of_ones_own(ours: Path) -> None:
    assert run("check", "-", given=GOOD).returncode == 0
    done = run("check", "-", "--json", "--schedule", ours, given=GOOD)
    found = json.loads(done.stdout)

    assert done.returncode == 1
    assert found["counts"]["cut_too_small"] == 1
    assert found["totals"]["expected"] == "3.20"


@pytest.mark.parametrize("jobs", [1, 2])
def test_several_processes_keep_to_the_schedule(
    jobs: int, ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sequestration._audit.jobs.tasks._MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr("sequestration._audit.jobs.tasks._BYTES_OF_A_PACK", 1)
    folder = tmp_path / "remittances"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.835").write_bytes(GOOD.replace(b"EFT0001", b"EFT000%d" % number))
    audit = seq.check_835(folder, jobs=jobs, schedule=seq.RateSchedule.from_toml(ours))

    assert audit.counts[seq.Verdict.CUT_TOO_SMALL] == 3
    assert audit.totals.expected == Decimal("9.60")
    assert [finding.rate for finding in audit.findings] == [Decimal("0.04")] * 3


@pytest.mark.parametrize(
    "command", [["check", "-"], ["rate", "2024-03-01"], ["reduce", "40", "--on", "2024-03-01"], ["schedule"]]
)
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (OURS.replace('"0.04"', "0.04"), "ours.toml: period 2: rate must be a number in quotes"),
        (OURS.replace("first_day", "firstday"), "ours.toml: period 2: unknown key firstday"),
        (OURS.replace("2024-01-01", "2024-01-02"), "ours.toml: ours: period 2: gap between"),
        ("name = ", "ours.toml: "),
        (None, "ours.toml: No such file"),
    ],
)
def test_a_bad_schedule_is_one_line_with_file_and_key(
    command: list[str], content: str | None, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "ours.toml"
    if content is not None:
        path.write_text(content, "utf-8")
    done = run(*command, "--schedule", path, given=GOOD)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


def test_newer_codes_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "newer.csv"
    path.write_text("code,title,category,kind,step\n399,A reason to come,coding,denial,appeal\n", "utf-8")
    remarks = tmp_path / "remarks.csv"
    remarks.write_text("code,title\nMA999,A remark to come\n", "utf-8")
    shown = run("carc", "CO-399", "--table", path)
    bad = run("carc", "CO-399", "--table", remarks)

    assert shown.stdout.startswith("399  A reason to come\n")
    assert re.search(r"next step +appeal", shown.stdout)
    assert "399: A reason to come" in run("carc", "--table", path, "reason", "to", "come").stdout
    assert run("carc", "CO-399").returncode == 2
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1
    assert "remarks.csv, row 2: 'MA999' is not a reason code" in bad.stderr


def test_a_folder_of_good_odd_broken_and_other_files_ends_with_one_summary(tmp_path: Path) -> None:
    files = {
        "1-good.835": GOOD,
        "2-odd.835": GOOD.replace(b"~", b"\r\n").replace(b"SE*", b"SE*9").replace(b"EFT0001", b"EFT0002"),
        "3-cut.835": GOOD[:-90],
        "4-claims.837": GOOD.replace(b"ST*835", b"ST*837"),
        "5-picture.png": b"\x89PNG\r\n\x1a\n" * 9,
        "6-empty.835": b"",
        "7-wrong.835": GOOD.replace(b"1.60", b"3.20").replace(b"78.40", b"76.80"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = run("check", tmp_path)
    found = json.loads(run("check", "--json", tmp_path).stdout)

    assert done.returncode == 2
    assert done.stdout.count("Expected sequestration") == 1
    assert [Path(file["name"]).name for file in found["files"]] == [name for name in files if name[0] not in "45"]
    assert [file["readable"] for file in found["files"]] == [True, True, True, False, True]
    unread = [line.split(": ")[1] for line in done.stderr.splitlines()]
    assert [Path(name).name for name in unread] == ["6-empty.835"]
    told = {Path(problem["file"]).name: problem["code"] for problem in found["problems"]}
    assert told.keys() == {tmp_path.name, "2-odd.835", "3-cut.835", "6-empty.835"}
    assert found["problems"][0]["text"] == "Skipped 2 files that are not 835s: 1 X12 837, 1 picture."
    assert told["3-cut.835"] == "cut_off"
    assert [Path(finding["file"]).name for finding in found["findings"]] == ["7-wrong.835"]
    assert found["counts"]["correct"] == 2
