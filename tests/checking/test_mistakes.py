"""Mistakes over several days and before other adjustments, against arithmetic done another way."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from tests.making import claim, line, remittance
from tests.shipped_law import MEDICARE

PRORATED, BEFORE = seq.ExplanationCode.PRORATED, seq.ExplanationCode.BEFORE_OTHER_ADJUSTMENT


def dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def rate_on(day: date) -> Fraction:
    """The rate of a day by the law's table of the tests."""
    return next(Fraction(rate) for first, _, rate, *_ in reversed(MEDICARE) if first is None or first <= f"{day}")


def stay(first: date, last: date, payable: int, cut: int) -> seq.Audit:
    """The audit of a stay whose cut is at the claim."""
    made = claim(
        "A",
        plan="MA",
        charge=dollars(payable),
        paid=dollars(payable - cut),
        adjustments=[("CO", "253", dollars(cut))] if cut else [],
        first_day=f"{first:%Y%m%d}",
        last_day=f"{last:%Y%m%d}",
        facility="99",
    )
    return seq.check_835(remittance(made, produced="20240101"), keep="all")


@pytest.mark.slow
@given(
    st.sampled_from([date(2022, 4, 1), date(2022, 7, 1), date(2020, 5, 1)]),
    st.integers(1, 60),
    st.integers(0, 60),
    st.integers(100_000, 5_000_000),
    st.booleans(),
)
def test_a_share_of_the_days_is_named_wherever_the_amount_is_wrong(
    change: date, before: int, after: int, payable: int, counts_the_last: bool
) -> None:
    first, last = change - timedelta(before), change + timedelta(after)
    days = [first + timedelta(number) for number in range((last - first).days + counts_the_last)]
    cut = int(payable * sum(map(rate_on, days)) / len(days) + Fraction(1, 2))
    (finding,) = stay(first, last, payable, cut).findings

    if finding.verdict.needs_review and len({rate_on(day) for day in days}) > 1:
        assert PRORATED in [each.code for each in finding.explanations]
    else:
        assert PRORATED not in [each.code for each in finding.explanations] or finding.verdict == "rounding"


def test_a_share_of_the_days_says_how_many_there_were() -> None:
    (finding,) = stay(date(2022, 6, 29), date(2022, 7, 1), 500_000, 6_667).findings

    assert [each.text for each in finding.explanations if each.code is PRORATED] == [
        "each rate is applied to its share of the days: 2 at 1% and 1 at 2%"
    ]


def test_days_under_one_rate_have_no_share() -> None:
    (finding,) = stay(date(2024, 6, 29), date(2024, 7, 1), 500_000, 6_667).findings

    assert PRORATED not in [each.code for each in finding.explanations]


@pytest.mark.parametrize(
    ("group", "code", "named"),
    [
        ("CO", "237", "CO 237"),
        ("CO", "B4", "CO B4"),
        ("CO", "59", "CO 59"),
        ("CO", "45", None),  # The price difference leads to the charge.
        ("PR", "96", None),
        ("OA", "94", None),
    ],
)
def test_a_cut_before_another_adjustment_names_code_and_amount(group: str, code: str, named: str | None) -> None:
    # 80.00 payable after 40.00 were taken off: 2 % of 120.00 is 2.40, where 1.60 is right.
    made = claim("A", line("99213", "120", "77.60", [(group, code, "40"), ("CO", "253", "2.40")]))
    (finding,) = seq.check_835(remittance(made)).findings
    told = [each.text for each in finding.explanations if each.code is BEFORE]

    assert told == ([] if named is None else [f"2% of the amount before {named} of $40.00 ($120.00)"])
    assert named is None or finding.explanations[0].code is BEFORE


def test_a_cut_before_an_adjustment_that_stands_twice_takes_its_sum() -> None:
    adjustments = [("CO", "59", "15"), ("CO", "59", "25"), ("CO", "253", "2.40")]
    (finding,) = seq.check_835(remittance(claim("A", line("99213", "120", "77.60", adjustments)))).findings

    assert "before CO 59 of $40.00 ($120.00)" in finding.explanations[0].text


def test_it_ranks_above_twice_what_is_due() -> None:
    # 80.00 were taken off, so that the amount before it is twice the payable.
    made = claim("A", line("99213", "160", "76.80", [("CO", "59", "80"), ("CO", "253", "3.20")]))
    (finding,) = seq.check_835(remittance(made)).findings

    assert [each.code.value for each in finding.explanations][:2] == ["before_other_adjustment", "doubled"]


@pytest.mark.parametrize("allowed", [None, "100"])
@pytest.mark.parametrize(
    ("code", "amount", "paid"), [("237", "7.20", "70.80"), ("144", "-2", "80"), ("237", "0", "78")]
)
def test_the_allowed_amount_is_found_with_a_penalty_or_bonus_too(
    code: str, amount: str, paid: str, allowed: str | None
) -> None:
    adjustments = [("CO", "45", "50"), ("CO", code, amount), ("CO", "253", "2"), ("PR", "2", "20")]
    wrong = claim("A", line("99213", "150", paid, adjustments, allowed=allowed, remarks=["N807"]))
    (finding,) = seq.check_835(remittance(wrong)).findings

    assert (finding.verdict, str(finding.reported)) == (seq.Verdict.CUT_TOO_LARGE, "2.00")
    named = [each.text for each in finding.explanations if each.code is seq.ExplanationCode.ON_ALLOWED]
    assert named == ["2% of the allowed amount ($100.00)"]
