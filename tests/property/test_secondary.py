"""What is carried over, by the rules it must keep whatever the claim is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies
from tests.property.oracle import dollars, share

pytestmark = pytest.mark.slow

PAYMENTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


def spread_claim(paid: list[int], cut: int) -> seq.SecondaryAdjustments:
    """A claim with a 253 over lines that were paid so much, its cut spread."""
    lines = [seq.ServiceLine("99213", dollars(amount), dollars(amount)) for amount in paid]
    whole = sum(paid)
    made = seq.Claim(
        "A",
        "1",
        dollars(whole),
        dollars(whole - cut),
        adjustments=[seq.Adjustment("CO", "253", dollars(cut))],
        lines=lines,
    )
    return seq.secondary_adjustments(made, spread=True)


def shares(found: seq.SecondaryAdjustments) -> list[int]:
    return [int(sum(item.amount or 0 for item in line.adjustments) * 100) for line in found.lines]


@given(PAYMENTS, st.integers(0, 100))
def test_shares_add_up_to_the_cut_and_each_is_its_part_to_the_cent(paid: list[int], percent: int) -> None:
    cut = share(sum(paid), percent)
    found = shares(spread_claim(paid, cut)) if cut else [0] * len(paid)

    assert sum(found) == cut
    for amount, part in zip(paid, found, strict=True):
        assert abs(part - Fraction(cut * amount, sum(paid))) < 1


@given(PAYMENTS)
def test_a_spread_claim_balances(paid: list[int]) -> None:
    found = spread_claim(paid, share(sum(paid), 2))

    assert found.balances
    assert sum(line.paid for line in found.lines) == found.paid


@given(st.integers(1, 10**6), st.integers(2, 8))
def test_equal_lines_differ_by_a_cent_at_most(paid: int, count: int) -> None:
    found = shares(spread_claim([paid] * count, share(paid * count, 2)))

    assert max(found) - min(found) <= 1
    assert found == sorted(found, reverse=True)


@given(strategies.remittances(stays=strategies.stays()))
def test_right_remittances_carry_over_every_cent_of_their_adjustments(made: strategies.MadeRemittance) -> None:
    for claim, services in zip(seq.read_835(made.data), made.services, strict=True):
        found = seq.secondary_adjustments(claim)
        items = [*found.adjustments, *(item for line in found.lines for item in line.adjustments)]

        assert found.balances
        assert found.sequestration == sum(service.cut for service in services)
        assert sum(item.amount or 0 for item in items) == found.charge - found.paid
