"""Arguments as Americans type them, and patterns that the shell left to the program."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
from datetime import date
from pathlib import Path

import pytest

import sequestration as seq
from sequestration._cli import remittances
from sequestration._cli.arguments import parse_date, parse_dollars, parse_limit
from sequestration._cli.lookups import rates
from sequestration._cli.main import main
from sequestration._cli.paths import expand_patterns
from tests.making import DOUBLED, RIGHT, claim, line, remittance
from tests.paths import ROOT

OVER = line("99213", "150", "76.80", DOUBLED)
WRONG = remittance(*(claim(f"A-{number}", line("99213", "150", "76.80", DOUBLED)) for number in range(3)))


@pytest.mark.parametrize("typed", ["5/10/2022", "05/10/2022", "2022-05-10", "20220510", " 5/10/2022 "])
def test_a_date_has_the_month_first_or_is_iso(typed: str) -> None:
    assert parse_date(typed) == date(2022, 5, 10)


@pytest.mark.parametrize(
    "typed", ["13/10/2022", "5/10/22", "5/13/22x", "2/30/2024", "10.5.2022", "", "0/0/0000", "5/10/20222"]
)
def test_another_date_is_refused_and_says_how_to_write_it(typed: str) -> None:
    with pytest.raises(seq.InvalidDate, match=r"is not a valid date\. Use MM/DD/YYYY or YYYY-MM-DD\.$"):
        parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("$1,234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("$40", "40"),
        ("$.80", ".80"),
        ("-$1,000.00", "-1000.00"),
        ("1234.56", "1234.56"),
        ("1,23", "1,23"),  # refused later, with the library's own words
        ("12,34.56", "12,34.56"),
        ("$", "$"),
        ("1e2", "1e2"),
    ],
)
def test_dollars(typed: str, amount: str) -> None:
    assert parse_dollars(typed) == amount


def test_a_limit_is_a_number_or_all() -> None:
    assert (parse_limit("0"), parse_limit("25"), parse_limit("ALL")) == (0, 25, sys.maxsize)
    for typed in ("-1", "", "ten", "1.5", "9" * 400):
        with pytest.raises(argparse.ArgumentTypeError, match="is not a number of findings, or all"):
            parse_limit(typed)


def test_rate_reduce_and_deadline_take_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", "5/10/2022"]) == main(["rate", "2022-05-10"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]
    assert " on May 10, 2022: " in lines[0]
    assert main(["reduce", "$1,234.50", "--on", "5/10/2022"]) == 0
    assert "sequestration (CO 253)        $12.35\n" in capsys.readouterr().out  # 1 % of 1,234.50, half a cent up
    assert main(["deadline", "redetermination", "6/1/2026"]) == 0
    assert capsys.readouterr().out.startswith("Oct 4, 2026: last day to request a redetermination")
    assert main(["deadline", "appeal", "2026-06-01"]) == 0
    assert capsys.readouterr().out.startswith("Oct 4, 2026: last day to request a redetermination")
    assert main(["reduce", "1,23", "--on", "5/10/2022"]) == 2
    assert main(["check", "a.835", "--as-of", "13/1/2025"]) == 2
    said = "'13/1/2025' is not a valid date. Use MM/DD/YYYY or YYYY-MM-DD. See sequestration check --help\n"
    assert capsys.readouterr().err.endswith(said)


def test_without_a_date_it_is_today_and_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "today", lambda: date(2022, 5, 10))

    assert main(["reduce", "100"]) == 0
    assert capsys.readouterr().out.startswith("date                          May 10, 2022 (today)\n")
    assert main(["reduce", "100", "--on", "5/10/2022"]) == 0
    assert capsys.readouterr().out.startswith("date                          May 10, 2022\n")
    assert main(["rate"]) == 0
    assert capsys.readouterr().out.startswith("1% on May 10, 2022 (today): from Apr 1 to Jun 30, 2022, ordered\n")
    assert main(["rate", "5/10/2022"]) == 0
    assert capsys.readouterr().out.startswith("1% on May 10, 2022: ")


def test_the_command_line_says_which_options_help_where_nothing_was_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, doubted = tmp_path / "plan.835", tmp_path / "doubted.835"
    plan.write_bytes(remittance(claim("A-1", line("99213", "150", "78.40", RIGHT), plan="16")))
    doubted.write_bytes(WRONG.replace(b"N1*PR*", b"N1*PR*DUAL COMPLETE "))

    main(["check", str(plan)])
    assert "1 line could not be checked. Add --all to see the reasons.\n" in capsys.readouterr().out
    main(["check", str(plan), "--all"])
    assert "Add --all" not in capsys.readouterr().out
    main(["check", str(ROOT / "examples" / "part_b_mistakes.835")])
    out = capsys.readouterr().out
    assert "1 reversal, 1 not applicable, 3 undetermined\n" in out
    assert "\n3 lines are undetermined. Add --all to see the reasons.\n" in out
    main(["check", str(doubted)])
    out = capsys.readouterr().out
    assert "is fee-for-service Medicare, add --payer 11502=ffs.\n" in out
    assert seq.check_835(doubted).headline in out.replace("\n", " ")


@pytest.mark.parametrize("options", [[], ["--as-of", "7/20/2024"]])
def test_json_and_csv_name_the_day_from_which_days_are_counted(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remittances, "today", lambda: date(2024, 7, 20))
    path = str(tmp_path / "wrong.835")
    Path(path).write_bytes(remittance(claim("R", line("99213", "150", "78.40", RIGHT)), claim("W", OVER)))

    main(["check", path, "--json", *options])
    found = json.loads(capsys.readouterr().out)
    main(["check", path, "--csv", *options])
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))

    clock = found["findings"][0]["step"]["deadlines"][0]
    assert found["as_of"] == row["as_of"] == "2024-07-20"
    assert (clock["last_day"], clock["days_left"], row["days_left"]) == ("2024-07-18", -2, "-2")


def test_patterns_are_expanded_where_no_file_has_that_name(tmp_path: Path) -> None:
    for name in ("b.835", "a.835", "c.txt", "d[1].835"):
        (tmp_path / name).write_bytes(WRONG)
    here = f"{tmp_path}/"

    assert expand_patterns([f"{here}?.835", "-"]) == [f"{here}a.835", f"{here}b.835", "-"]
    assert expand_patterns([f"{here}d[1].835"]) == [f"{here}d[1].835"]
    assert expand_patterns([f"{here}*.era", "nothing.835"]) == [f"{here}*.era", "nothing.835"]
    with pytest.raises(TypeError, match="this is the text of a file"):
        expand_patterns([WRONG.decode()])


def test_a_check_of_a_pattern_with_a_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.835").write_bytes(WRONG.replace(b"EFT0001", b"EFT000%d" % number))

    assert main(["check", f"{tmp_path}/*.835", "--csv", "--limit", "4"]) == 1
    limited = capsys.readouterr()
    assert main(["check", f"{tmp_path}/*.835", "--csv", "--limit", "all"]) == 1
    assert len(limited.out.splitlines()) == 5
    every = capsys.readouterr().out
    assert main(["check", f"{tmp_path}/*.835", "--csv"]) == 1
    assert capsys.readouterr().out == every
    assert "more than is listed" in limited.err
    assert len(every.splitlines()) == 7


def test_subfolders_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.835").write_bytes(remittance(claim("A", line("99213", "150", "78.40", RIGHT))))

    assert main(["check", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"sequestration: {tmp_path}: No files to check.\n{said(tmp_path)}"
    assert main(["check", "--recursive", str(tmp_path)]) == 0
    assert "1 file, 1 claim" in capsys.readouterr().out


def said(folder: Path) -> str:
    """The line on standard error about a subfolder."""
    return f"sequestration: {folder}: Skipped 1 subfolder. Read subfolders with recursive=True or --recursive.\n"


@pytest.mark.parametrize(
    "command", [["check"], ["check", "--json"], ["check", "--csv"], ["payments"], ["show"], ["post"], ["request"]]
)
def test_subfolders_that_are_not_read_are_reported_once(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text and JSON have the note; other outputs have no place for it."""
    for name in ("a.835", "deep/b.835"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(remittance(claim(name, line("99213", "150", "78.40", RIGHT)), trace=name))

    assert main([*command, str(tmp_path)]) == 0
    shown = capsys.readouterr()
    in_output = command in (["check"], ["check", "--json"])
    assert shown.err == ("" if in_output else said(tmp_path))
    assert shown.out.count("Skipped 1 subfolder") == in_output


def test_a_folder_without_write_permission_is_refused_before_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The superuser, who runs these tests in a container, may write anywhere."""
    asked: list[object] = []
    monkeypatch.setattr("os.access", lambda path, mode: asked.append((Path(path), mode)))

    assert main(["check", str(ROOT / "examples" / "one_claim.835"), "--html", str(tmp_path / "r.html")]) == 2
    assert asked == [(tmp_path, os.W_OK)]
    assert capsys.readouterr() == (
        "",
        f"sequestration: {tmp_path / 'r.html'}: you may not write to the folder {tmp_path}\n",
    )


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("mail", "'mail' is a file or folder, not a command. To check it: sequestration check mail"),
        ("chek", "'chek' is not a command. Did you mean sequestration check?"),
        ("Payments", "'Payments' is not a command. Did you mean sequestration payments?"),
        ("???", "'???' is not a command. See sequestration --help"),
    ],
)
def test_a_word_that_is_no_command(
    word: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mail").mkdir()

    assert main([word, "--all"]) == 2
    assert capsys.readouterr() == ("", f"sequestration: {said}\n")


@pytest.mark.parametrize("given", ["-", "path", "link"])
def test_a_report_never_replaces_what_is_read(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "a.835", tmp_path / "link.835"
    path.write_bytes(b"not even an 835")
    link.symlink_to(path)
    with path.open(encoding="latin-1") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        source = {"-": "-", "path": str(path), "link": str(link)}[given]
        assert main(["check", source, "--html", str(path)]) == 2

    assert capsys.readouterr().err.endswith(
        f"sequestration: {path}: this would overwrite a remittance that it was made from\n"
    )
    assert path.read_bytes() == b"not even an 835"


def test_a_report_beside_standard_input_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = tmp_path / "a.835", tmp_path / "out.html"
    path.write_bytes(WRONG)
    for _ in range(2):  # the second time it is there
        with path.open(encoding="latin-1") as stream:
            monkeypatch.setattr(sys, "stdin", stream)
            assert main(["check", "-", "--html", str(out)]) == 1
    assert out.read_bytes().startswith(b"<!doctype html>")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG)))  # no descriptor
    assert main(["check", "-", "--html", str(out)]) == 1


@pytest.mark.parametrize(("number", "times"), [(20, 1), (21, 2)])
def test_a_long_list_of_findings_ends_with_the_summary(
    number: int, times: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "june.835"
    path.write_bytes(remittance(*(claim(f"A-{n}", OVER) for n in range(number))))

    main(["check", str(path)])

    summary = seq.check_835(path).summary()
    printed = capsys.readouterr().out
    assert printed.startswith(summary)
    assert printed.count(summary) == times
    assert printed.rpartition(summary)[2].count("OVER-WITHHELD") == (number if times == 1 else 0)
