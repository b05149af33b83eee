"""Findings as CSV: a row each, numbers as numbers, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration._export.csv import ALL_COLUMNS, write_findings
from sequestration._printable import make_printable
from tests.paths import ROOT


def rows(*findings: seq.Finding) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(*findings), newline="")))


def text(*findings: seq.Finding) -> str:
    stream = io.StringIO(newline="")
    write_findings(findings, stream, as_of=date(2024, 6, 1))
    return stream.getvalue()


def test_the_rows_say_what_the_json_says() -> None:
    audit = seq.check_835(ROOT / "examples" / "part_b_mistakes.835", keep="all")
    found = rows(*audit.findings)

    assert len(found) == len(audit.findings) == 21
    for row, finding in zip(found, audit.findings, strict=True):
        plain = finding.to_dict()
        for name in set(plain) & set(row) - {"explanations", "step"}:
            assert row[name] == ("" if plain[name] is None else str(plain[name])), name
        assert row["explanations"] == "; ".join(item["text"] for item in plain["explanations"])
        assert row["step"] == (plain["step"]["action"] if plain["step"] else "")
        assert row["last_day"] == ((plain["step"] or {}).get("last_day") or "")
    assert set(found[0]) == set(ALL_COLUMNS)


def test_a_row_has_the_days_left_to_its_first_last_day() -> None:
    """The remittance is of Mar 15, 2024: appeal to Jul 18, 2024. Rows are as of Jun 1, 2024."""
    audit = seq.check_835(ROOT / "examples" / "part_b_mistakes.835")
    days = [(row["last_day"], row["as_of"], row["days_left"]) for row in rows(*audit.findings)]

    assert days[0] == ("2024-07-18", "2024-06-01", "47")
    assert set(days) == {days[0], ("", "2024-06-01", "")}


def test_the_reference_names_every_column_and_no_other() -> None:
    page = (ROOT / "docs" / "reference" / "outputs.md").read_text("utf-8").split("## CSV")[1].split("## JSON")[0]
    cells = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)

    assert sorted(name for cell in cells for name in re.findall(r"`(\w+)`", cell)) == sorted(ALL_COLUMNS)


def test_the_format_is_that_of_rfc_4180() -> None:
    finding = seq.Finding(verdict=seq.Verdict.MISSING, reason='a "b", c\nd')

    assert text().endswith("\r\n")
    assert text().count("\n") == 1
    assert '"a ""b"", c\nd"' in text(finding)
    assert rows(finding)[0]["reason"] == 'a "b", c\nd'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\uff1d", "\u00a0@"])
@pytest.mark.parametrize("name", ["claim", "payer", "procedure", "group", "reason", "file", "date_rule"])
def test_a_text_that_could_be_a_formula_is_defused(start: str, name: str) -> None:
    value = f"{start}1+1|cmd"
    fields: dict[str, Any] = {name: value}

    assert rows(seq.Finding(verdict=seq.Verdict.MISSING, **fields))[0][name] == f"'{value}"


@given(st.text())
def test_no_text_starts_a_formula(value: str) -> None:
    row = rows(seq.Finding(verdict=seq.Verdict.MISSING, claim=value, payer=value))[0]

    for name in ("claim", "payer"):
        assert row[name].replace("'", "") == make_printable(value).replace("'", "")
        assert row[name].lstrip()[:1] not in {*"=+-@"}


@pytest.mark.parametrize("split", [";", "\t", "\r\n", "; "])
def test_a_formula_behind_what_another_spreadsheet_splits_at_is_defused(split: str) -> None:
    """Where the comma is the decimal point, a spreadsheet parts the cells of a CSV at semicolons."""
    assert rows(seq.Finding(verdict=seq.Verdict.MISSING, claim=f"A{split}=1+1"))[0]["claim"] == f"A{split}'=1+1"


def test_a_command_to_a_terminal_does_not_come_through() -> None:
    row = rows(seq.Finding(verdict=seq.Verdict.MISSING, claim="A\x1b[2J", payer="\ufeff=1", file="\0=1"))[0]

    assert (row["claim"], row["payer"], row["file"]) == ("A?[2J", "?=1", "?=1")


def test_numbers_stay_numbers() -> None:
    finding = seq.Finding(
        verdict=seq.Verdict.CUT_TOO_SMALL, difference=Decimal("-0.80"), paid=Decimal("1234.50"), line=1
    )
    row = rows(finding)[0]

    assert (row["difference"], row["paid"], row["line"]) == ("-0.80", "1234.50", "1")
