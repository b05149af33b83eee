"""Reversals: which claim they take back, and which claims with status 22 take nothing back."""

from __future__ import annotations

from typing import Any

import pytest

import sequestration as seq
from tests.making import RIGHT, Claim, Triple, claim, line, remittance

CORRECTED = [("CO", "45", "50"), ("CO", "253", "1.92"), ("PR", "2", "4")]


def negate(adjustments: list[Triple] | tuple[Triple, ...]) -> list[Triple]:
    return [(group, reason, f"-{amount}") for group, reason, amount in adjustments]


def original(**more: Any) -> Claim:
    return claim("A", line("99213", "150", "78.40", RIGHT), payer_number="ICN1", **more)


def reversal(paid: str = "-78.40", adjustments: list[Triple] | None = None, **more: Any) -> Claim:
    taken_back = line("99213", "-150", paid, negate(tuple(RIGHT)) if adjustments is None else adjustments)
    return claim("A", taken_back, status="22", **{"payer_number": "ICN1", **more})


def correction(**more: Any) -> Claim:
    return claim("A", line("99213", "150", "94.08", CORRECTED), **more)


OTHER = negate([("CO", "45", "50"), ("CO", "253", "1.50"), ("PR", "2", "20")])


def codes(*claims: Claim) -> list[str]:
    return [problem.code for problem in seq.check_835(remittance(*claims)).problems]


def test_a_correction_that_comes_first_is_not_taken_for_the_original() -> None:
    assert codes(correction(payer_number="ICN2"), reversal()) == []
    assert codes(correction(payer_number="ICN1", frequency="7"), reversal()) == []
    assert codes(correction(payer_number="ICN1", original="ICN1"), reversal()) == []


def test_the_original_is_found_beside_a_correction_that_comes_first() -> None:
    changed = reversal("-78.50", OTHER)
    assert codes(original(), correction(payer_number="ICN2", original="ICN1"), changed) == ["not_mirrored"]
    assert codes(original(), correction(payer_number="ICN2", original="ICN1"), reversal()) == []


def test_a_reversal_pairs_by_its_reference_alone() -> None:
    changed = reversal("-78.50", OTHER, payer_number="", original="ICN1")
    assert codes(original(), changed) == ["not_mirrored"]
    assert codes(original(), reversal("-78.50", OTHER, payer_number="ICN9", original="ICN1")) == ["not_mirrored"]


@pytest.mark.parametrize(
    ("dates", "of_line", "wanted"),
    [
        ({"first_day": "20240301", "last_day": "20240302"}, "20240301", ["not_mirrored"]),
        ({"first_day": "20240229", "last_day": "20240302"}, "20240301", []),
        ({"first_day": "20240301", "last_day": "20240303"}, "20240301", []),
        ({"first_day": "20240301", "last_day": "20240302"}, "20240302", []),
        ({"first_day": "20240301"}, "20240301", []),
        ({}, "20240301", []),
    ],
)
def test_a_claim_of_the_patient_is_the_original_only_with_all_dates_of_the_reversal(
    dates: dict[str, str], of_line: str, wanted: list[str]
) -> None:
    paid = claim("A", line("99213", "150", "78.40", RIGHT), payer_number="", first_day="20240301", last_day="20240302")
    taken_back = line("99213", "-150", "-78.50", OTHER, on=of_line)
    changed = claim("A", taken_back, status="22", payer_number="", **dates)  # type: ignore[arg-type]

    assert codes(paid, changed) == wanted


@pytest.mark.parametrize("code", ["OA", "CR"])
@pytest.mark.parametrize(("version", "wanted"), [("005010X221A1", ["not_mirrored"]), ("004010X091A1", [])])
def test_only_version_4010_may_take_back_under_another_group(code: str, version: str, wanted: list[str]) -> None:
    """CR stood for a correction then (X12 request for interpretation 1147); any other group is a difference."""
    regrouped = reversal(adjustments=[(code, reason, amount) for _, reason, amount in negate(tuple(RIGHT))])
    data = remittance(original(), regrouped, version=version)
    found = [problem.code for problem in seq.check_835(data).problems if problem.code == "not_mirrored"]
    assert found == (wanted if code == "CR" else ["not_mirrored"])


def test_two_payer_claim_numbers_that_differ_never_pair() -> None:
    assert codes(original(), reversal("-78.50", OTHER, payer_number="ICN9")) == []
    assert codes(original(), reversal("-78.50", OTHER, payer_number="")) == ["not_mirrored"]


def test_status_22_with_positive_amounts_takes_nothing_back() -> None:
    sent = claim("A", line("99213", "150", "78.40", RIGHT), status="22")
    audit = seq.check_835(remittance(sent))

    assert [problem.code for problem in audit.problems] == ["status_contradicts_amounts"]
    assert (audit.counts[seq.Verdict.REVERSAL], audit.counts[seq.Verdict.CORRECT]) == (0, 1)


@pytest.mark.parametrize(
    ("charge", "paid", "reverses"),
    [("-150", "-78.40", True), ("-150", "0", True), ("0", "0", True), ("150", "78.40", False), ("150", "0", False)],
)
def test_status_22_reverses_where_nothing_speaks_against_it(charge: str, paid: str, reverses: bool) -> None:
    assert seq.Claim("A", "22", charge, paid).is_reversal is reverses
    assert not seq.Claim("A", "1", charge, paid).status_contradicts_amounts
