"""Adjustments by code, lists of lines, a claim on paper: what the code tables add to an audit."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given

import sequestration as seq
from sequestration import strategies
from tests.making import claim, line, remittance
from tests.paths import EXAMPLES


@pytest.mark.slow
@given(strategies.remittances(stays=strategies.stays(), max_transactions=2, reversals=True))
def test_by_code_sums_to_the_adjustments_of_the_remittance(made: strategies.MadeRemittance) -> None:
    data = made.data
    count: Counter[tuple[str, str]] = Counter()
    dollars: Counter[tuple[str, str]] = Counter()
    for item in seq.read_835(data):
        for place in [item.adjustments, *(service.adjustments for service in item.lines)]:
            for adjustment in place:
                count[adjustment.group, adjustment.reason] += 1
                dollars[adjustment.group, adjustment.reason] += adjustment.amount_cents or 0

    totals = seq.check_835(data).by_code()

    assert {(total.group, total.code): total.count for total in totals} == count
    assert {(total.group, total.code): int(total.amount * 100) for total in totals} == dollars


def test_by_code_says_what_each_is_in_the_order_of_the_codes() -> None:
    totals = seq.check_835(EXAMPLES / "part_b_mistakes.835").by_code()
    shown = {f"{total.group}-{total.code}": total for total in totals}

    assert [total.code for total in totals] == ["1", "2", "45", "45", "100", "223", "253", "253"]
    assert shown["CO-253"].step == "write off"
    assert shown["CO-253"].kind == "reduction"
    assert shown["PR-2"].kind == "patient_share"
    assert shown["PR-100"].amount == Decimal("35.28")


def test_a_code_newer_than_the_table_or_no_code_at_all_is_counted_and_asks_for_a_review() -> None:
    item = line("99213", "30", "0", [("CO", "999", "10"), ("CO", "?!", "10"), ("CO", "9" * 5000, "10")])
    totals = seq.check_835(remittance(claim("A", item))).by_code()

    assert sum(total.count for total in totals) == 3
    assert {total.step for total in totals} == {"review"}
    assert {total.kind for total in totals} == {None}
    assert all("  unknown code  " in str(total) for total in totals)


def test_by_code_adds_up_over_files() -> None:
    one = seq.check_835(EXAMPLES / "part_b_correct.835").by_code()
    again = (EXAMPLES / "part_b_correct.835").read_bytes().replace(b"TRN*1*", b"TRN*1*9")
    two = seq.check_835([EXAMPLES / "part_b_correct.835", again]).by_code()

    assert [(total.code, total.count) for total in two] == [(total.code, 2 * total.count) for total in one]
    assert [total.amount for total in two] == [2 * total.amount for total in one]


NO_DENIALS = [
    ("CO", "253"),
    ("CO", "45"),
    ("PR", "100"),
    ("CO", "B13"),
    ("CO", "144"),
    ("CO", "237"),
    ("OA", "209"),
    ("OA", "23"),
    ("PR", "1"),
    ("PR", "2"),
    ("PR", "3"),
]


@pytest.mark.parametrize(("group", "reason"), NO_DENIALS)
def test_what_is_no_denial_is_not_listed_as_one(group: str, reason: str) -> None:
    data = remittance(claim("A", line("99213", "10", "0", [(group, reason, "10")])))

    assert list(seq.service_lines(data, "denied")) == []


def test_denied_adjusted_and_deductible_lines() -> None:
    data = remittance(
        claim("DENIED", line("97110", "60", "0", [("CO", "50", "60")]), status="4"),
        claim("PAID", line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")])),
        claim("SHARE", line("99213", "80", "0", [("PR", "1", "80")])),
        claim("WHOLE", charge="90", paid="0", adjustments=[("CO", "29", "90")]),
        claim("BACK", line("97110", "-60", "0", [("CO", "50", "-60")]), status="22"),
    )

    assert [listed.claim.control_number for listed in seq.service_lines(data, "denied")] == ["DENIED", "WHOLE"]
    assert [str(listed) for listed in seq.service_lines(data, "adjusted")] == [
        "claim PAID, line 1, 99213: CO-45 $50.00, CO-253 $1.60"
    ]
    assert [listed.claim.control_number for listed in seq.service_lines(data, "deductible")] == ["SHARE"]


def test_a_line_that_a_correction_denies_again_is_listed_once() -> None:
    denied = line("97110", "60", "0", [("CO", "50", "60")])
    back = claim("A", line("97110", "-60", "0", [("CO", "50", "-60")]), status="22")
    data = remittance(claim("A", denied, denied), back, claim("A", denied, denied), claim("B", denied))

    assert [(listed.claim.control_number, listed.line and listed.line.number) for listed in denied_lines(data)] == [
        ("A", 1),
        ("A", 2),
        ("B", 1),
    ]


def denied_lines(data: bytes) -> list[seq.ListedLine]:
    return list(seq.service_lines(data, seq.LineList.DENIED))


def test_there_are_three_lists() -> None:
    with pytest.raises(ValueError, match="denied, adjusted, deductible"):
        seq.service_lines(EXAMPLES / "part_a.835", "paid")


def test_a_claim_on_paper_shows_every_adjustment_and_no_patient() -> None:
    (first, *_) = seq.read_835(EXAMPLES / "part_b_correct.835")
    text = first.to_text()

    assert "line 1  99213  on Mar 1, 2024" in text
    assert "CO-253          $1.60  Federal sequestration adjustment" in text
    assert "PATIENTNAME" not in text
    assert "MEMBERNUMBER" not in text


def test_findings_carry_their_step() -> None:
    audit = seq.check_835(EXAMPLES / "part_b_mistakes.835")
    steps = {finding.claim: finding.step for finding in audit.findings}

    large, missing = steps["ON-ALLOWED"], steps["MISSING"]
    assert large is not None
    assert missing is not None
    assert large.action == "request reopening"
    assert str(large.deadline and large.deadline.last_day) == "2024-07-18"
    assert missing.action == "verify, report and return"
    assert "keep" not in missing.why
    assert all(finding.step is not None for finding in audit.findings)


def test_provider_adjustments_say_what_they_mean() -> None:
    interest = seq.ProviderAdjustment("1", "L6", "", "-12.50")
    unknown = seq.ProviderAdjustment("1", "??", "", "5")

    assert interest.meaning == "Interest owed to the provider: interest paid"
    assert unknown.meaning == ""
    assert "interest paid" in str(seq.check_835(EXAMPLES / "part_a.835"))
