"""Gaps: charge = paid + adjustments, and payment of a transaction = claims - adjustments of the provider."""

from __future__ import annotations

from decimal import Decimal

import pytest

import sequestration as seq
from sequestration._audit.balance import claim_gap, is_balanced, line_gaps, transaction_gap
from tests.making import RIGHT, Claim, Line, Triple, claim, line, remittance


def off_by(dollars: str) -> Line:
    """A line of which 1.00 is paid, and some dollars are not explained."""
    return line("99213", str(1 + Decimal(dollars)), "1")


def of_claim(*amounts: str) -> list[Triple]:
    return [("CO", str(45 + number), amount) for number, amount in enumerate(amounts)]


PLAIN = line("99213", "150", "78.40", RIGHT)
# Claim; gaps of its lines and of the whole, in cents; whether nothing has to be looked at.
CASES: dict[str, tuple[Claim, list[tuple[int, int]], int, bool]] = {
    "all right": (claim("A", PLAIN, PLAIN), [], 0, True),
    "no lines": (claim("A", charge="150", paid="78.40", adjustments=RIGHT), [], 0, True),
    "no lines, a cent off": (claim("A", charge="150.01", paid="78.40", adjustments=RIGHT), [], 1, False),
    "a line a cent off": (claim("A", PLAIN, off_by("0.01")), [(2, 1)], 1, False),
    "a line a cent below": (claim("A", off_by("-0.01"), PLAIN), [(1, -1)], -1, False),
    "the claim alone": (claim("A", PLAIN, charge="160"), [], 1000, False),
    "an adjustment of the claim gives the gap": (
        claim("A", off_by("10"), PLAIN, adjustments=of_claim("10")),
        [],
        0,
        False,
    ),
    "one of its adjustments does": (
        claim("A", off_by("10"), PLAIN, adjustments=of_claim("10", "3")),
        [],
        -300,
        False,
    ),
    "all of them together do": (
        claim("A", off_by("10"), off_by("1"), adjustments=of_claim("4", "6")),
        [(2, 100)],
        100,
        False,
    ),
    "they are the gaps of all lines": (claim("A", off_by("4"), off_by("6"), adjustments=of_claim("10")), [], 0, False),
    "they are not": (
        claim("A", off_by("4"), off_by("7"), adjustments=of_claim("10")),
        [(1, 400), (2, 700)],
        100,
        False,
    ),
    "two gaps that cancel each other": (claim("A", off_by("5"), off_by("-5")), [(1, 500), (2, -500)], 0, False),
    "a charge that can't be read": (
        claim("A", line("99213", "x", "1"), off_by("5"), charge="7"),
        [(2, 500)],
        500,
        False,
    ),
    "a payment that can't be read": (claim("A", line("99213", "1", "x"), charge="1", paid="x"), [], 0, False),
    "an amount that can't be read": (claim("A", line("99213", "1", "1", of_claim("x"))), [], 0, False),
    "one of the claim": (claim("A", PLAIN, off_by("5"), adjustments=of_claim("x")), [(2, 500)], 0, False),
}


@pytest.mark.parametrize("name", CASES)
def test_gaps_of_a_claim(name: str) -> None:
    made, of_lines, of_whole, balanced = CASES[name]
    (read,) = seq.read_835(remittance(made))

    assert list(line_gaps(read)) == of_lines
    assert claim_gap(read) == of_whole
    assert is_balanced(read) is balanced


@pytest.mark.parametrize(
    ("payment", "plb", "gap"),
    [
        ("78.40", "", 0),
        ("73.40", "PLB*1*20241231*WO:1*5", 0),  # above zero, it lowers the payment
        ("83.40", "PLB*1*20241231*WO:1*-5", 0),
        ("78.41", "", 1),
        ("78.39", "", -1),
        ("x", "", None),
        ("78.40", "PLB*1*20241231*WO:1*x", None),
    ],
)
def test_gap_of_a_transaction(payment: str, plb: str, gap: int | None) -> None:
    data = remittance(claim("A", PLAIN), payment=payment, provider_adjustments=[plb] if plb else [])
    (read,) = seq.read_835(data)
    adjusted = {"": 0, "5": 500, "-5": -500}.get(plb.rpartition("*")[2], 0)

    found = transaction_gap(read.remittance, 7840)
    assert found == (None if gap is None else (7840 - adjusted, gap))
    assert transaction_gap(read.remittance, None) is None


def test_a_transaction_that_breaks_off_has_no_gap() -> None:
    data = remittance(claim("A", PLAIN), payment="1")
    (read,) = seq.read_835(data[: data.index(b"~SE*") + 1])

    assert not read.remittance.complete
    assert transaction_gap(read.remittance, 7840) is None
