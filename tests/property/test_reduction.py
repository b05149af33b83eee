"""The cut: it and the payment make the payable, and it is what exact fractions make it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import ROUND_DOWN, ROUND_UP, Clamped, Context, Decimal, FloatOperation, Inexact, Rounded, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import sequestration as seq
from tests.making import claim, line, remittance
from tests.property.drawn import any_day, cents, dollars, rates, schedule_of
from tests.property.oracle import cut_by_fractions

pytestmark = pytest.mark.slow

RATES_OF_THE_LAW = [("2021-03-01", "0"), ("2022-05-10", "0.01"), ("2024-03-01", "0.02")]
ON = "2024-03-01"


@given(cents, any_day)
def test_payment_and_cut_make_the_payable(payable: int, day: date) -> None:
    found = seq.expected_reduction(dollars(payable), on=day)

    assert found.payable == dollars(payable)
    assert Fraction(found.amount) + Fraction(found.payment) == Fraction(payable, 100)


@given(cents, rates())
def test_the_cut_is_the_nearest_cent(payable: int, rate: str) -> None:
    found = seq.expected_reduction(dollars(payable), on=ON, schedule=schedule_of(rate))

    assert found.amount == dollars(cut_by_fractions(payable, Fraction(rate)))
    assert found.amount.as_tuple().exponent == found.payment.as_tuple().exponent == -2


@given(cents, rates(), rates())
def test_the_cut_never_grows_when_the_rate_falls(payable: int, one: str, other: str) -> None:
    low, high = sorted((one, other), key=Decimal)
    by_low = seq.expected_reduction(dollars(payable), on=ON, schedule=schedule_of(low)).amount
    by_high = seq.expected_reduction(dollars(payable), on=ON, schedule=schedule_of(high)).amount

    assert abs(by_low) <= abs(by_high)
    assert by_low * by_high >= 0


@given(cents, st.one_of(st.integers(0, 60), st.integers(0, 10**20)), rates())
def test_the_cut_never_shrinks_when_the_payable_grows(payable: int, more: int, rate: str) -> None:
    schedule = schedule_of(rate)
    payable = min(payable, 10**20 - 1 - more)
    less = seq.expected_reduction(dollars(payable), on=ON, schedule=schedule)
    grown = seq.expected_reduction(dollars(payable + more), on=ON, schedule=schedule)

    assert less.amount <= grown.amount
    assert less.payment <= grown.payment


@given(cents, any_day)
def test_negating_the_payable_negates_the_cut(payable: int, day: date) -> None:
    one = seq.expected_reduction(dollars(payable), on=day)
    other = seq.expected_reduction(dollars(-payable), on=day)

    assert (other.payable, other.amount, other.payment) == (-one.payable, -one.amount, -one.payment)


@given(cents, any_day)
def test_the_cut_is_never_more_than_the_payable(payable: int, day: date) -> None:
    found = seq.expected_reduction(dollars(payable), on=day)

    assert 0 <= found.amount * (1 if payable >= 0 else -1) <= abs(found.payable)


@pytest.mark.parametrize(("on", "rate"), RATES_OF_THE_LAW)
def test_every_payable_to_a_thousand_dollars(on: str, rate: str) -> None:
    exact = Fraction(rate)
    for payable in range(100_001):
        found = seq.expected_reduction(f"{payable // 100}.{payable % 100:02}", on=on)
        cut = (payable * exact + Fraction(1, 2)).__floor__()
        assert found.amount * 100 == cut, payable
        assert found.payment * 100 == payable - cut, payable


# Back from what was paid.


@pytest.mark.parametrize(("on", "rate"), RATES_OF_THE_LAW)
def test_payables_from_paid_are_all_and_only_those_that_give_it(on: str, rate: str) -> None:
    giving: dict[int, list[int]] = defaultdict(list)
    for payable in range(-5_000, 15_001):
        giving[payable - cut_by_fractions(payable, Fraction(rate))].append(payable)

    for paid in range(-4_500, 14_501):
        assert [round(p * 100) for p in seq.payables_from_paid(dollars(paid), on=on)] == giving[paid], paid


@given(cents, rates("0.995"))
@example(0, "0.5")
@example(24, "0.02")
@example(-24, "0.02")
@example(0, "0.995")
def test_payables_from_paid_at_any_rate(paid: int, rate: str) -> None:
    exact = Fraction(rate)
    if abs(paid) > (10**20 - 1) * (1 - exact) - 1:
        paid = round(paid * (1 - exact)) // 2
    found = [int(p.scaleb(2)) for p in seq.payables_from_paid(dollars(paid), on=ON, schedule=schedule_of(rate))]

    def left_of(payable: int) -> int:
        return payable - cut_by_fractions(payable, exact)

    assert found == list(range(found[0], found[-1] + 1))
    assert {left_of(payable) for payable in found} == {paid}
    # What is left never falls as the payable grows, so the two neighbors speak for all others.
    assert left_of(found[0] - 1) < paid < left_of(found[-1] + 1)


@given(cents.filter(lambda number: abs(number) < 10**19), any_day)
def test_a_payable_is_among_those_of_its_payment(payable: int, day: date) -> None:
    payment = seq.expected_reduction(dollars(payable), on=day).payment

    assert dollars(payable) in seq.payables_from_paid(payment, on=day)


# The check agrees with the forecast.


@given(st.integers(1, 10**9), any_day)
def test_the_right_cut_is_never_an_alarm(payable: int, day: date) -> None:
    due = seq.expected_reduction(dollars(payable), on=day)
    finding = seq.check_adjustment(reported=due.amount, paid=due.payment, on=day)

    assert not finding.verdict.needs_review
    assert finding.payable == due.payable
    if day < date(1965, 7, 1) or day == date.max:  # No Medicare yet, or a null date: there is no rate.
        assert finding.verdict is seq.Verdict.UNDETERMINED
        assert finding.rate is finding.expected is finding.difference is None
    else:
        assert finding.expected == due.amount
        assert finding.difference == 0


@given(st.integers(100, 10**9), st.integers(-(10**6), 10**6))
def test_a_cut_that_is_off_by_more_than_a_cent_is_told(payable: int, off: int) -> None:
    due = cut_by_fractions(payable, Fraction("0.02"))
    reported = due + off
    finding = seq.check_adjustment(reported=dollars(reported), paid=dollars(payable - reported), on=ON)

    if reported == payable:
        assert finding.verdict is seq.Verdict.UNDETERMINED
    elif off == 0:
        assert finding.verdict is seq.Verdict.CORRECT
    elif abs(off) == 1:
        assert finding.verdict is seq.Verdict.ROUNDING
    elif reported == 0:
        assert finding.verdict is seq.Verdict.MISSING
    elif reported < 0:
        assert (finding.verdict, finding.reason_code) == (seq.Verdict.UNDETERMINED, seq.ReasonCode.CUT_RETURNED)
    else:
        assert finding.verdict is (seq.Verdict.CUT_TOO_LARGE if off > 0 else seq.Verdict.CUT_TOO_SMALL)
    if finding.verdict is not seq.Verdict.UNDETERMINED:
        assert finding.difference == dollars(off)


# The caller's decimal context changes nothing.

CONTEXTS = {
    "three digits": Context(prec=3),
    "one digit, up": Context(prec=1, rounding=ROUND_UP),
    "down": Context(prec=2, rounding=ROUND_DOWN),
    "traps": Context(prec=5, traps=[Inexact, Rounded, Clamped, FloatOperation]),
    "no traps": Context(prec=4, traps=[]),
    "small exponents, no capitals": Context(prec=6, Emin=-1, Emax=1, capitals=0),
}

CARRIED = seq.Claim(
    "A-1",
    "1",
    "1912345.67",
    "1209876.53",
    adjustments=[seq.Adjustment("CO", "253", "24691.36")],
    lines=[
        seq.ServiceLine("99213", "1012345.67", "934567.89", adjustments=[seq.Adjustment("CO", "45", "77777.78")]),
        seq.ServiceLine("99214", "900000.00", "300000.00", adjustments=[seq.Adjustment("CO", "45", "600000.00")]),
    ],
)
HELD = remittance(  # two cuts that are not there, held back until a third is
    claim("A-1", line("99213", "123456.78", "123456.78")),
    claim("A-2", line("99213", "123499.99", "123499.99")),
    claim("A-3", line("99213", "100", "98", [("CO", "253", "2")])),
)

CALLS: dict[str, Callable[[], object]] = {
    "expected_reduction": lambda: seq.expected_reduction("123456789.25", on="2024-01-15"),
    "payables_from_paid": lambda: seq.payables_from_paid("123456789.12", on="2024-01-15"),
    "medicare_payment": lambda: seq.medicare_payment(allowed="123456.78", deductible="240", coinsurance_rate="0.2345"),
    "secondary_payment": lambda: seq.secondary_payment(
        charge="123456.78", primary_allowed="15012.34", primary_paid="12012.34", allowed="98765.43"
    ),
    "cost_report_reduction": lambda: seq.cost_report_reduction(
        "123456789.25", first_day="2022-01-01", last_day="2022-12-31", days_formula=True
    ),
    "cost report of one rate": lambda: seq.cost_report_reduction(
        "123456789.25", first_day="2013-01-01", last_day="2013-12-31"
    ),
    "what_if": lambda: seq.MEDICARE_FFS.what_if(first_day="2027-04-01", rate="0.0412345", stacking="compound"),
    "what_if in words": lambda: str(seq.MEDICARE_FFS.what_if(first_day="2027-04-01", rate="0.0412345")),
    "to_records": lambda: schedule_of("0.0000001234").to_records(),
    "check_adjustment": lambda: seq.check_adjustment(reported="24691.36", paid="1209876.53", on="2024-01-15"),
    "finding in words": lambda: str(
        seq.check_adjustment(reported="24691.36", paid="1209876.53", on="2024-01-15", allowed="1543209.86")
    ),
    "finding as plain values": lambda: seq.check_adjustment(
        reported="24691.36", paid="1109876.53", on="2024-01-15"
    ).to_dict(),
    "finding as rows": lambda: seq.check_adjustment(reported="24691.36", paid="1109876.53", on="2024-01-15")._rows(),
    "carry-over": lambda: seq.secondary_adjustments(CARRIED),
    "carry-over, the cut spread": lambda: seq.secondary_adjustments(CARRIED, spread=True),
    "audit as plain values": lambda: seq.check_835(HELD).to_dict(),
    "audit in words": lambda: str(seq.check_835(HELD)),
    "audit in a notebook": lambda: seq.check_835(HELD)._repr_html_(),
}


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_context_of_the_caller_changes_nothing(call: Callable[[], object], context: Context) -> None:
    wanted = call()
    with localcontext(context):
        found = call()

    assert found == wanted
    assert repr(found) == repr(wanted)


def test_no_signal_is_left_in_the_context_of_the_caller() -> None:
    with localcontext(Context(prec=3)) as context:
        for call in CALLS.values():
            call()

        assert not any(context.flags.values())
