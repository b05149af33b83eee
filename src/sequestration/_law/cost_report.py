"""Compute the sequestration of a cost report settlement by days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs

from sequestration._dates import Day, as_date, days_in_words, for_readers
from sequestration._errors import InvalidDate
from sequestration._law.periods import RatePeriod, days_by_period, percent
from sequestration._law.rules import rules
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration._money import EXACT, Amount, as_cents, as_dollars, format_dollars, round_to_nearest
from sequestration._plain.result import Result

__all__ = ["CostReportReduction", "CostReportShare", "cost_report_reduction"]

_RATIO_STEPS = 10_000  # A cost report's share of days has four decimal places.


@attrs.frozen
class CostReportShare(Result):
    """Days of a cost report in one period with a rate, and their share of all days.

    Attributes:
        period: Period of the schedule.
        days: Days of the cost report that fall in the period.
        ratio: The days divided by all days of the cost report, to four decimal places.
    """

    period: RatePeriod
    days: int
    ratio: Decimal

    def __str__(self) -> str:
        return f"{self.days:,} days ({self.ratio} of all days) at {self.period}"

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [("days", self.days), ("share of all days", self.ratio), ("rate", str(self.period))]
        return notebook(facts("Days of a cost report under one rate", rows))


@attrs.frozen
class CostReportReduction(Result):
    """Sequestration of a cost report settlement, in dollars.

    Attributes:
        settlement: Settlement amount before sequestration.
        first_day: First day of the cost report.
        last_day: Last day of the cost report.
        days: Days of the cost report.
        days_inside: Days that fall in a period with a rate.
        ratio: Sum of the ratios of the shares.
        amount: Settlement times rate times ratio, summed over the shares, to the nearest cent.
        shares: One share for each period with a rate.
    """

    settlement: Decimal
    first_day: date
    last_day: date
    days: int
    days_inside: int
    ratio: Decimal
    amount: Decimal
    shares: tuple[CostReportShare, ...]

    @property
    def projected(self) -> bool:
        """Whether any of the rates is a projection of future law."""
        return any(share.period.projected for share in self.shares)

    def __str__(self) -> str:
        note = " (projected)" if self.projected else ""
        return (
            f"{format_dollars(self.amount)} sequestration on a settlement of {format_dollars(self.settlement)} "
            f"({self.days_inside:,} of {self.days:,} days){note}"
        )

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        rows: list[tuple[object, ...]] = [("settlement", self.settlement, days_in_words(self.first_day, self.last_day))]
        for share in self.shares:
            how = f"{share.days:,} of {self.days:,} days = {share.ratio}; {share.period.status} {share.period.span}"
            rows.append(("\N{MULTIPLICATION SIGN} share of days and rate", percent(share.period.rate), how))
        rows.append(("= sequestration", self.amount, "to the nearest cent; zero if the settlement is negative"))
        return notebook(table("Sequestration of a cost report", ("step", "dollars", "how"), rows))


def cost_report_reduction(
    settlement: Amount,
    *,
    first_day: Day,
    last_day: Day,
    schedule: RateSchedule | None = None,
    days_formula: bool = False,
) -> CostReportReduction:
    """Compute the sequestration of a cost report settlement by days.

    The amount is rate x (days in the period / all days, to four decimal places) x settlement, and nothing where
    the settlement is below zero. For days after April 2020 the claims-based part comes from the provider's claims (the
    PS&R report); only amounts without claims (bad debts, direct GME, organ acquisition) still go by days.

    Args:
        settlement: Settlement in dollars.
        first_day: First day of the cost report.
        last_day: Last day of the cost report.
        schedule: Rates to apply; None for `MEDICARE_FFS`.
        days_formula: Use the formula for days after April 2020, too: for amounts without claims.

    Raises:
        InvalidAmount: `settlement` is not an amount in whole cents.
        InvalidDate: A day is not a date, the last day is before the first, or the cost report goes past
            April 2020 and `days_formula` is False.

    >>> print(cost_report_reduction("1000000", first_day="2013-01-01", last_day="2013-12-31"))
    $15,068.00 sequestration on a settlement of $1,000,000.00 (275 of 365 days)
    """
    cents = as_cents(settlement)
    first, last = as_date(first_day), as_date(last_day)
    if last < first:
        raise InvalidDate(f"last_day {last} is before first_day {first}. Check both dates.")
    end = rules().cost_report_days_until
    if last > end and not days_formula:
        raise InvalidDate(
            f"From {for_readers(end + timedelta(days=1))}, the claims-based part of a cost report's sequestration "
            "comes from the PS&R, not from days. Amounts without claims (bad debts, direct GME, organ acquisition) "
            "still go by days: pass days_formula=True for those."
        )
    days = (last - first).days + 1
    shares = tuple(_cost_report_shares(default_schedule(schedule), first, last, days))
    ratio = amount = Decimal(0)
    for share in shares:
        ratio = EXACT.add(ratio, share.ratio)
        amount = EXACT.add(amount, EXACT.multiply(share.ratio, share.period.rate))
    numerator, denominator = amount.as_integer_ratio()
    return CostReportReduction(
        settlement=as_dollars(cents),
        first_day=first,
        last_day=last,
        days=days,
        days_inside=sum(share.days for share in shares),
        ratio=ratio,
        amount=as_dollars(round_to_nearest(max(0, cents) * numerator, denominator)),
        shares=shares,
    )


def _cost_report_shares(schedule: RateSchedule, first: date, last: date, days: int) -> list[CostReportShare]:
    """The days in each period with a rate, and their share of all days.

    The shares of periods with the same rate add up to the share of their days taken together.
    """
    shares: list[CostReportShare] = []
    counted: dict[Decimal, int] = {}
    for period, inside in days_by_period(schedule.periods, first, last):
        if period.rate:
            before = counted.get(period.rate, 0)
            counted[period.rate] = before + inside
            upto, begun = (round_to_nearest(n * _RATIO_STEPS, days) for n in (before + inside, before))
            steps = upto - begun
            shares.append(CostReportShare(period, inside, EXACT.scaleb(Decimal(steps), -4)))
    return shares
