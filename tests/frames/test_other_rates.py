"""Rates that a payer may have mistaken for that of a day, as steps: the same on each day as for a single amount."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from fractions import Fraction

import pytest
from dateutil.relativedelta import relativedelta

import sequestration as seq
from sequestration.frames._engines.schedule_arrays import Law

DOUBLED = seq.MEDICARE_FFS.what_if(first_day="2024-02-29", rate="0.03", stacking="replace")


@pytest.mark.parametrize("schedule", [seq.MEDICARE_FFS, DOUBLED], ids=["law", "from a leap day"])
def test_a_rate_may_be_mistaken_from_a_year_before_it_began(schedule: seq.RateSchedule) -> None:
    """A remittance is made within a year of the service, as far as is known, and has no later rate than its own."""
    laws = Law.of_other_rates(schedule)
    days = [date(2012, 1, 1) + timedelta(number) for number in range(14 * 366)]
    for day in days:
        steps = [Fraction(law.numerators[bisect_right(law.edges, day)], law.denominator) for law in laws]
        own, until = schedule.rate_on(day), day + relativedelta(years=1)
        begun = [
            each
            for each in schedule.periods
            if not each.projected and (each.first_day is None or each.first_day <= until)
        ]
        assert sorted(filter(None, steps)) == sorted({Fraction(each.rate) for each in begun if each.rate} - {own}), day
