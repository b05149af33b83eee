"""The workbook opens in a real spreadsheet program, with numbers as numbers and accounts as text."""

from __future__ import annotations

import csv
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

import sequestration as seq
from tests.making import DOUBLED, claim, line, remittance
from tests.processes import needed_program

# All sheets as CSV, each cell by its value: 44 is the comma, 34 the quote, 76 is UTF-8, -1 means every sheet.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """The sheets as LibreOffice reads them: rows by the names of their columns."""
    folder = tmp_path_factory.mktemp("book")
    claims = [claim(number, line("99213", "150", "76.80", DOUBLED)) for number in ("000123", "=2+3", "A-1")]
    seq.write_workbook(seq.check_835(remittance(*claims)), folder / "audit.xlsx")
    program = needed_program("soffice")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", FILTER, "--outdir", str(folder), str(folder / "audit.xlsx")],
        check=True,
        capture_output=True,
    )
    return {path.stem.removeprefix("audit-"): rows(path) for path in folder.glob("audit-*.csv")}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_sheet_is_read(sheets: dict[str, list[dict[str, str]]]) -> None:
    assert {"Summary", "Findings", "Patterns", "Claims", "Adjustments by code", "Months", "Problems"} <= set(sheets)


def test_accounts_are_text_and_no_formula_is_computed(sheets: dict[str, list[dict[str, str]]]) -> None:
    assert {row["Account number"] for row in sheets["Findings"]} == {"000123", "=2+3", "A-1"}


def test_amounts_are_numbers(sheets: dict[str, list[dict[str, str]]]) -> None:
    assert [Decimal(row["Difference"]) for row in sheets["Findings"]] == [Decimal("1.6")] * 3
    (total,) = [row for row in sheets["Months"] if row["Month"] == "all"]
    assert Decimal(total["Over withheld"]) == Decimal("4.8")
