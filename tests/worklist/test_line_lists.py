"""Lists of lines by their adjustments: denied, adjusted, deductible."""

from __future__ import annotations

import pytest

import sequestration as seq
from tests.making import RIGHT, Claim, Triple, claim, interchange, line, remittance, transaction

DENIED: list[Triple] = [("CO", "50", "150")]


def listed(data: bytes, which: str) -> list[tuple[str, int | None]]:
    return [
        (found.claim.control_number, found.line.number if found.line else None)
        for found in seq.service_lines(data, which)
    ]


def denied() -> Claim:
    return claim("A", line("99213", "150", "0", DENIED), status="4")


def test_what_stands_at_the_claim_is_listed_once_beside_its_lines() -> None:
    plain = line("99213", "150", "78.40", RIGHT)
    made = claim("A", plain, paid="68.40", adjustments=[("CO", "97", "10")])
    stay = claim("S", plan="MA", charge="150", paid="0", adjustments=DENIED, inpatient=True)

    assert listed(remittance(made), "adjusted") == [("A", None), ("A", 1)]
    assert listed(remittance(stay, claim("RIGHT", plain)), "denied") == [("S", None)]


def test_a_line_that_is_denied_again_is_listed_once_for_each_remittance() -> None:
    twice = transaction(denied(), denied(), trace="EFT1")
    again = transaction(denied(), trace="EFT2", number="0002")

    assert listed(interchange(twice, again), "denied") == [("A", 1), ("A", 1)]


@pytest.mark.parametrize(("amount", "wanted"), [("100", [("A", 1)]), ("0.01", [("A", 1)]), ("0", [])])
def test_a_deductible_of_any_amount_is_listed(amount: str, wanted: list[tuple[str, int]]) -> None:
    assert listed(remittance(claim("A", line("99213", "150", "0", [("PR", "1", amount)]))), "deductible") == wanted
