"""Cents that all follow from one other rate are no rounding; cents of any way of rounding never are more."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration._audit import roundings
from tests.making import Claim, Line, claim, line, remittance

Cents = int


def dollars(cents: Cents) -> str:
    return f"{Decimal(cents).scaleb(-2):.2f}"


def of(payable: Cents, cut: Cents, on: str = "20220510") -> Line:
    adjustments = [("CO", "253", dollars(cut))] if cut else []
    return line("99213", dollars(payable), dollars(payable - cut), adjustments, on=on)


def audit_of(*lines: Line, keep: str = "wrong", limit: int = 10_000, before: tuple[Claim, ...] = ()) -> seq.Audit:
    # Place of service 99 is no bill type, so that nothing suggests an institution.
    claims = [claim(f"C{number}", each, facility="99") for number, each in enumerate(lines)]
    return seq.check_835(remittance(*before, *claims), keep=keep, limit=limit)


def test_a_window_of_small_lines_at_the_rate_of_another_is_one_wrong_rate() -> None:
    # 2 % of 0.80 is 0.016, so 0.02; 1 % is 0.008, so 0.01.
    audit = audit_of(*[of(80, 2)] * 24)

    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == len(audit.findings) == 24
    assert (str(audit.totals.in_question), str(audit.totals.by_owed_to[seq.OwedTo.PROVIDER])) == ("0.24", "0.24")
    assert {finding.explanations[0].code for finding in audit.findings} == {seq.ExplanationCode.OTHER_RATE}
    assert "2% is the rate" in str(audit.findings[0])
    assert not [problem for problem in audit.problems if problem.code == "one_sided_rounding"]


def test_ties_are_rounding() -> None:
    # 1 % of 0.50 is 0.005: half a cent goes either way.
    for cut in (0, 1):
        audit = audit_of(*[of(50, cut)] * 30, before=(claim("S", of(8000, 80), facility="99"),))

        assert not any(count for verdict, count in audit.counts.items() if verdict.needs_review)


def test_four_lines_are_too_few() -> None:
    assert audit_of(*[of(80, 2)] * 4).counts[seq.Verdict.ROUNDING] == 4
    assert audit_of(*[of(80, 2)] * 5).counts[seq.Verdict.CUT_TOO_LARGE] == 5


def test_two_of_five_must_be_beyond_any_rounding() -> None:
    # 1 % of 1.10 is 0.011: rounding it up gives 0.02, which is 2 % as well.
    assert audit_of(*[of(110, 2)] * 4, of(80, 2)).counts[seq.Verdict.ROUNDING] == 5
    assert audit_of(*[of(110, 2)] * 3, *[of(80, 2)] * 2).counts[seq.Verdict.CUT_TOO_LARGE] == 5
    # 1 % of 1.00 is a cent: 0.02 is a whole cent more, which no rounding gives.
    assert audit_of(*[of(110, 2)] * 3, *[of(100, 2)] * 2).counts[seq.Verdict.CUT_TOO_LARGE] == 5


def test_one_line_that_the_rate_does_not_give_speaks_against_it() -> None:
    # 2 % of 2.90 is 0.06, and 0.04 is what neither rate gives: 1 % is 0.03.
    audit = audit_of(*[of(80, 2)] * 24, of(290, 4))

    assert audit.counts[seq.Verdict.ROUNDING] == 25


def test_each_remittance_and_each_period_is_for_itself() -> None:
    # 2 % of 1.20 is 0.024, so 0.02; 1 % is 0.01.
    few = [*[of(80, 2)] * 4, *[of(120, 1, on="20240301")] * 4]
    assert audit_of(*few).counts[seq.Verdict.ROUNDING] == 8
    both = audit_of(*[of(80, 2)] * 5, *[of(120, 1, on="20240301")] * 5)
    assert both.counts[seq.Verdict.CUT_TOO_LARGE] == both.counts[seq.Verdict.CUT_TOO_SMALL] == 5
    halves = [remittance(*[claim(f"C{n}", of(80, 2), facility="99") for n in range(4)], trace=f"T{n}") for n in "AB"]
    assert seq.check_835(halves).counts[seq.Verdict.ROUNDING] == 8


def test_a_doubt_is_no_proof() -> None:
    made = [claim(f"C{number}", of(80, 2), facility="99") for number in range(24)]

    assert seq.check_835(remittance(*made, produced="20220510")).counts[seq.Verdict.CUT_TOO_LARGE] == 24
    # The services are later than the remittance, so that a date is wrong.
    assert seq.check_835(remittance(*made, produced="20220509")).counts[seq.Verdict.ROUNDING] == 24


def test_lines_of_a_claim_that_is_right_as_a_whole_are_rounding() -> None:
    # 1 % of 5 x 0.80 is 0.04, spread as 0.02, 0.02 and nothing on the rest.
    spread = [of(80, 2), of(80, 2), of(80, 0), of(80, 0), of(80, 0)]
    audit = seq.check_835(remittance(*[claim(f"C{n}", *spread, facility="99") for n in range(9)]))

    assert not audit.findings


def test_a_claim_is_as_uncertain_as_its_lines() -> None:
    # Four lines of 0.50: rounded one by one 0.04, as a whole 0.02, which 2 % gives as well.
    lines = [of(50, 0)] * 4
    made = [claim(f"C{n}", *lines, adjustments=[("CO", "253", "0.04")], paid="1.96", facility="99") for n in range(9)]
    audit = seq.check_835(remittance(*made), keep="all")

    assert {finding.verdict for finding in audit.findings} == {seq.Verdict.ROUNDING}


def of_two_lines(payable: Cents, cut: Cents) -> Claim:
    """A claim of two lines and the cut of both."""
    lines = [of(payable // 2, 0), of(payable - payable // 2, 0)]
    made = {"adjustments": [("CO", "253", dollars(cut))], "paid": dollars(payable - cut)}
    return claim("TWO", *lines, facility="99", **made)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("payable", "wrong"),
    [
        # 3 cents are withheld, where 1% is 2.00, 2.20, 1.99 and 1.60 cents.
        (200, 5),  # half a cent a line: rounding
        (220, 5),
        (199, 0),  # more than half a cent a line, and 2% would be 4 cents
        (160, 6),  # more, and 2% is 3 cents
    ],
)
def test_half_a_cent_of_each_line_is_rounding_and_speaks_against_no_rate(payable: Cents, wrong: int) -> None:
    lines = [claim(f"C{number}", of(80, 2), facility="99") for number in range(5)]
    audit = seq.check_835(remittance(*lines, of_two_lines(payable, 3)))

    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == wrong


def test_a_line_without_a_cut_is_no_wrong_amount_of_another_rate() -> None:
    # 2 % of 1.20 is 0.024 and of 0.45 is 0.009; 1 % is 0.012 and 0.0045.
    audit = audit_of(*[of(120, 1, on="20240301")] * 5, of(45, 0, on="20240301"))

    assert audit.counts[seq.Verdict.CUT_TOO_SMALL] == 5
    assert audit.counts[seq.Verdict.ROUNDING] == 1


def test_claims_without_lines_are_judged_like_lines() -> None:
    def made(payable: Cents, cut: Cents) -> list[Claim]:
        paid, adjustments = dollars(payable - cut), [("CO", "253", dollars(cut))]
        days: dict[str, Any] = {"first_day": "20220510", "last_day": "20220510"}
        return [
            claim(f"C{n}", plan="MA", charge=dollars(payable), paid=paid, adjustments=adjustments, **days)
            for n in range(9)
        ]

    assert seq.check_835(remittance(*made(80, 2))).counts[seq.Verdict.CUT_TOO_LARGE] == 9
    assert seq.check_835(remittance(*made(120, 2))).counts[seq.Verdict.ROUNDING] == 9


def test_what_is_too_much_to_hold_is_counted_and_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [of(80, 2)] * 24
    whole = audit_of(*lines)
    monkeypatch.setattr(roundings, "_MAX_HELD", 7)
    part = audit_of(*lines)

    assert (part.counts, part.totals, part.patterns()) == (whole.counts, whole.totals, whole.patterns())
    assert (len(part.findings), part.findings_dropped[seq.Verdict.CUT_TOO_LARGE]) == (7, 17)
    few = audit_of(*[of(80, 2)] * 24, of(290, 4))
    assert few.counts[seq.Verdict.ROUNDING] == 25
    assert not few.findings_dropped[seq.Verdict.ROUNDING]


def rounded(rounding: str) -> Callable[[Cents, Fraction], Cents]:
    """A payer that rounds the cut in some way."""

    def cut(payable: Cents, rate: Fraction) -> Cents:
        exact = payable * rate
        return int((Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), rounding))

    return cut


def payment_rounded(rounding: str) -> Callable[[Cents, Fraction], Cents]:
    """A payer that rounds the payment in some way, so that the cut is what is left."""
    return lambda payable, rate: payable - rounded(rounding)(payable, 1 - rate)


WAYS = [
    way(rounding)
    for way in (rounded, payment_rounded)
    for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_UP)
]
RATES = {"20220510": Fraction(1, 100), "20240301": Fraction(2, 100)}


@pytest.mark.slow
@given(
    st.sampled_from(WAYS),
    st.lists(st.tuples(st.integers(1, 400), st.sampled_from(sorted(RATES))), min_size=5, max_size=40),
)
def test_no_way_of_rounding_is_a_wrong_rate(
    way: Callable[[Cents, Fraction], Cents], services: list[tuple[Cents, str]]
) -> None:
    audit = audit_of(*(of(payable, way(payable, RATES[on]), on) for payable, on in services))

    assert not any(count for verdict, count in audit.counts.items() if verdict.needs_review), str(audit)


@pytest.mark.slow
@given(
    st.sampled_from(sorted(RATES)),
    st.lists(st.integers(20, 600), min_size=5, max_size=40),
    st.lists(st.integers(20, 600), max_size=10),
)
def test_a_whole_window_at_a_wrong_rate_is_found(window: str, payables: list[Cents], right: list[Cents]) -> None:
    (other,) = set(RATES) - {window}
    nearest = rounded(ROUND_HALF_UP)
    wrong = [(payable, nearest(payable, RATES[other])) for payable in payables]
    off = [(abs(cut - payable * RATES[window]), cut - nearest(payable, RATES[window])) for payable, cut in wrong]
    cents = [distance for distance, difference in off if abs(difference) == 1]
    proofs, small = sum(distance >= 1 for distance in cents), sum(distance > Fraction(1, 2) for distance in cents)
    audit = audit_of(
        *(of(payable, cut, window) for payable, cut in wrong if cut),
        *(of(payable, nearest(payable, RATES[other]), other) for payable in right),
    )

    verdict = seq.Verdict.CUT_TOO_LARGE if RATES[other] > RATES[window] else seq.Verdict.CUT_TOO_SMALL
    if proofs >= 2 and small >= 5:
        beyond = sum(
            1
            for (_, cut), (distance, difference) in zip(wrong, off, strict=True)
            if cut and difference and distance > Fraction(1, 2)
        )
        assert audit.counts[verdict] == beyond
        assert {finding.explanations[0].code.value for finding in audit.findings} == {"other_rate"}
