"""Compute sequestration, and the payable amount behind a payment.

The rate applies to the payable amount, to the cent, and the rest is paid.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from sequestration._dates import Day
from sequestration._errors import InvalidSchedule
from sequestration._law.periods import RatePeriod, percent
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration._money import EXACT, Amount, as_cents, as_dollars, format_dollars, round_to_nearest
from sequestration._plain.result import Result

__all__ = ["Reduction", "cut_cents", "expected_reduction", "payables_from_paid"]


@attrs.frozen
class Reduction(Result):
    """A payable amount and its sequestration, in dollars.

    Attributes:
        payable: Medicare's payment before sequestration; the sum of `amount` and `payment`.
        rate: Share of the payable amount that is withheld.
        amount: Amount withheld (the CO 253).
        payment: Amount paid.
        period: Period of the schedule that sets the rate.
    """

    payable: Decimal
    rate: Decimal
    amount: Decimal
    payment: Decimal
    period: RatePeriod

    @property
    def projected(self) -> bool:
        """Whether the rate is a projection of future law."""
        return self.period.projected

    def __str__(self) -> str:
        return (
            f"{format_dollars(self.payable)} x {percent(self.rate)} = {format_dollars(self.amount)} sequestration, "
            f"{format_dollars(self.payment)} paid ({self.period.status} {self.period.span})"
        )

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        exact = EXACT.multiply(self.payable, self.rate)
        rounded = "" if exact == self.amount else f"{exact:,f} to the nearest cent"
        rows = [
            ("payment before sequestration", self.payable, ""),
            ("\N{MULTIPLICATION SIGN} rate", percent(self.rate), f"{self.period.status} {self.period.span}"),
            ("= sequestration (CO 253)", self.amount, rounded),
            ("payment", self.payment, "after sequestration"),
        ]
        return notebook(table("Sequestration of a payment", ("step", "dollars", "how"), rows))


def expected_reduction(payable: Amount, *, on: Day, schedule: RateSchedule | None = None) -> Reduction:
    """Compute the sequestration of a payable amount.

    The amount is the nearest cent of payable x rate, with halves rounded away from zero; a negative payable
    amount has a negative sequestration. Source: 2 U.S.C. 901a(6)(A), 906(d).

    Args:
        payable: Medicare's own payment in dollars, after patient responsibility and all other adjustments.
        on: Date that sets the rate: the date of service, or the discharge date for inpatients
            (see `deciding_date`).
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidAmount: `payable` is not an amount in whole cents.
        InvalidDate: `on` is not a date.

    >>> print(expected_reduction("40.00", on="2019-03-01"))
    $40.00 x 2% = $0.80 sequestration, $39.20 paid (ordered from Apr 1, 2013 to Apr 30, 2020)
    """
    cents = as_cents(payable)
    period = default_schedule(schedule).period_on(on)
    cut = cut_cents(cents, period)
    return Reduction(as_dollars(cents), period.rate, as_dollars(cut), as_dollars(cents - cut), period)


def payables_from_paid(paid: Amount, *, on: Day, schedule: RateSchedule | None = None) -> tuple[Decimal, ...]:
    """List every payable amount that leaves `paid` after sequestration.

    The amounts are in dollars, lowest first. Most payments have one. At 2%, one paid amount in 49 has two, so
    a payment does not always determine the payable amount.

    Args:
        paid: Amount paid, in dollars.
        on: Date that sets the rate (see `deciding_date`).
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidAmount: `paid` is not an amount in whole cents.
        InvalidDate: `on` is not a date.
        InvalidSchedule: The rate is 1, so every payable amount leaves nothing.

    >>> payables_from_paid("0.24", on="2024-03-01")
    (Decimal('0.24'), Decimal('0.25'))
    """
    cents = as_cents(paid)
    period = default_schedule(schedule).period_on(on)
    if period.rate == 1:
        raise InvalidSchedule("At a rate of 1 nothing is paid, so the payable amount is unknown.")
    size = abs(cents)
    first = _smallest_payable(size, period)
    payables = range(first, _smallest_payable(size + 1, period))
    if cents < 0:
        return tuple(as_dollars(-payable) for payable in reversed(payables))
    if cents == 0:  # Both a payable amount and its negative may leave nothing.
        payables = range(1 - payables.stop, payables.stop)
    return tuple(as_dollars(payable) for payable in payables)


def cut_cents(payable_cents: int, period: RatePeriod) -> int:
    """Compute the sequestration of a payable amount; both in whole cents.

    >>> cut_cents(4000, default_schedule(None).period_on("2019-03-01"))
    80
    """
    numerator, denominator = period.ratio
    return round_to_nearest(payable_cents * numerator, denominator)


def _smallest_payable(paid: int, period: RatePeriod) -> int:
    """The smallest non-negative payable amount (cents) that leaves at least `paid`."""
    numerator, denominator = period.ratio
    # The payment never falls as the payable amount rises, and it rises by at most one cent for each cent, so a binary
    # search finds the amount.
    low, high = 0, (paid + 1) * denominator // (denominator - numerator) + 1
    while low < high:
        middle = (low + high) // 2
        if middle - cut_cents(middle, period) >= paid:
            high = middle
        else:
            low = middle + 1
    return low
