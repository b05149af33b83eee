"""The page on spreadsheets: every figure of its tables, computed by the formula and by the library."""

from __future__ import annotations

import re
import time
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

import sequestration as seq
from sequestration import frames
from tests.paths import EXAMPLES, ROOT

PAGE = (ROOT / "docs" / "howto" / "spreadsheet.md").read_text("utf-8")
QUARTER = EXAMPLES / "practice" / "quarter.zip"
SERVED = date(2024, 3, 1)
CENT, TWO_PERCENT = Decimal("0.01"), Decimal("0.02")


def rows_under(heading: str) -> list[list[str]]:
    """The cells of each row of the tables under a heading, without the heads."""
    section = PAGE.partition(f"### {heading}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    tables = re.findall(r"^\|[-|]+\|\n((?:\|.*\n)+)", section, re.MULTILINE)
    assert tables, heading
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in "".join(tables).splitlines()]


def dollars(cell: str) -> Decimal:
    """The first amount of a cell."""
    found = re.search(r"\$([\d,]+\.\d\d)", cell)
    assert found is not None, cell
    return Decimal(found[1].replace(",", ""))


def day(cell: str) -> date:
    return date(*time.strptime(cell, "%b %d, %Y")[:3])


def formula(amount: Decimal) -> Decimal:
    """=ROUND(amount*2%,2)"""
    return (amount * TWO_PERCENT).quantize(CENT, ROUND_HALF_UP)


def due(payable: Decimal, on: date) -> Decimal:
    return seq.expected_reduction(payable, on=on).amount


def test_rates_by_date() -> None:
    payment = Decimal("80.00")
    rows = rows_under("The rate changes with the date")

    assert len(rows) == 7
    for on, sheet, correct, _ in rows:
        assert dollars(sheet) == formula(payment)
        assert dollars(correct) == due(payment, day(on)), on


def test_dates() -> None:
    for what, used, right, payment, sheet, correct in rows_under("The date is the date of service"):
        assert dollars(sheet) == due(dollars(payment), day(used)), what
        assert dollars(correct) == due(dollars(payment), day(right)), what


def test_bases() -> None:
    rows = rows_under("The base is Medicare's payment")

    for what, amount, sheet, payable, correct in rows:
        assert dollars(sheet) == formula(dollars(amount)), what
        assert dollars(correct) == due(dollars(payable), SERVED), what
    payables = [dollars(row[3]) for row in rows]
    assert payables[:4] == [
        seq.medicare_payment(allowed="100", coinsurance="20").payable,
        seq.medicare_payment(allowed="100", coinsurance="20").payable,
        seq.medicare_payment(allowed="100", deductible="50", coinsurance="10").payable,
        seq.secondary_payment(charge="175", primary_allowed="150", primary_paid="120", allowed="125").payable,
    ]
    assert dollars(rows[4][1]) == payables[4] - due(payables[4], SERVED)


def test_rounding() -> None:
    total, by_line, by_98_percent, right = rows_under("Each line is rounded")
    line, tie = Decimal("12.40"), Decimal("12.25")

    assert dollars(total[0].partition(",")[2]) == 3 * line
    assert dollars(total[1]) == formula(3 * line)
    assert dollars(by_line[1]) == 3 * due(line, SERVED)
    payment = (tie * Decimal("0.98")).quantize(CENT, ROUND_HALF_UP)
    assert [dollars(cell) for cell in by_98_percent[1:]] == [payment, formula(tie), payment + formula(tie)]
    assert [dollars(cell) for cell in right[1:]] == [tie - due(tie, SERVED), due(tie, SERVED), tie]


def test_floats() -> None:
    for payment, script, correct in rows_under("Floats drop half cents"):
        assert dollars(script) == Decimal(str(round(float(dollars(payment)) * 0.02, 2)))
        assert dollars(correct) == due(dollars(payment), SERVED)


@pytest.mark.slow
def test_formulas_on_a_quarter() -> None:
    audit = seq.check_835(QUARTER, keep="all")
    lines = {
        (row["file"], row["claim_position"], row["line"]): row["allowed"] or Decimal(0)
        for row in frames.service_lines(QUARTER, backend="pyarrow").to_pylist()
    }
    checked = [
        finding
        for finding in audit.findings
        if finding.verdict not in (seq.Verdict.NOT_APPLICABLE, seq.Verdict.REVERSAL)
    ]
    wrong = sum(finding.verdict.needs_review for finding in checked)
    assert f"{len(checked)} lines of fee-for-service Medicare. Mistakes were put into {wrong}\nof them" in PAGE

    for what, *counts in rows_under("All of it together"):
        found = alarms = missed = 0
        for finding in checked:
            amounts = {
                "2% of the allowed amount": lines[finding.file, finding.claim_position, finding.line],
                "2% of the amount paid": finding.paid,
                "2% of the payment before sequestration": finding.payable,
            }
            amount = amounts[what]
            assert amount is not None, finding
            alarm = formula(amount) != finding.reported
            found += alarm and finding.verdict.needs_review
            alarms += alarm and not finding.verdict.needs_review
            missed += not alarm and finding.verdict.needs_review
        assert [int(count) for count in counts] == [found, alarms, missed], what
