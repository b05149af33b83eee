"""Other uses of the schedule, as the page on them shows: each against its formula, figured with fractions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration import frames
from tests.property.drawn import dollars
from tests.property.oracle import percent_on, share

CENTS = st.integers(0, 10**10)
DAYS = st.dates(date(2012, 1, 1), date(2027, 12, 31))


@given(CENTS, DAYS)
def test_a_plan_is_paid_by_its_coverage_month(cents: int, day: date) -> None:
    month = seq.deciding_date("plan_payment", from_date=day)
    paid = seq.expected_reduction(dollars(cents), on=month, schedule=seq.MEDICARE_ADVANTAGE).payment

    assert month == day.replace(day=1)
    assert paid == dollars(cents - share(cents, percent_on(month)))
    assert seq.MEDICARE_ADVANTAGE.rate_on(day) == seq.MEDICARE_ADVANTAGE.rate_on(month)


def test_plan_payments_of_a_year_in_a_frame() -> None:
    pd = pytest.importorskip("pandas")
    months = pd.DataFrame({"month": pd.date_range("2022-01-01", periods=12, freq="MS"), "premium": [100_000] * 12})

    cut = frames.add_reduction(
        months, payable="premium", on="month", unit="cents", schedule=seq.MEDICARE_ADVANTAGE, into="cut"
    )["cut"].tolist()

    assert cut == [0] * 3 + [1_000] * 3 + [2_000] * 6


@given(st.integers(0, 10**8), st.integers(0, 100), DAYS)
def test_what_a_plan_owes_without_a_contract(approved: int, percent: int, day: date) -> None:
    member = share(approved, percent)
    net = seq.medicare_payment(allowed=dollars(approved), coinsurance=dollars(member)).payable

    owed = seq.expected_reduction(net, on=day).payment

    assert owed == dollars(approved - member - share(approved - member, percent_on(day)))
    assert seq.expected_reduction("80.00", on="2024-03-01").payment == Decimal("78.40")  # as printed


@given(st.integers(1, 10**9))
def test_what_is_left_of_a_drugs_margin(average_sales_price: int) -> None:
    """Within a cent of 104.304%, whatever the price."""
    limit = Fraction(average_sales_price) * 106 / 100
    drug = seq.medicare_payment(allowed=dollars(share(average_sales_price, 106)), coinsurance_rate="0.20")

    got = drug.coinsurance + seq.expected_reduction(drug.payable, on="2024-03-01").payment

    exact = limit / 5 + limit * 4 / 5 * 98 / 100
    assert exact == Fraction(average_sales_price) * 104304 / 100000
    assert abs(Fraction(got) * 100 - exact) <= 1


@given(CENTS, st.integers(0, 10**8), CENTS)
def test_what_a_hospice_repays(net: int, sequestered: int, cap: int) -> None:
    over = max(Decimal(0), dollars(net) + dollars(sequestered) - dollars(cap))

    repaid = over - min(seq.expected_reduction(over, on="2024-09-30").amount, dollars(sequestered))

    excess = max(0, net + sequestered - cap)
    assert repaid == dollars(excess - min(share(excess, 2), sequestered))
    assert 0 <= repaid <= over


BOND_RATES = {  # of federal fiscal years, in tenths of a percent, as the IRS lists them
    2014: 72,
    2015: 73,
    2016: 68,
    2017: 69,
    2018: 66,
    2019: 62,
    2020: 59,
    **dict.fromkeys(range(2021, 2028), 57),
}


@given(CENTS, st.dates(date(2013, 10, 1), date(2027, 9, 30)))
def test_bonds_go_by_the_day_of_processing(cents: int, processed: date) -> None:
    fiscal_year = processed.year + (processed.month >= 10)

    bond = seq.expected_reduction(dollars(cents), on=processed, schedule=seq.NONDEFENSE_MANDATORY)

    assert bond.rate == Decimal(BOND_RATES[fiscal_year]).scaleb(-3)
    assert bond.amount == dollars(int(Fraction(cents * BOND_RATES[fiscal_year], 1000) + Fraction(1, 2)))
