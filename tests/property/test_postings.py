"""Postings sum to the claim's charge and payment, whatever the claim is, damaged ones too."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies
from tests.property.drawn import dollars
from tests.property.test_single_faults import FAULTS, damaged

pytestmark = pytest.mark.slow

AMOUNTS = st.none() | st.integers(-300, 300).map(dollars)
KNOWN = st.integers(-300, 300).map(dollars)
ADJUSTMENTS = st.lists(
    st.builds(seq.Adjustment, st.sampled_from(["CO", "PR", ""]), st.sampled_from(["45", "253", "2"]), AMOUNTS),
    max_size=3,
)
LINES = st.lists(st.builds(seq.ServiceLine, st.just("99213"), AMOUNTS, AMOUNTS, adjustments=ADJUSTMENTS), max_size=3)
ANY_CLAIM = st.builds(
    seq.Claim, st.just("A"), st.sampled_from(["1", "22"]), KNOWN, KNOWN, adjustments=ADJUSTMENTS, lines=LINES
)


def total(rows: Iterable[seq.Posting], kind: seq.PostingKind | None = None) -> Decimal:
    return sum((row.amount for row in rows if kind in (None, row.kind)), Decimal(0))


def assert_sums(claim: seq.Claim) -> None:
    rows = claim.postings()

    assert total(rows) == claim.charge
    assert total(rows, seq.PostingKind.PAYMENT) == claim.paid
    assert all(row.amount for row in rows)


@given(ANY_CLAIM)
@settings(max_examples=500)
def test_the_postings_of_any_claim_sum(claim: seq.Claim) -> None:
    assert_sums(claim)


@given(ANY_CLAIM)
@settings(max_examples=500)
def test_every_amount_of_a_claim_that_is_known_is_posted(claim: seq.Claim) -> None:
    """What is not a difference is an amount of the claim, and each such amount has its row."""
    rows = [(row.line, row.reason, row.amount) for row in claim.postings() if not row.unexplained]
    adjustments = [(None, claim.adjustments), *((line.number, line.adjustments) for line in claim.lines)]
    for number, items in adjustments:
        wanted = [(number, item.reason, item.amount) for item in items if item.amount]
        assert [row for row in rows if row[0] == number and row[1]] == wanted
    payments = [(line.number, "", line.paid) for line in claim.lines if line.paid]
    assert [row for row in rows if row[0] is not None and not row[1]] == payments


@given(strategies.remittances(stays=strategies.stays(), reversals=True))
def test_a_right_remittance_has_nothing_unexplained(made: strategies.MadeRemittance) -> None:
    for claim in seq.read_835(made.data):
        assert_sums(claim)
        assert not any(row.unexplained for row in claim.postings())


@given(strategies.remittances(stays=strategies.stays()))
def test_a_remittance_posts_to_its_payment(made: strategies.MadeRemittance) -> None:
    claims = list(seq.read_835(made.data))
    rows = [row for claim in claims for row in claim.postings()]

    assert total(rows, seq.PostingKind.PAYMENT) == claims[0].remittance.payment_amount


@pytest.mark.parametrize("fault", FAULTS)
@given(data=st.data())
@settings(max_examples=50)
def test_the_postings_of_a_damaged_claim_sum(fault: str, data: st.DataObject) -> None:
    made = data.draw(strategies.remittances(stays=strategies.stays()))
    try:
        claims = list(seq.read_835(damaged(made.data, fault, data)))
    except seq.X12Error:
        return
    for claim in claims:
        if claim.charge is None or claim.paid is None:
            with pytest.raises(seq.InvalidAmount):
                claim.postings()
        else:
            assert_sums(claim)
